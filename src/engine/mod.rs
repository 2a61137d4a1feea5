//! Runs graphs: a pure state machine, fed with points and times, that hands what happens to a sink.

mod sink;

pub use sink::{Action, LogData, LogRecord, NodeCounters, Origin, Sink};
