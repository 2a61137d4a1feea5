//! `$name` and `${name}` in replacements.

use regex::Captures;

/// Appends a replacement for one match. A group that does not exist, or took no part, is empty; a `$`
/// without a name stays.
pub(super) fn expand(out: &mut String, template: &str, found: &Captures<'_>, names: &[Option<Box<str>>]) {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(tail) = after.strip_prefix('$') {
            out.push('$');
            rest = tail;
            continue;
        }
        match name(after) {
            Some((name, tail)) => {
                out.push_str(group(name, found, names));
                rest = tail;
            }
            None => {
                out.push('$');
                rest = after;
            }
        }
    }
    out.push_str(rest);
}

/// The name behind a `$`, and what follows it.
fn name(text: &str) -> Option<(&str, &str)> {
    let (body, brace) = match text.strip_prefix('{') {
        Some(body) => (body, true),
        None => (text, false),
    };
    let end = body.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(body.len());
    let (name, tail) = body.split_at_checked(end).filter(|_| end > 0)?;
    Some((name, if brace { tail.strip_prefix('}')? } else { tail }))
}

fn group<'t>(name: &str, found: &Captures<'t>, names: &[Option<Box<str>>]) -> &'t str {
    let text = |i: usize| found.get(i).map(|m| m.as_str());
    if name.bytes().all(|b| b.is_ascii_digit()) && (name.len() == 1 || !name.starts_with('0')) {
        return name.parse().ok().and_then(text).unwrap_or_default();
    }
    // Several groups may share a name: the first that took part counts.
    let same = names.iter().enumerate().filter(|(_, n)| n.as_deref() == Some(name));
    same.filter_map(|(i, _)| text(i)).next().unwrap_or_default()
}
