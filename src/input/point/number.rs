//! Values that are not strings: numbers and truth values, as InfluxDB scans them.

use crate::value::Value;

/// Reads an unquoted field value.
pub(super) fn parse(text: &str) -> Result<Value, String> {
    match text.bytes().next() {
        Some(b'0'..=b'9' | b'.' | b'-') => number(text),
        _ => boolean(text),
    }
}

fn boolean(text: &str) -> Result<Value, String> {
    match text {
        "t" | "T" | "true" | "True" | "TRUE" => Ok(Value::Bool(true)),
        "f" | "F" | "false" | "False" | "FALSE" => Ok(Value::Bool(false)),
        _ => Err(format!("`{text}` is no number, boolean or quoted string")),
    }
}

fn number(text: &str) -> Result<Value, String> {
    if let Some(digits) = text.strip_suffix('i') {
        return integer(digits, text).map(Value::Int);
    }
    if let Some(digits) = text.strip_suffix('u') {
        if digits.starts_with('-') {
            return Err(format!("unsigned integer `{text}` is negative"));
        }
        return integer(digits, text).map(Value::Int);
    }
    if !is_float(text.as_bytes()) {
        return Err(format!("`{text}` is no number"));
    }
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(Value::Float(value)),
        _ => Err(format!("float `{text}` is out of range")),
    }
}

fn integer(digits: &str, text: &str) -> Result<i64, String> {
    let unsigned = digits.strip_prefix('-').unwrap_or(digits);
    if unsigned.is_empty() || !unsigned.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("`{text}` is no integer"));
    }
    digits.parse().map_err(|_| format!("integer `{text}` is out of range"))
}

/// `-?` digits with at most one point among or around them, and an exponent if any; Rust's own
/// parser would take `+1`, `inf` and `nan` as well.
fn is_float(text: &[u8]) -> bool {
    let rest = text.strip_prefix(b"-").unwrap_or(text);
    let end = rest.iter().position(|b| !b.is_ascii_digit() && *b != b'.').unwrap_or(rest.len());
    let (mantissa, exponent) = rest.split_at(end);
    let points = mantissa.iter().filter(|b| **b == b'.').count();
    if points > 1 || mantissa.len() == points {
        return false;
    }
    match exponent.split_first() {
        None => true,
        Some((b'e' | b'E', rest)) => {
            let digits = rest.strip_prefix(b"-").or(rest.strip_prefix(b"+")).unwrap_or(rest);
            !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
        }
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepted() {
        use Value::{Bool, Float, Int};
        for (text, want) in [
            ("1", Float(1.0)),
            ("1.", Float(1.0)),
            (".5", Float(0.5)),
            ("-.5", Float(-0.5)),
            ("007", Float(7.0)),
            ("1e-7", Float(1e-7)),
            ("1E+2", Float(100.0)),
            ("1.e2", Float(100.0)),
            ("1e-999", Float(0.0)),
            ("0i", Int(0)),
            ("-0i", Int(0)),
            ("0042i", Int(42)),
            ("9223372036854775807i", Int(i64::MAX)),
            ("-9223372036854775808i", Int(i64::MIN)),
            ("9223372036854775807u", Int(i64::MAX)),
            ("t", Bool(true)),
            ("True", Bool(true)),
            ("F", Bool(false)),
            ("FALSE", Bool(false)),
        ] {
            assert_eq!(parse(text), Ok(want), "{text}");
        }
        assert!(matches!(parse("-0"), Ok(Float(f)) if f == 0.0 && f.is_sign_negative()));
    }

    #[test]
    fn refused() {
        for text in [
            "",
            "-",
            ".",
            "-.",
            "+1",
            "1.1.1",
            "1e",
            "1e+",
            "e5",
            "-e5",
            "1e5.0",
            "0x10",
            "1_0",
            "NaN",
            "nan",
            "Inf",
            "-Inf",
            "inf",
            "1e400",
            "9i10",
            "1.0i",
            "1e1i",
            "i",
            "-i",
            "-u",
            "-1u",
            "--1",
            "1ii",
            "9223372036854775808i",
            "9223372036854775808u",
            "tRUE",
            "yes",
            "tr",
            "1\r",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
