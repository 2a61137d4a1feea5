//! `KAPACITOR_*`: what the environment changes in a configuration, after the file and before it is checked.

use std::collections::{BTreeMap, BTreeSet};

use super::schema::{Key, Kind, Section, sections};
use super::setting::{Secret, Setting};
use super::settings::{Element, Given, Settings};
use crate::handlers::FileError;
use crate::text::suggest::nearest;
use crate::value::duration::parse_go;

const PREFIX: &str = "KAPACITOR_";

/// Variables of the commands, and what clusters set for a service of this name.
const OTHERS: [&str; 7] = ["CONFIG_PATH", "URL", "UNSAFE_SSL", "OPTS", "SERVICE_", "PORT", "NAME"];

/// What one walk through the keys sees and finds.
struct Walk<'w> {
    variables: BTreeMap<String, String>,
    used: BTreeSet<String>,
    /// All names that would have been heard.
    known: Vec<String>,
    wrong: &'w mut Vec<FileError>,
}

/// Changes what the variables name. One that names nothing is told, but changes nothing, as in Kapacitor.
pub(super) fn apply(
    settings: &mut Settings,
    environment: impl IntoIterator<Item = (String, String)>,
    wrong: &mut Vec<FileError>,
) {
    let ours = |(name, value): &(String, String)| name.starts_with(PREFIX) && !value.is_empty();
    let variables: BTreeMap<String, String> = environment.into_iter().filter(ours).collect();
    if variables.is_empty() {
        return;
    }
    let mut walk = Walk { variables, used: BTreeSet::new(), known: Vec::new(), wrong };
    for section in sections() {
        for (i, element) in settings.sections.entry(section.name).or_default().iter_mut().enumerate() {
            let prefix = match (section.name, section.is_list()) {
                ("", _) => PREFIX.trim_end_matches('_').to_owned(),
                (name, false) => variable(PREFIX, name),
                (name, true) => format!("{}_{i}", variable(PREFIX, name)),
            };
            walk.section(section, element, &prefix);
        }
    }
    settings.sections.retain(|_, elements| !elements.is_empty());
    settings.warnings.extend(walk.unheard());
}

/// A name as variables have it.
fn variable(prefix: &str, name: &str) -> String {
    format!("{prefix}{}", name.replace('-', "_").to_uppercase())
}

impl Walk<'_> {
    fn section(&mut self, section: &'static Section, element: &mut Element, prefix: &str) {
        let named = format!("{prefix}_");
        let spoken_of = || self.variables.keys().any(|name| name.starts_with(&named));
        if section.name == "influxdb" && !element.given && spoken_of() {
            // Somebody asks for it: it is no longer off because nobody does.
            *element = Element::standard(&section.keys);
        }
        self.element(&section.keys, element, prefix);
    }

    fn element(&mut self, keys: &'static [Key], element: &mut Element, prefix: &str) {
        let heard = self.used.len();
        for (key, given) in keys.iter().zip(&mut element.values) {
            self.key(key, given, &variable(&format!("{prefix}_"), key.name));
        }
        element.given |= self.used.len() > heard;
    }

    fn key(&mut self, key: &'static Key, given: &mut Given, name: &str) {
        match (key.kind, &mut given.value) {
            (Kind::Texts, Setting::Texts(texts)) => {
                for (i, text) in texts.iter_mut().enumerate() {
                    if let Some(value) = self.value(&format!("{name}_{i}")) {
                        *text = value;
                    }
                }
            }
            (Kind::Named, value) => self.named(value, &format!("{name}_")),
            (Kind::Table(keys), Setting::Table(element)) => self.element(keys, element, name),
            (Kind::Tables(keys), Setting::Tables(tables)) => {
                // Kapacitor reaches the lists in these tables, and nothing else.
                for (table, element) in tables {
                    let prefix = variable(&format!("{name}_"), table);
                    for (key, given) in keys.iter().zip(&mut element.values) {
                        if matches!(key.kind, Kind::Texts) {
                            self.key(key, given, &variable(&format!("{prefix}_"), key.name));
                        }
                    }
                }
            }
            (Kind::Scalars | Kind::Lists | Kind::Texts | Kind::Table(_) | Kind::Tables(_), _) => {}
            (_, value) => {
                if let Some(text) = self.value(name) {
                    match read(key, &text) {
                        Some(setting) => (*value, given.place) = (setting, None),
                        None => self.refuse(key, name, &text),
                    }
                }
            }
        }
    }

    /// The value of a variable.
    fn value(&mut self, name: &str) -> Option<String> {
        self.known.push(name.to_owned());
        let value = self.variables.get(name)?.clone();
        self.used.insert(name.to_owned());
        Some(value)
    }

    /// Everything behind the prefix is a name, in its own letters.
    fn named(&mut self, value: &mut Setting, prefix: &str) {
        let found = self.variables.iter().filter_map(|(name, text)| {
            let entry = name.strip_prefix(prefix).filter(|entry| !entry.is_empty())?;
            Some((name.clone(), entry.to_owned(), Secret::new(text.as_str())))
        });
        for (name, entry, text) in found.collect::<Vec<_>>() {
            self.used.insert(name);
            let mut pairs = match std::mem::replace(value, Setting::Nothing) {
                Setting::Named(pairs) => pairs,
                _ => Vec::new(),
            };
            match pairs.iter_mut().find(|(name, _)| *name == entry) {
                Some(pair) => pair.1 = text,
                None => pairs.push((entry, text)),
            }
            *value = Setting::Named(pairs);
        }
    }

    fn refuse(&mut self, key: &Key, name: &str, text: &str) {
        let ty = match key.kind {
            Kind::Flag => "bool",
            Kind::Float => "float64",
            Kind::Duration => "toml.Duration",
            _ => "int",
        };
        let field = field(key);
        let hint = match key.kind {
            Kind::Flag => "`true` or `false` was expected",
            Kind::Duration => "a duration such as `10s` or `1m30s` was expected",
            _ => "a number was expected",
        };
        self.wrong.push(FileError {
            file: "apply env config".to_owned(),
            place: None,
            message: format!("failed to apply {name} to {field} using type {ty} and value '{text}'"),
            hint: Some(hint.to_owned()),
        });
    }

    /// The variables that nobody heard.
    fn unheard(self) -> Vec<FileError> {
        let Walk { variables, used, known, .. } = self;
        let unheard = variables.into_keys().filter(|name| {
            let rest = name.strip_prefix(PREFIX).unwrap_or_default();
            !used.contains(name) && !OTHERS.iter().any(|other| is_other(rest, other))
        });
        let told = unheard.map(|name| FileError {
            hint: Some(match nearest(&name, known.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    "the number of a list begins with 0, and the file has to have that element".to_owned()
                }
            }),
            message: format!("`{name}` names nothing of the configuration: it changes nothing"),
            file: "environment".to_owned(),
            place: None,
        });
        told.collect()
    }
}

fn is_other(name: &str, other: &str) -> bool {
    name == other || (matches!(other, "SERVICE_" | "PORT") && name.starts_with(other))
}

/// A value from its text; none if it is none of its kind.
fn read(key: &Key, text: &str) -> Option<Setting> {
    Some(match key.kind {
        Kind::Secret => Setting::Secret(Secret::new(text)),
        Kind::Flag => Setting::Flag(match text {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => true,
            "0" | "f" | "F" | "false" | "FALSE" | "False" => false,
            _ => return None,
        }),
        Kind::Int => Setting::Int(go_int(text)?),
        Kind::Float => Setting::Float(text.parse().ok()?),
        Kind::Duration => Setting::Duration(parse_go(text).ok()?),
        _ => Setting::Text(text.to_owned()),
    })
}

/// Go's `strconv.ParseInt(text, 0, 64)`: `0x1f`, `0b1`, `017`, `1_000`.
fn go_int(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_lowercase();
    let bases = [("0x", 16), ("0b", 2), ("0o", 8), ("0", 8)];
    let found = bases.iter().find_map(|(prefix, base)| Some((lower.strip_prefix(prefix)?, *base)));
    let (digits, base) = match found {
        Some(("", 8)) if lower == "0" => ("0", 10),
        Some(found) => found,
        None => (lower.as_str(), 10),
    };
    if digits.starts_with(['+', '-']) || digits.ends_with('_') || digits.contains("__") {
        return None;
    }
    i64::from_str_radix(&format!("{sign}{}", digits.replace('_', "")), base).ok()
}

/// What Kapacitor's code calls a key: `IdleTimeout` for `idle-timeout`.
fn field(key: &Key) -> String {
    if !key.field.is_empty() {
        return key.field.to_owned();
    }
    let words = key.name.split(['-', '_']).map(|word| match word {
        "http" | "udp" | "url" | "ssl" | "tls" | "tid" | "json" => word.to_uppercase(),
        word => {
            let mut letters = word.chars();
            letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
        }
    });
    words.collect()
}
