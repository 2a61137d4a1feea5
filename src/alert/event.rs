//! An event, with all that its handlers and templates may ask for.

use std::borrow::Cow;
use std::sync::Arc;

use super::Level;
use crate::value::Value;

/// What an alert node sends to a topic. Shared by all who handle it.
#[derive(Clone, PartialEq, Debug)]
pub struct Event {
    /// Rendered `id`.
    pub id: String,
    /// Rendered `message`.
    pub message: String,
    /// Rendered `details`.
    pub details: String,
    /// Nanoseconds since 1970.
    pub time: i64,
    /// Since the alert left OK, in nanoseconds.
    pub duration: i64,
    /// Now.
    pub level: Level,
    /// Of the last event with this id on this topic.
    pub previous: Level,
    /// Counts the news of a run: what goes to several topics keeps its number.
    pub serial: u64,
    /// Whether a recovery will be told.
    pub recoverable: bool,
    /// Task id; empty for aggregates.
    pub task: Arc<str>,
    /// Measurement; empty for aggregates.
    pub name: String,
    /// Group id; empty where ungrouped (alert templates print `nil` there).
    pub group: String,
    /// `.category()` of the node.
    pub category: String,
    /// Tags, sorted by key.
    pub tags: Vec<(String, String)>,
    /// Fields, sorted by key.
    pub fields: Vec<(String, Value)>,
    /// The data that caused it.
    pub data: Data,
}

/// The data that caused an event.
#[derive(Clone, PartialEq, Debug)]
pub enum Data {
    /// None: prints as `"series":null`.
    None,
    /// A point: its measurement, time, tags and fields are the event's own.
    Point,
    /// Tables: a batch, or what an aggregate gathered.
    Series(Vec<Series>),
}

#[cfg(test)]
impl Event {
    /// A critical event of task `t` on a point of `m` without tags and fields, for tests.
    pub(crate) fn example() -> Event {
        Event {
            id: String::new(),
            message: String::new(),
            details: String::new(),
            time: 0,
            duration: 0,
            level: Level::Critical,
            previous: Level::Ok,
            serial: 0,
            recoverable: true,
            task: "t".into(),
            name: "m".into(),
            group: String::new(),
            category: String::new(),
            tags: Vec::new(),
            fields: Vec::new(),
            data: Data::Point,
        }
    }
}

impl Event {
    /// The data as tables; `None` where there were no data.
    pub fn series(&self) -> Option<Cow<'_, [Series]>> {
        match &self.data {
            Data::None => None,
            Data::Point => Some(Cow::Owned(vec![self.row()])),
            Data::Series(series) => Some(Cow::Borrowed(series)),
        }
    }

    fn row(&self) -> Series {
        let (columns, values) = self.fields.iter().cloned().unzip();
        let (name, tags) = (self.name.clone(), self.tags.clone());
        Series { name, tags, columns, values: vec![(self.time, values)] }
    }
}

/// A table of the data that caused an event.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Series {
    /// Measurement.
    pub name: String,
    /// Tags, sorted by key.
    pub tags: Vec<(String, String)>,
    /// Columns after `time`, sorted.
    pub columns: Vec<String>,
    /// Rows: time, then a value for each column.
    pub values: Vec<(i64, Vec<Value>)>,
}
