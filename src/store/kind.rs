//! Under which key each kind of record lies in which table, as which bytes, and how people call it.

use redb::TableDefinition;
use serde::{Serialize, de::DeserializeOwned};

use super::records::{Loaded, Override, Recording, Replay, Snapshot, Task, Template, TopicHandler, User};

/// Two texts to bytes; a record with one name has an empty first one.
pub(super) type Table = TableDefinition<'static, (&'static str, &'static str), &'static [u8]>;

/// Event states by topic and id.
pub(super) const EVENTS: Table = Table::new("events");
/// What the store knows of itself: its format and its ids.
pub(super) const ITSELF: Table = Table::new("itself");

/// All tables; they are made with the file.
pub(super) const TABLES: [Table; 11] = [
    ITSELF,
    EVENTS,
    Task::TABLE,
    Template::TABLE,
    TopicHandler::TABLE,
    Recording::TABLE,
    Replay::TABLE,
    Override::TABLE,
    Loaded::TABLE,
    User::TABLE,
    Snapshot::TABLE,
];

/// The key of a record: its id, or a pair such as topic and id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Key<'a>(pub(super) &'a str, pub(super) &'a str);

impl<'a> From<&'a str> for Key<'a> {
    fn from(id: &'a str) -> Key<'a> {
        Key("", id)
    }
}

impl<'a> From<&'a String> for Key<'a> {
    fn from(id: &'a String) -> Key<'a> {
        Key("", id)
    }
}

impl<'a> From<(&'a str, &'a str)> for Key<'a> {
    fn from((group, id): (&'a str, &'a str)) -> Key<'a> {
        Key(group, id)
    }
}

/// What lies in the store under a key.
pub trait Record: Sized + sealed::Stored {
    /// Its key.
    fn key(&self) -> Key<'_>;

    /// The words where one with this key is there already.
    fn exists(key: Key<'_>) -> String;

    /// The words where none with this key is there.
    fn missing(key: Key<'_>) -> String;

    /// By what lists are sorted, newest first; none: by id.
    fn date(&self) -> Option<i64> {
        None
    }
}

/// How records lie in the file, which is nobody's business outside of the room.
pub(super) mod sealed {
    use super::Table;

    /// The table and the bytes of a record.
    pub trait Stored: Sized {
        /// Where it lies.
        const TABLE: Table;
        /// Its bytes.
        fn encode(&self) -> Result<Vec<u8>, String>;
        /// The record of some bytes.
        fn decode(key: (&str, &str), bytes: &[u8]) -> Result<Self, String>;
    }
}

pub(super) use sealed::Stored;

pub(super) fn to_json(value: &impl Serialize) -> Result<Vec<u8>, String> {
    serde_json::to_vec(value).map_err(|e| e.to_string())
}

pub(super) fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    serde_json::from_slice(bytes).map_err(|e| e.to_string())
}

/// Kinds that are kept as JSON: the table, the parts of the key, and the words for `there` and `not there`.
macro_rules! kept_as_json {
    ($($kind:ident in $table:literal by $key:expr, $exists:expr, $missing:expr $(, dated $date:expr)?;)*) => {$(
        impl Stored for $kind {
            const TABLE: Table = Table::new($table);

            fn encode(&self) -> Result<Vec<u8>, String> {
                to_json(self)
            }

            fn decode(_: (&str, &str), bytes: &[u8]) -> Result<$kind, String> {
                from_json(bytes)
            }
        }

        impl Record for $kind {
            fn key(&self) -> Key<'_> {
                let key: fn(&$kind) -> Key<'_> = $key;
                key(self)
            }

            fn exists(Key(group, id): Key<'_>) -> String {
                let words: fn(&str, &str) -> String = $exists;
                words(group, id)
            }

            fn missing(Key(group, id): Key<'_>) -> String {
                let words: fn(&str, &str) -> String = $missing;
                words(group, id)
            }

            $(fn date(&self) -> Option<i64> {
                let date: fn(&$kind) -> i64 = $date;
                Some(date(self))
            })?
        }
    )*};
}

kept_as_json! {
    Task in "tasks" by |t| Key("", &t.id),
        |_, id| format!("task {id} already exists"), |_, _| "no task exists".to_owned();
    Template in "templates" by |t| Key("", &t.id),
        |_, id| format!("template {id} already exists"), |_, _| "no template exists".to_owned();
    TopicHandler in "handlers" by |h| Key(&h.topic, &h.id),
        |_, id| format!("cannot register handler, handler with ID \"{id}\" already exists"),
        |_, id| format!("unknown handler: \"{id}\"");
    Recording in "recordings" by |r| Key("", &r.id),
        |_, _| "recording already exists".to_owned(), |_, _| "no recording exists".to_owned(),
        dated |r| r.date;
    Replay in "replays" by |r| Key("", &r.id),
        |_, _| "replay already exists".to_owned(), |_, _| "no replay exists".to_owned(),
        dated |r| r.date;
    Override in "overrides" by |o| Key(&o.section, &o.element),
        |section, element| format!("{section}/{element} is overridden already"),
        |section, element| format!("unknown section/element: {section}/{element}");
    Loaded in "loaded" by |l| Key(l.kind.as_str(), &l.id),
        |kind, id| format!("the {kind} `{id}` was loaded already"),
        |kind, id| format!("no {kind} `{id}` was loaded");
    User in "users" by |u| Key("", &u.name),
        |_, name| format!("user {name} already exists"), |_, name| format!("unknown user: \"{name}\"");
}

/// Length of the fingerprint, fingerprint, state: JSON would make a state several times as long.
impl Stored for Snapshot {
    const TABLE: Table = Table::new("snapshots");

    fn encode(&self) -> Result<Vec<u8>, String> {
        let length = u32::try_from(self.fingerprint.len()).map_err(|e| e.to_string())?;
        Ok([&length.to_le_bytes(), self.fingerprint.as_bytes(), &self.state].concat())
    }

    fn decode((_, task): (&str, &str), bytes: &[u8]) -> Result<Snapshot, String> {
        let parts = bytes.split_first_chunk().and_then(|(length, rest)| {
            let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
            rest.split_at_checked(length)
        });
        let (fingerprint, state) = parts.ok_or("it is too short")?;
        let fingerprint = String::from_utf8(fingerprint.to_vec()).map_err(|e| e.to_string())?;
        Ok(Snapshot { task: task.to_owned(), fingerprint, state: state.to_vec() })
    }
}

impl Record for Snapshot {
    fn key(&self) -> Key<'_> {
        Key("", &self.task)
    }

    fn exists(Key(_, task): Key<'_>) -> String {
        format!("the state of the task `{task}` is kept already")
    }

    fn missing(Key(_, task): Key<'_>) -> String {
        format!("no state of the task `{task}` is kept")
    }
}
