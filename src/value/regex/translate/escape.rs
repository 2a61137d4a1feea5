//! Backslashes outside and inside of classes.

use super::class::{perl_class, unicode_class};
use super::{Translator, error, used};

/// Matches nothing: what a pattern asks for that no text can hold.
const NEVER: &str = r"[^\x{0}-\x{10ffff}]";

impl<'a> Translator<'a> {
    /// Reads an escape outside of classes.
    pub(super) fn escape(&mut self, text: &'a str) -> Result<&'a str, String> {
        let after = text.get(2..);
        let anchor = match text.as_bytes().get(1) {
            Some(b'A') => r"\A",
            Some(b'z') => r"\z",
            Some(b'b') => r"(?-u:\b)",
            Some(b'B') => r"(?-u:\B)",
            Some(b'C') => {
                return Err(error("invalid escape sequence", used(text, after.unwrap_or_default())));
            }
            Some(b'Q') => return Ok(self.verbatim(after.unwrap_or_default())),
            Some(b'p' | b'P') => {
                let (class, rest) = unicode_class(text)?;
                self.atom_text(&class);
                return Ok(rest);
            }
            _ => "",
        };
        if let (false, Some(after)) = (anchor.is_empty(), after) {
            self.atom_text(anchor);
            return Ok(after);
        }
        if let Some((class, rest)) = perl_class(text) {
            self.atom_text(class);
            return Ok(rest);
        }
        let (c, rest) = character(text)?;
        match char::from_u32(c) {
            Some(c) => self.literal(c),
            None => self.atom_text(NEVER),
        }
        Ok(rest)
    }

    /// What follows `\Q`, up to `\E` or the end.
    fn verbatim(&mut self, text: &'a str) -> &'a str {
        let (literal, rest) = text.split_once(r"\E").unwrap_or((text, ""));
        for c in literal.chars() {
            self.literal(c);
        }
        rest
    }
}

/// Reads an escape that stands for one character (maybe a surrogate), at a backslash.
pub(super) fn character(text: &str) -> Result<(u32, &str), String> {
    let body = text.get(1..).unwrap_or_default();
    let Some(c) = body.chars().next() else {
        return Err(error("trailing backslash at end of expression", ""));
    };
    let rest = body.get(c.len_utf8()..).unwrap_or_default();
    let invalid = |rest: &str| Err(error("invalid escape sequence", used(text, rest)));
    let octal_next = rest.starts_with(|c: char| ('0'..='7').contains(&c));
    let code = match c {
        '1'..='7' if !octal_next => return invalid(rest),
        '0'..='7' => {
            let more = rest.bytes().take(2).take_while(|b| (b'0'..=b'7').contains(b)).count();
            let (digits, rest) = body.split_at_checked(1 + more).unwrap_or((body, ""));
            return Ok((u32::from_str_radix(digits, 8).unwrap_or_default(), rest));
        }
        'x' => return hex(text, rest),
        'a' => 7,
        'f' => 0x0c,
        'n' => 0x0a,
        'r' => 0x0d,
        't' => 0x09,
        'v' => 0x0b,
        c if c.is_ascii() && !c.is_ascii_alphanumeric() => u32::from(c),
        _ => return invalid(rest),
    };
    Ok((code, rest))
}

/// `\x41` or `\x{41}`, behind the `x`.
fn hex<'a>(text: &'a str, body: &'a str) -> Result<(u32, &'a str), String> {
    let mut rest = body;
    let mut next = || {
        let c = rest.chars().next()?;
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        Some((c, rest))
    };
    let invalid = |rest: &str| error("invalid escape sequence", used(text, rest));
    let (first, after_first) = next().ok_or_else(|| invalid(""))?;
    if first != '{' {
        let (second, rest) = next().ok_or_else(|| invalid(after_first))?;
        return match (first.to_digit(16), second.to_digit(16)) {
            (Some(a), Some(b)) => Ok((a * 16 + b, rest)),
            _ => Err(invalid(rest)),
        };
    }
    let (mut code, mut digits) = (0u32, 0);
    loop {
        let (c, rest) = next().ok_or_else(|| invalid(""))?;
        match c.to_digit(16) {
            Some(d) => code = code * 16 + d,
            None if c == '}' && digits > 0 => return Ok((code, rest)),
            None => return Err(invalid(rest)),
        }
        if code > 0x10_ffff {
            return Err(invalid(rest));
        }
        digits += 1;
    }
}
