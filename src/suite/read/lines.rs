//! `lines`: line protocol in a test file, with times that may be offsets from the start.

use crate::handlers::fields::{Fields, Mistakes};
use crate::handlers::tree::{At, Place};
use crate::input::point::{self, Precision};
use crate::suite::model::InlineLine;
use crate::suite::time::When;
use crate::suite::yaml::comment;
use crate::text::Source;

/// The lines of an input; those after a late one must say so.
pub(super) fn lines(
    fields: &mut Fields<'_>,
    source: &Source,
    mistakes: &mut Mistakes,
) -> Option<Vec<InlineLine>> {
    let text = fields.needed("lines", mistakes);
    let unordered = fields.bool("unordered", mistakes).unwrap_or(false);
    let precision = match fields.text("precision", mistakes) {
        None => Precision::Nanos,
        Some(given) => given.value.parse().unwrap_or_else(|words: String| {
            mistakes.add(given.place, format!("`precision`: {words}"), None);
            Precision::Nanos
        }),
    };
    let text = text?;
    let block = Block::new(&text, source);
    let mut lines: Vec<InlineLine> = Vec::new();
    for (index, line) in text.value.lines().enumerate() {
        let place = block.place(index);
        if !point::is_data(line) {
            continue;
        }
        match inline(line, precision) {
            Ok((text, time)) => {
                let before = lines.last().map(|last| (last.time, last.place));
                if let Some((last, there)) = before.filter(|(last, _)| !unordered && earlier(time, *last)) {
                    let (early, late) = (show(time), show(last));
                    let message =
                        format!("{early} comes after {late} of line {}: times out of order", there.line);
                    let hint = "sort the lines, or write `unordered: true` if the points come late";
                    mistakes.add(place, message, Some(hint.to_owned()));
                }
                lines.push(InlineLine { text: text.to_owned(), time, place });
            }
            Err((offset, message)) => {
                let chars = line.get(..offset).unwrap_or_default().chars().count() as u32;
                mistakes.add(Place { column: place.column + chars, ..place }, message, None);
            }
        }
    }
    Some(lines)
}

fn earlier(time: When, last: When) -> bool {
    match (time, last) {
        (When::At(a), When::At(b)) | (When::After(a), When::After(b)) => a < b,
        // Which of them is earlier is known when the start is.
        _ => false,
    }
}

fn show(time: When) -> String {
    let mut out = String::new();
    match time {
        When::At(time) => crate::value::time::push_rfc3339_nano(&mut out, time),
        When::After(nanos) => crate::suite::time::push_offset(&mut out, nanos),
    }
    out
}

/// The line without its time, and its time; an error has its byte.
fn inline(line: &str, precision: Precision) -> Result<(&str, When), (usize, String)> {
    let trimmed = line.trim_end();
    let Some((rest, last)) = trimmed.rsplit_once(' ') else {
        return Err((0, "expected line protocol: a measurement, tags, fields and a time".to_owned()));
    };
    let time = match last.parse::<i64>() {
        Ok(count) => precision.to_nanos(count).map(When::At),
        Err(_) => When::parse(last),
    };
    let Some(time) = time else {
        let at = rest.len() + 1;
        let what = "the line ends in its time: an offset from the start such as `+10s`, a timestamp, or a time such as `2020-01-01T00:00:10Z`";
        return Err((at, format!("`{last}` is no time: {what}")));
    };
    match point::parse_line(rest, Precision::Nanos, Some(0)) {
        Ok(_) => Ok((rest, time)),
        Err(error) => Err((error.offset, error.message)),
    }
}

/// Where the lines of a text stand in its file.
struct Block<'s> {
    source: &'s Source,
    first: Place,
    /// Empty lines before the first; none where the text is not as it stands, line by line.
    blank: Option<usize>,
}

impl<'s> Block<'s> {
    fn new(text: &At<String>, source: &'s Source) -> Block<'s> {
        let before = source.text().get(..text.span.start as usize).unwrap_or_default();
        let above = before.trim_end().lines().next_back().unwrap_or_default();
        let lead = comment(above).map_or(above, |comment| above.strip_suffix(comment).unwrap_or(above));
        let sign = lead.trim_end().trim_end_matches(|c: char| c.is_ascii_digit() || c == '-' || c == '+');
        let literal =
            sign.ends_with('|') && before.lines().next_back().is_none_or(|line| line.trim().is_empty());
        let blank = text.value.bytes().take_while(|b| *b == b'\n').count();
        Block { source, first: text.place, blank: literal.then_some(blank) }
    }

    fn place(&self, index: usize) -> Place {
        let Some(below) = self.blank.map(|blank| index.saturating_sub(blank) as u32) else {
            return self.first;
        };
        let line = self.first.line.saturating_add(below);
        let text = self.source.line(line as usize);
        let indent = text.chars().take_while(|c| *c == ' ').count() as u32;
        Place { line, column: indent + 1 }
    }
}
