//! What is handed to user-defined functions and what comes back. The engine starts nothing: the sink does.

use crate::data::Batch;
use crate::value::Value;

/// A user-defined function at work for one node, as the sink knows it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FunctionKey(pub u32);

/// A point on its way to a function or from it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct FunctionPoint {
    /// Nanoseconds since 1970.
    pub time: i64,
    /// Measurement.
    pub name: String,
    /// Database; empty for computed points.
    pub db: String,
    /// Retention policy; empty for computed points.
    pub rp: String,
    /// Group id: for the function's use, those that come back are worked out anew.
    pub group: String,
    /// Grouped by measurement too.
    pub by_name: bool,
    /// Tags that it is grouped by.
    pub dimensions: Vec<String>,
    /// All tags.
    pub tags: Vec<(String, String)>,
    /// All fields.
    pub fields: Vec<(String, Value)>,
}

/// What a function is handed.
#[derive(Clone, Copy, Debug)]
pub enum Call<'a> {
    /// A point of a stream.
    Point(&'a FunctionPoint),
    /// A batch.
    Batch {
        /// Group id.
        group: &'a str,
        /// Its points.
        batch: &'a Batch,
    },
    /// Nothing more will come.
    End,
}

/// What a function gives.
#[derive(Clone, PartialEq, Debug)]
pub enum Given {
    /// A point of a stream.
    Point(FunctionPoint),
    /// A batch.
    Batch(Batch),
}
