//! What a replay saw of its alerts: levels, events and those that were suppressed, by alert id; as text and JSON.
//!
//! Everything here is data in, text out. It listens by way of the sink of whoever plays.

mod chronicle;
mod explain;
mod json;
mod missing;
mod summary;
mod text;
mod track;
mod words;

pub use chronicle::Chronicle;
pub use explain::Explainer;
pub use json::push_json;
pub use missing::{Missing, missing};
pub use summary::{Alerting, IdSummary, Reason, Summary, WaitingPoints};
pub use text::{How, lines};
