//! `--stats-file`: the summary and what each node counted, as one JSON object for programs.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::memory;
use super::show::Show;
use crate::alert::{Level, NodeCounters, Origin};
use crate::cli::io::Output;
use crate::handlers::{HandlerReport, Report};
use crate::play::InputCounts;
use crate::text::system_words;

/// A file that waits for the end of the run. It is made before, so that nothing runs if it cannot be.
pub(crate) struct StatsFile(Box<dyn Write>);

/// What the file tells of a run besides its nodes.
#[derive(Clone, Copy)]
pub(super) struct Run<'a> {
    pub(super) input: InputCounts,
    pub(super) took: Duration,
    pub(super) handlers: &'a Report,
    /// Tasks that failed, with their errors.
    pub(super) failures: &'a [(String, String)],
}

impl StatsFile {
    /// A file, or standard output for `-`.
    pub(super) fn create(path: &Path) -> io::Result<StatsFile> {
        Ok(StatsFile(match path.as_os_str().as_encoded_bytes() {
            b"-" => Box::new(io::stdout()),
            _ => Box::new(File::create(path)?),
        }))
    }

    /// Writes everything; what cannot be written is given in words.
    pub(super) fn write(self, run: Run<'_>, show: &Show) -> Result<(), String> {
        let mut out = Output::new(self.0);
        // Values of JSON have texts only.
        out.put(&serde_json::to_string_pretty(&all(run, show)).unwrap_or_default());
        out.put("\n");
        out.finish().map_err(|e| format!("cannot write the statistics: {}", system_words(e)))
    }
}

fn all(run: Run<'_>, show: &Show) -> Value {
    let events = Level::ALL.iter().zip(show.tally.events);
    let events: Map<String, Value> = events.map(|(level, n)| (level.to_string(), json!(n))).collect();
    json!({
        "version": 1,
        "points": run.input.points,
        "lines_skipped": run.input.skipped,
        "out_of_order": run.input.late,
        "after_until": run.input.after,
        "events": events,
        "stopped": show.stopped,
        "seconds": run.took.as_secs_f64(),
        "peak_memory": memory::peak().map(memory::Size::bytes),
        "tasks": tasks(run, show),
        "handlers": run.handlers.handlers.iter().map(handler).collect::<Vec<Value>>(),
    })
}

/// Tasks and their nodes, in order.
fn tasks(run: Run<'_>, show: &Show) -> Vec<Value> {
    let mut tasks: Vec<(&str, Vec<Value>)> = Vec::new();
    for (task, counters) in &show.stats {
        let node = node(task, counters, show);
        match tasks.last_mut() {
            Some((name, nodes)) if *name == task => nodes.push(node),
            _ => tasks.push((task, vec![node])),
        }
    }
    let failed = |task: &str| run.failures.iter().find(|f| f.0 == task).map(|f| &f.1);
    tasks
        .into_iter()
        .map(|(task, nodes)| json!({ "task": task, "failed": failed(task), "nodes": nodes }))
        .collect()
}

fn node(task: &str, NodeCounters { node, counters, nanos }: &NodeCounters, show: &Show) -> Value {
    let place = show.place(Origin { task, node });
    let first = show.tally.errors.iter().find(|e| e.is_of(task, node));
    let mut object = Map::new();
    let mut set = |key: &str, value: Value| drop(object.insert(key.to_owned(), value));
    set("node", json!(node));
    set("place", json!(place.strip_suffix(&format!(": {node}"))));
    for (key, value) in counters {
        set(key, json!(value));
        if *key == "errors" {
            set("first_error", json!(first.map(|e| &e.words)));
        }
    }
    set("nanoseconds", json!(nanos));
    Value::Object(object)
}

fn handler(report: &HandlerReport) -> Value {
    let first = report.first_failure.as_ref();
    json!({
        "kind": report.kind,
        "delivered": report.delivered,
        "failed": report.failed,
        "timed_out": report.timed_out,
        "dropped": report.dropped,
        "abandoned": report.abandoned,
        "first_failure": first.map(|f| format!("{}: {}", f.message, f.error)),
    })
}
