//! Reading: everything at one moment, whatever is written meanwhile.

use std::collections::BTreeMap;
use std::sync::Arc;

use redb::{ReadOnlyTable, ReadTransaction, ReadableTable, WriteTransaction};

use super::error::StoreError;
use super::kind::{EVENTS, ITSELF, Key, Record, Stored, Table, from_json};
use super::place::Place;
use super::records::{EventState, Task, TopicHandler};

/// The events of a topic by id.
pub type Events = BTreeMap<String, EventState>;

type Pair = (&'static str, &'static str);

/// The store at one moment; within a change, with what it has changed.
pub struct View<'a> {
    pub(super) source: Source<'a>,
    pub(super) place: Arc<Place>,
}

pub(super) enum Source<'a> {
    Reading(ReadTransaction),
    Writing(&'a WriteTransaction),
}

/// An open table of either.
enum Rows<'v> {
    Reading(ReadOnlyTable<Pair, &'static [u8]>),
    Writing(redb::Table<'v, Pair, &'static [u8]>),
}

impl View<'_> {
    /// The record with this key.
    pub fn get<'k, R: Record>(&self, key: impl Into<Key<'k>>) -> Result<Option<R>, StoreError> {
        let key = key.into();
        self.bytes(R::TABLE, key)?.map(|bytes| self.decoded((key.0, key.1), &bytes)).transpose()
    }

    /// The record with this key, or the error that there is none.
    pub fn need<'k, R: Record>(&self, key: impl Into<Key<'k>>) -> Result<R, StoreError> {
        let key = key.into();
        self.get(key)?.ok_or_else(|| StoreError::Missing(R::missing(key)))
    }

    /// All records of a kind, in the order of their keys.
    pub fn all<R: Record>(&self) -> Result<Vec<R>, StoreError> {
        let mut found = Vec::new();
        self.scan(R::TABLE, None, |key, bytes| {
            found.push(self.decoded(key, bytes)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// The tasks that were made from a template, in the order of their ids.
    pub fn tasks_of(&self, template: &str) -> Result<Vec<Task>, StoreError> {
        let mut tasks = self.all::<Task>()?;
        tasks.retain(|task| task.template.as_deref() == Some(template));
        Ok(tasks)
    }

    /// The handlers of a topic, in the order of their ids.
    pub fn handlers_of(&self, topic: &str) -> Result<Vec<TopicHandler>, StoreError> {
        let mut found = Vec::new();
        self.scan(TopicHandler::TABLE, Some(topic), |key, bytes| {
            found.push(self.decoded(key, bytes)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// The state of an event.
    pub fn event(&self, topic: &str, id: &str) -> Result<Option<EventState>, StoreError> {
        let bytes = self.bytes(EVENTS, Key(topic, id))?;
        bytes.map(|bytes| self.event_of((topic, id), &bytes)).transpose()
    }

    /// The events of a topic; none if it is not known.
    pub fn events(&self, topic: &str) -> Result<Events, StoreError> {
        let mut found = Events::new();
        self.scan(EVENTS, Some(topic), |(topic, id), bytes| {
            found.insert(id.to_owned(), self.event_of((topic, id), bytes)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// All topics that have events, with them.
    pub fn topics(&self) -> Result<BTreeMap<String, Events>, StoreError> {
        let mut found = BTreeMap::<String, Events>::new();
        self.scan(EVENTS, None, |(topic, id), bytes| {
            let state = self.event_of((topic, id), bytes)?;
            found.entry(topic.to_owned()).or_default().insert(id.to_owned(), state);
            Ok(())
        })?;
        Ok(found)
    }

    /// What the store knows of itself under a name.
    pub(super) fn itself(&self, name: &str) -> Result<Option<String>, StoreError> {
        let bytes = self.bytes(ITSELF, Key("", name))?;
        Ok(bytes.map(|b| String::from_utf8_lossy(&b).into_owned()))
    }

    fn bytes(&self, table: Table, Key(group, id): Key<'_>) -> Result<Option<Vec<u8>>, StoreError> {
        let rows = self.rows(table)?;
        let value = match &rows {
            Rows::Reading(rows) => rows.get((group, id)),
            Rows::Writing(rows) => rows.get((group, id)),
        };
        Ok(value.map_err(|e| self.fault(e))?.map(|v| v.value().to_vec()))
    }

    /// Shows all rows, or those of one group, in the order of their keys.
    pub(super) fn scan(
        &self,
        table: Table,
        group: Option<&str>,
        mut see: impl FnMut((&str, &str), &[u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let rows = self.rows(table)?;
        let from = (group.unwrap_or_default(), "");
        let range = match &rows {
            Rows::Reading(rows) => rows.range(from..),
            Rows::Writing(rows) => rows.range(from..),
        };
        for row in range.map_err(|e| self.fault(e))? {
            let (key, value) = row.map_err(|e| self.fault(e))?;
            if group.is_some_and(|group| group != key.value().0) {
                break;
            }
            see(key.value(), value.value())?;
        }
        Ok(())
    }

    fn rows(&self, table: Table) -> Result<Rows<'_>, StoreError> {
        match &self.source {
            Source::Reading(from) => from.open_table(table).map(Rows::Reading),
            Source::Writing(from) => from.open_table(table).map(Rows::Writing),
        }
        .map_err(|e| self.fault(e))
    }

    fn decoded<R: Record>(&self, key: (&str, &str), bytes: &[u8]) -> Result<R, StoreError> {
        R::decode(key, bytes).map_err(|why| self.unreadable(key, &why))
    }

    fn event_of(&self, key: (&str, &str), bytes: &[u8]) -> Result<EventState, StoreError> {
        from_json(bytes).map_err(|why| self.unreadable(key, &why))
    }

    fn unreadable(&self, (group, id): (&str, &str), why: &str) -> StoreError {
        let slash = if group.is_empty() { "" } else { "/" };
        let why = format!("the record `{group}{slash}{id}` cannot be read: {why}");
        StoreError::Damaged { file: self.place.file.clone(), why }
    }

    pub(super) fn fault(&self, error: impl Into<redb::Error>) -> StoreError {
        self.place.fault(error)
    }
}
