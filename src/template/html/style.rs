//! Style sheets: strings, URLs, comments.

use std::borrow::Cow;

use super::place::{At, Place};
use super::scan::{BLANKS, all, in_url};
use crate::value::quote::quoted;

type Step = Result<(Place, usize), String>;

pub(super) fn step(place: Place, text: &str) -> Step {
    match place.at {
        At::StyleDouble | At::StyleDoubleUrl => string(place, text, &['"']),
        At::StyleSingle | At::StyleSingleUrl => string(place, text, &['\'']),
        At::StyleUrl => string(place, text, &['\t', '\n', '\u{c}', '\r', ' ', ')']),
        At::StyleBlockComment => match text.find("*/") {
            Some(end) => Ok((Place { at: At::Style, ..place }, end + 2)),
            None => all(place, text),
        },
        At::StyleLineComment => match text.find(['\n', '\u{c}', '\r']) {
            Some(end) => Ok((Place { at: At::Style, ..place }, end)),
            None => all(place, text),
        },
        _ => code(place, text),
    }
}

fn code(place: Place, text: &str) -> Step {
    let to = |at: At, len: usize| Ok((Place { at, ..place }, len));
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|t| t.find(['(', '"', '\'', '/'])) {
        let at = from + found;
        let (before, rest) = text.split_at_checked(at).unwrap_or((text, ""));
        if rest.starts_with("//") {
            return to(At::StyleLineComment, at + 2);
        }
        if rest.starts_with("/*") {
            return to(At::StyleBlockComment, at + 2);
        }
        if rest.starts_with('"') {
            return to(At::StyleDouble, at + 1);
        }
        if rest.starts_with('\'') {
            return to(At::StyleSingle, at + 1);
        }
        if rest.starts_with('(') && ends_with_url(before) {
            let inner = rest.get(1..).unwrap_or_default();
            let start = at + 1 + inner.len() - inner.trim_start_matches(BLANKS).len();
            return match text.get(start..).and_then(|t| t.chars().next()) {
                Some('"') => to(At::StyleDoubleUrl, start + 1),
                Some('\'') => to(At::StyleSingleUrl, start + 1),
                _ => to(At::StyleUrl, start),
            };
        }
        from = at + 1;
    }
    all(place, text)
}

/// Whether the word `url` stands at the end.
fn ends_with_url(text: &str) -> bool {
    let text = text.trim_end_matches(BLANKS);
    let Some(start) = text.len().checked_sub(3) else { return false };
    let word = text.get(start..).is_some_and(|w| w.eq_ignore_ascii_case("url"));
    let longer = text.get(..start).is_some_and(|t| t.ends_with(is_name));
    word && !longer
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_' || !c.is_ascii()
}

/// A string or URL up to its end; what has been seen counts as part of a URL.
fn string(place: Place, text: &str, ends: &[char]) -> Step {
    let mut chars = text.char_indices();
    while let Some((i, c)) = chars.next() {
        if c == '\\' {
            if chars.next().is_none() {
                return Err(format!("unfinished escape sequence in CSS string: {}", quoted(text)));
            }
        } else if ends.contains(&c) {
            return Ok((Place { at: At::Style, ..place }, i + c.len_utf8()));
        }
    }
    Ok((in_url(place, &decode(text)), text.len()))
}

/// Text with the escapes of style sheets resolved.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let len = after.bytes().take(6).take_while(u8::is_ascii_hexdigit).count();
        if len == 0 {
            let c = after.chars().next();
            out.extend(c);
            rest = after.get(c.map_or(0, char::len_utf8)..).unwrap_or_default();
            continue;
        }
        let code = after.get(..len).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        out.push(code.and_then(char::from_u32).unwrap_or('\u{fffd}'));
        let tail = after.get(len..).unwrap_or_default();
        // One blank behind the digits belongs to them.
        rest = tail.strip_prefix("\r\n").or_else(|| tail.strip_prefix(BLANKS)).unwrap_or(tail);
    }
    out.push_str(rest);
    out.into()
}

/// A value that may stand in a style: sizes, colours, names; anything else is replaced.
pub(super) fn is_innocuous(text: &str) -> bool {
    let bad = |c: char| "\0\"'()/;@[\\]`{}<>".contains(c);
    if text.contains(bad) || text.contains("--") {
        return false;
    }
    let letters: String = text.chars().filter(|c| c.is_ascii() && is_name(*c)).collect();
    let letters = letters.to_ascii_lowercase();
    !letters.contains("expression") && !letters.contains("mozbinding")
}
