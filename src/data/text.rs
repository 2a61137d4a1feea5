//! The bytes of string values of the point at hand.

use super::Val;
use crate::value::Value;

/// A piece of a [`Text`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StrRef {
    start: u32,
    len: u32,
}

/// One growing buffer for all strings of a point: emptied before the next, never freed.
#[derive(Default)]
pub struct Text {
    buf: String,
}

impl StrRef {
    /// A piece that begins at a byte and is so many bytes long.
    pub(super) fn new(start: u32, len: u32) -> StrRef {
        StrRef { start, len }
    }

    /// Where it begins.
    pub(super) fn start(self) -> u32 {
        self.start
    }

    /// How many bytes it is long.
    pub(super) fn len(self) -> u32 {
        self.len
    }

    /// The same piece of a text that begins later.
    pub(super) fn shifted(self, by: u32) -> StrRef {
        StrRef { start: self.start + by, len: self.len }
    }
}

impl Text {
    /// Copies a text in.
    pub fn push(&mut self, text: &str) -> StrRef {
        let start = self.buf.len() as u32;
        self.buf.push_str(text);
        StrRef { start, len: text.len() as u32 }
    }

    /// A value whose text, if it is one, is copied in.
    pub fn val(&mut self, value: &Value) -> Val {
        match value {
            Value::Null => Val::Null,
            Value::Float(x) => Val::Float(*x),
            Value::Int(x) => Val::Int(*x),
            Value::Bool(x) => Val::Bool(*x),
            Value::Str(x) => Val::Str(self.push(x)),
            Value::Duration(x) => Val::Duration(*x),
        }
    }

    /// Appends what `write` writes, as one piece.
    pub fn build(&mut self, write: impl FnOnce(&mut String)) -> StrRef {
        let start = self.buf.len() as u32;
        write(&mut self.buf);
        StrRef { start, len: self.buf.len() as u32 - start }
    }

    /// The text of a piece.
    pub fn get(&self, r: StrRef) -> &str {
        &self.buf[r.start as usize..(r.start + r.len) as usize]
    }

    /// A value whose text, if it is one, is a piece of another text that was pushed as this piece.
    pub fn within(&self, all: StrRef, val: Val) -> Val {
        val.moved(all.start)
    }

    /// Part of a piece; `None` where an end falls inside a character.
    pub fn sub(&self, r: StrRef, start: usize, end: usize) -> Option<StrRef> {
        let text = self.get(r);
        text.get(start..end)?;
        Some(StrRef { start: r.start + start as u32, len: (end - start) as u32 })
    }

    /// All pieces, one after the other.
    pub fn all(&self) -> &str {
        &self.buf
    }

    /// Forgets every piece.
    pub fn clear(&mut self) {
        self.buf.clear();
    }

    /// How many bytes are in use: give it to [`Text::truncate`] to forget what came later.
    pub fn mark(&self) -> usize {
        self.buf.len()
    }

    /// Forgets the pieces pushed since `mark`.
    pub fn truncate(&mut self, mark: usize) {
        self.buf.truncate(mark);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_stay_valid_while_others_come() {
        let mut t = Text::default();
        let a = t.push("eins");
        let b = t.build(|s| s.push_str("zwölf"));
        assert_eq!((t.get(a), t.get(b)), ("eins", "zwölf"));
        assert_eq!(t.sub(b, 0, 2).map(|r| t.get(r).to_owned()).as_deref(), Some("zw"));
        assert_eq!(t.sub(b, 0, 3), None, "inside the umlaut");
    }
}
