//! Tokens in words for people.

use crate::lang::token::{Bad, Kind};

/// What stands there, for "unexpected …".
pub(super) fn found(kind: Kind, text: &str) -> String {
    let class = match kind {
        Kind::Eof => return "end of the script".into(),
        Kind::Var | Kind::Dbrp => "keyword",
        Kind::Ident => "name",
        Kind::Ref => "reference",
        Kind::Str => "string",
        Kind::Number => "number",
        Kind::Duration => "duration",
        Kind::Regex => "pattern",
        Kind::Bad(Bad::Char(c)) => return character(c),
        _ => return format!("`{}`", shortened(text)),
    };
    format!("{class} `{}`", shortened(text))
}

/// A character, by its number where it is not to be seen.
pub(super) fn character(c: char) -> String {
    if c.is_control() || c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}') {
        format!("character U+{:04X}", c as u32)
    } else {
        format!("character `{c}`")
    }
}

/// The first line, and not all of a long one.
fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let short: String = line.chars().take(30).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}
