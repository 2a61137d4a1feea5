//! What a query answers.

use crate::value::Value;

/// Rows of one measurement and set of tags.
#[derive(Clone, PartialEq, Debug)]
pub struct Series {
    /// Measurement.
    pub name: String,
    /// The tags that the query groups by, sorted; empty values for those that points lack.
    pub tags: Vec<(String, String)>,
    /// What the time is called: `time`, unless the query renames it.
    pub time: String,
    /// Names of the other columns.
    pub columns: Vec<String>,
    /// In the order of the query.
    pub rows: Vec<Row>,
}

/// A row of a series.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// Nanoseconds since 1970.
    pub time: i64,
    /// By column.
    pub values: Vec<Value>,
}
