//! Quoted text in messages, the way Go's `%q` writes it.

use std::fmt::Write;

/// Appends a text in double quotes.
pub fn push_quoted(out: &mut String, s: &str) {
    out.push('"');
    for c in s.chars() {
        push_escaped(out, c, '"');
    }
    out.push('"');
}

/// A text in double quotes.
pub fn quoted(s: &str) -> String {
    let mut out = String::new();
    push_quoted(&mut out, s);
    out
}

/// Appends a character in single quotes.
pub fn push_quoted_char(out: &mut String, c: char) {
    out.push('\'');
    push_escaped(out, c, '\'');
    out.push('\'');
}

fn push_escaped(out: &mut String, c: char, quote: char) {
    if c == quote || c == '\\' {
        out.push('\\');
        out.push(c);
        return;
    }
    if is_print(c) {
        out.push(c);
        return;
    }
    let short = match c {
        '\x07' => "\\a",
        '\x08' => "\\b",
        '\x0c' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\x0b' => "\\v",
        _ => {
            let n = u32::from(c);
            let _ = match n {
                0..0x20 | 0x7f => write!(out, "\\x{n:02x}"),
                0x80..0x1_0000 => write!(out, "\\u{n:04x}"),
                _ => write!(out, "\\U{n:08x}"),
            };
            return;
        }
    };
    out.push_str(short);
}

/// Whether Go prints the character as it is: letters, marks, numbers, punctuation, symbols and the blank.
pub(crate) fn is_print(c: char) -> bool {
    if c.is_ascii() {
        return (' '..='~').contains(&c);
    }
    // Behind another character `escape_debug` leaves combining marks alone, as Go does.
    let mut buf = [b'a'; 5];
    let len = buf.get_mut(1..).map_or(0, |rest| c.encode_utf8(rest).len());
    let text = buf.get(..=len).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default();
    text.escape_debug().nth(1) == Some(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_as_go() {
        let table = [
            ("plain é 世界", "\"plain é 世界\""),
            ("a\"b\\c'd", "\"a\\\"b\\\\c'd\""),
            ("\x07\x08\x0c\n\r\t\x0b", "\"\\a\\b\\f\\n\\r\\t\\v\""),
            ("\0\x1f\x7f", "\"\\x00\\x1f\\x7f\""),
            ("\u{feff}\u{a0}\u{2028}", "\"\\ufeff\\u00a0\\u2028\""),
            ("e\u{301}", "\"e\u{301}\""),
            ("\u{10ffff}", "\"\\U0010ffff\""),
            ("", "\"\""),
        ];
        for (text, want) in table {
            let mut out = String::new();
            push_quoted(&mut out, text);
            assert_eq!(out, want);
        }
    }

    #[test]
    fn quotes_characters() {
        for (c, want) in
            [('_', "'_'"), ('\'', "'\\''"), ('"', "'\"'"), ('\u{feff}', "'\\ufeff'"), ('€', "'€'")]
        {
            let mut out = String::new();
            push_quoted_char(&mut out, c);
            assert_eq!(out, want);
        }
    }
}
