//! What a test expects of a value: a text, a pattern, a number with a tolerance, a range, a table of such.

use serde_json::Value as Json;

use crate::handlers::tree::{At, Node};
use crate::value::GoRegex;

/// What a value has to be like.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// It must not be there.
    Absent,
    /// A truth value.
    Bool(bool),
    /// A number, near enough.
    Number(Near),
    /// A text; where a number is found, perhaps `8.6~0.1`, `8..9` or `>= 8`.
    Text(String, Option<Range>),
    /// A text that matches.
    Regex(GoRegex),
    /// A list, item by item.
    List(Vec<At<Pattern>>),
    /// A table; a text is read as JSON first.
    Table(Vec<Entry>),
}

/// A key of a table with its pattern.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: At<String>,
    /// What its value has to be like.
    pub want: At<Pattern>,
}

/// A number and how far from it is near.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Near {
    /// The number.
    pub value: f64,
    /// How far from it; none: what the test says.
    pub by: Option<f64>,
}

/// Numbers.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Range {
    /// `8.6~0.1`
    Near(Near),
    /// `8..9`, `8..`, `..9`: both ends in it.
    Within(f64, f64),
    /// `> 8`
    Above(f64),
    /// `< 8`
    Below(f64),
}

/// What is equal but for the last digits.
const SAME: f64 = 1e-9;

impl Near {
    fn holds(self, x: f64, tolerance: f64) -> bool {
        let far = (x - self.value).abs();
        x == self.value || far <= self.by.unwrap_or(tolerance) || far <= SAME * x.abs().max(self.value.abs())
    }
}

impl Range {
    /// Reads a range; none if the text is none.
    pub fn parse(text: &str) -> Option<Range> {
        let number = |text: &str| text.trim().parse::<f64>().ok().filter(|x| !x.is_nan());
        let text = text.trim();
        if let Some((low, high)) = text.split_once("..") {
            let end = |text: &str, or: f64| if text.trim().is_empty() { Some(or) } else { number(text) };
            return match (low.trim(), high.trim()) {
                ("", "") => None,
                _ => Some(Range::Within(end(low, f64::NEG_INFINITY)?, end(high, f64::INFINITY)?)),
            };
        }
        if let Some((value, by)) = text.split_once('~') {
            return Some(Range::Near(Near {
                value: number(value)?,
                by: Some(number(by).filter(|by| *by >= 0.0)?),
            }));
        }
        let from = |text, range: fn(f64) -> Range| number(text).map(range);
        if let Some(rest) = text.strip_prefix(">=") {
            return from(rest, |x| Range::Within(x, f64::INFINITY));
        }
        if let Some(rest) = text.strip_prefix("<=") {
            return from(rest, |x| Range::Within(f64::NEG_INFINITY, x));
        }
        if let Some(rest) = text.strip_prefix('>') {
            return from(rest, Range::Above);
        }
        text.strip_prefix('<').and_then(|rest| from(rest, Range::Below))
    }

    /// Whether a number is one of them.
    pub fn holds(self, x: f64, tolerance: f64) -> bool {
        match self {
            Range::Near(near) => near.holds(x, tolerance),
            Range::Within(low, high) => low <= x && x <= high,
            Range::Above(low) => x > low,
            Range::Below(high) => x < high,
        }
    }
}

/// How strictly values are compared.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Strictness {
    /// How far numbers may be apart.
    pub tolerance: f64,
    /// Tables have no further keys.
    pub exact: bool,
}

impl Pattern {
    /// Reads a pattern; an error is in words, with the place of what is wrong.
    pub fn read(node: &At<Node>) -> Result<At<Pattern>, At<String>> {
        let wrong = |message: String| At { value: message, place: node.place, span: node.span };
        let value = match &node.value {
            Node::Null => Pattern::Absent,
            Node::Bool(b) => Pattern::Bool(*b),
            Node::Int(i) => Pattern::Number(Near { value: *i as f64, by: None }),
            Node::Float(x) => Pattern::Number(Near { value: *x, by: None }),
            Node::Text(text) => {
                Pattern::text(text).map_err(|words| wrong(format!("`{text}` is no pattern: {words}")))?
            }
            Node::List(items) => Pattern::List(items.iter().map(Pattern::read).collect::<Result<_, _>>()?),
            Node::Table(entries) => {
                let entry = |(key, value): &(At<String>, At<Node>)| {
                    Ok::<Entry, At<String>>(Entry { key: key.clone(), want: Pattern::read(value)? })
                };
                Pattern::Table(entries.iter().map(entry).collect::<Result<_, _>>()?)
            }
        };
        Ok(At { value, place: node.place, span: node.span })
    }

    /// `/…/` is a regular expression, all else a text.
    pub fn text(text: &str) -> Result<Pattern, String> {
        let inner =
            text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).filter(|inner| !inner.is_empty());
        match inner {
            Some(pattern) => GoRegex::new(&pattern.replace("\\/", "/")).map(Pattern::Regex),
            None => Ok(Pattern::Text(text.to_owned(), Range::parse(text))),
        }
    }

    /// Whether a value is like that. `None` where there is no value.
    pub fn matches(&self, seen: Option<&Json>, how: Strictness) -> bool {
        let seen = match seen {
            None | Some(Json::Null) => return matches!(self, Pattern::Absent),
            Some(seen) => seen,
        };
        match (self, seen) {
            (Pattern::Bool(want), Json::Bool(seen)) => want == seen,
            (Pattern::Number(near), Json::Number(n)) => {
                n.as_f64().is_some_and(|x| near.holds(x, how.tolerance))
            }
            (Pattern::Text(_, Some(range)), Json::Number(n)) => {
                n.as_f64().is_some_and(|x| range.holds(x, how.tolerance))
            }
            (Pattern::Text(want, _), Json::String(seen)) => want == seen,
            // Times and durations are told as texts.
            (Pattern::Number(near), Json::String(seen)) => seen.parse::<f64>().is_ok_and(|x| near.value == x),
            (Pattern::Regex(regex), Json::String(seen)) => regex.is_match(seen),
            (Pattern::List(want), Json::Array(seen)) => {
                want.len() == seen.len() && want.iter().zip(seen).all(|(w, s)| w.value.matches(Some(s), how))
            }
            (Pattern::Table(want), Json::Object(seen)) => {
                let all = want.iter().all(|e| e.want.value.matches(seen.get(&e.key.value), how));
                let no_more = || seen.keys().all(|key| want.iter().any(|e| e.key.value == *key));
                all && (!how.exact || no_more())
            }
            (Pattern::Table(_) | Pattern::List(_), Json::String(text)) => {
                serde_json::from_str::<Json>(text).is_ok_and(|json| self.matches(Some(&json), how))
            }
            _ => false,
        }
    }

    /// As the test writes it, on one line.
    pub fn shown(&self) -> String {
        match self {
            Pattern::Absent => "nothing".to_owned(),
            Pattern::Bool(b) => b.to_string(),
            Pattern::Number(near) => near.value.to_string(),
            Pattern::Text(text, _) => text.replace('\n', "\\n"),
            Pattern::Regex(regex) => format!("/{}/", regex.pattern()),
            Pattern::List(items) => {
                let items: Vec<String> = items.iter().map(|i| i.value.shown()).collect();
                format!("[{}]", items.join(", "))
            }
            Pattern::Table(entries) => {
                let entries: Vec<String> =
                    entries.iter().map(|e| format!("{}: {}", e.key.value, e.want.value.shown())).collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }
}

/// A value that was seen, on one line.
pub(super) fn shown(seen: Option<&Json>) -> String {
    match seen {
        None | Some(Json::Null) => "nothing".to_owned(),
        Some(Json::String(text)) => text.replace('\n', "\\n"),
        Some(other) => other.to_string(),
    }
}

/// What a pattern does not like, leaf by leaf: the path, the pattern and what was seen.
pub(super) struct Mismatch<'a> {
    /// `fields.usage_idle`
    pub(super) path: String,
    /// Where the test says otherwise.
    pub(super) want: &'a At<Pattern>,
    /// What is there.
    pub(super) seen: Option<Json>,
}

/// Collects what of `entries` a value does not match.
pub(super) fn mismatches<'a>(
    entries: &'a [Entry],
    seen: &Json,
    how: Strictness,
    path: &str,
    found: &mut Vec<Mismatch<'a>>,
) {
    for Entry { key, want } in entries {
        let path = if path.is_empty() { key.value.clone() } else { format!("{path}.{}", key.value) };
        let value = seen.get(&key.value);
        if want.value.matches(value, how) {
            continue;
        }
        let parsed = match (&want.value, value) {
            (Pattern::Table(_), Some(Json::String(text))) => serde_json::from_str(text).ok(),
            (Pattern::Table(_), Some(value)) => Some(value.clone()),
            _ => None,
        };
        let before = found.len();
        if let (Pattern::Table(inner), Some(table @ Json::Object(_))) = (&want.value, &parsed) {
            mismatches(inner, table, how, &path, found);
        }
        // No leaf is to blame: it is no table, or has too many keys.
        if found.len() == before {
            found.push(Mismatch { path, want, seen: value.cloned() });
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::handlers::tree::from_yaml_1_2;

    fn pattern(yaml: &str) -> Pattern {
        let nodes = from_yaml_1_2("t", &format!("- {yaml}")).expect(yaml);
        let Node::List(items) = &nodes[0].value else { panic!("{yaml}") };
        Pattern::read(&items[0]).expect(yaml).value
    }

    fn matches(yaml: &str, seen: Json) -> bool {
        pattern(yaml).matches(Some(&seen), Strictness::default())
    }

    #[test]
    fn values_match_by_kind() {
        for (yaml, seen, want) in [
            ("5", json!(5), true),
            ("5", json!(5.0), true),
            ("0.3", json!(0.1 + 0.2), true),
            ("5", json!(5.1), false),
            ("5~0.2", json!(5.1), true),
            ("5..6", json!(6), true),
            ("..5", json!(6), false),
            ("'> 5'", json!(5), false),
            ("'>= 5'", json!(5), true),
            ("'<5'", json!(4), true),
            ("5~0.2", json!("5~0.2"), true),
            ("web-1", json!("web-1"), true),
            ("web", json!("web-1"), false),
            ("/^web/", json!("web-1"), true),
            ("/usr/bin/python", json!("/usr/bin/python"), true),
            ("true", json!(true), true),
            ("null", json!(1), false),
            ("[a, /b/]", json!(["a", "abc"]), true),
            ("[a]", json!(["a", "b"]), false),
            ("{id: x}", json!({"id": "x", "more": 1}), true),
            ("{data: {v: 1}}", json!("{\"data\":{\"v\":1,\"w\":2}}\n"), true),
            ("{data: 2}", json!("no json"), false),
        ] {
            assert_eq!(matches(yaml, seen.clone()), want, "{yaml} on {seen}");
        }
        assert!(pattern("null").matches(None, Strictness::default()));
        let exact = Strictness { exact: true, tolerance: 0.5 };
        assert!(!pattern("{id: x}").matches(Some(&json!({"id": "x", "more": 1})), exact));
        assert!(pattern("5").matches(Some(&json!(5.4)), exact));
    }

    #[test]
    fn mistakes_in_patterns_have_a_place() {
        let nodes = from_yaml_1_2("t", "a: 1\nb: /(/\n").expect("yaml");
        let error = Pattern::read(&nodes[0]).expect_err("a bad pattern");
        assert_eq!((error.place.line, error.place.column), (2, 4));
        assert!(error.value.contains("missing closing )"), "{}", error.value);
    }

    #[test]
    fn differences_are_told_leaf_by_leaf() {
        let Pattern::Table(entries) = pattern("{id: a, tags: {host: x, dc: y}}") else { panic!("a table") };
        let mut found = Vec::new();
        mismatches(
            &entries,
            &json!({"id": "a", "tags": {"host": "z", "dc": "y"}}),
            Strictness::default(),
            "",
            &mut found,
        );
        let told: Vec<_> = found.iter().map(|m| (m.path.as_str(), shown(m.seen.as_ref()))).collect();
        assert_eq!(told, [("tags.host", "z".to_owned())]);
    }
}
