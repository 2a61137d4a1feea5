//! Runs graphs: a pure state machine, fed with points and times, that hands what happens to a sink.

pub use crate::alert::{Action, LogData, LogRecord, NodeCounters, Origin, Sink};
