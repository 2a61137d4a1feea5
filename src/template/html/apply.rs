//! The escapers at work.

use std::borrow::Cow;
use std::fmt::Write;

use super::{attribute, script, style};
use crate::template::datum::Datum;
use crate::template::printf::{push_plain, stringer};

/// A way to make a value safe.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::template) enum Escaper {
    /// In text and in quoted attributes.
    Html,
    /// The same, asked for by name: `+` stays.
    NamedHtml,
    /// In an attribute without quotes.
    Bare,
    /// As an attribute's name.
    Name,
    /// In a comment, where nothing is shown.
    Comment,
    /// Replaces URLs of schemes that could do harm.
    UrlFilter,
    /// Keeps a URL's own characters.
    UrlNormal,
    /// In the query of a URL.
    UrlQuery,
    /// The same, asked for by name: a blank is `+`.
    NamedQuery,
    /// In a list of URLs.
    UrlList,
    /// As an expression of a script: JSON.
    ScriptValue,
    ScriptString,
    ScriptTemplate,
    ScriptRegexp,
    StyleString,
    /// As a value of a style.
    StyleValue,
}

/// Stands where a value could do harm: the word Go uses, so that one finds help on it.
const UNSAFE: &str = "ZgotmplZ";

/// Appends a value, escaped.
pub(in crate::template) fn push_escaped(out: &mut String, value: &Datum<'_>, escapers: &[Escaper]) {
    let mut escapers = escapers.iter();
    let mut text: Cow<'_, str> = match (escapers.as_slice().first(), value) {
        (Some(Escaper::ScriptValue), _) => {
            escapers.next();
            script_value(value).into()
        }
        (_, Datum::Str(s) | Datum::Js(s)) => s.as_ref().into(),
        (_, Datum::Nil) => "".into(),
        _ => {
            let mut text = String::new();
            push_plain(&mut text, value);
            text.into()
        }
    };
    while let Some(escaper) = escapers.next() {
        if escapers.as_slice().is_empty() {
            return push(out, &text, *escaper);
        }
        let mut next = String::with_capacity(text.len() + 16);
        push(&mut next, &text, *escaper);
        text = next.into();
    }
    out.push_str(&text);
}

fn push(out: &mut String, text: &str, escaper: Escaper) {
    match escaper {
        Escaper::Html => mapped(out, text, html),
        Escaper::NamedHtml => crate::template::escape::html(out, text),
        Escaper::Bare => bare(out, text),
        Escaper::Name => out.push_str(&name(text)),
        Escaper::Comment => {}
        Escaper::UrlFilter if is_safe_url(text) => out.push_str(text),
        Escaper::UrlFilter => {
            out.push('#');
            out.push_str(UNSAFE);
        }
        Escaper::UrlNormal => url(out, text, true),
        Escaper::UrlQuery => url(out, text, false),
        Escaper::NamedQuery => crate::template::escape::query(out, text),
        Escaper::UrlList => url_list(out, text),
        Escaper::ScriptValue => out.push_str(&script_value(&Datum::str(text))),
        Escaper::ScriptString => mapped(out, text, script_char),
        Escaper::ScriptTemplate => mapped(out, text, |c| match c {
            '$' => Some("\\u0024"),
            '{' => Some("\\u007b"),
            '}' => Some("\\u007d"),
            c => script_char(c),
        }),
        Escaper::ScriptRegexp if text.is_empty() => out.push_str("(?:)"),
        Escaper::ScriptRegexp => regexp(out, text),
        Escaper::StyleString => style_string(out, text),
        Escaper::StyleValue => {
            let text = style::decode(text);
            out.push_str(if style::is_innocuous(&text) { &text } else { UNSAFE });
        }
    }
}

/// Replaces single characters; runs without any are copied whole.
fn mapped(out: &mut String, text: &str, map: fn(char) -> Option<&'static str>) {
    let mut done = 0;
    for (i, c) in text.char_indices() {
        if let Some(replacement) = map(c) {
            out.push_str(text.get(done..i).unwrap_or_default());
            out.push_str(replacement);
            done = i + c.len_utf8();
        }
    }
    out.push_str(text.get(done..).unwrap_or_default());
}

fn html(c: char) -> Option<&'static str> {
    Some(match c {
        '\0' => "\u{fffd}",
        '"' => "&#34;",
        '&' => "&amp;",
        '\'' => "&#39;",
        '+' => "&#43;",
        '<' => "&lt;",
        '>' => "&gt;",
        _ => return None,
    })
}

fn bare(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '\0' => out.push_str("&#xfffd;"),
            '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | ' ' | '=' | '`' => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            '\u{fdd0}'..='\u{fdef}' | '\u{fff0}'..='\u{ffff}' => {
                let _ = write!(out, "&#x{:x};", u32::from(c));
            }
            c => match html(c) {
                Some(text) => out.push_str(text),
                None => out.push(c),
            },
        }
    }
}

fn name(text: &str) -> String {
    let name = text.to_lowercase();
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_digit() || c.is_ascii_lowercase());
    if plain && attribute::may_be_name(&name) { name } else { UNSAFE.to_owned() }
}

/// A URL without a scheme, or with one that only leads somewhere.
fn is_safe_url(text: &str) -> bool {
    match text.split_once(':') {
        Some((scheme, _)) if !scheme.contains('/') => {
            ["http", "https", "mailto"].iter().any(|s| scheme.eq_ignore_ascii_case(s))
        }
        _ => true,
    }
}

fn url(out: &mut String, text: &str, keep: bool) {
    let bytes = text.as_bytes();
    for (i, &b) in bytes.iter().enumerate() {
        let escape = || bytes.get(i + 1..i + 3).is_some_and(|d| d.iter().all(u8::is_ascii_hexdigit));
        let plain = match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => true,
            b'%' => keep && escape(),
            b => keep && b"!#$&*+,/:;=?@[]".contains(&b),
        };
        if plain {
            out.push(char::from(b));
        } else {
            let _ = write!(out, "%{b:02x}");
        }
    }
}

fn url_list(out: &mut String, text: &str) {
    for (i, item) in text.split(',').enumerate() {
        if i > 0 {
            out.push(',');
        }
        let body = item.trim_start_matches(super::scan::BLANKS);
        let end = body.find(super::scan::BLANKS).unwrap_or(body.len());
        let (address, rest) = body.split_at_checked(end).unwrap_or((body, ""));
        let plain = |c: char| c.is_ascii_alphanumeric() || super::scan::BLANKS.contains(&c);
        if is_safe_url(address) && rest.chars().all(plain) {
            out.push_str(item.get(..item.len() - body.len()).unwrap_or_default());
            url(out, address, true);
            out.push_str(rest);
        } else {
            out.push('#');
            out.push_str(UNSAFE);
        }
    }
}

fn script_char(c: char) -> Option<&'static str> {
    Some(match c {
        '\0' => "\\u0000",
        '\t' => "\\t",
        '\n' => "\\n",
        '\u{b}' => "\\u000b",
        '\u{c}' => "\\f",
        '\r' => "\\r",
        '"' => "\\u0022",
        '`' => "\\u0060",
        '&' => "\\u0026",
        '\'' => "\\u0027",
        '+' => "\\u002b",
        '/' => "\\/",
        '<' => "\\u003c",
        '>' => "\\u003e",
        '\\' => "\\\\",
        '\u{2028}' => "\\u2028",
        '\u{2029}' => "\\u2029",
        _ => return None,
    })
}

fn regexp(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '$' | '(' | ')' | '*' | '-' | '.' | '?' | '[' | ']' | '^' | '{' | '|' | '}' => {
                out.push('\\');
                out.push(c);
            }
            c => match script_char(c) {
                Some(text) => out.push_str(text),
                None => out.push(c),
            },
        }
    }
}

/// An expression of a script. Blanks keep names and numbers from running into what is beside them.
fn script_value(value: &Datum<'_>) -> String {
    if let Datum::Js(code) = value {
        return code.as_ref().to_owned();
    }
    let text = if matches!(value, Datum::Time(_)) { None } else { stringer(value) };
    let mut json = String::new();
    let fits = match text {
        Some(text) => crate::template::json::push_json(&mut json, &Datum::owned(text)),
        None => crate::template::json::push_json(&mut json, value),
    };
    if !fits {
        let mut what = String::new();
        push_plain(&mut what, value);
        return format!(" /* json: unsupported value: {} */null ", what.replace("*/", "* /"));
    }
    if json.starts_with(script::is_word) || json.ends_with(script::is_word) {
        return format!(" {json} ");
    }
    json
}

fn style_string(out: &mut String, text: &str) {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\0' | '\t' | '\n' | '\u{c}' | '\r' | '"' | '&' | '\'' | '(' | ')' | '+' | '/' | ':' | ';'
            | '<' | '>' | '{' | '}' => {
                let _ = write!(out, "\\{:x}", u32::from(c));
                // A digit or blank behind would be taken for a part of the escape.
                let next = chars.peek();
                if next.is_none_or(|n| n.is_ascii_hexdigit() || super::scan::BLANKS.contains(n)) {
                    out.push(' ');
                }
            }
            c => out.push(c),
        }
    }
}
