//! JSON with Go's escapes: events must be the same bytes as Kapacitor's.

use std::fmt::Write;

use super::Value;
use super::number::{push_int, push_json_float};

/// Bytes that need an escape or a closer look.
const SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let mut i = 0;
    while i < 0x20 {
        table[i] = true;
        i += 1;
    }
    table[b'"' as usize] = true;
    table[b'\\' as usize] = true;
    table[b'<' as usize] = true;
    table[b'>' as usize] = true;
    table[b'&' as usize] = true;
    // First byte of U+2028 and U+2029.
    table[0xe2] = true;
    table
};

/// Appends a text as a JSON string, with `<`, `>`, `&`, U+2028 and U+2029 escaped.
pub fn push_json_str(out: &mut String, s: &str) {
    out.push('"');
    push_json_inner(out, s);
    out.push('"');
}

/// The same without the quotes.
pub fn push_json_inner(out: &mut String, s: &str) {
    let bytes = s.as_bytes();
    let mut done = 0;
    for (i, &b) in bytes.iter().enumerate() {
        if !SPECIAL[usize::from(b)] {
            continue;
        }
        let width = match b {
            0xe2 if matches!(bytes.get(i + 1..i + 3), Some([0x80, 0xa8 | 0xa9])) => 3,
            0xe2 => continue,
            _ => 1,
        };
        out.push_str(s.get(done..i).unwrap_or_default());
        done = i + width;
        push_escape(out, b, bytes.get(i + 2).copied().unwrap_or_default());
    }
    out.push_str(s.get(done..).unwrap_or_default());
}

fn push_escape(out: &mut String, b: u8, third: u8) {
    out.push_str(match b {
        b'"' => "\\\"",
        b'\\' => "\\\\",
        b'\n' => "\\n",
        b'\r' => "\\r",
        b'\t' => "\\t",
        0x08 => "\\b",
        0x0c => "\\f",
        b'<' => "\\u003c",
        b'>' => "\\u003e",
        b'&' => "\\u0026",
        0xe2 if third == 0xa8 => "\\u2028",
        0xe2 => "\\u2029",
        _ => {
            let _ = write!(out, "\\u{b:04x}");
            return;
        }
    });
}

/// Appends a value; `false`, and nothing appended, for a float that is not a number or infinite.
pub fn push_json_value(out: &mut String, value: &Value) -> bool {
    match value {
        Value::Null => out.push_str("null"),
        Value::Float(x) => return push_json_float(out, *x),
        Value::Int(x) | Value::Duration(x) => push_int(out, *x),
        Value::Bool(x) => out.push_str(if *x { "true" } else { "false" }),
        Value::Str(x) => push_json_str(out, x),
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(s: &str) -> String {
        let mut out = String::new();
        push_json_str(&mut out, s);
        out
    }

    #[test]
    fn escapes_as_go() {
        let table = [
            ("", "\"\""),
            ("plain é 世", "\"plain é 世\""),
            ("a\"b\\c", "\"a\\\"b\\\\c\""),
            ("<a&b>", "\"\\u003ca\\u0026b\\u003e\""),
            ("\u{8}\u{c}\n\r\t\u{1}\u{7f}", "\"\\b\\f\\n\\r\\t\\u0001\u{7f}\""),
            ("x\u{2028}y\u{2029}z\u{2027}", "\"x\\u2028y\\u2029z\u{2027}\""),
            ("\u{2028}", "\"\\u2028\""),
        ];
        for (s, want) in table {
            assert_eq!(text(s), want);
        }
    }

    #[test]
    fn values() {
        let table = [
            (Value::Null, Some("null")),
            (Value::Float(1e-7), Some("1e-7")),
            (Value::Float(f64::NAN), None),
            (Value::Int(-3), Some("-3")),
            (Value::Duration(1_000), Some("1000")),
            (Value::Bool(true), Some("true")),
            (Value::Str("a".into()), Some("\"a\"")),
        ];
        for (value, want) in table {
            let mut out = String::new();
            assert_eq!(push_json_value(&mut out, &value), want.is_some());
            assert_eq!(out, want.unwrap_or_default());
        }
    }

    proptest! {
        #[test]
        fn escaped_text_is_ascii_safe(s in "[a-c<>&\"\\\\\n\u{2028}é]{0,20}") {
            let out = text(&s);
            let raw = out.contains(['<', '>', '&', '\n', '\u{2028}']);
            prop_assert!(!raw, "{}", out);
        }
    }
}
