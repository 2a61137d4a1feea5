//! Reading literal text: from one place to the next.

use super::attribute;
use super::place::{At, Attr, Element, Place, Quote, Slash, UrlPart};
use super::{script, style};
use crate::value::quote::quoted;

/// Blanks of HTML.
pub(super) const BLANKS: [char; 5] = [' ', '\t', '\n', '\u{c}', '\r'];

/// Where one is after the first part of a text, and how long that part is.
type Step = Result<(Place, usize), String>;

/// The end of a text: the place stays.
pub(super) fn all(place: Place, text: &str) -> Step {
    Ok((place, text.len()))
}

/// Reads the first part of a text that stands at a place.
pub(super) fn step(place: Place, text: &str) -> Step {
    if place.quote != Quote::None {
        return in_value(place, text);
    }
    // Scripts, styles and the like go on to their end tag, whatever stands in them.
    if place.element == Element::Other || !is_content(place.at) {
        return inner(place, text);
    }
    match end_tag(text, place.element.name()) {
        Some(0) => Ok((Place::default(), 0)),
        Some(end) => inner(place, text.get(..end).unwrap_or_default()),
        None => inner(place, text),
    }
}

/// Whether the place is between tags.
fn is_content(at: At) -> bool {
    !matches!(at, At::Tag | At::AttrName | At::AfterName | At::BeforeValue | At::Value)
}

fn inner(place: Place, text: &str) -> Step {
    match place.at {
        At::Text => in_text(place, text),
        At::Tag => in_tag(place, text),
        At::AttrName => in_name(place, text),
        At::AfterName => after_name(place, text),
        At::BeforeValue => before_value(place, text),
        At::Comment => match text.find("-->") {
            Some(end) => Ok((Place::default(), end + 3)),
            None => all(place, text),
        },
        At::Value | At::RawText | At::Dead => all(place, text),
        At::Url | At::UrlList => Ok((in_url(place, text), text.len())),
        At::Script
        | At::ScriptDouble
        | At::ScriptSingle
        | At::ScriptTemplate
        | At::ScriptRegexp
        | At::ScriptBlockComment
        | At::ScriptLineComment => script::step(place, text),
        _ => style::step(place, text),
    }
}

/// Where `</name` begins, with a character behind it that ends the name.
fn end_tag(text: &str, name: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find("</") {
        let start = from + at;
        let rest = text.get(start + 2..)?;
        let same = rest.get(..name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name));
        if same && rest.get(name.len()..)?.starts_with(['>', ' ', '\t', '\n', '\u{c}', '/']) {
            return Some(start);
        }
        from = start + 2;
    }
    None
}

fn in_text(place: Place, text: &str) -> Step {
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|t| t.find('<')) {
        let start = from + at;
        let rest = text.get(start + 1..).unwrap_or_default();
        if rest.starts_with("!--") {
            return Ok((Place { at: At::Comment, ..Place::default() }, start + 4));
        }
        let (close, name) = match rest.strip_prefix('/') {
            Some(name) => (true, name),
            None => (false, rest),
        };
        let len = name_len(name);
        if len > 0 {
            let name = name.get(..len).unwrap_or_default();
            let element = if close { Element::Other } else { Element::of(name) };
            let end = start + 1 + usize::from(close) + len;
            return Ok((Place { at: At::Tag, element, ..Place::default() }, end));
        }
        from = start + 1 + usize::from(close);
    }
    all(place, text)
}

/// Length of a tag's name: a letter, then letters and digits, with single `:` and `-` between them.
fn name_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    if !bytes.first().is_some_and(u8::is_ascii_alphabetic) {
        return 0;
    }
    let mut len = 1;
    while let Some(b) = bytes.get(len) {
        let joined = matches!(b, b':' | b'-') && bytes.get(len + 1).is_some_and(u8::is_ascii_alphanumeric);
        if b.is_ascii_alphanumeric() {
            len += 1;
        } else if joined {
            len += 2;
        } else {
            break;
        }
    }
    len
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches(BLANKS).len()
}

fn in_tag(place: Place, text: &str) -> Step {
    let start = blanks(text);
    let rest = text.get(start..).unwrap_or_default();
    if rest.is_empty() {
        return all(place, text);
    }
    if rest.starts_with('>') {
        return Ok((
            Place { at: place.element.content(), element: place.element, ..Place::default() },
            start + 1,
        ));
    }
    let len = attr_len(rest)?;
    if len == 0 {
        return Err(format!("expected space, attr name, or end of tag, but got {}", quoted(rest)));
    }
    let name = rest.get(..len).unwrap_or_default().to_ascii_lowercase();
    let attr = match place.element {
        Element::Script if name == "type" => Attr::ScriptType,
        _ => attribute::kind(&name),
    };
    let at = if len == rest.len() { At::AttrName } else { At::AfterName };
    Ok((Place { at, attr, ..place }, start + len))
}

/// Length of an attribute's name.
fn attr_len(text: &str) -> Result<usize, String> {
    for (i, c) in text.char_indices() {
        match c {
            '=' | '>' => return Ok(i),
            c if BLANKS.contains(&c) => return Ok(i),
            '\'' | '"' | '<' => {
                let short: String = text.chars().take(32).collect();
                return Err(format!("{} in attribute name: {}", quoted(&c.to_string()), quoted(&short)));
            }
            _ => {}
        }
    }
    Ok(text.len())
}

fn in_name(place: Place, text: &str) -> Step {
    let len = attr_len(text)?;
    let at = if len == text.len() { At::AttrName } else { At::AfterName };
    Ok((Place { at, ..place }, len))
}

fn after_name(place: Place, text: &str) -> Step {
    let start = blanks(text);
    match text.get(start..).and_then(|t| t.chars().next()) {
        None => all(place, text),
        Some('=') => Ok((Place { at: At::BeforeValue, ..place }, start + 1)),
        // An attribute without a value.
        Some(_) => Ok((Place { at: At::Tag, ..place }, start)),
    }
}

fn before_value(place: Place, text: &str) -> Step {
    let start = blanks(text);
    let (quote, len) = match text.get(start..).and_then(|t| t.chars().next()) {
        None => return all(place, text),
        Some('\'') => (Quote::Single, 1),
        Some('"') => (Quote::Double, 1),
        Some(_) => (Quote::Bare, 0),
    };
    Ok((Place { at: place.attr.content(), quote, ..place }, start + len))
}

/// In an attribute's value: either it ends here, or the text goes on in what the value holds.
fn in_value(place: Place, text: &str) -> Step {
    let end = match place.quote {
        Quote::Double => text.find('"'),
        Quote::Single => text.find('\''),
        _ => text.find(|c| c == '>' || BLANKS.contains(&c)),
    };
    let value = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
    if place.quote == Quote::Bare
        && let Some(c) = value.chars().find(|c| matches!(c, '"' | '\'' | '<' | '=' | '`'))
    {
        return Err(format!("{} in unquoted attr: {}", quoted(&c.to_string()), quoted(value)));
    }
    let Some(end) = end else {
        let decoded = decode(value);
        let mut rest = decoded.as_str();
        let mut now = place;
        while !rest.is_empty() {
            let (next, len) = inner(now, rest)?;
            rest = rest.get(len..).unwrap_or_default();
            now = next;
        }
        return Ok((now, text.len()));
    };
    // A script of a foreign type is no script.
    let foreign = place.at == At::Value && place.attr == Attr::ScriptType && !script::is_script_type(value);
    let element = if foreign { Element::Other } else { place.element };
    let len = end + usize::from(place.quote != Quote::Bare);
    Ok((Place { at: At::Tag, element, ..Place::default() }, len))
}

/// Text with its character references resolved.
fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        match after.split_once(';').and_then(|(name, tail)| Some((reference(name)?, tail))) {
            Some((c, tail)) => {
                out.push(c);
                rest = tail;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn reference(name: &str) -> Option<char> {
    let code = match name {
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        "amp" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        _ => name.strip_prefix('#')?,
    };
    let number = match code.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => code.parse().ok()?,
    };
    char::from_u32(number)
}

/// How much of a URL is known after a text.
pub(super) fn in_url(place: Place, text: &str) -> Place {
    let url = match place.url {
        _ if text.contains(['#', '?']) => UrlPart::Query,
        UrlPart::Nothing if blanks(text) < text.len() => UrlPart::BeforeQuery,
        part => part,
    };
    Place { url, ..place }
}

/// The place behind a value of a script: a slash divides there.
pub(super) fn after_value(place: Place) -> Place {
    if place.at == At::Script { Place { slash: Slash::Division, ..place } } else { place }
}
