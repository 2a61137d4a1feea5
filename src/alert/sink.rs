//! What a run tells the world. It lies here since topics and nodes, which come before the engine, speak it.

use std::sync::Arc;

use super::{Call, Event, FunctionKey, Given, HandlerKey, Judgement, Series};
use crate::data::Batch;
use crate::data::line::Lines;
use crate::pipeline::influxql::Select;
use crate::query;

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

/// Points that an `influxDBOut` node writes at once.
#[derive(Clone, Debug)]
pub struct Write<'a> {
    /// The node.
    pub origin: Origin<'a>,
    /// `.cluster()`; empty for the default one.
    pub cluster: &'a str,
    /// Database.
    pub db: &'a str,
    /// Retention policy; empty for the database's default.
    pub rp: &'a str,
    /// `.precision()`: the unit in which times are written.
    pub precision: &'a str,
    /// `.writeConsistency()`; empty where none is given.
    pub consistency: &'a str,
    /// The points.
    pub points: &'a Lines,
}

/// A row that an `httpPost` node posts.
#[derive(Clone, Debug)]
pub struct Post<'a> {
    /// The node.
    pub origin: Origin<'a>,
    /// Template of the URL over the row; empty if there is an endpoint.
    pub url: &'a str,
    /// Name of a configured endpoint; empty if there is a URL.
    pub endpoint: &'a str,
    /// Headers of the node.
    pub headers: &'a [(String, String)],
    /// How long an answer may take, in nanoseconds; 0 where the node sets no limit.
    pub timeout: i64,
    /// Whether the body of an answer is wanted that reports an error.
    pub capture: bool,
    /// The row.
    pub row: &'a Series,
}

/// What came of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reply {
    /// HTTP status; 0 if there was no answer.
    pub status: u16,
    /// The body of the answer, if it was wanted; without an answer, why there is none.
    pub text: String,
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

/// What a query node asks.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The node.
    pub origin: Origin<'a>,
    /// `.cluster()`; empty for the usual one.
    pub cluster: &'a str,
    /// The query, with its range of time.
    pub select: &'a Select,
    /// The database of sources that name none.
    pub database: &'a str,
    /// The retention policy of sources that name none.
    pub retention_policy: &'a str,
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

    /// An event is for a topic that another run keeps ([`super::Topics::elsewhere`]).
    fn elsewhere(&mut self, topic: &str, event: &Arc<Event>) {
        let _ = (topic, event);
    }

    /// An alert node found the level of a point or a batch, before the event if there is one. Called only for
    /// tasks that were built to tell ([`super::Judging`]).
    fn judged(&mut self, origin: Origin<'_>, judgement: &Judgement<'_>) {
        let _ = (origin, judgement);
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

    /// Points are to be written; an error if they could not be. With points only if
    /// [`Sink::wants_writes`].
    fn write(&mut self, write: &Write<'_>) -> Result<(), String> {
        let _ = write;
        Ok(())
    }

    /// Whether somebody looks at the points that are written.
    fn wants_writes(&self) -> bool {
        true
    }

    /// A statement for InfluxDB is to be executed: `CREATE DATABASE …`.
    fn query(&mut self, origin: Origin<'_>, cluster: &str, query: &str) -> Result<(), String> {
        let _ = (origin, cluster, query);
        Ok(())
    }

    /// A row is to be posted; waits for the answer.
    fn post(&mut self, post: &Post<'_>) -> Reply {
        let _ = post;
        Reply { status: 200, text: String::new() }
    }

    /// A user-defined function is called: everything that it gives because of this, and nothing else, comes back. An
    /// error ends the task.
    fn call(&mut self, function: FunctionKey, call: Call<'_>) -> Result<Vec<Given>, String> {
        let _ = (function, call);
        Err("nothing runs user-defined functions here".to_owned())
    }

    /// A number of replicas is to change.
    fn scale(&mut self, origin: Origin<'_>, id: &str, old: i64, new: i64) {
        let _ = (origin, id, old, new);
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

    /// A query is asked. `None`: nobody outside answers it, so the points of the run do. An error is in the words of
    /// the one who was asked.
    fn ask(&mut self, question: &Question<'_>) -> Option<Result<Vec<query::Series>, String>> {
        let _ = question;
        None
    }

    /// A query was answered: one batch of the answer, before it goes on.
    fn answered(&mut self, origin: Origin<'_>, batch: &Batch) {
        let _ = (origin, batch);
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
