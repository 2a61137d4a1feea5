//! Character classes: `[…]`, `\d`, `\p{…}`.

use std::fmt::Write;

use super::escape::character;
use super::{Translator, error, used};

const POSIX: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space",
    "upper", "word", "xdigit",
];

const CATEGORIES: [&str; 36] = [
    "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps",
    "Pe", "Pi", "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "Cc", "Cf", "Co", "C", "Cs",
];

impl<'a> Translator<'a> {
    /// Reads a class, at its `[`.
    pub(super) fn class(&mut self, text: &'a str) -> Result<&'a str, String> {
        let mut body = String::new();
        let mut rest = text.get(1..).unwrap_or_default();
        let negative = rest.starts_with('^');
        if negative {
            rest = rest.get(1..).unwrap_or_default();
        }
        let mut first = true;
        while first || !rest.starts_with(']') {
            first = false;
            rest = item(&mut body, rest, text)?;
        }
        // Without a character that text can hold the class matches nothing, or anything.
        let class = match (body.is_empty(), negative) {
            (false, false) => format!("[{body}]"),
            (false, true) => format!("[^{body}]"),
            (true, false) => r"[^\x{0}-\x{10ffff}]".to_owned(),
            (true, true) => r"[\x{0}-\x{10ffff}]".to_owned(),
        };
        self.atom_text(&class);
        Ok(rest.get(1..).unwrap_or_default())
    }
}

/// One item of a class; gives back what follows it.
fn item<'a>(body: &mut String, text: &'a str, class: &str) -> Result<&'a str, String> {
    if let Some(rest) = posix(body, text)? {
        return Ok(rest);
    }
    if text.starts_with(r"\p") || text.starts_with(r"\P") {
        let (class, rest) = unicode_class(text)?;
        body.push_str(&class);
        return Ok(rest);
    }
    if let Some((class, rest)) = perl_class(text) {
        body.push_str(class);
        return Ok(rest);
    }
    let (low, mut rest) = class_char(text, class)?;
    let mut high = low;
    if rest.len() >= 2 && rest.starts_with('-') && !rest.starts_with("-]") {
        (high, rest) = class_char(rest.get(1..).unwrap_or_default(), class)?;
        if high < low {
            return Err(error("invalid character class range", used(text, rest)));
        }
    }
    push_range(body, low, high);
    Ok(rest)
}

fn class_char<'a>(text: &'a str, class: &str) -> Result<(u32, &'a str), String> {
    if text.starts_with('\\') {
        return character(text);
    }
    let c = text.chars().next().ok_or_else(|| error("missing closing ]", class))?;
    Ok((u32::from(c), text.get(c.len_utf8()..).unwrap_or_default()))
}

/// Writes a range without the surrogates in it.
fn push_range(body: &mut String, low: u32, high: u32) {
    for (from, to) in [(low, high.min(0xd7ff)), (low.max(0xe000), high)] {
        if from <= to {
            let _ = write!(body, "\\x{{{from:x}}}-\\x{{{to:x}}}");
        }
    }
}

fn posix<'a>(body: &mut String, text: &'a str) -> Result<Option<&'a str>, String> {
    let Some(inner) = text.strip_prefix("[:") else { return Ok(None) };
    let Some((name, rest)) = inner.split_once(":]") else { return Ok(None) };
    if !POSIX.contains(&name.strip_prefix('^').unwrap_or(name)) {
        return Err(error("invalid character class range", used(text, rest)));
    }
    let _ = write!(body, "[:{name}:]");
    Ok(Some(rest))
}

/// `\d` and its like, as a class that is ASCII.
pub(super) fn perl_class(text: &str) -> Option<(&'static str, &str)> {
    let class = match text.as_bytes() {
        [b'\\', b'd', ..] => "[0-9]",
        [b'\\', b'D', ..] => "[^0-9]",
        [b'\\', b's', ..] => r"[\t\n\x0c\r\x20]",
        [b'\\', b'S', ..] => r"[^\t\n\x0c\r\x20]",
        [b'\\', b'w', ..] => "[0-9A-Za-z_]",
        [b'\\', b'W', ..] => "[^0-9A-Za-z_]",
        _ => return None,
    };
    Some((class, text.get(2..)?))
}

/// `\pL`, `\p{Greek}`, `\P{^Lu}`, as a class of the crate.
pub(super) fn unicode_class(text: &str) -> Result<(String, &str), String> {
    let invalid = |seq: &str| error("invalid character class range", seq);
    let body = text.get(2..).unwrap_or_default();
    let (name, rest) = match body.strip_prefix('{') {
        Some(inner) => inner.split_once('}').ok_or_else(|| invalid(text))?,
        None => {
            let len = body.chars().next().map_or(0, char::len_utf8);
            body.split_at_checked(len).unwrap_or((body, ""))
        }
    };
    let mut negative = text.as_bytes().get(1) == Some(&b'P');
    let bare = match name.strip_prefix('^') {
        Some(bare) => {
            negative = !negative;
            bare
        }
        None => name,
    };
    let inner = table(bare).ok_or_else(|| invalid(used(text, rest)))?;
    Ok((format!("[{}{inner}]", if negative { "^" } else { "" }), rest))
}

/// What a name stands for: any character, a category or a script.
fn table(name: &str) -> Option<String> {
    match name {
        "Any" => return Some(r"\x{0}-\x{10ffff}".to_owned()),
        // In Go this is what is assigned.
        "C" => return Some(r"\p{Cc}\p{Cf}\p{Co}".to_owned()),
        // No text holds a surrogate.
        "Cs" => return Some("a&&b".to_owned()),
        _ => {}
    }
    if CATEGORIES.contains(&name) {
        return Some(format!(r"\p{{{name}}}"));
    }
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
    let class = format!(r"\p{{Script={name}}}");
    let is_script = plain && name.starts_with(|c: char| c.is_ascii_uppercase()) && name.len() > 2;
    (is_script && regex::Regex::new(&class).is_ok()).then_some(class)
}
