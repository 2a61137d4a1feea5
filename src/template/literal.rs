//! Constants: what a quoted text and a number of a template mean.

use super::tree::{Number, NumberValue};

/// The text between quotes, with Go's escapes; `None` if it is none.
pub(super) fn unquote(raw: &str) -> Option<String> {
    let quote = raw.chars().next()?;
    let body = raw.get(1..)?.strip_suffix(quote)?;
    if quote == '`' {
        return Some(body.replace('\r', ""));
    }
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    while !rest.is_empty() {
        let (c, tail) = unescape(rest, quote)?;
        out.push(c);
        rest = tail;
    }
    Some(out)
}

/// One character, maybe escaped. A byte that is no character by itself becomes U+FFFD.
fn unescape(text: &str, quote: char) -> Option<(char, &str)> {
    let c = text.chars().next()?;
    let rest = text.get(c.len_utf8()..)?;
    if c != '\\' {
        return (c != quote && c != '\n').then_some((c, rest));
    }
    let kind = rest.chars().next()?;
    let rest = rest.get(kind.len_utf8()..)?;
    let simple = match kind {
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        '\\' => '\\',
        '\'' | '"' if kind == quote => kind,
        'x' => return code(rest, 2, 16, 0x7f),
        'u' => return code(rest, 4, 16, u32::MAX),
        'U' => return code(rest, 8, 16, u32::MAX),
        '0'..='7' => return code(text.get(1..)?, 3, 8, 0x7f),
        _ => return None,
    };
    Some((simple, rest))
}

fn code(text: &str, len: usize, radix: u32, most: u32) -> Option<(char, &str)> {
    let (digits, rest) = text.split_at_checked(len)?;
    if !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let n = u32::from_str_radix(digits, radix).ok()?;
    if most == u32::MAX {
        return Some((char::from_u32(n)?, rest));
    }
    (n <= 0xff).then(|| (char::from_u32(n).filter(|_| n <= most).unwrap_or('\u{fffd}'), rest))
}

/// What a number means; the error is Go's.
pub(super) fn number(text: &str) -> Result<Number, String> {
    let value = if text.starts_with('\'') { char_value(text) } else { number_value(text) };
    value.map(|value| Number { text: text.into(), value })
}

fn char_value(text: &str) -> Result<NumberValue, String> {
    let malformed = || format!("malformed character constant: {text}");
    let unquoted = unquote(text).ok_or_else(|| "invalid syntax".to_owned())?;
    let mut chars = unquoted.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Ok(NumberValue::Int(i64::from(u32::from(c)))),
        _ => Err(malformed()),
    }
}

fn number_value(text: &str) -> Result<NumberValue, String> {
    let shown = crate::value::quote::quoted(text);
    if let Some(wide) = integer(text) {
        if let Ok(n) = i64::try_from(wide) {
            return Ok(NumberValue::Int(n));
        }
        if u64::try_from(wide).is_ok() && !text.starts_with(['+', '-']) {
            return Ok(NumberValue::TooLarge);
        }
    }
    let is_float = if is_hex(text) { text.contains(['p', 'P']) } else { text.contains(['.', 'e', 'E']) };
    match crate::value::number::parse_float(text) {
        Ok(x) if is_float => Ok(NumberValue::Float(x)),
        Ok(_) => Err(format!("integer overflow: {shown}")),
        Err(_) => Err(format!("illegal number syntax: {shown}")),
    }
}

fn is_hex(text: &str) -> bool {
    let body = text.trim_start_matches(['+', '-']);
    body.starts_with("0x") || body.starts_with("0X")
}

/// An integer of any base Go knows, as wide as needed to see that it is too large.
fn integer(text: &str) -> Option<i128> {
    let (negative, body) = match text.strip_prefix('-') {
        Some(body) => (true, body),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = body.get(..2).map(str::to_ascii_lowercase);
    let (radix, digits) = match lower.as_deref() {
        Some("0x") => (16, body.get(2..)?),
        Some("0o") => (8, body.get(2..)?),
        Some("0b") => (2, body.get(2..)?),
        Some(_) if body.starts_with('0') => (8, body.get(1..)?),
        _ => (10, body),
    };
    let digits: String = digits.chars().filter(|&c| c != '_').collect();
    let signed = digits.starts_with(['+', '-']);
    let n = i128::from_str_radix(&digits, radix).ok().filter(|_| !signed)?;
    Some(if negative { -n } else { n })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        let table = [
            ("\"a\\n\\\"\\\\\\t\"", Some("a\n\"\\\t")),
            ("\"\\x41\\101\\u00e9\\U0001F600\"", Some("AAé😀")),
            ("`a\\n\"`", Some("a\\n\"")),
            ("\"\\xff\"", Some("\u{fffd}")),
            ("\"\\'\"", None),
            ("\"\\q\"", None),
            ("\"\\ud800\"", None),
        ];
        for (raw, want) in table {
            assert_eq!(unquote(raw).as_deref(), want, "{raw}");
        }
    }

    #[test]
    fn numbers() {
        use NumberValue::*;
        let table = [
            ("3", Ok(Int(3))),
            ("-3", Ok(Int(-3))),
            ("+1_000", Ok(Int(1000))),
            ("010", Ok(Int(8))),
            ("0x1F", Ok(Int(31))),
            ("0b101", Ok(Int(5))),
            ("0o17", Ok(Int(15))),
            ("'a'", Ok(Int(97))),
            ("'\\n'", Ok(Int(10))),
            ("1.5", Ok(Float(1.5))),
            ("1e3", Ok(Float(1000.0))),
            ("85.0", Ok(Float(85.0))),
            ("0x1p-2", Ok(Float(0.25))),
            ("9223372036854775808", Ok(TooLarge)),
            ("99999999999999999999", Err("integer overflow: \"99999999999999999999\"")),
            ("1e", Err("illegal number syntax: \"1e\"")),
            ("08", Err("integer overflow: \"08\"")),
            ("'ab'", Err("malformed character constant: 'ab'")),
        ];
        for (text, want) in table {
            assert_eq!(number(text).map(|n| n.value), want.map_err(str::to_owned), "{text}");
        }
    }
}
