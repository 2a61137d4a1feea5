//! `expect`: what a test expects.

use super::{scalar, table};
use crate::alert::Level;
use crate::handlers::fields::{Fields, Mistakes, list};
use crate::handlers::tree::{At, Node, Place};
use crate::suite::model::{Count, Expect, Expected, ExpectedError, FinalLevel, List};
use crate::suite::pattern::{Entry, Near, Pattern, Range};
use crate::suite::time::{Span as Stretch, WHEN};
use crate::text::suggest::nearest;

/// What can be said of an event.
const EVENT: &[&str] = &[
    "level",
    "id",
    "message",
    "tags",
    "fields",
    "name",
    "previous",
    "duration",
    "details",
    "group",
    "task",
    "node",
    "topic",
    "recoverable",
];

/// What can be said of a row.
const ROW: &[&str] = &["tags", "fields", "name", "group"];

/// What can be said of what a handler would do.
const CALL: &[&str] = &[
    "kind", "level", "id", "topic", "node", "prog", "args", "stdin", "method", "url", "headers", "body",
    "path", "data", "address", "to", "subject", "reason",
];

/// What a test expects; nothing, where it does not say.
pub(super) fn expect(node: Option<&At<Node>>, tolerance: f64, mistakes: &mut Mistakes) -> Expect {
    let mut expect = Expect { tolerance, ..Expect::default() };
    let Some(node) = node else { return expect };
    let mut fields = Fields::new("key of `expect`", node, mistakes);
    expect.place = Some(node.place);
    if let Some(tolerance) = fields.number("tolerance", mistakes) {
        expect.tolerance = tolerance;
    }
    let exact = fields.bool("exact", mistakes).unwrap_or(false);
    expect.events = fields.take("events").and_then(|node| things("event", node, EVENT, exact, mistakes));
    expect.calls = fields.take("calls").and_then(|node| things("call", node, CALL, exact, mistakes));
    for (name, node) in fields.take("rows").map(|n| table("rows", n, mistakes)).unwrap_or_default() {
        expect.rows.extend(things("row", &node, ROW, exact, mistakes).map(|rows| (name, rows)));
    }
    if let Some(node) = fields.take("none") {
        let none = things("event", node, EVENT, false, mistakes);
        expect.none = none.map(|list| list.items).unwrap_or_default();
    }
    for (key, node) in fields.take("counts").map(|n| table("counts", n, mistakes)).unwrap_or_default() {
        expect.counts.extend(count(key, &node, mistakes));
    }
    for (id, node) in fields.take("levels").map(|n| table("levels", n, mistakes)).unwrap_or_default() {
        let level = scalar(&node.value).and_then(|text| level(&text));
        match level {
            Some(value) => {
                let level = At { value, place: node.place, span: node.span };
                expect.levels.push(FinalLevel { id, level });
            }
            None => no_level(&node, mistakes),
        }
    }
    expect.error = fields.take("error").and_then(|node| error(node, mistakes));
    fields.finish(mistakes);
    expect
}

/// A level by its name, in any case, or by a common short form.
pub(crate) fn level(text: &str) -> Option<Level> {
    match text.to_ascii_uppercase().as_str() {
        "OK" => Some(Level::Ok),
        "INFO" => Some(Level::Info),
        "WARNING" | "WARN" => Some(Level::Warning),
        "CRITICAL" | "CRIT" => Some(Level::Critical),
        _ => None,
    }
}

fn no_level(node: &At<Node>, mistakes: &mut Mistakes) {
    let message = "expected a level: `OK`, `INFO`, `WARNING` or `CRITICAL`".to_owned();
    mistakes.add(node.place, message, None);
}

/// A list of things that happen.
fn things(
    what: &str,
    node: &At<Node>,
    known: &[&'static str],
    exact: bool,
    mistakes: &mut Mistakes,
) -> Option<List> {
    let Node::List(items) = &node.value else {
        let message = format!("expected a list of {what}s, found {}", node.value.words());
        mistakes.add(node.place, message, None);
        return None;
    };
    let mut list = List { place: node.place, span: node.span, exact, items: Vec::new() };
    // A list without anything says that there is nothing.
    list.exact |= items.is_empty();
    for item in items {
        let Some(thing) = thing(what, item, known, mistakes) else { continue };
        if let (Some(last), Some(from)) = (list.items.last(), thing.when.from)
            && let Some(before) = last.when.from
            && order(before, from) == Some(std::cmp::Ordering::Greater)
        {
            let line = last.place.line;
            let message = format!("times out of order: this {what} is before that of line {line}");
            mistakes.add(thing.place, message, Some(format!("list {what}s in the order of their times")));
        }
        list.items.push(thing);
    }
    Some(list)
}

fn order(a: crate::suite::time::When, b: crate::suite::time::When) -> Option<std::cmp::Ordering> {
    use crate::suite::time::When;
    match (a, b) {
        (When::At(a), When::At(b)) | (When::After(a), When::After(b)) => Some(a.cmp(&b)),
        _ => None,
    }
}

fn thing(what: &str, node: &At<Node>, known: &[&'static str], mistakes: &mut Mistakes) -> Option<Expected> {
    let Node::Table(entries) = &node.value else {
        let message = format!("expected a table that describes the {what}, found {}", node.value.words());
        let hint = format!("such as `{{at: 1m, {}: …}}`", known.first().unwrap_or(&"id"));
        mistakes.add(node.place, message, Some(hint));
        return None;
    };
    let mut thing = Expected {
        place: node.place,
        span: node.span,
        when: Stretch::ALWAYS,
        when_at: None,
        entries: Vec::new(),
        exact: false,
    };
    for (key, value) in entries {
        match key.value.as_str() {
            "at" => match scalar(&value.value).and_then(|text| Stretch::parse(&text)) {
                Some(when) => {
                    thing.when = when;
                    thing.when_at = Some((value.place, value.span));
                }
                None => {
                    let message = format!("`at`: expected {WHEN}, or a stretch such as `1m..5m`");
                    mistakes.add(value.place, message, None);
                }
            },
            "exact" => match value.value {
                Node::Bool(exact) => thing.exact = exact,
                _ => mistakes.add(value.place, "`exact`: expected `true` or `false`".to_owned(), None),
            },
            name if known.contains(&name) => thing.entries.extend(entry(key, value, mistakes)),
            name => {
                let names = || known.iter().copied().chain(["at", "exact"]);
                let hint = match nearest(name, names()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("known are {}", list(&names().collect::<Vec<_>>())),
                };
                mistakes.add(key.place, format!("unknown key of the {what} `{name}`"), Some(hint));
            }
        }
    }
    Some(thing)
}

fn entry(key: &At<String>, value: &At<Node>, mistakes: &mut Mistakes) -> Option<Entry> {
    let table_of = match key.value.as_str() {
        "tags" | "fields" | "headers" => Some("a table"),
        _ => None,
    };
    if let Some(expected) = table_of.filter(|_| !matches!(value.value, Node::Table(_))) {
        let message = format!("`{}`: expected {expected}, found {}", key.value, value.value.words());
        mistakes.add(value.place, message, None);
        return None;
    }
    if matches!(key.value.as_str(), "level" | "previous") {
        let Some(level) = scalar(&value.value).and_then(|text| level(&text)) else {
            no_level(value, mistakes);
            return None;
        };
        let want = Pattern::Text(level.as_str().to_owned(), None);
        return Some(Entry {
            key: key.clone(),
            want: At { value: want, place: value.place, span: value.span },
        });
    }
    match Pattern::read(value) {
        Ok(want) => Some(Entry { key: key.clone(), want: texts_are_texts(&key.value, want) }),
        Err(At { value, place, .. }) => {
            mistakes.add(place, value, None);
            None
        }
    }
}

/// Tags, ids and messages are texts, though `5` is a number to YAML.
fn texts_are_texts(key: &str, want: At<Pattern>) -> At<Pattern> {
    let text = |pattern: Pattern| match pattern {
        Pattern::Number(Near { value, .. }) => Pattern::Text(value.to_string(), None),
        Pattern::Bool(b) => Pattern::Text(b.to_string(), None),
        Pattern::Text(text, _) => Pattern::Text(text, None),
        other => other,
    };
    let value = match (key, want.value) {
        ("fields" | "recoverable" | "stdin" | "body" | "data" | "args" | "to", other) => other,
        (_, Pattern::Table(entries)) => {
            let entry = |e: Entry| Entry { key: e.key, want: At { value: text(e.want.value), ..e.want } };
            Pattern::Table(entries.into_iter().map(entry).collect())
        }
        (_, other) => text(other),
    };
    At { value, ..want }
}

fn count(key: At<String>, node: &At<Node>, mistakes: &mut Mistakes) -> Option<Count> {
    let of = match key.value.as_str() {
        "all" => None,
        name => match level(name) {
            Some(level) => Some(level),
            None => {
                let hint = "known are `all`, `ok`, `info`, `warning` and `critical`".to_owned();
                mistakes.add(key.place, format!("unknown key of `counts` `{name}`"), Some(hint));
                return None;
            }
        },
    };
    let range = match &node.value {
        Node::Int(n) => Some(Range::Near(Near { value: *n as f64, by: None })),
        Node::Text(text) => Range::parse(text),
        _ => None,
    };
    let Some(value) = range else {
        let message =
            format!("`{}`: expected a number of events, or a range such as `2..5` or `>= 1`", key.value);
        mistakes.add(node.place, message, None);
        return None;
    };
    Some(Count { level: of, key, want: At { value, place: node.place, span: node.span } })
}

fn error(node: &At<Node>, mistakes: &mut Mistakes) -> Option<ExpectedError> {
    let text = |at: &At<String>, mistakes: &mut Mistakes| match Pattern::text(&at.value) {
        Ok(value) => Some(At { value, place: at.place, span: at.span }),
        Err(words) => {
            mistakes.add(at.place, format!("`{}` is no pattern: {words}", at.value), None);
            None
        }
    };
    if let Node::Text(words) = &node.value {
        let at = At { value: words.clone(), place: node.place, span: node.span };
        return Some(ExpectedError { place: node.place, code: None, text: text(&at, mistakes), line: None });
    }
    let mut fields = Fields::new("key of `error`", node, mistakes);
    let code = fields.text("code", mistakes);
    let words = fields.text("text", mistakes).and_then(|at| text(&at, mistakes));
    let line = fields.int("line", mistakes);
    let place: Place = fields.place();
    fields.finish(mistakes);
    Some(ExpectedError { place, code, text: words, line })
}
