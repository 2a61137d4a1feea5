//! Where everything goes that happens in an engine that is live: the board, the log, the store, the handlers.
//!
//! Events are kept before handlers get them, many at a time: an event that was notified is known to have been, even
//! if the power goes the moment after.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use tracing::Level as LogLevel;

use super::Keeper;
use super::board::{Board, state_of};
use super::command::Command;
use crate::alert::{
    Action, Call, Event, FunctionKey, Given, HandlerKey, LogData, LogRecord, Origin, Post, Question, Reply,
    Sink, Write,
};
use crate::handlers::{Dispatcher, Poster};
use crate::play::Asked;
use crate::query;
use crate::serve::Metrics;
use crate::serve::log::{TASKS, tell};
use crate::store::EventState;
use crate::udf::Functions;

/// The sink of an engine that is live.
pub(super) struct LiveSink {
    pub(super) board: Arc<Board>,
    pub(super) keeper: Arc<dyn Keeper>,
    pub(super) dispatcher: Dispatcher,
    pub(super) poster: Poster,
    /// The servers that queries are asked of.
    pub(super) asked: Option<Arc<Asked>>,
    pub(super) functions: Functions,
    /// Where topics are kept, if not here.
    pub(super) elsewhere: Option<Sender<Command>>,
    /// Events that are not kept yet, by their topics.
    events: Vec<(Arc<str>, Arc<Event>)>,
    /// Handlers that are due when they are.
    actions: Vec<(HandlerKey, Arc<Event>)>,
    /// The topic of the last event.
    topic: Arc<str>,
    pub(super) metrics: Arc<Metrics>,
    /// What `httpOut` nodes have told, while they are asked.
    pub(super) served: Vec<(String, String)>,
}

impl LiveSink {
    pub(super) fn new(
        board: Arc<Board>,
        keeper: Arc<dyn Keeper>,
        dispatcher: Dispatcher,
        poster: Poster,
        asked: Option<Arc<Asked>>,
        elsewhere: Option<Sender<Command>>,
    ) -> LiveSink {
        LiveSink {
            board,
            keeper,
            dispatcher,
            poster,
            asked,
            functions: Functions::default(),
            elsewhere,
            events: Vec::new(),
            actions: Vec::new(),
            topic: "".into(),
            metrics: Arc::default(),
            served: Vec::new(),
        }
    }

    /// Keeps the events that there are, then hands them to their handlers.
    pub(super) fn settle(&mut self) {
        if !self.events.is_empty() {
            self.keep();
        }
        for (handler, event) in self.actions.drain(..) {
            self.dispatcher.send(handler, &event);
        }
    }

    fn keep(&mut self) {
        let mut last = HashSet::new();
        let mut states: Vec<(Arc<str>, Arc<Event>, EventState)> = Vec::new();
        // Of each id only the last counts.
        for (topic, event) in self.events.drain(..).rev() {
            if last.insert((Arc::clone(&topic), event.id.clone())) {
                let state = state_of(&event);
                states.push((topic, event, state));
            }
        }
        let states: Vec<_> = states.iter().map(|(t, e, s)| (&**t, e.id.as_str(), s)).collect();
        if let Err(error) = self.keeper.keep(&states) {
            tell(LogLevel::ERROR, "alert", "failed to keep events", &[("err", &error)]);
        }
    }
}

/// The pairs of a record of a node.
fn node_pairs<'a>(origin: Origin<'a>, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut pairs = vec![("task_master", "main"), ("task", origin.task), ("node", origin.node)];
    pairs.extend_from_slice(more);
    pairs
}

impl Sink for LiveSink {
    fn event(&mut self, origin: Origin<'_>, topic: &str, event: &Arc<Event>) {
        // Only in the topic of its own node: it may be sent to others too.
        if !origin.node.is_empty() {
            self.metrics.event(event.level);
        }
        if !self.board.collect(topic, event) {
            return;
        }
        if *self.topic != *topic {
            self.topic = topic.into();
        }
        self.events.push((Arc::clone(&self.topic), Arc::clone(event)));
    }

    fn elsewhere(&mut self, topic: &str, event: &Arc<Event>) {
        if let Some(main) = &self.elsewhere {
            // It is gone only when the server ends.
            let _ = main.send(Command::Collect(topic.to_owned(), Arc::clone(event)));
        }
    }

    fn action(&mut self, action: Action<'_>) {
        self.actions.push((action.handler, Arc::clone(action.event)));
    }

    fn log(&mut self, record: LogRecord<'_>) {
        let level = match record.level {
            "DEBUG" => LogLevel::DEBUG,
            "WARN" => LogLevel::WARN,
            "ERROR" => LogLevel::ERROR,
            _ => LogLevel::INFO,
        };
        let (kind, data) = match &record.data {
            LogData::Point { line, .. } => ("point", (*line).to_owned()),
            LogData::Batch { lines, .. } => ("batch", lines.join("\n")),
        };
        let more = [("prefix", record.prefix), ("group", record.group), ("data", &data)];
        tell(level, TASKS, kind, &node_pairs(record.origin, &more));
    }

    fn write(&mut self, write: &Write<'_>) -> Result<(), String> {
        self.keeper.write(write)
    }

    fn query(&mut self, _: Origin<'_>, cluster: &str, query: &str) -> Result<(), String> {
        self.keeper.query(cluster, query)
    }

    fn post(&mut self, post: &Post<'_>) -> Reply {
        self.poster.post(post)
    }

    fn call(&mut self, function: FunctionKey, call: Call<'_>) -> Result<Vec<Given>, String> {
        let given = self.functions.call(function, call);
        for line in self.functions.said() {
            tell(LogLevel::INFO, "udf", "UDF log", &[("text", &line)]);
        }
        given
    }

    fn scale(&mut self, origin: Origin<'_>, id: &str, old: i64, new: i64) {
        let (old, new) = (old.to_string(), new.to_string());
        let pairs = [("resource", id), ("old", &*old), ("new", &*new)];
        tell(LogLevel::INFO, TASKS, "replicas are to change", &node_pairs(origin, &pairs));
    }

    fn error(&mut self, origin: Origin<'_>, message: &str, error: &str, context: &[(&str, &str)]) {
        // The engine says so when a task ends by itself.
        if origin.node.is_empty() && message == "task failed" {
            self.board.fail(origin.task, error);
        }
        let mut more = vec![("err", error)];
        more.extend_from_slice(context);
        tell(LogLevel::ERROR, TASKS, message, &node_pairs(origin, &more));
    }

    fn ask(&mut self, question: &Question<'_>) -> Option<Result<Vec<query::Series>, String>> {
        let none =
            || Err("no InfluxDB is configured: `[[influxdb]]` names those that queries are asked of".into());
        Some(self.asked.as_ref().map_or_else(none, |asked| asked.ask(question)))
    }

    fn http_out(&mut self, _: Origin<'_>, endpoint: &str, result: &str) {
        self.served.push((endpoint.to_owned(), result.to_owned()));
    }
}
