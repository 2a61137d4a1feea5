//! URLs of services: parts of a path added as Go adds them, and forms.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What Go escapes in a path.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b',')
    .remove(b'/')
    .remove(b':')
    .remove(b';')
    .remove(b'=')
    .remove(b'@');

/// What Go escapes in a query; a blank becomes a plus.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b' ');

/// Adds parts to the path of a URL, which is tidied; `query` takes the place of its query.
pub(crate) fn join(url: &str, parts: &[&str], query: Option<&str>) -> String {
    let (rest, fragment) = url.split_once('#').map_or((url, None), |(rest, f)| (rest, Some(f)));
    let (rest, old) = rest.split_once('?').map_or((rest, None), |(rest, q)| (rest, Some(q)));
    let start = rest.find("://").map_or(0, |at| at + 3);
    let slash = rest.get(start..).and_then(|r| r.find('/')).map_or(rest.len(), |at| start + at);
    let (host, path) = rest.split_at(slash);
    let path = percent_decode_str(path).decode_utf8_lossy();
    let mut out = host.to_owned();
    let clean = clean(std::iter::once(&*path).chain(parts.iter().copied()));
    if !clean.is_empty() && !clean.starts_with('/') && !host.is_empty() {
        out.push('/');
    }
    out.extend(utf8_percent_encode(&clean, PATH));
    for (mark, part) in [('?', query.or(old)), ('#', fragment)] {
        if let Some(part) = part {
            out.push(mark);
            out.push_str(part);
        }
    }
    out
}

/// Go's `path.Join`.
fn clean<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let joined = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
    let rooted = joined.starts_with('/');
    let mut kept: Vec<&str> = Vec::new();
    for part in joined.split('/') {
        match part {
            "" | "." => {}
            ".." if kept.last().is_some_and(|last| *last != "..") => {
                kept.pop();
            }
            ".." if rooted => {}
            part => kept.push(part),
        }
    }
    let path = kept.join("/");
    if rooted { format!("/{path}") } else { path }
}

/// A form as Go encodes it: keys sorted.
pub(crate) fn form(mut pairs: Vec<(&str, &str)>) -> String {
    pairs.sort_by_key(|pair| pair.0);
    let escape = |text: &str| utf8_percent_encode(text, QUERY).to_string().replace(' ', "+");
    let pairs: Vec<String> = pairs.iter().map(|(k, v)| format!("{}={}", escape(k), escape(v))).collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_added_as_go_adds_them() {
        for (url, parts, query, expected) in [
            ("http://h/alert", &["key", "other"][..], None, "http://h/alert/key/other"),
            ("http://h/alert/", &["key", ""], None, "http://h/alert/key"),
            ("http://h", &["alert"], None, "http://h/alert"),
            (
                "https://h:1/v2/x",
                &["a b/ü?", "notes"],
                Some("i=a"),
                "https://h:1/v2/x/a%20b/%C3%BC%3F/notes?i=a",
            ),
            ("http://h/a%20b", &["!c=="], None, "http://h/a%20b/%21c=="),
            ("http://h/a/../b//c", &["./d"], None, "http://h/b/c/d"),
            ("http://h/a?old=1#f", &["b"], None, "http://h/a/b?old=1#f"),
            ("http://h/a?old=1", &["b"], Some("n=2"), "http://h/a/b?n=2"),
            ("", &["alert"], None, "alert"),
        ] {
            assert_eq!(join(url, parts, query), expected, "{url} {parts:?}");
        }
    }

    #[test]
    fn forms_are_sorted_and_escaped() {
        let form = form(vec![("user", "u"), ("message", "a b&c=ü*~+"), ("token", "")]);
        assert_eq!(form, "message=a+b%26c%3D%C3%BC%2A~%2B&token=&user=u");
    }
}
