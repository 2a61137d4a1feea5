//! The fields of a raw line, one by one: the cold way, for printing a whole point.
//!
//! The section was already found to be well formed when the line was read, so what does not fit is
//! passed over here without a word.

use std::borrow::Cow;

use memchr::memchr2;

use super::SeriesId;
use crate::value::Value;

/// A point as read: its wanted values lie at the bottom of the tape.
#[derive(Clone, Copy, Debug)]
pub struct RawPoint<'b> {
    /// Which series.
    pub series: SeriesId,
    /// Nanoseconds since 1970.
    pub time: i64,
    /// All its fields, as written.
    pub fields: RawFields<'b>,
}

/// The fields section of a line of line protocol: `a=1,b="x y"`.
#[derive(Clone, Copy, Debug, Default)]
pub struct RawFields<'a>(pub &'a [u8]);

impl<'a> RawFields<'a> {
    /// Calls `f` with every field, as written: a name given twice comes twice.
    pub fn each(self, mut f: impl FnMut(Cow<'a, str>, Value)) {
        let mut rest = self.0;
        while let Some(eq) = end_of_name(rest) {
            let (name, from) = (field_name(&rest[..eq]), &rest[eq + 1..]);
            let end = end_of_value(from);
            if let Some(value) = value(&from[..end]) {
                f(name, value);
            }
            rest = from.get(end + 1..).unwrap_or_default();
        }
    }
}

/// The name of a field that is written so.
pub fn field_name(raw: &[u8]) -> Cow<'_, str> {
    unescape(raw, b",= ")
}

/// Offset of the `=` that ends a field's name.
pub fn end_of_name(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + memchr2(b'=', b'\\', bytes.get(from..)?)?;
        if bytes[at] == b'=' {
            return Some(at);
        }
        from = at + 2;
    }
}

/// Length of the field value at the beginning of `bytes`, which may go on with a comma.
pub fn end_of_value(bytes: &[u8]) -> usize {
    if bytes.first() != Some(&b'"') {
        return memchr::memchr(b',', bytes).unwrap_or(bytes.len());
    }
    end_of_string(&bytes[1..]).map_or(bytes.len(), |end| end + 2)
}

/// Offset of the quote that ends a string's content.
pub fn end_of_string(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + memchr2(b'"', b'\\', bytes.get(from..)?)?;
        if bytes[at] == b'"' {
            return Some(at);
        }
        from = at + 2;
    }
}

/// The value that a text of line protocol stands for.
pub fn value(text: &[u8]) -> Option<Value> {
    Some(match text {
        // Most values that monitoring gathers are 0.
        [digit @ b'0'..=b'9'] => Value::Float(f64::from(digit - b'0')),
        [b'"', content @ .., b'"'] => Value::Str(unescape(content, b"\"\\").into()),
        [b't' | b'T', ..] => Value::Bool(true),
        [b'f' | b'F', ..] => Value::Bool(false),
        [digits @ .., b'i' | b'u'] => Value::Int(std::str::from_utf8(digits).ok()?.parse().ok()?),
        number => Value::Float(fast_float2::parse(number).ok()?),
    })
}

/// The text without the backslashes that stand before one of `special`.
pub fn unescape<'a>(raw: &'a [u8], special: &[u8]) -> Cow<'a, str> {
    if memchr::memchr(b'\\', raw).is_none() {
        return String::from_utf8_lossy(raw);
    }
    let mut plain = Vec::with_capacity(raw.len());
    let mut bytes = raw.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match bytes.peek() {
            Some(next) if byte == b'\\' && special.contains(next) => plain.extend(bytes.next()),
            _ => plain.push(byte),
        }
    }
    Cow::Owned(String::from_utf8_lossy(&plain).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_and_escape() {
        let mut seen = Vec::new();
        let line = br#"a=1.5,b\,c=-3i,s="x, \"y\"\\ =z",t=true,u=7u,a=2"#;
        RawFields(line).each(|name, value| seen.push((name.into_owned(), value)));
        let text = |s: &str| Value::Str(s.into());
        let want = [
            ("a", Value::Float(1.5)),
            ("b,c", Value::Int(-3)),
            ("s", text(r#"x, "y"\ =z"#)),
            ("t", Value::Bool(true)),
            ("u", Value::Int(7)),
            ("a", Value::Float(2.0)),
        ];
        assert_eq!(seen, want.map(|(n, v)| (n.to_owned(), v)));
    }
}
