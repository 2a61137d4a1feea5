//! Where the parts of a line are, without a look at what is in them.

use crate::input::point::{self, Precision};

/// The parts of a line of line protocol.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Parts {
    /// Measurement and tags end here.
    pub(super) key: usize,
    /// The fields begin here.
    pub(super) from: usize,
    /// The fields end here.
    pub(super) to: usize,
    /// The timestamp, if there is one, in the unit it is written in.
    pub(super) time: Option<i64>,
}

/// Cuts a line without its newline; `None` if it has not the usual form.
pub(super) fn cut(line: &[u8]) -> Option<Parts> {
    let key = key(line)?;
    let from = key + blanks(line.get(key..)?);
    let to = from + fields(line.get(from..)?)?;
    if to == from {
        return None;
    }
    let time = line.get(to..)?.trim_ascii();
    let time = if time.is_empty() { None } else { Some(std::str::from_utf8(time).ok()?.parse().ok()?) };
    Some(Parts { key, from, to, time })
}

/// Why a line cannot be cut.
pub(super) fn reason(line: &[u8]) -> String {
    match std::str::from_utf8(line).map(|line| point::parse_line(line, Precision::Nanos, Some(0))) {
        Ok(Err(error)) => error.message,
        _ => "bad timestamp: expected an integer".to_owned(),
    }
}

fn blanks(text: &[u8]) -> usize {
    text.iter().take_while(|b| matches!(b, b' ' | b'\t')).count()
}

fn key(line: &[u8]) -> Option<usize> {
    let mut spaces = memchr::memchr_iter(b' ', line);
    spaces.find(|&at| at > 0 && line.get(at - 1) != Some(&b'\\'))
}

/// Length of the fields: up to a space outside of strings.
fn fields(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = text.get(at..)?;
        let Some(len) = memchr::memchr3(b' ', b'"', b'\\', rest) else { return Some(text.len()) };
        at += len;
        match text.get(at)? {
            b' ' => return Some(at),
            b'\\' => at += 2,
            _ => at = string(text, at + 1)?,
        }
    }
}

/// Where the string ends that begins at `at`, behind its quote.
fn string(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
        if text.get(at) == Some(&b'"') {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// Length of the point at the beginning of `block`, with its newline: of several lines if a string
/// holds newlines and the lines make a point only together.
pub(super) fn record(block: &[u8]) -> usize {
    let first = memchr::memchr(b'\n', block).map_or(block.len(), |at| at + 1);
    let from = point::prompt_len(block).min(first);
    let line = block.get(from..first).unwrap_or_default();
    if cut(line.trim_ascii_end()).is_some() || !line.contains(&b'"') {
        return first;
    }
    // A string of more than a thousand lines is more likely a missing quote.
    for end in memchr::memchr_iter(b'\n', block).skip(1).take(1000) {
        if cut(block.get(from..end).unwrap_or_default().trim_ascii_end()).is_some() {
            return end + 1;
        }
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_behind_escapes_and_strings() {
        for (line, key, fields, time) in [
            ("m f=1 5", "m", "f=1", Some(5)),
            ("m f=1", "m", "f=1", None),
            ("m,t=a\\ b  f=1  -5 ", "m,t=a\\ b", "f=1", Some(-5)),
            ("m s=\"a b\\\" c\",g=2 5", "m", "s=\"a b\\\" c\",g=2", Some(5)),
            ("m a\\ b=1 5", "m", "a\\ b=1", Some(5)),
            ("m s=\"two\nlines\" 5", "m", "s=\"two\nlines\"", Some(5)),
        ] {
            let parts = cut(line.as_bytes()).unwrap_or_else(|| panic!("{line}"));
            assert_eq!((&line[..parts.key], &line[parts.from..parts.to], parts.time), (key, fields, time));
        }
        for line in ["", "m", "m ", "m f=1 x", "m s=\"a 5", "m f=1 5 6"] {
            assert_eq!(cut(line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn a_record_may_have_several_lines() {
        let block = "m s=\"a\nb\nc\" 5\nm f=1 6\n";
        let len = record(block.as_bytes());
        assert_eq!(&block[..len], "m s=\"a\nb\nc\" 5\n");
        assert_eq!(record(b"m s=\"open 5\nm f=1 6\n"), 12, "a missing quote costs its line");
        assert_eq!(record(b"m f=1 6"), 7);
    }
}
