//! From a level to a message: levels, events with their JSON, topics, what handles them.

mod aggregate;
mod details;
mod event;
mod event_json;
mod facts;
mod function;
mod handler;
mod inhibit;
mod judgement;
mod level;
mod nested;
mod plain;
mod point;
mod points;
mod sink;
mod sketch;
mod state;
mod texts;
mod topic;

pub use aggregate::Aggregate;
pub use details::{Form, Server};
pub use event::{Data, Details, Event, Series};
pub use event_json::NotANumber;
pub use function::{Call, FunctionKey, FunctionPoint, Given};
pub use handler::HandlerKey;
pub use inhibit::{InhibitorId, Inhibitors};
pub use judgement::{Asked, Judgement, Judging, Ruling, Withheld};
pub use level::Level;
pub use point::{Fields, Label, Names, Point};
pub use points::{Key, Points};
pub use sink::{
    Action, LogData, LogRecord, NodeCounters, Origin, Passed, Post, Question, Reply, Sink, Write,
};
pub use sketch::{COLUMNS, Range, Scale, SheetId, Sketches};
pub use state::{Flapping, MAX_HISTORY, Outcome, Policy, States};
pub use texts::Texts;
pub use topic::{Handler, LastEvent, Target, TopicId, Topics};
