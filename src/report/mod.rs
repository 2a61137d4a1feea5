//! What a replay saw of its alerts: levels, events and those that were suppressed, by alert id; as text and JSON.
//!
//! Everything here is data in, text out. It listens by way of the sink of whoever plays.

mod chronicle;
mod diff;
mod explain;
mod html;
mod incidents;
mod json;
mod missing;
mod page;
mod plot;
mod said;
mod strip;
mod summary;
mod svg;
mod text;
mod thresholds;
mod track;
mod tune;
mod tune_page;
mod words;

pub use chronicle::{Chronicle, Watching};
pub use diff::{Change, Difference, IdDifference, ToldEvent, difference};
pub use explain::Explainer;
pub use html::push_html;
pub use incidents::{Incident, Score, parse_incidents, score};
pub use json::push_json;
pub use missing::{Missing, missing};
pub use plot::plot_lines;
pub use said::Said;
pub use strip::Picture;
pub use summary::{Alerting, IdSummary, Reason, Summary, WaitingPoints};
pub use text::{How, lines};
pub use thresholds::{Threshold, thresholds};
pub use tune::{Trial, push_trials_json, trial_csv, trial_lines};
pub use tune_page::push_trials_html;
