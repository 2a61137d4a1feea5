//! One point of line protocol with everything it owns, away from the hot path.
//!
//! This is the reference for the rules: the fast reader must accept, refuse and read the same. It
//! serves `tick eval --point`, converters and tests.

mod number;
mod parse;
mod precision;

pub use crate::data::line::push_line;
pub use parse::{is_data, parse_line, prompt_len, unprompted};
pub use precision::Precision;

use crate::value::Value;

/// A point that owns its texts.
#[derive(Clone, PartialEq, Debug)]
pub struct OwnedPoint {
    /// Measurement.
    pub name: String,
    /// Tags, sorted by the bytes of their keys, each key once.
    pub tags: Vec<(String, String)>,
    /// Fields in the order of the line, each key once.
    pub fields: Vec<(String, Value)>,
    /// Nanoseconds since 1970.
    pub time: i64,
}

impl OwnedPoint {
    /// The point as a line, tags and fields sorted, without a newline.
    pub fn to_line(&self) -> String {
        let mut out = String::new();
        let tags = self.tags.iter().map(|(k, v)| (k.as_str(), v.as_str()));
        push_line(&mut out, &self.name, tags, self.fields.iter().map(|(k, v)| (k.as_str(), v)), self.time);
        out
    }
}

/// Why a line is refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct LineError {
    /// Byte of the line at which reading stopped.
    pub offset: usize,
    /// What is wrong there.
    pub message: String,
    /// Kapacitor's words for it, where they differ.
    pub kapacitor: Option<&'static str>,
}

impl LineError {
    /// Kapacitor's words for it.
    pub fn kapacitor(&self) -> &str {
        self.kapacitor.unwrap_or(&self.message)
    }

    pub(crate) fn new(offset: usize, message: impl Into<String>) -> LineError {
        LineError { offset, message: message.into(), kapacitor: None }
    }
}

#[cfg(test)]
mod tests;
