//! Typed access to a table of a configuration. Mistakes are collected, so that a user sees them all.

use super::tree::{At, FileError, Node, Place};
use crate::text::suggest::nearest;
use crate::value::Value;
use crate::value::duration::parse_go;

/// So many names are more than a hint has room for.
const MANY: usize = 24;

/// What is wrong with one file.
pub struct Mistakes {
    file: String,
    found: Vec<FileError>,
    doubts: Vec<FileError>,
}

impl Mistakes {
    /// None yet.
    pub fn new(file: &str) -> Mistakes {
        Mistakes { file: file.to_owned(), found: Vec::new(), doubts: Vec::new() }
    }

    /// Adds one.
    pub fn add(&mut self, place: Place, message: String, hint: Option<String>) {
        self.found.push(FileError { file: self.file.clone(), place: Some(place), message, hint });
    }

    /// What may be meant so, but hardly is.
    pub fn doubt(&mut self, place: Place, message: String, hint: Option<String>) {
        self.doubts.push(FileError { file: self.file.clone(), place: Some(place), message, hint });
    }

    /// Those, by their places.
    pub fn take_doubts(&mut self) -> Vec<FileError> {
        self.doubts.sort();
        std::mem::take(&mut self.doubts)
    }

    /// All of them.
    pub fn into_vec(self) -> Vec<FileError> {
        self.found
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }
}

/// The entries of a table; each is taken by its key, in any case, and what is left at the end is unknown.
pub struct Fields<'a> {
    /// For messages: `option of exec`.
    what: &'a str,
    place: Place,
    entries: Vec<(&'a At<String>, &'a At<Node>)>,
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// The entries of a table; a mistake if it is none.
    pub fn new(what: &'a str, node: &'a At<Node>, mistakes: &mut Mistakes) -> Fields<'a> {
        let mut fields = Fields { what, place: node.place, entries: Vec::new(), known: Vec::new() };
        match &node.value {
            Node::Table(entries) => fields.entries = entries.iter().map(|(k, v)| (k, v)).collect(),
            Node::Null => {}
            other => {
                mistakes.add(
                    node.place,
                    format!("expected a table of {what}s, found {}", other.words()),
                    None,
                );
            }
        }
        fields
    }

    /// An empty table that stands at a place.
    pub fn empty(what: &'a str, place: Place) -> Fields<'a> {
        Fields { what, place, entries: Vec::new(), known: Vec::new() }
    }

    /// Where the table begins.
    pub fn place(&self) -> Place {
        self.place
    }

    /// Where the value of a key begins.
    pub fn place_of(&self, key: &str) -> Option<Place> {
        let found = self.entries.iter().rfind(|(k, _)| k.value.eq_ignore_ascii_case(key));
        found.map(|(_, value)| value.place)
    }

    /// The value of a key; the last one counts, nothing (`key:`) is no value.
    pub fn take(&mut self, key: &'static str) -> Option<&'a At<Node>> {
        self.known.push(key);
        let mut found = None;
        self.entries.retain(|(k, v)| {
            let hit = k.value.eq_ignore_ascii_case(key);
            if hit {
                found = Some(*v);
            }
            !hit
        });
        found.filter(|v| v.value != Node::Null)
    }

    /// A key of a type that `read` picks.
    pub fn typed<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        mistakes: &mut Mistakes,
        read: impl FnOnce(&'a Node) -> Option<T>,
    ) -> Option<At<T>> {
        let node = self.take(key)?;
        if let Some(value) = read(&node.value) {
            return Some(At { value, place: node.place, span: node.span });
        }
        let hint = match node.value {
            Node::Bool(_) | Node::Int(_) | Node::Float(_) if expected == "a text" => {
                Some("put it in quotes".to_owned())
            }
            _ => None,
        };
        let message = format!("`{key}`: expected {expected}, found {}", node.value.words());
        mistakes.add(node.place, message, hint);
        None
    }

    /// A text.
    pub fn text(&mut self, key: &'static str, mistakes: &mut Mistakes) -> Option<At<String>> {
        self.typed(key, "a text", mistakes, |node| match node {
            Node::Text(s) => Some(s.clone()),
            _ => None,
        })
    }

    /// A text that must be there and not be empty.
    pub fn needed(&mut self, key: &'static str, mistakes: &mut Mistakes) -> Option<At<String>> {
        self.need(key, mistakes, |fields, mistakes| {
            fields.text(key, mistakes).filter(|text| !text.value.is_empty())
        })
    }

    /// Something that must be there.
    pub fn need<T>(
        &mut self,
        key: &'static str,
        mistakes: &mut Mistakes,
        read: impl FnOnce(&mut Self, &mut Mistakes) -> Option<T>,
    ) -> Option<T> {
        let before = mistakes.found.len();
        let value = read(self, mistakes);
        if value.is_none() && mistakes.found.len() == before {
            mistakes.add(self.place, format!("{} `{key}` is missing", self.what), None);
        }
        value
    }

    /// A truth value.
    pub fn bool(&mut self, key: &'static str, mistakes: &mut Mistakes) -> Option<bool> {
        let read = |node: &Node| match node {
            Node::Bool(b) => Some(*b),
            _ => None,
        };
        self.typed(key, "`true` or `false`", mistakes, read).map(|b| b.value)
    }

    /// A number, with or without decimals.
    pub fn number(&mut self, key: &'static str, mistakes: &mut Mistakes) -> Option<f64> {
        let read = |node: &Node| match node {
            Node::Int(i) => Some(*i as f64),
            Node::Float(x) => Some(*x),
            _ => None,
        };
        self.typed(key, "a number", mistakes, read).map(|x| x.value)
    }

    /// A whole number; `420.0` is one, too.
    pub fn int(&mut self, key: &'static str, mistakes: &mut Mistakes) -> Option<At<i64>> {
        self.typed(key, "an integer", mistakes, whole)
    }

    /// A list of texts.
    pub fn texts(&mut self, key: &'static str, mistakes: &mut Mistakes) -> Option<Vec<String>> {
        let list = self.typed(key, "a list of texts", mistakes, |node| match node {
            Node::List(items) => Some(items),
            _ => None,
        })?;
        Some(texts_of(key, list.value, mistakes))
    }

    /// A table of texts, in order.
    pub fn pairs(&mut self, key: &'static str, mistakes: &mut Mistakes) -> Option<Vec<(String, String)>> {
        let table = self.typed(key, "a table of texts", mistakes, |node| match node {
            Node::Table(entries) => Some(entries),
            _ => None,
        })?;
        let mut pairs = Vec::new();
        for (name, value) in table.value {
            match &value.value {
                Node::Text(s) => pairs.push((name.value.clone(), s.clone())),
                other => {
                    let message = format!("`{}`: expected a text, found {}", name.value, other.words());
                    mistakes.add(value.place, message, Some("put it in quotes".to_owned()));
                }
            }
        }
        Some(pairs)
    }

    /// Lists of texts by name.
    pub fn lists(
        &mut self,
        key: &'static str,
        mistakes: &mut Mistakes,
    ) -> Option<Vec<(String, Vec<String>)>> {
        let table = self.typed(key, "a table of lists", mistakes, |node| match node {
            Node::Table(entries) => Some(entries),
            _ => None,
        })?;
        let lists = table.value.iter().filter_map(|(name, value)| match &value.value {
            Node::List(items) => Some((name.value.clone(), texts_of(&name.value, items, mistakes))),
            other => {
                let message = format!("`{}`: expected a list of texts, found {}", name.value, other.words());
                mistakes.add(value.place, message, None);
                None
            }
        });
        Some(lists.collect())
    }

    /// A table of single values.
    pub fn scalars(&mut self, key: &'static str, mistakes: &mut Mistakes) -> Option<Vec<(String, Value)>> {
        let table = self.typed(key, "a table of values", mistakes, |node| match node {
            Node::Table(entries) => Some(entries),
            _ => None,
        })?;
        let mut pairs = Vec::new();
        for (name, value) in table.value {
            match scalar(&value.value) {
                Some(scalar) => pairs.push((name.value.clone(), scalar)),
                None => {
                    let found = value.value.words();
                    let message = format!("`{}`: expected a single value, found {found}", name.value);
                    mistakes.add(value.place, message, None);
                }
            }
        }
        Some(pairs)
    }

    /// A list of tables with `href` and perhaps `text`.
    pub fn links(&mut self, key: &'static str, mistakes: &mut Mistakes) -> Option<Vec<(String, Value)>> {
        let list = self.typed(key, "a list of tables", mistakes, |node| match node {
            Node::List(items) => Some(items),
            _ => None,
        })?;
        let what = format!("key of `{key}`");
        let mut links = Vec::new();
        for item in list.value {
            let mut link = Fields::new(&what, item, mistakes);
            let href = link.needed("href", mistakes);
            let text = link.text("text", mistakes);
            link.finish(mistakes);
            if let Some(href) = href {
                let text = text.filter(|t| !t.value.is_empty());
                links.push((href.value, text.map_or(Value::Null, |t| Value::Str(t.value.into()))));
            }
        }
        Some(links)
    }

    /// A duration in nanoseconds: an integer, or a text such as `10s`.
    pub fn duration(&mut self, key: &'static str, mistakes: &mut Mistakes) -> Option<At<i64>> {
        self.typed(key, "nanoseconds, or a duration such as \"10s\"", mistakes, |node| match node {
            Node::Text(s) => parse_go(s).ok(),
            other => whole(other),
        })
    }

    /// Every key that nobody asked for is a mistake.
    pub fn finish(self, mistakes: &mut Mistakes) {
        for (place, message, hint) in self.unknown() {
            mistakes.add(place, message, Some(hint));
        }
    }

    /// Every key that nobody asked for is passed over, but told.
    pub fn finish_leniently(self, mistakes: &mut Mistakes) {
        for (place, message, hint) in self.unknown() {
            mistakes.doubt(place, message, Some(hint));
        }
    }

    fn unknown(self) -> impl Iterator<Item = (Place, String, String)> {
        let Fields { what, entries, known, .. } = self;
        entries.into_iter().map(move |(key, _)| {
            let hint = match nearest(&key.value, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if known.len() > MANY => "see `docs/configuration.md` for what is known".to_owned(),
                None => format!("known are {}", list(&known)),
            };
            (key.place, format!("unknown {what} `{}`", key.value), hint)
        })
    }
}

fn texts_of(key: &str, items: &[At<Node>], mistakes: &mut Mistakes) -> Vec<String> {
    let mut texts = Vec::new();
    for item in items {
        match &item.value {
            Node::Text(s) => texts.push(s.clone()),
            other => {
                let message = format!("`{key}`: expected a text, found {}", other.words());
                mistakes.add(item.place, message, Some("put it in quotes".to_owned()));
            }
        }
    }
    texts
}

fn scalar(node: &Node) -> Option<Value> {
    Some(match node {
        Node::Null => Value::Null,
        Node::Bool(b) => Value::Bool(*b),
        Node::Int(n) => Value::Int(*n),
        Node::Float(x) => Value::Float(*x),
        Node::Text(text) => Value::Str(text.as_str().into()),
        Node::List(_) | Node::Table(_) => return None,
    })
}

fn whole(node: &Node) -> Option<i64> {
    match node {
        Node::Int(i) => Some(*i),
        Node::Float(x) if x.fract() == 0.0 && x.abs() < 9e15 => Some(*x as i64),
        _ => None,
    }
}

/// `a`, `b` and `c`, each in backticks.
pub fn list(names: &[&str]) -> String {
    match names {
        [] => "none".to_owned(),
        [one] => format!("`{one}`"),
        [first @ .., last] => {
            let first: Vec<_> = first.iter().map(|n| format!("`{n}`")).collect();
            format!("{} and `{last}`", first.join(", "))
        }
    }
}
