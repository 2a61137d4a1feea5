//! Points as the rows of a table give them, and their form as line protocol.

use std::io::Write;

/// Takes points piece by piece: `begin`, tags, fields, `end`.
pub(super) trait PointWriter {
    /// A point begins.
    fn begin(&mut self, measurement: &[u8]);
    /// A tag; an empty value is none.
    fn tag(&mut self, key: &Name, value: &[u8]);
    /// A field.
    fn field(&mut self, key: &Name, value: Cell<'_>);
    /// The point is complete.
    fn end(&mut self, time: i64);
}

/// A field's value whose text was found to be well formed.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Cell<'a> {
    /// Digits of a float, as line protocol takes them.
    Float(&'a [u8]),
    /// Digits of an integer.
    Int(&'a [u8]),
    /// Truth value.
    Bool(bool),
    /// Text.
    Str(&'a [u8]),
    /// A value as line protocol writes it.
    Line(&'a [u8]),
}

/// A tag's or field's key, plain and as lines write it.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Name {
    /// Unescaped.
    pub(super) plain: String,
    line: Vec<u8>,
}

impl Name {
    pub(super) fn new(plain: &str) -> Name {
        // In a field's key a backslash takes the next character with it: before one that is escaped it
        // cannot be said.
        let bytes = plain.as_bytes();
        let kept = bytes.iter().enumerate().filter(|(i, byte)| {
            **byte != b'\\' || !matches!(bytes.get(i + 1), Some(b',' | b' ' | b'=' | b'"' | b'\\'))
        });
        let kept: Vec<u8> = kept.map(|(_, byte)| *byte).collect();
        let mut line = Vec::new();
        escape(&mut line, &kept);
        line.push(b'=');
        Name { plain: plain.to_owned(), line }
    }

    /// Whether nothing is left of it to be written.
    pub(super) fn is_empty(&self) -> bool {
        self.line.len() <= 1
    }
}

/// Appends points to a block of lines.
#[derive(Default)]
pub(super) struct LineWriter {
    /// The lines.
    pub(super) out: Vec<u8>,
    /// Where the point at hand begins.
    start: usize,
    fields: bool,
    /// The end of the last line, and its time.
    end: Vec<u8>,
    time: i64,
    /// Cells whose line breaks became spaces.
    pub(super) breaks: u64,
}

impl LineWriter {
    /// An empty line in place of the point at hand.
    pub(super) fn cancel(&mut self) {
        self.out.truncate(self.start);
        self.empty();
    }

    /// A line without a point.
    pub(super) fn empty(&mut self) {
        self.out.push(b'\n');
        self.start = self.out.len();
    }

    /// Forgets all lines.
    pub(super) fn reset(&mut self) {
        self.out.clear();
        self.start = 0;
    }

    fn escaped(&mut self, text: &[u8]) {
        if escape(&mut self.out, text) {
            self.breaks += 1;
        }
    }

    fn quoted(&mut self, text: &[u8]) {
        self.out.push(b'"');
        if memchr::memchr3(b'"', b'\\', b'\n', text).is_none() {
            self.out.extend_from_slice(text);
        } else {
            self.breaks += u64::from(text.contains(&b'\n'));
            for &byte in text {
                match byte {
                    b'"' | b'\\' => self.out.extend_from_slice(&[b'\\', byte]),
                    b'\n' => self.out.push(b' '),
                    _ => self.out.push(byte),
                }
            }
        }
        self.out.push(b'"');
    }
}

impl PointWriter for LineWriter {
    fn begin(&mut self, measurement: &[u8]) {
        self.start = self.out.len();
        self.fields = false;
        // A leading `#` would make a comment of the line.
        let start = measurement.iter().position(|b| *b != b'#').unwrap_or(measurement.len());
        self.escaped(measurement.get(start..).unwrap_or_default());
    }

    fn tag(&mut self, key: &Name, value: &[u8]) {
        // Of backslashes alone nothing would be left.
        if value.iter().any(|b| *b != b'\\') {
            self.out.push(b',');
            self.out.extend_from_slice(&key.line);
            self.escaped(value);
        }
    }

    fn field(&mut self, key: &Name, value: Cell<'_>) {
        self.out.push(if self.fields { b',' } else { b' ' });
        self.fields = true;
        self.out.extend_from_slice(&key.line);
        match value {
            Cell::Float(text) | Cell::Line(text) => self.out.extend_from_slice(text),
            Cell::Int(text) => {
                self.out.extend_from_slice(text);
                self.out.push(b'i');
            }
            Cell::Bool(value) => self.out.push(if value { b't' } else { b'f' }),
            Cell::Str(text) => self.quoted(text),
        }
    }

    fn end(&mut self, time: i64) {
        if self.end.is_empty() || self.time != time {
            self.time = time;
            self.end.clear();
            // Writing to a `Vec` cannot fail.
            let _ = writeln!(self.end, " {time}");
        }
        self.out.extend_from_slice(&self.end);
        self.start = self.out.len();
    }
}

/// Appends a name, key or tag value; true if a line break in it became a space. Backslashes at its end
/// are dropped: line protocol cannot say them.
fn escape(out: &mut Vec<u8>, text: &[u8]) -> bool {
    let end = text.iter().rposition(|b| *b != b'\\').map_or(0, |at| at + 1);
    let text = text.get(..end).unwrap_or_default();
    if !text.iter().any(|b| matches!(b, b',' | b' ' | b'=' | b'\n' | b'\r')) {
        out.extend_from_slice(text);
        return false;
    }
    let mut breaks = false;
    for &byte in text {
        match byte {
            b',' | b' ' | b'=' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' | b'\r' => {
                breaks = true;
                out.extend_from_slice(b"\\ ");
            }
            _ => out.push(byte),
        }
    }
    breaks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_a_line() {
        let mut w = LineWriter::default();
        w.begin(b"##a b");
        w.tag(&Name::new("k,1"), b"x=y\\");
        w.tag(&Name::new("none"), b"");
        w.field(&Name::new("f f"), Cell::Float(b"1.5"));
        w.field(&Name::new("s"), Cell::Str(b"q\"\\\nr"));
        w.field(&Name::new("i"), Cell::Int(b"-3"));
        w.field(&Name::new("b"), Cell::Bool(true));
        w.end(-7);
        w.begin(b"x");
        w.cancel();
        let want = "a\\ b,k\\,1=x\\=y f\\ f=1.5,s=\"q\\\"\\\\ r\",i=-3i,b=t -7\n\n";
        assert_eq!(String::from_utf8(w.out).unwrap(), want);
        assert_eq!(w.breaks, 1);
    }
}
