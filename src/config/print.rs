//! The whole configuration as a file again: what is given, and what is standard.

use toml::{Table, Value as Toml};

use super::schema::{Section, sections};
use super::setting::{Scalar, Secret, Setting, go_duration};
use super::settings::{Element, Given, Settings};

/// What stands for a secret.
const HIDDEN: &str = "***";

impl Settings {
    /// As TOML. Without `secrets`, stars stand for them.
    pub fn print(&self, secrets: bool) -> String {
        let printer = Printer { secrets };
        let mut out = String::new();
        for section in sections() {
            for element in self.elements(section.name) {
                printer.section(&mut out, section, element);
            }
        }
        out
    }
}

struct Printer {
    secrets: bool,
}

impl Printer {
    fn section(&self, out: &mut String, section: &Section, element: &Element) {
        if !section.name.is_empty() {
            out.push_str(&format!("\n{}\n", section.brackets()));
        }
        for given in &element.values {
            match &given.value {
                Setting::Tables(tables) => {
                    for (name, inner) in tables {
                        out.push_str(&format!("\n[{}.{}.{}]\n", section.name, given.name, key(name)));
                        inner.values.iter().for_each(|given| self.line(out, given));
                    }
                }
                _ => self.line(out, given),
            }
        }
    }

    fn line(&self, out: &mut String, given: &Given) {
        if let Some(value) = self.value(&given.value) {
            out.push_str(&format!("{} = {value}\n", given.name));
        }
    }

    fn secret(&self, secret: &Secret) -> Toml {
        let hidden = !self.secrets && !secret.is_empty();
        Toml::String(if hidden { HIDDEN } else { secret.reveal() }.to_owned())
    }

    fn value(&self, setting: &Setting) -> Option<Toml> {
        let texts = |texts: &[String]| Toml::Array(texts.iter().map(|t| Toml::String(t.clone())).collect());
        Some(match setting {
            Setting::Nothing | Setting::Tables(_) => return None,
            Setting::Text(text) => Toml::String(text.clone()),
            Setting::Secret(secret) => self.secret(secret),
            Setting::Flag(flag) => Toml::Boolean(*flag),
            Setting::Int(n) => Toml::Integer(*n),
            Setting::Float(x) => Toml::Float(*x),
            Setting::Duration(n) => Toml::String(go_duration(*n)),
            Setting::Texts(list) => texts(list),
            Setting::Named(pairs) => table(pairs.iter().map(|(name, s)| (name.clone(), self.secret(s)))),
            Setting::Scalars(pairs) => table(pairs.iter().map(|(name, s)| (name.clone(), scalar(s)))),
            Setting::Lists(lists) => table(lists.iter().map(|(name, list)| (name.clone(), texts(list)))),
            Setting::Table(inner) => {
                table(inner.values.iter().filter_map(|g| Some((g.name.to_owned(), self.value(&g.value)?))))
            }
        })
    }
}

fn table(entries: impl Iterator<Item = (String, Toml)>) -> Toml {
    Toml::Table(entries.collect::<Table>())
}

fn scalar(scalar: &Scalar) -> Toml {
    match scalar {
        Scalar::Text(text) => Toml::String(text.clone()),
        Scalar::Number(x) if x.fract() == 0.0 && x.abs() < 9e15 => Toml::Integer(*x as i64),
        Scalar::Number(x) => Toml::Float(*x),
    }
}

/// A key of a table, in quotes where it needs them.
fn key(name: &str) -> String {
    let bare = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    if bare { name.to_owned() } else { Toml::String(name.to_owned()).to_string() }
}
