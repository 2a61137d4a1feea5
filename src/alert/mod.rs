//! From a level to a message: levels, events with their JSON, topics, what handles them.

mod aggregate;
mod details;
mod event;
mod event_json;
mod facts;
mod handler;
mod inhibit;
mod level;
mod plain;
mod sink;
mod state;
mod texts;
mod topic;

pub use aggregate::Aggregate;
pub use details::Server;
pub use event::{Data, Details, Event, Series};
pub use event_json::NotANumber;
pub use handler::HandlerKey;
pub use inhibit::{InhibitorId, Inhibitors};
pub use level::Level;
pub use sink::{Action, LogData, LogRecord, NodeCounters, Origin, Post, Reply, Sink, Write};
pub use state::{Flapping, MAX_HISTORY, Outcome, Policy, States};
pub use texts::Texts;
pub use topic::{Handler, Target, TopicId, Topics};
