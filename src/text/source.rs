//! A named text, and places in it as people count them.

use std::fmt;

use super::Span;

/// A text with its name and the starts of its lines.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    name: String,
    text: String,
    /// The byte after each line end, and 0.
    starts: Vec<usize>,
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
        let starts =
            std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|i| i + 1)).collect();
        Source { name: name.into(), text, starts }
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
        self.starts.len()
    }

    /// The place of a byte. Beyond the end is the end; within a character is the character.
    pub fn place(&self, byte: usize) -> Place {
        let byte = byte.min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= byte);
        let start = line.checked_sub(1).and_then(|i| self.starts.get(i)).copied().unwrap_or(0);
        let column = self.text.get(start..).map_or(0, |rest| {
            rest.char_indices().take_while(|(i, c)| start + i + c.len_utf8() <= byte).count()
        });
        Place { line, column: column + 1 }
    }

    /// A line without its end, counted from 1.
    pub fn line(&self, line: usize) -> &str {
        let Some(start) = line.checked_sub(1).and_then(|i| self.starts.get(i)) else { return "" };
        let end = self.starts.get(line).copied().unwrap_or(self.text.len());
        self.text.get(*start..end).unwrap_or_default().trim_end_matches(['\n', '\r'])
    }

    /// First and last place of a span; the last is after its last character.
    pub fn places(&self, span: Span) -> (Place, Place) {
        (self.place(span.start as usize), self.place(span.end.max(span.start) as usize))
    }
}

/// Line and char as Kapacitor's messages count: from 1, in bytes.
pub fn line_char(text: &str, byte: usize) -> (usize, usize) {
    let before = text.as_bytes().get(..byte.min(text.len())).unwrap_or_default();
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |i| i + 1);
    (1 + memchr::memchr_iter(b'\n', before).count(), before.len() - line_start + 1)
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
    fn kapacitor_counts_bytes() {
        for (byte, want) in [(0, (1, 1)), (3, (1, 4)), (4, (2, 1)), (6, (2, 3)), (99, (3, 1))] {
            assert_eq!(line_char("one\nä日x\n", byte), want, "{byte}");
        }
    }
}
