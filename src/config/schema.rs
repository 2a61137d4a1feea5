//! What a configuration may say: sections, their keys, what each holds and what holds without it. Reading, the
//! environment, the API, printing and the documentation go by these tables.

use std::sync::OnceLock;

use super::{services, tables};
use crate::handlers::{self, Shape};

/// What a key holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// A text.
    Text,
    /// A text that opens doors: it is never shown.
    Secret,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Int,
    /// A number.
    Float,
    /// Nanoseconds, written as Go writes them.
    Duration,
    /// A list of texts.
    Texts,
    /// Texts by names of the user; they may be secrets.
    Named,
    /// Texts or numbers by names that are the same in any case.
    Scalars,
    /// Lists of texts by names of the user.
    Lists,
    /// A table with keys of its own.
    Table(&'static [Key]),
    /// Such tables, by names of the user.
    Tables(&'static [Key]),
}

/// What holds for a key that nobody gives.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Standard {
    /// Empty, 0 or `false`; no list and no table.
    Empty,
    Text(&'static str),
    Flag(bool),
    Int(i64),
    Float(f64),
    Texts(&'static [&'static str]),
    Scalars(&'static [(&'static str, &'static str)]),
    Lists(&'static [(&'static str, &'static [&'static str])]),
}

/// A key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) standard: Standard,
    /// What Kapacitor's code calls it, for its errors; empty where that follows from the name.
    pub(crate) field: &'static str,
}

impl Key {
    pub(super) const fn new(name: &'static str, kind: Kind) -> Key {
        Key { name, kind, standard: Standard::Empty, field: "" }
    }

    pub(super) const fn text(name: &'static str, standard: &'static str) -> Key {
        Key { standard: Standard::Text(standard), ..Key::new(name, Kind::Text) }
    }

    pub(super) const fn secret(name: &'static str) -> Key {
        Key::new(name, Kind::Secret)
    }

    pub(super) const fn flag(name: &'static str, standard: bool) -> Key {
        Key { standard: Standard::Flag(standard), ..Key::new(name, Kind::Flag) }
    }

    pub(super) const fn int(name: &'static str, standard: i64) -> Key {
        Key { standard: Standard::Int(standard), ..Key::new(name, Kind::Int) }
    }

    pub(super) const fn float(name: &'static str, standard: f64) -> Key {
        Key { standard: Standard::Float(standard), ..Key::new(name, Kind::Float) }
    }

    pub(super) const fn duration(name: &'static str, seconds: i64) -> Key {
        Key { standard: Standard::Int(seconds * 1_000_000_000), ..Key::new(name, Kind::Duration) }
    }

    pub(super) const fn texts(name: &'static str, standard: &'static [&'static str]) -> Key {
        let standard = if standard.is_empty() { Standard::Empty } else { Standard::Texts(standard) };
        Key { standard, ..Key::new(name, Kind::Texts) }
    }

    /// Kapacitor's code calls it so.
    pub(super) const fn field(mut self, field: &'static str) -> Key {
        self.field = field;
        self
    }

    /// Whether the API tells no more than whether it is set.
    pub(crate) fn is_redacted(&self) -> bool {
        match self.kind {
            Kind::Secret => true,
            Kind::Table(keys) => keys.iter().any(Key::is_redacted),
            _ => false,
        }
    }

    /// A key of a service.
    fn of_service(key: &handlers::Key) -> Key {
        let name = key.name;
        match key.shape {
            Shape::Text if key.secret => Key::secret(name),
            Shape::Text => Key::text(name, key.text),
            Shape::Flag => Key::flag(name, false),
            Shape::Int => Key::int(name, key.int),
            Shape::Duration => Key { standard: Standard::Int(key.int), ..Key::new(name, Kind::Duration) },
            Shape::Texts | Shape::More | Shape::Links => Key::texts(name, &[]),
            Shape::Pairs => Key { standard: services::SEVERITIES, ..Key::new(name, Kind::Scalars) },
        }
    }
}

/// What is done with a section.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Use {
    /// It does what it does in Kapacitor.
    Kept,
    /// It is read, and nothing comes of it, which does no harm.
    Idle,
    /// Nothing is there to do what it asks for: it is told if it is enabled.
    Missing,
}

/// How often a section may be there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Times {
    /// `[name]`.
    Once,
    /// `[[name]]`, any number of times.
    Many {
        /// The key that tells one from another; empty where the API does not know the section.
        key: &'static str,
        /// `[name]` is the same as one `[[name]]`.
        plain: bool,
        /// One with what is standard stands where nobody writes any.
        unwritten: bool,
    },
}

/// A section; the one without a name is what stands before all others.
#[derive(Debug)]
pub(crate) struct Section {
    pub(crate) name: &'static str,
    pub(crate) times: Times,
    pub(crate) keys: Vec<Key>,
    /// Whether the API shows and changes it.
    pub(crate) api: bool,
    pub(crate) usage: Use,
}

impl Section {
    pub(super) fn new(name: &'static str, times: Times, keys: &[Key]) -> Section {
        Section { name, times, keys: keys.to_vec(), api: false, usage: Use::Kept }
    }

    pub(super) fn api(self) -> Section {
        Section { api: true, ..self }
    }

    pub(super) fn usage(self, usage: Use) -> Section {
        Section { usage, ..self }
    }

    /// The key that tells one from another, where there may be several.
    pub(crate) fn element_key(&self) -> &'static str {
        match self.times {
            Times::Once => "",
            Times::Many { key, .. } => key,
        }
    }

    /// Whether there may be several.
    pub(crate) fn is_list(&self) -> bool {
        self.times != Times::Once
    }

    /// As a file has it.
    pub(crate) fn brackets(&self) -> String {
        let name = self.name;
        if self.is_list() { format!("[[{name}]]") } else { format!("[{name}]") }
    }

    pub(crate) fn key(&self, name: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

/// All sections, in the order in which they are printed.
pub(crate) fn sections() -> &'static [Section] {
    static ALL: OnceLock<Vec<Section>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all = tables::server();
        all.extend(handlers::service_sections().map(|(name, workspaces, keys)| {
            let keys: Vec<Key> = keys.iter().map(Key::of_service).collect();
            let times = match workspaces {
                true => Times::Many { key: "workspace", plain: true, unwritten: true },
                false => Times::Once,
            };
            Section::new(name, times, &keys).api()
        }));
        all.extend(services::others());
        all.extend(tables::missing());
        all
    })
}

/// A section by its name.
pub(crate) fn section(name: &str) -> Option<&'static Section> {
    sections().iter().find(|section| section.name == name)
}
