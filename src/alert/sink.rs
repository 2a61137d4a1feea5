//! What a run tells the world. It lies here since topics and nodes, which come before the engine, speak it.

use std::sync::Arc;

use super::{Event, HandlerKey, Series};

/// Where a record comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Origin<'a> {
    /// Task id; empty where no task is concerned.
    pub task: &'a str,
    /// Node name such as `alert2`; empty where no node is concerned.
    pub node: &'a str,
}

/// A handler is due.
#[derive(Clone, Debug)]
pub struct Action<'a> {
    /// Task and node of a handler declared in a script; empty for handlers of files.
    pub origin: Origin<'a>,
    /// The topic the event was sent to.
    pub topic: &'a str,
    /// Which handler.
    pub handler: HandlerKey,
    /// With what.
    pub event: &'a Arc<Event>,
}

/// What a `log` node got.
#[derive(Clone, Debug)]
pub struct LogRecord<'a> {
    /// The node.
    pub origin: Origin<'a>,
    /// `INFO`, `ERROR`, ... in capitals, as the script gives it.
    pub level: &'a str,
    /// `.prefix()`
    pub prefix: &'a str,
    /// Group id.
    pub group: &'a str,
    /// The data.
    pub data: LogData<'a>,
}

/// A point or a batch, as line protocol with nanosecond times, tags and fields sorted.
#[derive(Clone, Debug)]
pub enum LogData<'a> {
    /// A stream's point.
    Point {
        /// Line protocol.
        line: &'a str,
        /// Database.
        db: &'a str,
        /// Retention policy.
        rp: &'a str,
    },
    /// A batch.
    Batch {
        /// Measurement.
        name: &'a str,
        /// Tags, sorted by key.
        tags: &'a [(String, String)],
        /// Nanoseconds since 1970.
        tmax: i64,
        /// Line protocol of each point.
        lines: &'a [String],
    },
}

/// What a watched node gave.
#[derive(Clone, Debug)]
pub enum Passed {
    /// A point, as a table of one row.
    Point(Series),
    /// A batch.
    Batch {
        /// Group id.
        group: String,
        /// Nanoseconds since 1970.
        tmax: i64,
        /// Its points.
        series: Series,
    },
    /// A barrier.
    Barrier {
        /// Group id.
        group: String,
        /// Nanoseconds since 1970.
        time: i64,
    },
    /// A group is to be forgotten.
    Delete {
        /// Group id.
        group: String,
    },
}

/// Counters of a node at the end of a run.
#[derive(Clone, Debug, Default)]
pub struct NodeCounters {
    /// Node name.
    pub node: String,
    /// `collected`, `emitted`, `errors`, `working_cardinality` and those of its kind.
    pub counters: Vec<(&'static str, i64)>,
    /// Time spent, where it was measured, in nanoseconds.
    pub nanos: u64,
}

/// Takes what a run produces, in order. Every method does nothing unless it is written out.
pub trait Sink {
    /// An event was sent to a topic. `origin` has a node only where the topic is that node's own, and no
    /// task where the event is an aggregate.
    fn event(&mut self, origin: Origin<'_>, topic: &str, event: &Arc<Event>) {
        let _ = (origin, topic, event);
    }

    /// A handler is due with an event.
    fn action(&mut self, action: Action<'_>) {
        let _ = action;
    }

    /// A `log` node got data. Asked for only if [`Sink::wants_logs`].
    fn log(&mut self, record: LogRecord<'_>) {
        let _ = record;
    }

    /// Whether `log` records are to be made at all.
    fn wants_logs(&self) -> bool {
        true
    }

    /// A node or handler met an error; `context` holds further keys.
    fn error(&mut self, origin: Origin<'_>, message: &str, error: &str, context: &[(&str, &str)]) {
        let _ = (origin, message, error, context);
    }

    /// Whether every error is wanted with its words, or only the first of each node.
    fn wants_errors(&self) -> bool {
        true
    }

    /// A watched node gave something.
    fn passed(&mut self, origin: Origin<'_>, passed: &Passed) {
        let _ = (origin, passed);
    }

    /// At the end: what GET on an `httpOut` endpoint would return (JSON).
    fn http_out(&mut self, origin: Origin<'_>, endpoint: &str, result: &str) {
        let _ = (origin, endpoint, result);
    }

    /// At the end: a node's counters.
    fn counters(&mut self, task: &str, counters: &NodeCounters) {
        let _ = (task, counters);
    }
}
