//! The escapers that text templates may ask for: `html`, `js`, `urlquery`.

use std::fmt::Write;

use crate::value::quote::is_print;

/// HTML: quotes, ampersands and angle brackets.
pub(super) fn html(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\0' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}

/// A JavaScript string's inside.
pub(super) fn js(out: &mut String, text: &str) {
    for c in text.chars() {
        let n = u32::from(c);
        let _ = match c {
            '\\' => out.write_str("\\\\"),
            '\'' => out.write_str("\\'"),
            '"' => out.write_str("\\\""),
            '<' => out.write_str("\\u003C"),
            '>' => out.write_str("\\u003E"),
            '&' => out.write_str("\\u0026"),
            '=' => out.write_str("\\u003D"),
            c if c < ' ' || !c.is_ascii() && !is_print(c) => write!(out, "\\u{n:04X}"),
            c => out.write_char(c),
        };
    }
}

/// A value in the query of a URL: a blank is `+`.
pub(super) fn query(out: &mut String, text: &str) {
    for &b in text.as_bytes() {
        match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(b)),
            b' ' => out.push('+'),
            b => {
                let _ = write!(out, "%{b:02X}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        let with = |f: fn(&mut String, &str), text: &str| {
            let mut out = String::new();
            f(&mut out, text);
            out
        };
        assert_eq!(with(html, "<a href='x'>&\"+\0"), "&lt;a href=&#39;x&#39;&gt;&amp;&#34;+\u{fffd}");
        assert_eq!(
            with(js, "a'b\"c\\<>&=\n\u{2028}é"),
            "a\\'b\\\"c\\\\\\u003C\\u003E\\u0026\\u003D\\u000A\\u2028é"
        );
        assert_eq!(with(query, "a b&c=é/~"), "a+b%26c%3D%C3%A9%2F~");
    }
}
