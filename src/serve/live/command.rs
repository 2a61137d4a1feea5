//! What the engine's thread is asked to do.

use std::sync::Arc;

use tokio::sync::oneshot::Sender;

use crate::alert::{Event, NodeCounters};
use crate::handlers::HandlerFile;
use crate::input::point::Precision;
use crate::play::Task;

/// Where the answer goes. Whoever asked may have gone.
pub(super) type Reply<T> = Sender<T>;

/// Something to do for the engine's thread.
pub(super) enum Command {
    /// Play points; the answer comes when their events are kept and handed to handlers.
    Write(Arc<Body>, Option<Reply<Written>>),
    /// Begin a task; an error is in Kapacitor's words.
    Start(Box<Begin>, Reply<Result<(), String>>),
    /// End a task.
    Stop(String, Reply<()>),
    /// Tell the counters of a task's nodes.
    Stats(String, Reply<Vec<NodeCounters>>),
    /// Tell what an `httpOut` endpoint of a task serves.
    Serve { task: String, endpoint: String, reply: Reply<Option<String>> },
    /// Tell how many points of which measurements came.
    Ingress(Reply<Vec<Ingress>>),
    /// Register a handler of a topic, in place of one with its id.
    Register(Box<HandlerFile>, Reply<Result<(), String>>),
    /// Take a handler from a topic.
    Unregister { topic: String, id: String, reply: Reply<()> },
    /// Forget what the last events of a topic were.
    Forget(String, Reply<()>),
    /// Send an event to a topic, which came of a task with a thread of its own.
    Collect(String, Arc<Event>),
    /// Deliver what is there, and end.
    Finish(Reply<()>),
}

/// Points of a request.
pub struct Body {
    /// Their database.
    pub db: String,
    /// Their retention policy.
    pub rp: String,
    /// The unit of their times.
    pub precision: Precision,
    /// When they came: the time of those without one. Nanoseconds since 1970.
    pub now: i64,
    /// Line protocol.
    pub text: Vec<u8>,
}

/// What became of the points of a request.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Written {
    /// Points that were played.
    pub points: u64,
    /// Lines that could not be read.
    pub bad: u64,
    /// The first of them, each with its number, its text and what is wrong with it.
    pub mistakes: Vec<Mistake>,
}

/// A line that could not be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mistake {
    /// Its number in the request, from 1.
    pub line: usize,
    /// Its text; of a long one the beginning.
    pub text: String,
    /// What is wrong with it.
    pub message: String,
}

/// A task that is to begin.
pub struct Begin {
    /// What its script describes.
    pub task: Task,
    /// Databases and retention policies that it reads.
    pub dbrps: Vec<(String, String)>,
}

/// Points of a measurement that came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ingress {
    /// Database.
    pub db: String,
    /// Retention policy.
    pub rp: String,
    /// Measurement.
    pub measurement: String,
    /// How many.
    pub points: u64,
}
