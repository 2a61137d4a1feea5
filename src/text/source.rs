//! A named text, and places in it as people count them.

use std::fmt;
use std::ops::Range;

use super::Span;

/// Bytes between two places whose number of characters is kept.
const STRIDE: usize = 1024;

/// A text with its name, the starts of its lines and what it takes to count characters quickly: there may be
/// thousands of findings, and lines without end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    name: String,
    text: String,
    starts: Starts,
    /// Characters that begin before each [`STRIDE`] bytes.
    chars: Vec<usize>,
}

/// A place as people count: both from 1, the column in characters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The character in it.
    pub column: usize,
}

/// `line:column`
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

impl Source {
    /// A text that is called `name` in messages, usually the path of its file.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Source {
        let text = text.into();
        let mut chars = vec![0];
        for part in text.as_bytes().chunks(STRIDE) {
            chars.push(chars.last().unwrap_or(&0) + beginnings(part));
        }
        Source { name: name.into(), starts: Starts::of(&text), text, chars }
    }

    /// What messages call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All of it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many lines it has; a line end at the end starts one more.
    pub fn lines(&self) -> usize {
        self.starts.0.len()
    }

    /// The place of a byte. Beyond the end is the end; within a character is the character.
    pub fn place(&self, byte: usize) -> Place {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let (line, start) = self.starts.find(byte);
        Place { line, column: self.chars_before(byte) - self.chars_before(start) + 1 }
    }

    /// Characters that begin before a byte.
    fn chars_before(&self, byte: usize) -> usize {
        let rest = self.text.as_bytes().get(byte / STRIDE * STRIDE..byte).unwrap_or_default();
        self.chars.get(byte / STRIDE).copied().unwrap_or_default() + beginnings(rest)
    }

    /// The bytes of a line with its end; counted from 1.
    pub fn line_range(&self, line: usize) -> Range<usize> {
        let starts = &self.starts.0;
        let Some(start) = line.checked_sub(1).and_then(|i| starts.get(i)) else { return 0..0 };
        *start..starts.get(line).copied().unwrap_or(self.text.len())
    }

    /// A line without its end, counted from 1.
    pub fn line(&self, line: usize) -> &str {
        self.text.get(self.line_range(line)).unwrap_or_default().trim_end_matches(['\n', '\r'])
    }

    /// First and last place of a span; the last is after its last character.
    pub fn places(&self, span: Span) -> (Place, Place) {
        (self.place(span.start as usize), self.place(span.end.max(span.start) as usize))
    }
}

/// How many characters begin in a part of a text.
fn beginnings(part: &[u8]) -> usize {
    part.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

/// Where the lines of a text begin: the byte after each line end, and 0.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Starts(Vec<usize>);

impl Starts {
    /// Those of a text.
    pub fn of(text: &str) -> Starts {
        let ends = memchr::memchr_iter(b'\n', text.as_bytes());
        Starts(std::iter::once(0).chain(ends.map(|end| end + 1)).collect())
    }

    /// The number of the line that a byte is in, from 1, and where it begins.
    fn find(&self, byte: usize) -> (usize, usize) {
        let line = self.0.partition_point(|start| *start <= byte);
        (line, line.checked_sub(1).and_then(|i| self.0.get(i)).copied().unwrap_or(0))
    }

    /// Line and char of a byte of the text as Kapacitor's messages count: from 1, in bytes.
    pub fn line_char(&self, byte: usize) -> (usize, usize) {
        let (line, start) = self.find(byte);
        (line, byte - start + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters() {
        let source = Source::new("a.tick", "one\nä日x\r\n");
        for (byte, line, column) in
            [(0, 1, 1), (3, 1, 4), (4, 2, 1), (5, 2, 1), (6, 2, 2), (9, 2, 3), (12, 3, 1), (99, 3, 1)]
        {
            assert_eq!(source.place(byte), Place { line, column }, "{byte}");
        }
        assert_eq!((source.line(2), source.line(3), source.line(4)), ("ä日x", "", ""));
        assert_eq!(source.lines(), 3);
    }

    #[test]
    fn lines_without_end_are_counted_alike() {
        let line = "aä日𝄞".repeat(500);
        let source = Source::new("a.tick", format!("x\n{line}\ny"));
        for (i, (at, _)) in line.char_indices().enumerate() {
            assert_eq!(source.place(at + 2), Place { line: 2, column: i + 1 });
        }
        assert_eq!(source.place(line.len() + 3), Place { line: 3, column: 1 });
        assert_eq!(source.line_range(2), 2..line.len() + 3);
    }

    #[test]
    fn kapacitor_counts_bytes() {
        let starts = Starts::of("one\nä日x\n");
        for (byte, want) in [(0, (1, 1)), (3, (1, 4)), (4, (2, 1)), (6, (2, 3)), (11, (3, 1))] {
            assert_eq!(starts.line_char(byte), want, "{byte}");
        }
    }
}
