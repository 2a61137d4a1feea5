//! The whole configuration as one value: for every section its elements, for every key of those what holds.

use std::collections::BTreeMap;

use super::schema::{Key, Section, Times, sections};
use super::setting::{Secret, Setting};
use crate::handlers::{FileError, Place};

/// A configuration: what a file says, what the environment changes, and what is standard.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// What it was read from, for errors.
    pub(super) file: String,
    pub(super) sections: BTreeMap<&'static str, Vec<Element>>,
    /// What is probably a mistake, and what asks for something that is not there.
    pub warnings: Vec<FileError>,
}

/// One section, or one of several of a name, or a table in one.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Element {
    /// Where it begins, if a file has it.
    pub(super) place: Option<Place>,
    /// Whether somebody gave any of it.
    pub(super) given: bool,
    /// One for each key, in the order of the table.
    pub(super) values: Vec<Given>,
}

/// What holds for a key.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Given {
    pub(super) name: &'static str,
    pub(super) value: Setting,
    /// Where a file says so.
    pub(super) place: Option<Place>,
}

impl Element {
    /// What holds when nobody says anything.
    pub(super) fn standard(keys: &'static [Key]) -> Element {
        let given = |key: &'static Key| Given { name: key.name, value: Setting::standard(key), place: None };
        Element { place: None, given: false, values: keys.iter().map(given).collect() }
    }

    /// What holds where a section may be there several times, and nobody writes any.
    fn unwritten(section: &'static Section) -> Element {
        let mut element = Element::standard(&section.keys);
        match section.name {
            // Nobody asked for a server: none is waited for.
            "influxdb" => element.set("enabled", Setting::Flag(false)),
            "slack" | "discord" => element.set("default", Setting::Flag(true)),
            _ => {}
        }
        if section.name == "slack" {
            // One that is written has no name but its own.
            element.set("username", Setting::Text("kapacitor".to_owned()));
        }
        element
    }

    pub(super) fn get(&self, key: &str) -> Option<&Given> {
        self.values.iter().find(|given| given.name == key)
    }

    pub(super) fn set(&mut self, key: &str, value: Setting) {
        if let Some(given) = self.values.iter_mut().find(|given| given.name == key) {
            (given.value, given.place) = (value, None);
        }
    }

    /// A text; empty where there is none.
    pub(crate) fn text(&self, key: &str) -> &str {
        match self.get(key).map(|given| &given.value) {
            Some(Setting::Text(text)) => text,
            Some(Setting::Secret(secret)) => secret.reveal(),
            _ => "",
        }
    }

    pub(crate) fn secret(&self, key: &str) -> Secret {
        Secret::new(self.text(key))
    }

    pub(crate) fn flag(&self, key: &str) -> bool {
        self.get(key).is_some_and(|given| given.value == Setting::Flag(true))
    }

    pub(crate) fn int(&self, key: &str) -> i64 {
        match self.get(key).map(|given| &given.value) {
            Some(Setting::Int(n) | Setting::Duration(n)) => *n,
            _ => 0,
        }
    }

    pub(crate) fn float(&self, key: &str) -> f64 {
        match self.get(key).map(|given| &given.value) {
            Some(Setting::Float(x)) => *x,
            _ => 0.0,
        }
    }

    pub(crate) fn texts(&self, key: &str) -> &[String] {
        match self.get(key).map(|given| &given.value) {
            Some(Setting::Texts(texts)) => texts,
            _ => &[],
        }
    }

    pub(crate) fn lists(&self, key: &str) -> &[(String, Vec<String>)] {
        match self.get(key).map(|given| &given.value) {
            Some(Setting::Lists(lists)) => lists,
            _ => &[],
        }
    }

    /// Where a key is, or else the element.
    pub(super) fn place_of(&self, key: &str) -> Option<Place> {
        self.get(key).and_then(|given| given.place).or(self.place)
    }
}

impl Default for Settings {
    /// What holds without a file and without an environment.
    fn default() -> Settings {
        let sections = sections().iter().filter(|section| !section.keys.is_empty());
        Settings {
            file: "kapacitor.conf".to_owned(),
            sections: sections.map(|section| (section.name, standing(section))).collect(),
            warnings: Vec::new(),
        }
    }
}

/// What stands of a section that nobody writes.
pub(super) fn standing(section: &'static Section) -> Vec<Element> {
    match section.times {
        Times::Once => vec![Element::standard(&section.keys)],
        Times::Many { unwritten: true, .. } => vec![Element::unwritten(section)],
        Times::Many { .. } => Vec::new(),
    }
}

impl Settings {
    /// The elements of a section.
    pub(crate) fn elements(&self, name: &str) -> &[Element] {
        self.sections.get(name).map_or(&[], Vec::as_slice)
    }

    /// The one element of a section that is there once.
    pub(crate) fn one(&self, name: &str) -> &Element {
        static NONE: Element = Element { place: None, given: false, values: Vec::new() };
        self.elements(name).first().unwrap_or(&NONE)
    }

    /// A mistake in a section, in Kapacitor's words.
    pub(super) fn invalid(&self, section: &str, place: Option<Place>, text: &str) -> FileError {
        let section = if section.is_empty() { String::new() } else { format!("{section}: ") };
        FileError {
            file: self.file.clone(),
            place,
            message: format!("invalid configuration: {section}{text}"),
            hint: None,
        }
    }
}

/// The name by which the API knows an element.
pub(super) fn element_id<'e>(section: &Section, element: &'e Element) -> &'e str {
    element.text(section.element_key())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::schema::{Kind, section};
    use crate::pipeline::Deadman;

    #[test]
    fn every_standard_is_of_its_kind() {
        for section in sections() {
            for key in &section.keys {
                let fits = matches!(
                    (key.kind, Setting::standard(key)),
                    (Kind::Text, Setting::Text(_))
                        | (Kind::Secret, Setting::Secret(_))
                        | (Kind::Flag, Setting::Flag(_))
                        | (Kind::Int, Setting::Int(_))
                        | (Kind::Float, Setting::Float(_))
                        | (Kind::Duration, Setting::Duration(_))
                        | (Kind::Texts, Setting::Texts(_) | Setting::Nothing)
                        | (Kind::Named, Setting::Nothing)
                        | (Kind::Scalars, Setting::Scalars(_))
                        | (Kind::Lists, Setting::Lists(_) | Setting::Nothing)
                        | (Kind::Table(_), Setting::Table(_))
                        | (Kind::Tables(_), Setting::Nothing)
                );
                assert!(fits, "{} {}", section.name, key.name);
            }
        }
    }

    #[test]
    fn deadman_is_the_same_as_for_scripts() {
        assert_eq!(Settings::default().deadman(), Deadman::default());
    }

    #[test]
    fn names_are_there_once() {
        let mut names: Vec<&str> = sections().iter().map(|section| section.name).collect();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
        assert!(section("slack").is_some() && section("slak").is_none());
    }
}
