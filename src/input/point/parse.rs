//! Line protocol to an [`OwnedPoint`].
//!
//! The rules are those of InfluxDB 1.x, which Kapacitor uses. In measurements, tag keys and tag values
//! a comma, space or equals sign after a backslash is escaped, so `\\,` is a backslash and an escaped
//! comma. In field keys a backslash takes the next character with it, whatever that is, so `\\=` ends
//! the key. In strings it escapes a quote or a backslash. A backslash that escapes nothing is itself.
//! Decided here, on purpose different from InfluxDB:
//!
//! - `\r` before the line's end is dropped;
//! - unsigned integers are read, as integers, if they fit;
//! - of a tag given twice the last value counts (InfluxDB refuses the line), as for fields;
//! - text between a string's closing quote and the next comma or space is refused;
//! - a tag value that begins with `=` is refused, as `=` is elsewhere in it;
//! - a line with a NUL byte is refused; there is no limit on the length of a key.

use super::{LineError, OwnedPoint, Precision, number};
use crate::value::Value;

/// Whether a line holds a point, and not only whitespace or a comment.
pub fn is_data(line: &str) -> bool {
    !matches!(line.trim_start_matches([' ', '\t']).bytes().next(), None | Some(b'#' | b'\r' | b'\n'))
}

/// How long the blanks and prompts before a point are: `telegraf --test` writes `> ` before each.
pub fn prompt_len(line: &[u8]) -> usize {
    let mut at = 0;
    loop {
        match line.get(at..).unwrap_or_default() {
            [b' ' | b'\t', ..] => at += 1,
            [b'>', b' ', ..] => at += 2,
            _ => return at,
        }
    }
}

/// The same line without them.
pub fn unprompted(line: &str) -> &str {
    line.get(prompt_len(line.as_bytes())..).unwrap_or_default()
}

/// Reads one line.
///
/// `default_time` stands in for a missing timestamp; without it such a line is refused. Lines for
/// which [`is_data`] is false are to be skipped before.
pub fn parse_line(
    line: &str,
    precision: Precision,
    default_time: Option<i64>,
) -> Result<OwnedPoint, LineError> {
    let line = line.strip_suffix('\n').unwrap_or(line);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if let Some(at) = memchr::memchr(0, line.as_bytes()) {
        return Err(LineError::new(at, "NUL byte"));
    }
    let mut cursor = Cursor { line, at: 0 };
    cursor.skip_blanks();
    let name = cursor.measurement()?;
    let tags = cursor.tags()?;
    cursor.skip_blanks();
    let fields = cursor.fields()?;
    cursor.skip_blanks();
    let time = cursor.time(precision, default_time)?;
    Ok(OwnedPoint { name, tags, fields, time })
}

struct Cursor<'a> {
    line: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn peek(&self) -> Option<u8> {
        self.line.as_bytes().get(self.at).copied()
    }

    fn fail<T>(&self, message: impl Into<String>) -> Result<T, LineError> {
        Err(LineError::new(self.at, message))
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    /// The text up to the first of `stops` that no backslash stands before, or to the line's end.
    ///
    /// All stops are ASCII, so the cut is between characters.
    fn until(&mut self, stops: &[u8]) -> &'a str {
        let start = self.at;
        let mut before = 0;
        while let Some(byte) = self.peek() {
            if before != b'\\' && stops.contains(&byte) {
                break;
            }
            before = byte;
            self.at += 1;
        }
        self.line.get(start..self.at).unwrap_or_default()
    }

    fn measurement(&mut self) -> Result<String, LineError> {
        if matches!(self.peek(), None | Some(b',')) {
            return self.fail("missing measurement");
        }
        let name = self.until(b", ");
        if self.peek().is_none() {
            return self.fail("missing fields");
        }
        Ok(unescape(name, &[',', ' ', '=', '"']))
    }

    fn tags(&mut self) -> Result<Vec<(String, String)>, LineError> {
        let mut tags: Vec<(String, String)> = Vec::new();
        while self.peek() == Some(b',') {
            self.at += 1;
            let key = self.tag_key()?;
            let value = self.tag_value(&key)?;
            match tags.iter_mut().find(|t| t.0 == key) {
                Some(tag) => tag.1 = value,
                None => tags.push((key, value)),
            }
        }
        tags.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(tags)
    }

    fn tag_key(&mut self) -> Result<String, LineError> {
        if matches!(self.peek(), None | Some(b' ' | b',' | b'=')) {
            return self.fail("missing tag key");
        }
        let key = unescape(self.until(b", ="), &[',', ' ', '=']);
        if self.peek() != Some(b'=') {
            return self.no_tag_value(&key);
        }
        self.at += 1;
        Ok(key)
    }

    fn no_tag_value(&self, key: &str) -> Result<String, LineError> {
        let error = LineError::new(self.at, format!("missing value of tag `{key}`"));
        Err(LineError { kapacitor: Some("missing tag value"), ..error })
    }

    fn tag_value(&mut self, key: &str) -> Result<String, LineError> {
        if matches!(self.peek(), None | Some(b' ' | b',')) {
            return self.no_tag_value(key);
        }
        let value = self.until(b", =");
        match self.peek() {
            None => self.fail("missing fields"),
            Some(b'=') => self.fail(format!("`=` in the value of tag `{key}`: write `\\=`")),
            Some(_) => Ok(unescape(value, &[',', ' ', '='])),
        }
    }

    fn fields(&mut self) -> Result<Vec<(String, Value)>, LineError> {
        let mut fields: Vec<(String, Value)> = Vec::new();
        if self.peek().is_none() {
            return self.fail("missing fields");
        }
        loop {
            let key = self.field_key()?;
            let value = self.field_value(&key)?;
            match fields.iter_mut().find(|f| f.0 == key) {
                Some(field) => field.1 = value,
                None => fields.push((key, value)),
            }
            if self.peek() != Some(b',') {
                return Ok(fields);
            }
            self.at += 1;
        }
    }

    fn field_key(&mut self) -> Result<String, LineError> {
        if self.peek() == Some(b'=') {
            return self.fail("missing field key");
        }
        let start = self.at;
        while let Some(byte) = self.peek() {
            match byte {
                b',' | b' ' | b'=' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        let key = unescape(self.line.get(start..self.at).unwrap_or_default(), &[',', ' ', '=', '"']);
        if self.peek() == Some(b'=') {
            self.at += 1;
            return Ok(key);
        }
        if key.is_empty() {
            return self.fail("missing field key");
        }
        self.fail(format!("missing value of field `{key}`"))
    }

    fn field_value(&mut self, key: &str) -> Result<Value, LineError> {
        if self.peek() == Some(b'"') {
            return self.string(key);
        }
        let start = self.at;
        let bytes = self.line.as_bytes().get(start..).unwrap_or_default();
        let len = memchr::memchr2(b',', b' ', bytes).unwrap_or(bytes.len());
        if len == 0 {
            return self.fail(format!("missing value of field `{key}`"));
        }
        self.at += len;
        let text = self.line.get(start..self.at).unwrap_or_default();
        number::parse(text).map_err(|why| LineError::new(start, format!("field `{key}`: {why}")))
    }

    fn string(&mut self, key: &str) -> Result<Value, LineError> {
        let open = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                None => {
                    return Err(LineError::new(
                        open,
                        format!("field `{key}`: string without a closing quote"),
                    ));
                }
                Some(b'\\') => self.at += 2,
                Some(b'"') => break,
                Some(_) => self.at += 1,
            }
        }
        let text = self.line.get(open + 1..self.at).unwrap_or_default();
        self.at += 1;
        if !matches!(self.peek(), None | Some(b',' | b' ')) {
            return self.fail(format!("field `{key}`: text after the closing quote"));
        }
        Ok(Value::Str(unescape(text, &['"', '\\']).into()))
    }

    fn time(&mut self, precision: Precision, default_time: Option<i64>) -> Result<i64, LineError> {
        let start = self.at;
        let text = self.line.get(start..).unwrap_or_default().trim_end_matches(' ');
        if text.is_empty() {
            return default_time.map_or_else(|| self.fail("missing timestamp"), Ok);
        }
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return self.fail(format!("bad timestamp `{text}`: expected an integer"));
        }
        let count = text.parse().ok().and_then(|count| precision.to_nanos(count));
        count.map_or_else(|| self.fail(format!("timestamp `{text}` is outside the years 1677 to 2262")), Ok)
    }
}

/// Drops the backslashes that stand before one of `special`.
fn unescape(text: &str, special: &[char]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let mut ahead = rest.clone();
        match ahead.next() {
            Some(next) if c == '\\' && special.contains(&next) => {
                out.push(next);
                rest = ahead;
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<OwnedPoint, LineError> {
        parse_line(line, Precision::Nanos, Some(7))
    }

    #[test]
    fn escapes_end_where_influxdb_ends_them() {
        for (line, want) in [
            (
                r"a\,b\ c\=d,t\ 1\,2\=3=v\ 1\,2\=3 f\ 1\,2\=3=1 5",
                r"a\,b\ c=d,t\ 1\,2\=3=v\ 1\,2\=3 f\ 1\,2\=3=1 5",
            ),
            (r#"m"q",t"=v" "f"=1 5"#, r#"m"q",t"=v" \"f\"=1 5"#),
            (r"m\x,t\y=v\z f\w=1 5", r"m\x,t\y=v\z f\w=1 5"),
            (r"m,t=a\\,b f=1 5", r"m,t=a\\,b f=1 5"),
            (r#"m f="a\"b\\c\d,e f=1" 5"#, r#"m f="a\"b\\c\\d,e f=1" 5"#),
            (r#"m f="",g="\\" 5"#, r#"m f="",g="\\" 5"#),
            ("m,b=1,a=2 z=1,y=2 5", "m,a=2,b=1 y=2,z=1 5"),
            ("größe,straße=ö f=\"ü\" 5", "größe,straße=ö f=\"ü\" 5"),
            ("m=x f=1 5", "m=x f=1 5"),
        ] {
            let got = read(line).unwrap_or_else(|e| panic!("{line}: {e}"));
            assert_eq!(got.to_line(), want, "{line}");
        }
    }

    #[test]
    fn whitespace_and_line_ends() {
        let want = read("m,t=v f=1 5").unwrap();
        for line in [
            "m,t=v f=1 5\n",
            "m,t=v f=1 5\r\n",
            "m,t=v f=1 5\r",
            " \tm,t=v f=1 5",
            "m,t=v  f=1  5  ",
            "m,t=v \tf=1 \t5",
        ] {
            assert_eq!(read(line).unwrap(), want, "{line:?}");
        }
        for line in ["m f=1", "m f=1 ", "m f=1\r\n", "m f=1 \t"] {
            assert_eq!(read(line).map(|p| p.time), Ok(7), "{line:?}");
            assert_eq!(parse_line(line, Precision::Nanos, None).unwrap_err().message, "missing timestamp");
        }
        assert_eq!(parse_line("m f=1 5", Precision::Millis, None).unwrap().time, 5_000_000);
        assert_eq!(read("m f=1 -5").unwrap().time, -5);
    }

    #[test]
    fn the_last_of_two_counts() {
        let p = read("m,a=1,b=2,a=3 f=1,g=2,f=3i 5").unwrap();
        assert_eq!(p.to_line(), "m,a=3,b=2 f=3i,g=2 5");
        assert_eq!(p.fields[0].0, "f", "at the place of the first");
    }

    #[test]
    fn refused_with_place_and_reason() {
        for (line, offset, part) in [
            ("", 0, "missing measurement"),
            (",t=v f=1", 0, "missing measurement"),
            ("m", 1, "missing fields"),
            ("m ", 2, "missing fields"),
            ("m,t=v", 5, "missing fields"),
            ("m,t=v ", 6, "missing fields"),
            ("m, f=1", 2, "missing tag key"),
            ("m,=v f=1", 2, "missing tag key"),
            ("m,t f=1", 3, "value of tag `t`"),
            ("m,t= f=1", 4, "value of tag `t`"),
            ("m,t=a=b f=1", 5, "write `\\=`"),
            ("m =1", 2, "missing field key"),
            ("m f=1,=2", 6, "missing field key"),
            ("m f=1,", 6, "missing field key"),
            ("m f", 3, "value of field `f`"),
            ("m f=", 4, "value of field `f`"),
            ("m f=,g=1", 4, "value of field `f`"),
            ("m f=1,g", 7, "value of field `g`"),
            ("m f=\"x", 4, "without a closing quote"),
            ("m f=\"x\\\"", 4, "without a closing quote"),
            ("m f=\"x\"y 5", 7, "after the closing quote"),
            ("m f=+1 5", 4, "field `f`: `+1`"),
            ("m f=1 5x", 6, "bad timestamp `5x`"),
            ("m f=1 5 6", 6, "bad timestamp"),
            ("m f=1 -", 6, "bad timestamp"),
            ("m f=1 1.5", 6, "bad timestamp"),
            ("m f=1 9223372036854775807", 6, "outside the years"),
            ("m f=1 99999999999999999999", 6, "outside the years"),
            ("m f=\"\0\" 5", 5, "NUL"),
        ] {
            let got = read(line).unwrap_err();
            assert!(got.message.contains(part), "{line:?}: {got}");
            assert_eq!(got.offset, offset, "{line:?}: {got}");
        }
    }

    #[test]
    fn blank_lines_and_comments_hold_no_point() {
        for line in ["", " ", "\t", "\r", " \r\n", "#", "  # m f=1", "\n"] {
            assert!(!is_data(line), "{line:?}");
        }
        for line in ["m f=1", " m", ",", "\"#\""] {
            assert!(is_data(line), "{line:?}");
        }
    }
}
