//! An event, with all that its handlers and templates may ask for.

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
    /// Rows of the data that caused it; `None` prints as `"series":null`.
    pub series: Option<Vec<Series>>,
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
