//! Scripts: strings, patterns, comments, and what a slash means.

use super::place::{At, Place, Slash};
use super::scan::all;
use crate::value::quote::quoted;

type Step = Result<(Place, usize), String>;

/// Types of scripts that are JavaScript (or JSON).
const TYPES: [&str; 18] = [
    "application/ecmascript",
    "application/javascript",
    "application/json",
    "application/ld+json",
    "application/x-ecmascript",
    "application/x-javascript",
    "module",
    "text/ecmascript",
    "text/javascript",
    "text/javascript1.0",
    "text/javascript1.1",
    "text/javascript1.2",
    "text/javascript1.3",
    "text/javascript1.4",
    "text/javascript1.5",
    "text/jscript",
    "text/livescript",
    "text/x-javascript",
];

/// Words after which a slash begins a pattern.
const BEFORE_REGEXP: [&str; 14] = [
    "break",
    "case",
    "continue",
    "delete",
    "do",
    "else",
    "finally",
    "in",
    "instanceof",
    "return",
    "throw",
    "try",
    "typeof",
    "void",
];

/// Whether a script of this type is read as a script.
pub(super) fn is_script_type(mime: &str) -> bool {
    let name = mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    TYPES.contains(&name.as_str()) || name == "text/x-ecmascript"
}

pub(super) fn step(place: Place, text: &str) -> Step {
    match place.at {
        At::ScriptDouble => delimited(place, text, '"'),
        At::ScriptSingle => delimited(place, text, '\''),
        At::ScriptTemplate => template(place, text),
        At::ScriptRegexp => delimited(place, text, '/'),
        At::ScriptBlockComment => match text.find("*/") {
            Some(end) => Ok((Place { at: At::Script, ..place }, end + 2)),
            None => all(place, text),
        },
        At::ScriptLineComment => match text.find(['\n', '\r', '\u{2028}', '\u{2029}']) {
            Some(end) => Ok((Place { at: At::Script, ..place }, end)),
            None => all(place, text),
        },
        _ => code(place, text),
    }
}

/// Code up to the next string, pattern or comment.
fn code(place: Place, text: &str) -> Step {
    let Some(at) = text.find(['"', '`', '\'', '/', '<', '-', '#']) else {
        return Ok((Place { slash: slash_after(text, place.slash), ..place }, text.len()));
    };
    let (before, rest) = text.split_at_checked(at).unwrap_or((text, ""));
    let slash = slash_after(before, place.slash);
    let to = |at: At| Place { at, slash: Slash::Regexp, ..place };
    let comment = |at: At| Place { at, slash, ..place };
    let found = [
        ("\"", to(At::ScriptDouble)),
        ("'", to(At::ScriptSingle)),
        ("`", to(At::ScriptTemplate)),
        ("//", comment(At::ScriptLineComment)),
        ("/*", comment(At::ScriptBlockComment)),
        // Old comments: the rest of the line does not count.
        ("<!--", comment(At::ScriptLineComment)),
        ("-->", comment(At::ScriptLineComment)),
        ("#!", comment(At::ScriptLineComment)),
    ];
    if let Some((mark, next)) = found.into_iter().find(|(mark, _)| rest.starts_with(mark)) {
        return Ok((next, at + mark.len()));
    }
    if !rest.starts_with('/') {
        let slash = slash_after(text.get(..=at).unwrap_or_default(), place.slash);
        return Ok((Place { slash, ..place }, at + 1));
    }
    let next = match slash {
        Slash::Regexp => Place { at: At::ScriptRegexp, ..place },
        Slash::Division => Place { slash: Slash::Regexp, ..place },
        Slash::Unknown => {
            let short: String = rest.chars().take(32).collect();
            return Err(format!("'/' could start a division or regexp: {}", quoted(&short)));
        }
    };
    Ok((next, at + 1))
}

/// A string or a pattern up to its end.
fn delimited(place: Place, text: &str, end: char) -> Step {
    let mut set = false;
    let mut chars = text.char_indices();
    while let Some((i, c)) = chars.next() {
        match c {
            '\\' if chars.next().is_none() => {
                return Err(format!("unfinished escape sequence in JS string: {}", quoted(text)));
            }
            '\\' => {}
            '[' | ']' if end == '/' => set = c == '[',
            c if c == end && !set => {
                return Ok((Place { at: At::Script, slash: Slash::Division, ..place }, i + 1));
            }
            _ => {}
        }
    }
    if set {
        return Err(format!("unfinished JS regexp charset: {}", quoted(text)));
    }
    all(place, text)
}

/// A template literal up to its end; its `${…}` must end where it begins.
fn template(place: Place, text: &str) -> Step {
    let mut depth = 0usize;
    let mut chars = text.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        match c {
            '\\' if chars.next().is_none() => {
                return Err(format!("unfinished escape sequence in JS string: {}", quoted(text)));
            }
            '$' if depth == 0 && chars.peek().is_some_and(|(_, c)| *c == '{') => {
                chars.next();
                depth = 1;
            }
            '{' if depth > 0 => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '`' if depth == 0 => {
                return Ok((Place { at: At::Script, slash: Slash::Division, ..place }, i + 1));
            }
            _ => {}
        }
    }
    if depth > 0 {
        return Err("action inside of `${` in a JS template literal".to_owned());
    }
    all(place, text)
}

/// What a slash means behind some code.
fn slash_after(code: &str, before: Slash) -> Slash {
    let code = code.trim_end_matches(['\t', '\n', '\u{c}', '\r', ' ', '\u{2028}', '\u{2029}']);
    let Some(last) = code.chars().next_back() else { return before };
    let regexp = match last {
        // `x++ / 2` divides, `x + /a/` does not.
        '+' | '-' => (code.len() - code.trim_end_matches(last).len()) % 2 == 1,
        '.' => !code.strip_suffix('.').is_some_and(|c| c.ends_with(|c: char| c.is_ascii_digit())),
        ',' | '<' | '>' | '=' | '*' | '%' | '&' | '|' | '^' | '?' | '!' | '~' | '(' | '[' | ':' | ';'
        | '{' | '}' => true,
        _ => {
            let start = code.trim_end_matches(is_word).len();
            BEFORE_REGEXP.contains(&code.get(start..).unwrap_or_default())
        }
    };
    if regexp { Slash::Regexp } else { Slash::Division }
}

/// Whether a character may be part of a name or a number.
pub(super) fn is_word(c: char) -> bool {
    c == '$' || c == '_' || c.is_ascii_alphanumeric()
}
