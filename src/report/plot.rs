//! Pictures for a terminal: curves of dots, four by two in a character, and a line of letters for the levels.

use super::strip::Picture;
use super::summary::Summary;
use super::svg::short;
use super::words::{moment, printable};
use crate::alert::{Level, Range};

/// Characters of a line.
const WIDTH: usize = 72;
/// Lines of a curve.
const HEIGHT: usize = 5;

/// The pictures of the first ids of a summary.
pub fn plot_lines(summary: &Summary, limit: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for id in summary.ids.iter().take(limit) {
        let Some(picture) = &id.picture else { continue };
        lines.extend([String::new(), printable(&id.id)]);
        let columns = picture.levels.len().max(1);
        for (name, ranges) in &picture.fields {
            lines.extend(curve(name, ranges, columns));
        }
        lines.push(format!("  {}", levels(picture, columns)));
        let (from, to) = (moment(picture.origin), moment(picture.until));
        lines.push(format!("  {from}{to:>width$}", width = WIDTH.saturating_sub(from.chars().count())));
    }
    lines
}

fn curve(name: &str, ranges: &[Option<Range>], columns: usize) -> Vec<String> {
    let values = ranges.iter().flatten().flat_map(|r| [r.0, r.1]);
    let (low, high) = values.fold((f32::MAX, f32::MIN), |(l, h), v| (l.min(v), h.max(v)));
    if low > high {
        return vec![format!("  {}: no numbers", printable(name))];
    }
    let mut cells = vec![[0_u8; WIDTH]; HEIGHT];
    let dots = HEIGHT * 4 - 1;
    let row = |value: f32| match high > low {
        true => ((high - value) / (high - low) * dots as f32).round() as usize,
        false => dots / 2,
    };
    let mut set = |x: usize, y: usize| {
        if let Some(cell) = cells.get_mut(y / 4).and_then(|line| line.get_mut(x / 2)) {
            *cell |= dot(x % 2, y % 4);
        }
    };
    let mut before: Option<(usize, usize)> = None;
    for (column, (least, most)) in ranges.iter().enumerate().filter_map(|(c, r)| Some((c, (*r)?))) {
        let x = (column * WIDTH * 2 / columns).min(WIDTH * 2 - 1);
        (row(most)..=row(least)).for_each(|y| set(x, y));
        // Points that are far apart have a line between them.
        if let Some((from, high)) = before {
            let share = |at: usize| (at - from) as f32 / (x - from).max(1) as f32;
            let between = |at| high as f32 + (row(most) as f32 - high as f32) * share(at);
            (from + 1..x).for_each(|at| set(at, between(at).round() as usize));
        }
        before = Some((x, row(most)));
    }
    let mut lines = vec![format!("  {}: {} to {}", printable(name), short(low), short(high))];
    let text = |line: &[u8; WIDTH]| {
        let cells = line.iter().map(|bits| char::from_u32(0x2800 + u32::from(*bits)).unwrap_or(' '));
        format!("  {}", cells.collect::<String>()).trim_end_matches(['\u{2800}', ' ']).to_owned()
    };
    lines.extend(cells.iter().map(text));
    lines
}

/// The bit of a dot in a character of Braille.
fn dot(x: usize, y: usize) -> u8 {
    match (x, y) {
        (0, 3) => 0x40,
        (_, 3) => 0x80,
        (0, y) => 1 << y,
        (_, y) => 8 << y,
    }
}

/// A letter for the worst level of each character; a dot for OK.
fn levels(picture: &Picture, columns: usize) -> String {
    let mut worst: [Option<Level>; WIDTH] = [None; WIDTH];
    for at in 0..WIDTH {
        // Each character is at least the column that it begins with.
        let (from, to) = (at * columns / WIDTH, ((at + 1) * columns / WIDTH).max(at * columns / WIDTH + 1));
        let here = picture.levels.get(from..to.min(picture.levels.len())).unwrap_or_default();
        if let Some(place) = worst.get_mut(at) {
            *place = here.iter().copied().max().flatten();
        }
    }
    let letter = |level: &Option<Level>| match level {
        None => ' ',
        Some(Level::Ok) => '·',
        Some(Level::Info) => 'i',
        Some(Level::Warning) => 'w',
        Some(Level::Critical) => 'C',
    };
    worst.iter().map(letter).collect::<String>().trim_end().to_owned()
}
