//! A configuration text as a tree whose every value knows its place, and typed access to it that collects all
//! mistakes. One form for YAML, JSON and TOML, so that one mistake has one wording.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;
use toml::de::{DeTable, DeValue};

use crate::text::Span;

/// A line and a column, both from 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Place {
    /// From 1; 0 where nothing is known.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
}

/// What is wrong with a file, and where.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct FileError {
    /// The file, as the user wrote it.
    pub file: String,
    /// Where in it; none for the file as a whole.
    pub place: Option<Place>,
    /// A lower-case fragment.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(Place { line, column }) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for FileError {}

/// Something with its place.
#[derive(Clone, PartialEq, Debug)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it begins.
    pub place: Place,
    /// Its bytes in the text: of a scalar all of it, of a table or list where it begins.
    pub span: Span,
}

/// A value of a configuration.
#[derive(Clone, PartialEq, Debug)]
pub enum Node {
    /// `null`, or nothing at all.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<At<Node>>),
    /// Values by key, in order.
    Table(Vec<(At<String>, At<Node>)>),
}

impl Node {
    /// With an article, for messages.
    pub fn words(&self) -> &'static str {
        match self {
            Node::Null => "nothing",
            Node::Bool(_) => "a boolean",
            Node::Int(_) => "an integer",
            Node::Float(_) => "a number with decimals",
            Node::Text(_) => "a text",
            Node::List(_) => "a list",
            Node::Table(_) => "a table",
        }
    }
}

impl<T> From<Spanned<T>> for At<T> {
    fn from(spanned: Spanned<T>) -> At<T> {
        let at = spanned.referenced;
        let place = Place {
            line: u32::try_from(at.line()).unwrap_or_default(),
            column: u32::try_from(at.column()).unwrap_or_default(),
        };
        let bytes = |n: Option<u64>| u32::try_from(n.unwrap_or_default()).unwrap_or(u32::MAX);
        let start = bytes(at.span().byte_offset());
        let end = start.saturating_add(bytes(at.span().byte_len()));
        At { value: spanned.value, place, span: Span { start, end } }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, b: bool) -> Result<Node, E> {
        Ok(Node::Bool(b))
    }

    fn visit_i64<E>(self, i: i64) -> Result<Node, E> {
        Ok(Node::Int(i))
    }

    fn visit_u64<E>(self, u: u64) -> Result<Node, E> {
        Ok(i64::try_from(u).map_or(Node::Float(u as f64), Node::Int))
    }

    fn visit_f64<E>(self, x: f64) -> Result<Node, E> {
        Ok(Node::Float(x))
    }

    fn visit_str<E>(self, s: &str) -> Result<Node, E> {
        Ok(Node::Text(s.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element::<Spanned<Node>>()? {
            list.push(item.into());
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut table = Vec::new();
        while let Some(key) = entries.next_key::<Spanned<String>>()? {
            table.push((key.into(), entries.next_value::<Spanned<Node>>()?.into()));
        }
        Ok(Node::Table(table))
    }
}

/// How deep a text may nest: more than any handler needs, and little enough for a small stack.
const DEPTH: usize = 16;

/// The documents of a YAML text; JSON is YAML, too. It is YAML 1.1, as Kapacitor reads it: `mode: 0644` is octal.
pub fn from_yaml(file: &str, text: &str) -> Result<Vec<At<Node>>, FileError> {
    yaml(file, text, true)
}

/// The same in YAML 1.2, where only `true` and `false` are truth values: `no` and `y` are texts.
pub fn from_yaml_1_2(file: &str, text: &str) -> Result<Vec<At<Node>>, FileError> {
    yaml(file, text, false)
}

fn yaml(file: &str, text: &str, old: bool) -> Result<Vec<At<Node>>, FileError> {
    let options = serde_saphyr::options! {
        legacy_octal_numbers: old,
        strict_booleans: !old,
        with_snippet: false,
        budget: serde_saphyr::budget! { max_depth: DEPTH },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: 10_000 },
    };
    let documents = serde_saphyr::from_multiple_with_options::<Spanned<Node>>(text, options);
    let documents = documents.map_err(|e| {
        let place = e.location().map(|at| Place {
            line: u32::try_from(at.line()).unwrap_or_default(),
            column: u32::try_from(at.column()).unwrap_or_default(),
        });
        let twice = matches!(e.without_snippet(), serde_saphyr::Error::DuplicateMappingKey { .. });
        let hint = twice.then(|| "a line `---` separates several in one file".to_owned());
        FileError { file: file.to_owned(), place, message: yaml_words(&e), hint }
    })?;
    Ok(documents.into_iter().map(At::from).collect())
}

/// The parser's words without the place, which is told before them.
fn yaml_words(error: &serde_saphyr::Error) -> String {
    let text = error.without_snippet().render_with_formatter(&serde_saphyr::UserMessageFormatter);
    let line = text.lines().next().unwrap_or_default();
    let words = line.split(" at line ").next().unwrap_or_default();
    format!("not readable as YAML: {words}")
}

/// The one document of a JSON text.
pub fn from_json(file: &str, text: &str) -> Result<Vec<At<Node>>, FileError> {
    // Its own parser knows best what is wrong with JSON; the tree with its places comes from YAML's.
    if let Err(e) = serde_json::from_str::<serde::de::IgnoredAny>(text) {
        let place = Place {
            line: u32::try_from(e.line()).unwrap_or_default(),
            column: u32::try_from(e.column()).unwrap_or_default(),
        };
        let message = e.to_string();
        let words = message.split(" at line ").next().unwrap_or_default();
        let message = format!("not readable as JSON: {words}");
        return Err(FileError { file: file.to_owned(), place: Some(place), message, hint: None });
    }
    from_yaml(file, text)
}

/// A TOML text, as a table.
pub fn from_toml(file: &str, text: &str) -> Result<At<Node>, FileError> {
    let table = DeTable::parse(text).map_err(|e| FileError {
        file: file.to_owned(),
        place: e.span().map(|span| place_in(text, span)),
        message: format!("not readable as TOML: {}", e.message().lines().next().unwrap_or_default()),
        hint: None,
    })?;
    let (place, span) = (Place { line: 1, column: 1 }, Span::default());
    Ok(At { place, span, value: toml_table(text, table.get_ref()) })
}

fn toml_table(text: &str, table: &DeTable<'_>) -> Node {
    let entries = table.iter().map(|(key, value)| {
        (toml_at(text, key, |key| key.to_string()), toml_at(text, value, |value| toml_node(text, value)))
    });
    Node::Table(entries.collect())
}

fn toml_at<S, T>(text: &str, from: &toml::Spanned<S>, value: impl FnOnce(&S) -> T) -> At<T> {
    let Range { start, end } = from.span();
    let bytes = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let span = Span { start: bytes(start), end: bytes(end) };
    At { value: value(from.get_ref()), place: place_in(text, start..end), span }
}

fn toml_node(text: &str, value: &DeValue<'_>) -> Node {
    match value {
        DeValue::String(s) => Node::Text(s.to_string()),
        DeValue::Boolean(b) => Node::Bool(*b),
        DeValue::Integer(i) => {
            i64::from_str_radix(i.as_str(), i.radix()).map_or(Node::Float(f64::NAN), Node::Int)
        }
        DeValue::Float(f) => Node::Float(f.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Datetime(time) => Node::Text(time.to_string()),
        DeValue::Array(items) => {
            Node::List(items.iter().map(|item| toml_at(text, item, |value| toml_node(text, value))).collect())
        }
        DeValue::Table(table) => toml_table(text, table),
    }
}

fn place_in(text: &str, span: Range<usize>) -> Place {
    let before = text.get(..span.start).unwrap_or(text);
    let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    Place { line: u32::try_from(line).unwrap_or(u32::MAX), column: u32::try_from(column).unwrap_or(u32::MAX) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_texts_are_refused() {
        let deep = |open: &str, close: &str| format!("{}{}", open.repeat(20_000), close.repeat(20_000));
        let bomb = (1..30).fold("a0: &a0 [x, x]\n".to_owned(), |text, i| {
            let last = i - 1;
            format!("{text}a{i}: &a{i} [*a{last}, *a{last}]\n")
        });
        for text in [deep("[", "]"), deep("{a: ", "}"), "- ".repeat(20_000), bomb, "\u{0}".to_owned()] {
            assert!(from_yaml("f", &text).is_err(), "{}", text.len());
        }
        assert!(from_json("f", &deep("[", "]")).is_err());
        assert!(from_json("f", &deep("{\"a\":", "}")).is_err());
        assert!(from_toml("f", &format!("a = {}", deep("[", "]"))).is_err());
        assert!(from_toml("f", &format!("a = {}", deep("{ a = ", "}"))).is_err());
        assert!(from_toml("f", &"a.".repeat(20_000)).is_err());
    }
}
