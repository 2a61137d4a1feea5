//! The sink that writes a trace.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use super::line::Line;
use crate::alert::{
    Action, Event, HandlerConfig, HandlerKey, LogData, LogRecord, NodeCounters, Origin, Sink,
};
use crate::value::json;

/// Writes down what a run does. Lines go out as they come; `httpOut` and `stats` are kept for the end.
///
/// The first error of the output is remembered and given by [`TraceWriter::finish`]; nothing is written
/// after it.
pub struct TraceWriter<W: Write> {
    out: BufWriter<W>,
    failed: Option<io::Error>,
    handlers: BTreeMap<HandlerKey, HandlerConfig>,
    pub(super) line: Line,
    http_out: String,
    stats: String,
}

impl<W: Write> TraceWriter<W> {
    /// A trace that begins with its first line.
    pub fn new(out: W) -> TraceWriter<W> {
        let mut trace = TraceWriter {
            out: BufWriter::with_capacity(1 << 16, out),
            failed: None,
            handlers: BTreeMap::new(),
            line: Line::default(),
            http_out: String::new(),
            stats: String::new(),
        };
        trace.line.begin("trace").int("version", 1);
        trace.put();
        trace
    }

    /// Makes known a handler that is not delivered: its actions become lines. Those of others do not.
    pub fn record(&mut self, handler: HandlerKey, config: HandlerConfig) {
        self.handlers.insert(handler, config);
    }

    /// Writes the lines that come last and flushes; gives the first error of the output.
    pub fn finish(mut self) -> io::Result<()> {
        let last = [std::mem::take(&mut self.http_out), std::mem::take(&mut self.stats)];
        for text in last {
            self.put_text(&text);
        }
        match self.failed {
            Some(error) => Err(error),
            None => self.out.flush(),
        }
    }

    /// Whether the output is broken and nothing is written any more.
    pub fn is_broken(&self) -> bool {
        self.failed.is_some()
    }

    /// Writes the line at hand.
    pub(super) fn put(&mut self) {
        if self.failed.is_none() {
            self.failed = self.out.write_all(self.line.end().as_bytes()).err();
        }
    }

    fn put_text(&mut self, text: &str) {
        if self.failed.is_none() {
            self.failed = self.out.write_all(text.as_bytes()).err();
        }
    }

    pub(super) fn begin(&mut self, kind: &str, origin: Origin<'_>) -> &mut Line {
        self.line.begin(kind).some_text("task", origin.task).some_text("node", origin.node)
    }
}

impl<W: Write> Sink for TraceWriter<W> {
    fn event(&mut self, origin: Origin<'_>, topic: &str, event: &Arc<Event>) {
        let line = self.begin("alert", origin).text("topic", topic).text("id", &event.id);
        line.text("message", &event.message)
            .text("details", &event.details)
            .time("time", event.time)
            .int("duration", event.duration)
            .text("level", event.level.as_str())
            .text("previousLevel", event.previous.as_str())
            .bool("recoverable", event.recoverable)
            .with("data", |text| {
                if event.push_data_json(text).is_err() {
                    text.push_str("null");
                }
            });
        self.put();
    }

    fn action(&mut self, action: Action<'_>) {
        let Some(config) = self.handlers.remove(&action.handler) else { return };
        self.put_action(&config, &action);
        self.handlers.insert(action.handler, config);
    }

    fn log(&mut self, record: LogRecord<'_>) {
        let line = self.begin("log", record.origin);
        line.text("level", record.level).text("prefix", record.prefix).text("group", record.group);
        match record.data {
            LogData::Point { line: point, db, rp } => {
                line.text("point", point).text("database", db).text("retentionPolicy", rp);
            }
            LogData::Batch { name, tags, tmax, lines } => {
                let mut batch = Line::default();
                batch.open().text("name", name);
                batch.map("tags", tags.iter().map(|(k, v)| (k.as_str(), v.as_str())));
                batch.time("tmax", tmax).texts("points", lines.iter().map(String::as_str));
                line.raw("batch", batch.close());
            }
        }
        self.put();
    }

    fn error(&mut self, origin: Origin<'_>, message: &str, error: &str, context: &[(&str, &str)]) {
        let line = self.begin("error", origin).text("message", message).text("error", error);
        if !context.is_empty() {
            line.map("context", context.iter().copied());
        }
        self.put();
    }

    fn http_out(&mut self, origin: Origin<'_>, endpoint: &str, result: &str) {
        self.begin("httpOut", origin).text("endpoint", endpoint).raw("result", result.trim_end());
        self.http_out.push_str(self.line.end());
    }

    fn counters(&mut self, task: &str, counters: &NodeCounters) {
        let origin = Origin { task, node: &counters.node };
        self.begin("stats", origin).object("counters", counters.counters.iter().copied(), json::push_int);
        self.stats.push_str(self.line.end());
    }
}
