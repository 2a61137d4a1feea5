//! Writing: all of a change, or nothing of it.

use std::ops::Deref;
use std::sync::Arc;

use redb::WriteTransaction;

use super::error::StoreError;
use super::kind::{EVENTS, ITSELF, Key, Record, TABLES, Table, to_json};
use super::place::Place;
use super::records::{EventState, Snapshot, Task, Template};
use super::view::{Source, View};
use crate::alert::Level;

/// A change under way. It reads what it has written; nobody else does before it is whole.
pub struct Change<'a> {
    transaction: &'a WriteTransaction,
    view: View<'a>,
}

impl<'a> Deref for Change<'a> {
    type Target = View<'a>;

    fn deref(&self) -> &View<'a> {
        &self.view
    }
}

impl<'a> Change<'a> {
    pub(super) fn of(transaction: &'a WriteTransaction, place: Arc<Place>) -> Change<'a> {
        Change { transaction, view: View { source: Source::Writing(transaction), place } }
    }

    /// Adds a record; an error if one with its key is there.
    pub fn create<R: Record>(&self, record: &R) -> Result<(), StoreError> {
        if self.get::<R>(record.key())?.is_some() {
            return Err(StoreError::Exists(R::exists(record.key())));
        }
        self.put(record)
    }

    /// Writes a record over what is there, if anything is.
    pub fn put<R: Record>(&self, record: &R) -> Result<(), StoreError> {
        let bytes = record.encode().map_err(|why| self.refused(&why))?;
        self.insert(R::TABLE, record.key(), &bytes)
    }

    /// Takes a record away; whether it was there.
    pub fn delete<'k, R: Record>(&self, key: impl Into<Key<'k>>) -> Result<bool, StoreError> {
        self.remove(R::TABLE, key.into())
    }

    /// Writes a task that was called otherwise, and takes the old one and its state away; an error if the new id is
    /// taken, or if there was no such task.
    pub fn rename_task(&self, old: &str, task: &Task) -> Result<(), StoreError> {
        self.need::<Task>(old)?;
        if old == task.id {
            return self.put(task);
        }
        self.create(task)?;
        self.delete::<Task>(old)?;
        self.delete::<Snapshot>(old)?;
        Ok(())
    }

    /// Writes a template with the tasks that were made from it.
    pub fn put_template(&self, template: &Template, tasks: &[Task]) -> Result<(), StoreError> {
        self.put(template)?;
        tasks.iter().try_for_each(|task| self.put(task))
    }

    /// Writes the states of events, given as topic, id and state. One that is OK is taken away: whoever is OK needs
    /// no memory of it after a restart.
    pub fn put_events(&self, events: &[(&str, &str, &EventState)]) -> Result<(), StoreError> {
        for (topic, id, state) in events {
            let key = Key(topic, id);
            if state.level == Level::Ok {
                self.remove(EVENTS, key)?;
            } else {
                let bytes = to_json(state).map_err(|why| self.refused(&why))?;
                self.insert(EVENTS, key, &bytes)?;
            }
        }
        Ok(())
    }

    /// Takes all events of a topic away.
    pub fn delete_topic(&self, topic: &str) -> Result<(), StoreError> {
        let mut ids = Vec::new();
        self.scan(EVENTS, Some(topic), |(_, id), _| {
            ids.push(id.to_owned());
            Ok(())
        })?;
        ids.iter().try_for_each(|id| self.remove(EVENTS, Key(topic, id)).map(|_| ()))
    }

    /// Writes a row as another store has it.
    pub(super) fn copy(&self, table: Table, key: (&str, &str), bytes: &[u8]) -> Result<(), StoreError> {
        self.insert(table, Key(key.0, key.1), bytes)
    }

    /// Makes the tables, so that readers find them.
    pub(super) fn make_tables(&self) -> Result<(), StoreError> {
        for table in TABLES {
            self.transaction.open_table(table).map_err(|e| self.fault(e))?;
        }
        Ok(())
    }

    /// Keeps what the store knows of itself under a name.
    pub(super) fn set_itself(&self, name: &str, value: &str) -> Result<(), StoreError> {
        self.insert(ITSELF, Key("", name), value.as_bytes())
    }

    fn insert(&self, table: Table, Key(group, id): Key<'_>, bytes: &[u8]) -> Result<(), StoreError> {
        let mut rows = self.transaction.open_table(table).map_err(|e| self.fault(e))?;
        rows.insert((group, id), bytes).map_err(|e| self.fault(e))?;
        Ok(())
    }

    fn remove(&self, table: Table, Key(group, id): Key<'_>) -> Result<bool, StoreError> {
        let mut rows = self.transaction.open_table(table).map_err(|e| self.fault(e))?;
        let was = rows.remove((group, id)).map_err(|e| self.fault(e))?;
        Ok(was.is_some())
    }

    fn refused(&self, why: &str) -> StoreError {
        StoreError::System { file: self.view.place.file.clone(), why: format!("cannot be written: {why}") }
    }
}
