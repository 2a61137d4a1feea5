//! One alert as a drawing: its fields with their thresholds, bands for the levels, marks for the events.

use std::fmt::Write as _;

use super::strip::Picture;
use super::thresholds::Threshold;
use super::words::{moment, printable};
use crate::alert::{Level, Range};

const WIDTH: usize = 640;
/// Height of the curves of a field.
const HEIGHT: f32 = 130.0;
/// Room for names and marks above the curves.
const HEAD: usize = 34;
/// Room for the times below.
const FOOT: usize = 22;

/// Appends a drawing with a title and a description for those who do not see it. `number` makes its ids unique.
pub(super) fn push_svg(
    out: &mut String,
    number: usize,
    id: &str,
    picture: &Picture,
    thresholds: &[&Threshold],
) {
    let none = [(String::new(), Vec::new())];
    let fields = if picture.fields.is_empty() { &none[..] } else { &picture.fields };
    let panel = HEIGHT as usize + HEAD;
    let height = fields.len() * panel + FOOT;
    let _ = write!(
        out,
        "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"t{number} d{number}\">\
         <title id=\"t{number}\">{}</title><desc id=\"d{number}\">{}</desc>",
        escaped(id),
        escaped(&description(picture)),
    );
    for (at, (name, ranges)) in fields.iter().enumerate() {
        let _ = write!(out, "<g transform=\"translate(0 {})\">", at * panel);
        push_bands(out, picture);
        push_marks(out, picture);
        let lines: Vec<&&Threshold> = thresholds.iter().filter(|t| t.field == *name).collect();
        push_field(out, picture, name, ranges, &lines);
        out.push_str("</g>");
    }
    push_times(out, picture, fields.len() * panel);
    out.push_str("</svg>\n");
}

/// Where a column begins: those that are used fill the width.
fn left(picture: &Picture, column: usize) -> f32 {
    column as f32 * WIDTH as f32 / picture.levels.len().max(1) as f32
}

/// Where the middle of a column is.
fn middle(picture: &Picture, column: usize) -> f32 {
    left(picture, column) + left(picture, 1) / 2.0
}

/// When a column begins; without fractions of a second that say nothing.
fn time(picture: &Picture, column: usize) -> i64 {
    const SECOND: i64 = 1_000_000_000;
    let time = picture.origin.saturating_add(picture.width.saturating_mul(column as i64));
    if picture.width >= SECOND { time - time.rem_euclid(SECOND) } else { time }
}

/// In words, what the bands show.
fn description(picture: &Picture) -> String {
    let share = |level: Level| picture.levels.iter().filter(|l| **l == Some(level)).count();
    let known = picture.levels.iter().flatten().count().max(1);
    let parts = Level::ALL.iter().rev().filter(|l| share(**l) > 0);
    let parts: Vec<String> =
        parts.map(|l| format!("{l} in {}% of the columns", share(*l) * 100 / known)).collect();
    format!("From {} to {}: {}", moment(picture.origin), moment(picture.until), parts.join(", "))
}

fn push_bands(out: &mut String, picture: &Picture) {
    let mut start = 0;
    for run in picture.levels.chunk_by(|a, b| a == b) {
        if let Some(Some(level)) = run.first() {
            let class = class(*level);
            let _ = write!(
                out,
                "<rect class=\"{class}\" x=\"{:.1}\" y=\"{HEAD}\" width=\"{:.1}\" height=\"{HEIGHT}\"/>",
                left(picture, start),
                left(picture, run.len())
            );
        }
        start += run.len();
    }
}

/// A triangle for the worst event of each column, with the levels of all of them as a tooltip.
fn push_marks(out: &mut String, picture: &Picture) {
    for (column, bits) in picture.told.iter().enumerate().filter(|(_, bits)| **bits != 0) {
        let told = Level::ALL.iter().rev().filter(|l| bits & (1 << **l as u8) != 0);
        let names: Vec<&str> = told.clone().map(|l| l.as_str()).collect();
        let worst = told.clone().next().copied().unwrap_or_default();
        let _ = write!(
            out,
            "<path class=\"m{}\" d=\"M{:.1} {}h8l-4 7z\"><title>{} {}</title></path>",
            class(worst),
            middle(picture, column) - 4.0,
            HEAD - 9,
            names.join(", "),
            moment(time(picture, column)),
        );
    }
}

fn push_field(
    out: &mut String,
    picture: &Picture,
    name: &str,
    ranges: &[Option<Range>],
    thresholds: &[&&Threshold],
) {
    let values = ranges.iter().flatten().flat_map(|r| [r.0, r.1]);
    let lines = thresholds.iter().map(|t| t.value as f32);
    let (low, high) = values.chain(lines).fold((f32::MAX, f32::MIN), |(l, h), v| (l.min(v), h.max(v)));
    if low > high {
        if !name.is_empty() {
            let _ = write!(out, "<text x=\"4\" y=\"16\">{}: no numbers</text>", escaped(name));
        }
        return;
    }
    let room = if high > low { (high - low) * 0.05 } else { high.abs().max(1.0) * 0.05 };
    let (low, high) = (low - room, high + room);
    let y = |value: f32| HEAD as f32 + (high - value) / (high - low) * HEIGHT;
    let _ = write!(
        out,
        "<text x=\"4\" y=\"16\">{}: {} to {}</text>",
        escaped(name),
        short(low + room),
        short(high - room)
    );
    for threshold in thresholds {
        let at = y(threshold.value as f32);
        let _ = write!(
            out,
            "<path class=\"t{}{}\" d=\"M0 {at:.1}H{WIDTH}\"/><text class=\"tl\" x=\"{}\" y=\"{:.1}\">{} {}</text>",
            class(threshold.level),
            if threshold.property.ends_with("Reset") { " r" } else { "" },
            WIDTH - 4,
            at - 3.0,
            threshold.property,
            short(threshold.value as f32),
        );
    }
    let mut path = String::new();
    let mut drawn = false;
    for (column, range) in ranges.iter().enumerate() {
        let Some((least, most)) = range else { continue };
        let x = middle(picture, column);
        path.push(if drawn { 'L' } else { 'M' });
        push_tenths(&mut path, x);
        path.push(' ');
        push_tenths(&mut path, y(*most));
        if least < most {
            path.push('V');
            push_tenths(&mut path, y(*least));
        }
        drawn = true;
    }
    let _ = write!(out, "<path class=\"f\" d=\"{path}\"/>");
}

/// A coordinate with one digit behind the point. Curves are most of a page, and `{:.1}` would be most of the time that
/// it takes to write one.
fn push_tenths(out: &mut String, value: f32) {
    // What is no number, or far outside, is nowhere.
    let tenths = (value * 10.0).round().clamp(-100_000.0, 100_000.0) as i32;
    let (whole, tenth) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
    let mut digits = [0_u8; 6];
    let (mut rest, mut at) = (whole, digits.len());
    while rest > 0 || at == digits.len() {
        at -= 1;
        if let Some(digit) = digits.get_mut(at) {
            *digit = (rest % 10) as u8;
        }
        rest /= 10;
    }
    if tenths < 0 {
        out.push('-');
    }
    let digit = |d: u8| char::from(b'0' + d);
    out.extend(digits.iter().skip(at).map(|d| digit(*d)));
    if tenth > 0 {
        out.push('.');
        out.push(digit(tenth as u8));
    }
}

fn push_times(out: &mut String, picture: &Picture, top: usize) {
    let used = picture.levels.len().max(1);
    for (part, anchor) in [(0, "start"), (1, "middle"), (2, "end")] {
        let column = used * part / 2;
        let time = if part == 2 { picture.until } else { time(picture, column) };
        let _ = write!(
            out,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\">{}</text>",
            WIDTH * part / 2,
            top + 15,
            moment(time),
        );
    }
}

/// The class of a level in the style sheet.
pub(super) fn class(level: Level) -> &'static str {
    match level {
        Level::Ok => "ok",
        Level::Info => "info",
        Level::Warning => "warn",
        Level::Critical => "crit",
    }
}

/// A number with as many digits as a label has room for.
pub(super) fn short(value: f32) -> String {
    let text = match value.abs() {
        a if a >= 1e6 || a > 0.0 && a < 1e-3 => return format!("{value:.2e}"),
        a if a >= 100.0 => format!("{value:.0}"),
        _ => format!("{value:.2}"),
    };
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// A text of the data between tags or in an attribute.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in printable(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // No character of HTML.
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_have_a_digit_behind_the_point() {
        for (value, text) in [
            (0.0, "0"),
            (-0.04, "0"),
            (9.96, "10"),
            (639.94, "639.9"),
            (-12.06, "-12.1"),
            (f32::NAN, "0"),
            (f32::INFINITY, "10000"),
        ] {
            let mut out = String::new();
            push_tenths(&mut out, value);
            assert_eq!(out, text);
        }
    }

    #[test]
    fn numbers_are_short() {
        for (value, text) in
            [(0.0, "0"), (12.5, "12.5"), (100.0, "100"), (1.0, "1"), (2.5e9, "2.50e9"), (-0.25, "-0.25")]
        {
            assert_eq!(short(value), text);
        }
    }
}
