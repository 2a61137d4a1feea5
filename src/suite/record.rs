//! What a test did: the sink that keeps everything a test may ask for, or a report may count.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::time::Span as Stretch;
use crate::alert::{
    Action, Call, Event, FunctionKey, Given, HandlerKey, Judgement, Level, NodeCounters, Origin, Passed,
    Post, Reply, Ruling, Series, Sink, Write,
};
use crate::handlers::{Endpoints, HTTP_POST, HandlerConfig, describe, describe_post};
use crate::input::point::{self, Precision};
use crate::udf::Functions;
use crate::value::{Value, duration};

/// Something that happened.
#[derive(Clone, PartialEq, Debug)]
pub struct Seen {
    /// When, in nanoseconds since 1970.
    pub time: i64,
    /// What it was like.
    pub keys: Json,
}

/// An event with where it came from and went.
#[derive(Clone, Debug)]
pub struct SeenEvent {
    /// The event.
    pub event: Arc<Event>,
    /// The node; empty where none is concerned.
    pub node: String,
    /// The first topic that got it.
    pub topic: String,
}

/// Everything that a test did.
#[derive(Default)]
pub struct Record {
    /// When the test started.
    pub start: i64,
    /// Events in order, each once.
    pub events: Vec<SeenEvent>,
    /// Rows of the nodes that the test asks about.
    pub rows: BTreeMap<String, Vec<Seen>>,
    /// What handlers would have done.
    pub calls: Vec<Seen>,
    /// Errors that nodes and handlers met: where, and what.
    pub errors: Vec<(String, String)>,
    /// What the nodes counted.
    pub counters: Vec<NodeCounters>,
    /// Why the task ended, if it did.
    pub failed: Option<String>,
    /// Handlers that do nothing but tell what they would do.
    pub(super) handlers: BTreeMap<HandlerKey, HandlerConfig>,
    /// What `.endpoint()` may name.
    pub(super) endpoints: Arc<Endpoints>,
    /// Nodes whose rows are points that are written.
    pub(super) writers: Vec<String>,
    /// User-defined functions at work.
    pub(super) functions: Functions,
    /// Calls are asked for.
    pub(super) wants_calls: bool,
    /// Levels that each alert node found.
    pub(super) levels: BTreeMap<String, BTreeSet<Level>>,
    /// Changes of levels, and how often.
    pub(super) changes: BTreeMap<(Level, Level), usize>,
    /// Handlers that were asked to do something.
    pub(super) asked: BTreeSet<HandlerKey>,
    /// When it is to be kept what alert nodes found.
    pub(super) wonders: Vec<Stretch>,
    /// What they found then, where no event came of it.
    pub(super) silent: Vec<Silent>,
}

/// An alert node that made no event.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Silent {
    /// When.
    pub(super) time: i64,
    /// Of what, in the keys that tests name.
    pub(super) keys: Json,
    /// Why.
    pub(super) reason: String,
}

/// More reasons than that are not kept.
const MAX_SILENT: usize = 10_000;

impl SeenEvent {
    /// The event with the keys that tests name; `details` are most of the work of an event, and seldom asked for.
    pub fn seen(&self, details: bool) -> Seen {
        let event = &*self.event;
        let mut time = String::new();
        duration::push_go(&mut time, event.duration);
        let keys = json!({
            "level": event.level.as_str(),
            "id": event.id,
            "message": event.message,
            "tags": object(event.tags().iter().map(|(k, v)| (k.clone(), json!(v)))),
            "fields": object(event.point.fields.iter().map(|(k, v)| (k.to_owned(), json_of(v)))),
            "name": event.name(),
            "previous": event.previous.as_str(),
            "duration": time,
            "details": details.then(|| event.details()),
            "group": event.group,
            "task": &*event.task,
            "node": self.node,
            "topic": self.topic,
            "recoverable": event.recoverable,
        });
        Seen { time: event.time, keys }
    }
}

fn object(pairs: impl Iterator<Item = (String, Json)>) -> Json {
    Json::Object(pairs.collect())
}

/// A field's value; what JSON cannot say is a text.
fn json_of(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Float(x) => {
            serde_json::Number::from_f64(*x).map_or_else(|| json!(x.to_string()), Json::Number)
        }
        Value::Int(i) => json!(i),
        Value::Bool(b) => json!(b),
        Value::Str(s) => json!(s),
        Value::Duration(nanos) => {
            let mut text = String::new();
            duration::push_go(&mut text, *nanos);
            json!(text)
        }
    }
}

/// The rows of a table.
fn rows(series: &Series, group: &str) -> Vec<Seen> {
    let tags = object(series.tags.iter().map(|(k, v)| (k.clone(), json!(v))));
    let row = |(time, values): &(i64, Vec<Value>)| {
        let fields = series.columns.iter().cloned().zip(values.iter().map(json_of));
        let fields = object(fields.filter(|(_, value)| !value.is_null()));
        let keys = json!({"name": series.name, "tags": tags, "fields": fields, "group": group});
        Seen { time: *time, keys }
    };
    series.values.iter().map(row).collect()
}

impl Sink for Record {
    fn event(&mut self, origin: Origin<'_>, topic: &str, event: &Arc<Event>) {
        // What goes to several topics keeps its number.
        let again = |last: &SeenEvent| last.event.serial == event.serial && !event.task.is_empty();
        if self.events.last().is_some_and(again) {
            return;
        }
        self.events.push(SeenEvent {
            event: Arc::clone(event),
            node: origin.node.to_owned(),
            topic: topic.to_owned(),
        });
    }

    fn action(&mut self, action: Action<'_>) {
        self.asked.insert(action.handler);
        if !self.wants_calls {
            return;
        }
        let Some(config) = self.handlers.get(&action.handler) else { return };
        let event = action.event;
        match describe(config, event, &self.endpoints) {
            Ok(keys) => {
                let mut all = Map::new();
                all.insert("kind".to_owned(), json!(config.kind()));
                all.insert("level".to_owned(), json!(event.level.as_str()));
                all.insert("id".to_owned(), json!(event.id));
                all.insert("topic".to_owned(), json!(action.topic));
                all.insert("node".to_owned(), json!(action.origin.node));
                all.extend(keys);
                self.calls.push(Seen { time: event.time, keys: Json::Object(all) });
            }
            Err(trouble) => self
                .errors
                .push((config.kind().to_owned(), format!("{}: {}", trouble.message, trouble.error))),
        }
    }

    fn wants_logs(&self) -> bool {
        false
    }

    fn write(&mut self, write: &Write<'_>) -> Result<(), String> {
        if !self.writers.iter().any(|node| node == write.origin.node) {
            return Ok(());
        }
        for (line, time) in write.points.iter() {
            // It was made by the node from a point, so it can be read.
            let Ok(point) = point::parse_line(line, Precision::Nanos, Some(time)) else { continue };
            let keys = json!({
                "name": point.name,
                "tags": object(point.tags.into_iter().map(|(k, v)| (k, json!(v)))),
                "fields": object(point.fields.iter().map(|(k, v)| (k.clone(), json_of(v)))),
                "group": "",
            });
            self.rows.entry(write.origin.node.to_owned()).or_default().push(Seen { time, keys });
        }
        Ok(())
    }

    fn wants_writes(&self) -> bool {
        !self.writers.is_empty()
    }

    fn call(&mut self, function: FunctionKey, call: Call<'_>) -> Result<Vec<Given>, String> {
        self.functions.call_quietly(function, call)
    }

    fn post(&mut self, post: &Post<'_>) -> Reply {
        match describe_post(post, &self.endpoints) {
            Ok(keys) => {
                if self.wants_calls {
                    let mut all = Map::new();
                    all.insert("kind".to_owned(), json!(HTTP_POST));
                    all.insert("node".to_owned(), json!(post.origin.node));
                    all.extend(keys);
                    let time = post.row.values.first().map_or(self.start, |row| row.0);
                    self.calls.push(Seen { time, keys: Json::Object(all) });
                }
                Reply { status: 200, text: String::new() }
            }
            Err(text) => Reply { status: 0, text },
        }
    }

    fn error(&mut self, origin: Origin<'_>, message: &str, error: &str, _: &[(&str, &str)]) {
        self.errors.push((origin.node.to_owned(), format!("{message}: {error}")));
    }

    fn wants_errors(&self) -> bool {
        false
    }

    fn passed(&mut self, origin: Origin<'_>, passed: &Passed) {
        let found = match passed {
            Passed::Point(series) => rows(series, ""),
            Passed::Batch { group, series, .. } => rows(series, group),
            Passed::Barrier { .. } | Passed::Delete { .. } => return,
        };
        self.rows.entry(origin.node.to_owned()).or_default().extend(found);
    }

    fn judged(&mut self, origin: Origin<'_>, judgement: &Judgement<'_>) {
        let Judgement { id, tags, time, level, previous, ruling, .. } = judgement;
        match self.levels.get_mut(origin.node) {
            Some(levels) => drop(levels.insert(*level)),
            None => drop(self.levels.insert(origin.node.to_owned(), BTreeSet::from([*level]))),
        }
        if level != previous {
            *self.changes.entry((*previous, *level)).or_default() += 1;
        }
        let reason = match ruling {
            Ruling::Told => return,
            Ruling::Quiet => "no level's condition holds: OK, as before".to_owned(),
            Ruling::Withheld(withheld) => withheld.to_string(),
        };
        let asked = self.wonders.iter().any(|when| when.holds(*time, self.start));
        if asked && self.silent.len() < MAX_SILENT {
            let tags = object(tags.iter().map(|(k, v)| (k.clone(), json!(v))));
            let keys = json!({"id": &***id, "level": level.as_str(), "tags": tags});
            self.silent.push(Silent { time: *time, keys, reason });
        }
    }

    fn counters(&mut self, _: &str, counters: &NodeCounters) {
        self.counters.push(counters.clone());
    }
}
