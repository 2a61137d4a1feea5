//! Texts of YAML as `--update` reads and writes them: where something ends, comments, values on one line.

use serde_json::Value as Json;

use crate::handlers::tree::{At, Node};

/// The byte behind a value.
pub(super) fn end(text: &str, node: &At<Node>) -> usize {
    let start = node.span.start as usize;
    if let Some(end) = bracket_end(text, start) {
        return end;
    }
    let own = node.span.end as usize;
    let inner = match &node.value {
        Node::List(items) => items.iter().map(|item| end(text, item)).max(),
        Node::Table(entries) => {
            entries.iter().map(|(key, value)| end(text, value).max(key.span.end as usize)).max()
        }
        _ => None,
    };
    let end = inner.unwrap_or(own).min(text.len());
    // A text over several lines ends where the next key begins.
    text.get(..end).map_or(end, |text| text.trim_end().len()).max(start.min(text.len()))
}

/// The byte behind the bracket that closes the one at `start`; none if there is no bracket.
fn bracket_end(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if !matches!(bytes.get(start), Some(b'[' | b'{')) {
        return None;
    }
    let (mut depth, mut at, mut before) = (0usize, start, b' ');
    while let Some(&byte) = bytes.get(at) {
        match byte {
            // Within a word a quote is a letter like others.
            b'"' | b'\'' if !before.is_ascii_alphanumeric() => at = quoted_end(bytes, at),
            b'[' | b'{' => depth += 1,
            b']' | b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b'#' if before.is_ascii_whitespace() => {
                at = memchr::memchr(b'\n', bytes.get(at..)?).map_or(bytes.len(), |n| at + n);
            }
            _ => {}
        }
        before = byte;
        at += 1;
    }
    None
}

/// The last byte of a quoted text that begins at `start`.
fn quoted_end(bytes: &[u8], start: usize) -> usize {
    let quote = bytes.get(start).copied().unwrap_or(b'"');
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' if quote == b'"' => at += 1,
            byte if byte == quote => return at,
            _ => {}
        }
        at += 1;
    }
    at
}

/// The comment of a line: from its `#` on.
pub(in crate::suite) fn comment(line: &str) -> Option<&str> {
    let bytes = line.as_bytes();
    let (mut at, mut before) = (0, b' ');
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' | b'\'' if !before.is_ascii_alphanumeric() => at = quoted_end(bytes, at),
            b'#' if before.is_ascii_whitespace() => return line.get(at..).map(str::trim_end),
            _ => {}
        }
        before = byte;
        at += 1;
    }
    None
}

/// The beginning of the line that a byte is in.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |n| n + 1)
}

/// The beginning of the next line, or the end.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |n| at + n + 1)
}

/// Columns before a byte of its line.
pub(super) fn column(text: &str, at: usize) -> usize {
    text.get(line_start(text, at)..at).map_or(0, |before| before.chars().count())
}

/// A value on one line.
pub(super) fn inline(value: &Json) -> String {
    match value {
        Json::String(text) => scalar(text),
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(inline).collect();
            format!("[{}]", items.join(", "))
        }
        Json::Object(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{}: {}", scalar(key), inline(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        other => other.to_string(),
    }
}

/// A text, in quotes unless it reads as itself everywhere.
fn scalar(text: &str) -> String {
    let letters = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    let word = text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(letters);
    let special = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    if word && !special.contains(&text.to_ascii_lowercase().as_str()) && !text.ends_with('/') {
        return text.to_owned();
    }
    // What would be read as a pattern is written as one.
    if text.len() > 2 && text.starts_with('/') && text.ends_with('/') {
        let pattern: String = text
            .chars()
            .map(|c| if c.is_ascii_punctuation() { format!("\\{c}") } else { c.to_string() })
            .collect();
        return Json::from(format!("/^{pattern}$/")).to_string();
    }
    Json::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::handlers::tree::from_yaml_1_2;

    #[test]
    fn values_end_where_they_end() {
        let text = "a:\n  - name: ä x # y\n    lines: |\n      one\n\n    f: 1\n  - {a: [1, \"]\"], b: 'it''s'} # z\nb: c\n";
        let documents = from_yaml_1_2("t", text).expect("yaml");
        let Node::Table(entries) = &documents[0].value else { panic!("a table") };
        let Node::List(items) = &entries[0].1.value else { panic!("a list") };
        let Node::Table(first) = &items[0].value else { panic!("a table") };
        let shown = |node: &At<Node>| &text[node.span.start as usize..end(text, node)];
        assert_eq!(shown(&first[1].1), "one");
        assert!(shown(&items[0]).ends_with("f: 1"));
        assert_eq!(shown(&items[1]), "{a: [1, \"]\"], b: 'it''s'}");
        assert_eq!(shown(&entries[1].1), "c");
    }

    #[test]
    fn comments_are_told_from_texts() {
        for (line, want) in [
            ("a: b # c", Some("# c")),
            ("# c", Some("# c")),
            ("a: b#c", None),
            ("a: \"b # c\"", None),
            ("a: 'b # c' # d", Some("# d")),
            ("a: it's # c", Some("# c")),
        ] {
            assert_eq!(comment(line), want, "{line}");
        }
    }

    #[test]
    fn values_read_back() {
        let values =
            json!(["web-1/cpu", "5", "true", "a: b", "", "x\ny", "/a/", "é", 5, 1.5, null, {"a b": [1]}]);
        let text = inline(&values);
        let documents = from_yaml_1_2("t", &text).expect(&text);
        let Node::List(items) = &documents[0].value else { panic!("{text}") };
        let texts: Vec<_> = items.iter().map(|i| i.value.clone()).collect();
        let text = |text: &str| Node::Text(text.to_owned());
        assert_eq!(
            texts[..6],
            [text("web-1/cpu"), text("5"), text("true"), text("a: b"), text(""), text("x\ny")]
        );
        assert_eq!(texts[6], text("/^\\/a\\/$/"), "what reads as a pattern is one");
        assert_eq!(texts[7..10], [text("é"), Node::Int(5), Node::Float(1.5)]);
    }
}
