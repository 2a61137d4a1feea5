//! What a run did, as JSON lines: `tick replay --trace`.
//!
//! The first line is `{"type":"trace","version":1}`; a line's `type` says what it reports. Readers must
//! ignore types and keys that they do not know.

mod action;
mod line;
mod writer;

pub use writer::TraceWriter;
