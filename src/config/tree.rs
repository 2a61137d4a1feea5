//! Settings as a tree again: what handlers and functions read of it.

use std::path::Path;

use super::schema::{Use, sections};
use super::setting::{Scalar, Setting};
use super::settings::{Element, Given, Settings};
use crate::handlers::tree::{At, Node};
use crate::handlers::{Config, FileError, Place, config};
use crate::text::Span;

impl Settings {
    /// What handlers, functions and queries read of it. Templates and ids are read from their files.
    ///
    /// # Errors
    /// For templates that are none, files that cannot be read, and functions that are no program and no socket.
    pub fn handlers(&self) -> Result<Config, Vec<FileError>> {
        let mut entries = table(self.one(""));
        for section in sections().iter().filter(|s| !s.name.is_empty() && s.usage != Use::Missing) {
            let given = self.elements(section.name).iter().filter(|element| element.given);
            let mut tables: Vec<At<Node>> =
                given.map(|element| at(element.place, Node::Table(table(element)))).collect();
            let value = match (section.is_list(), tables.pop()) {
                (_, None) => continue,
                (false, Some(table)) => table,
                (true, Some(last)) => {
                    let place = tables.first().unwrap_or(&last).place;
                    tables.push(last);
                    at(Some(place), Node::List(tables))
                }
            };
            entries.push((at(Some(value.place), section.name.to_owned()), value));
        }
        let root = at(Some(Place { line: 1, column: 1 }), Node::Table(entries));
        let mut config = config::of_tree(&self.file, &root)?;
        config.doubts.extend(self.warnings.iter().cloned());
        config.doubts.sort();
        Ok(config)
    }

    /// The same as [`Settings::read`] for the text of a file, with what handlers read of it.
    ///
    /// # Errors
    /// If the file cannot be read, and for everything that is wrong in it.
    pub fn load(
        path: &Path,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Settings, Vec<FileError>> {
        let text = config::text_of(path)?;
        Settings::read(&path.display().to_string(), &text, environment)
    }
}

fn at<T>(place: Option<Place>, value: T) -> At<T> {
    At { value, place: place.unwrap_or_default(), span: Span::default() }
}

/// What is set of an element; what is empty says nothing.
fn table(element: &Element) -> Vec<(At<String>, At<Node>)> {
    let set = element.values.iter().filter(|given| !given.value.is_zero());
    set.map(|given| (at(element.place_of(given.name), given.name.to_owned()), node(element, given))).collect()
}

fn node(element: &Element, given: &Given) -> At<Node> {
    let place = element.place_of(given.name);
    let text = |text: &str| at(place, Node::Text(text.to_owned()));
    let entry = |name: &str, node| (at(place, name.to_owned()), node);
    let node = match &given.value {
        Setting::Nothing => Node::Null,
        Setting::Text(text) => Node::Text(text.clone()),
        Setting::Secret(secret) => Node::Text(secret.reveal().to_owned()),
        Setting::Flag(flag) => Node::Bool(*flag),
        Setting::Int(n) | Setting::Duration(n) => Node::Int(*n),
        Setting::Float(x) => Node::Float(*x),
        Setting::Texts(texts) => Node::List(texts.iter().map(|t| text(t)).collect()),
        Setting::Named(pairs) => {
            Node::Table(pairs.iter().map(|(name, value)| entry(name, text(value.reveal()))).collect())
        }
        Setting::Scalars(pairs) => {
            let scalar = |scalar: &Scalar| match scalar {
                Scalar::Text(t) => text(t),
                Scalar::Number(x) if x.fract() == 0.0 && x.abs() < 9e15 => at(place, Node::Int(*x as i64)),
                Scalar::Number(x) => at(place, Node::Float(*x)),
            };
            Node::Table(pairs.iter().map(|(name, value)| entry(name, scalar(value))).collect())
        }
        Setting::Lists(lists) => {
            let list = |texts: &[String]| at(place, Node::List(texts.iter().map(|t| text(t)).collect()));
            Node::Table(lists.iter().map(|(name, texts)| entry(name, list(texts))).collect())
        }
        Setting::Table(inner) => Node::Table(table(inner)),
        Setting::Tables(tables) => {
            let table = |(name, inner): &(String, Element)| {
                (at(inner.place, name.clone()), at(inner.place, Node::Table(table(inner))))
            };
            Node::Table(tables.iter().map(table).collect())
        }
    };
    at(place, node)
}
