//! From the text of a file to settings: every mistake with its place, everything unknown told once.

use super::schema::{Key, Kind, Section, Times, Use, sections};
use super::setting::{Scalar, Secret, Setting};
use super::settings::{Element, Given, Settings, standing};
use super::{environment, rules};
use crate::handlers::FileError;
use crate::handlers::fields::{Fields, Mistakes};
use crate::handlers::tree::{At, Node, from_toml};
use crate::value::Value;

impl Settings {
    /// Reads a configuration: the file, then what the environment changes in it, then whether it is valid.
    ///
    /// `file` names it in errors; `environment` may hold anything, what begins with `KAPACITOR_` counts.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(
        file: &str,
        text: &str,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Settings, Vec<FileError>> {
        let root = from_toml(file, text).map_err(|e| vec![e])?;
        let mut mistakes = Mistakes::new(file);
        let mut settings = of_tree(file, &root, &mut mistakes);
        settings.warnings = mistakes.take_doubts();
        let mut wrong = mistakes.into_vec();
        environment::apply(&mut settings, environment, &mut wrong);
        if wrong.is_empty() {
            wrong = rules::broken(&settings);
            wrong.sort();
        }
        if wrong.is_empty() { Ok(settings) } else { Err(wrong) }
    }
}

fn of_tree(file: &str, root: &At<Node>, mistakes: &mut Mistakes) -> Settings {
    let mut settings = Settings { file: file.to_owned(), ..Settings::default() };
    let mut fields = Fields::new("section or key", root, mistakes);
    for section in sections() {
        if section.name.is_empty() {
            let top = keys(&section.keys, &mut fields, mistakes);
            settings.sections.insert("", vec![top]);
            continue;
        }
        let Some(node) = fields.take(section.name) else { continue };
        let tables = tables(section, node, mistakes);
        let written = match node.value {
            Node::List(_) => format!("[[{}]]", section.name),
            _ => format!("[{}]", section.name),
        };
        if section.usage == Use::Missing {
            for table in tables {
                told_if_enabled(&written, table, mistakes);
            }
        }
        if section.keys.is_empty() {
            continue;
        }
        let mut elements: Vec<Element> =
            tables.iter().map(|table| element(section, &written, table, mistakes)).collect();
        if section.name == "influxdb" {
            off_unless_said(&mut elements);
        }
        let elements = if elements.is_empty() { standing(section) } else { elements };
        settings.sections.insert(section.name, elements);
    }
    fields.finish_leniently(mistakes);
    settings
}

/// In Kapacitor, what is standard reaches the first server only.
fn off_unless_said(elements: &mut [Element]) {
    for element in elements.iter_mut().skip(1) {
        if element.get("enabled").is_some_and(|given| given.place.is_none()) {
            element.set("enabled", Setting::Flag(false));
        }
    }
}

/// The tables of a section.
fn tables<'t>(section: &Section, node: &'t At<Node>, mistakes: &mut Mistakes) -> &'t [At<Node>] {
    match (&node.value, section.times) {
        (Node::List(_), Times::Once) => {
            let message = format!("there is only one of these: write `{}`", section.brackets());
            mistakes.add(node.place, message, None);
            &[]
        }
        (Node::List(tables), _) => tables,
        (_, Times::Many { plain: false, .. }) => {
            let message = format!("there may be several of these: write `{}`", section.brackets());
            mistakes.add(node.place, message, None);
            &[]
        }
        _ => std::slice::from_ref(node),
    }
}

fn told_if_enabled(written: &str, table: &At<Node>, mistakes: &mut Mistakes) {
    let Node::Table(entries) = &table.value else { return };
    let enabled =
        entries.iter().any(|(key, value)| key.value == "enabled" && value.value == Node::Bool(true));
    if enabled {
        let message = format!("`{written}` is enabled, but not supported: nothing comes of it");
        mistakes.doubt(table.place, message, None);
    }
}

fn element(section: &'static Section, written: &str, table: &At<Node>, mistakes: &mut Mistakes) -> Element {
    let what = format!("key of `{written}`");
    let mut fields = Fields::new(&what, table, mistakes);
    let element = keys(&section.keys, &mut fields, mistakes);
    // Kapacitor passes over keys that it does not know, and other versions have others.
    fields.finish_leniently(mistakes);
    element
}

fn keys(keys: &'static [Key], fields: &mut Fields<'_>, mistakes: &mut Mistakes) -> Element {
    let mut element = Element::standard(keys);
    (element.place, element.given) = (Some(fields.place()), true);
    for (key, given) in keys.iter().zip(&mut element.values) {
        let place = fields.place_of(key.name);
        if let Some(value) = setting(key, fields, mistakes) {
            *given = Given { name: key.name, value, place };
        }
    }
    element
}

fn setting(key: &'static Key, fields: &mut Fields<'_>, mistakes: &mut Mistakes) -> Option<Setting> {
    let name = key.name;
    Some(match key.kind {
        Kind::Text => Setting::Text(fields.text(name, mistakes)?.value),
        Kind::Secret => Setting::Secret(Secret::new(fields.text(name, mistakes)?.value)),
        Kind::Flag => Setting::Flag(fields.bool(name, mistakes)?),
        Kind::Int => Setting::Int(fields.int(name, mistakes)?.value),
        Kind::Float => Setting::Float(fields.number(name, mistakes)?),
        Kind::Duration => Setting::Duration(fields.duration(name, mistakes)?.value),
        Kind::Texts => Setting::Texts(fields.texts(name, mistakes)?),
        Kind::Named => {
            let pairs = fields.pairs(name, mistakes)?.into_iter();
            Setting::Named(pairs.map(|(name, text)| (name, Secret::new(text))).collect())
        }
        Kind::Scalars => {
            let pairs = fields.scalars(name, mistakes)?.into_iter();
            merged(key, pairs.filter_map(|(name, value)| Some((name, scalar(value)?))))
        }
        Kind::Lists => Setting::Lists(fields.lists(name, mistakes)?),
        Kind::Table(inner) => {
            let what = format!("key of `{name}`");
            Setting::Table(table(inner, &what, fields.take(name)?, mistakes))
        }
        Kind::Tables(inner) => {
            let node = fields.take(name)?;
            let Node::Table(entries) = &node.value else {
                mistakes.add(node.place, format!("`{name}` have names"), None);
                return None;
            };
            let tables = entries.iter().map(|(entry, node)| {
                let what = format!("key of `[{name}.{}]`", entry.value);
                let mut element = table(inner, &what, node, mistakes);
                element.place = Some(entry.place);
                (entry.value.clone(), element)
            });
            Setting::Tables(tables.collect())
        }
    })
}

fn table(inner: &'static [Key], what: &str, node: &At<Node>, mistakes: &mut Mistakes) -> Element {
    let mut fields = Fields::new(what, node, mistakes);
    let element = keys(inner, &mut fields, mistakes);
    fields.finish_leniently(mistakes);
    element
}

/// What is standard, with what is given in its place.
fn merged(key: &'static Key, given: impl Iterator<Item = (String, Scalar)>) -> Setting {
    let mut pairs = match Setting::standard(key) {
        Setting::Scalars(pairs) => pairs,
        _ => Vec::new(),
    };
    for (name, value) in given {
        match pairs.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(&name)) {
            Some(pair) => pair.1 = value,
            None => pairs.push((name, value)),
        }
    }
    Setting::Scalars(pairs)
}

fn scalar(value: Value) -> Option<Scalar> {
    match value {
        Value::Str(text) => Some(Scalar::Text(text.into_string())),
        Value::Int(n) => Some(Scalar::Number(n as f64)),
        Value::Float(x) => Some(Scalar::Number(x)),
        _ => None,
    }
}
