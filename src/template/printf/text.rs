//! Texts: padding, quotes, hexadecimal.

use std::fmt::Write;

use super::spec::Spec;
use crate::value::quote::push_quoted;

/// Appends a text, padded to the width (in characters).
pub(super) fn pad(out: &mut String, text: &str, spec: &Spec) {
    let missing = spec.width.unwrap_or(0).saturating_sub(text.chars().count());
    if spec.minus {
        out.push_str(text);
    }
    for _ in 0..missing {
        out.push(if spec.zero && !spec.minus { '0' } else { ' ' });
    }
    if !spec.minus {
        out.push_str(text);
    }
}

/// `%s`: at most as many characters as the precision says.
pub(super) fn string(out: &mut String, text: &str, spec: &Spec) {
    pad(out, cut(text, spec), spec);
}

fn cut<'a>(text: &'a str, spec: &Spec) -> &'a str {
    let end = spec.precision.and_then(|p| text.char_indices().nth(p)).map(|(i, _)| i);
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// `%q`.
pub(super) fn quoted(out: &mut String, text: &str, spec: &Spec) {
    let text = cut(text, spec);
    let plain = !text.chars().any(|c| c == '`' || c == '\u{feff}' || c.is_control() && c != '\t');
    if spec.sharp && plain {
        return pad(out, &format!("`{text}`"), spec);
    }
    let mut q = String::new();
    push_quoted(&mut q, text);
    if spec.plus {
        q = ascii(&q);
    }
    pad(out, &q, spec);
}

/// The same with every character outside ASCII escaped.
pub(super) fn ascii(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        let n = u32::from(c);
        let _ = match n {
            0..0x80 => out.write_char(c),
            0x80..0x1_0000 => write!(out, "\\u{n:04x}"),
            _ => write!(out, "\\U{n:08x}"),
        };
    }
    out
}

/// `%x` of a text: its bytes.
pub(super) fn hex(out: &mut String, text: &str, upper: bool, spec: &Spec) {
    let bytes = text.as_bytes();
    let bytes = bytes.get(..spec.precision.unwrap_or(bytes.len())).unwrap_or(bytes);
    let mut digits = String::with_capacity(bytes.len() * 3 + 2);
    let mark = if upper { "0X" } else { "0x" };
    for (i, b) in bytes.iter().enumerate() {
        if spec.space && i > 0 {
            digits.push(' ');
        }
        if spec.sharp && (spec.space || i == 0) {
            digits.push_str(mark);
        }
        let _ = if upper { write!(digits, "{b:02X}") } else { write!(digits, "{b:02x}") };
    }
    pad(out, &digits, spec);
}
