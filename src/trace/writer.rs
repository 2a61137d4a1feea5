//! The sink that writes a trace.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use super::line::Line;
use crate::alert::{
    Action, Event, HandlerKey, LogData, LogRecord, NodeCounters, Origin, Post, Reply, Sink,
    Write as PointWrite,
};
use crate::handlers::{Endpoints, HTTP_POST, HandlerConfig, describe_post};
use crate::value::number;

/// Writes down what a run does. Lines go out as they come; `httpOut` and `stats` are kept for the end.
///
/// The first error of the output is remembered and given by [`TraceWriter::finish`]; nothing is written
/// after it.
pub struct TraceWriter<W: Write> {
    out: BufWriter<W>,
    failed: Option<io::Error>,
    handlers: BTreeMap<HandlerKey, HandlerConfig>,
    pub(super) endpoints: Arc<Endpoints>,
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
            endpoints: Arc::default(),
            line: Line::default(),
            http_out: String::new(),
            stats: String::new(),
        };
        trace.line.begin("trace").int("version", 1);
        trace.put();
        trace
    }

    /// Makes known what `.endpoint()` of `post` handlers may name.
    #[must_use]
    pub fn endpoints(mut self, endpoints: Arc<Endpoints>) -> TraceWriter<W> {
        self.endpoints = endpoints;
        self
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
            .with("details", |text| event.push_details_json(text))
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

    fn write(&mut self, write: &PointWrite<'_>) -> Result<(), String> {
        let mut text = String::new();
        for (point, time) in write.points.iter() {
            text.clear();
            text.push_str(point);
            text.push(' ');
            number::push_int(&mut text, time);
            let line = self.begin("influxDBOut", write.origin);
            line.text("database", write.db).text("retentionPolicy", write.rp);
            line.text("precision", write.precision).text("line", &text);
            line.some_text("cluster", write.cluster).some_text("writeConsistency", write.consistency);
            self.put();
        }
        Ok(())
    }

    fn query(&mut self, origin: Origin<'_>, cluster: &str, query: &str) -> Result<(), String> {
        self.begin("influxDBQuery", origin).text("query", query).some_text("cluster", cluster);
        self.put();
        Ok(())
    }

    fn post(&mut self, post: &Post<'_>) -> Reply {
        match describe_post(post, &self.endpoints) {
            Ok(keys) => {
                let line = self.begin("action", post.origin).text("kind", HTTP_POST);
                for (key, value) in &keys {
                    line.raw(key, &value.to_string());
                }
                self.put();
                Reply { status: 200, text: String::new() }
            }
            Err(text) => Reply { status: 0, text },
        }
    }

    fn scale(&mut self, origin: Origin<'_>, id: &str, old: i64, new: i64) {
        self.begin("scale", origin).text("id", id).int("old", old).int("new", new);
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
        self.begin("stats", origin).object("counters", counters.counters.iter().copied(), number::push_int);
        self.stats.push_str(self.line.end());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    const HERE: Origin<'_> = Origin { task: "cpu", node: "alert2" };

    fn event(value: Value) -> Arc<Event> {
        Arc::new(Event {
            id: "a\"b".into(),
            message: "m".into(),
            duration: 5,
            task: "cpu".into(),
            ..Event::on("m", &[], &[("v", value)], 1_577_836_800_000_000_000)
        })
    }

    fn written(run: impl FnOnce(&mut TraceWriter<&mut Vec<u8>>)) -> Vec<String> {
        let mut bytes = Vec::new();
        let mut trace = TraceWriter::new(&mut bytes);
        run(&mut trace);
        trace.finish().unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let mut lines = text.lines().map(str::to_owned);
        assert_eq!(lines.next().as_deref(), Some(r#"{"type":"trace","version":1}"#));
        lines.collect()
    }

    #[test]
    fn events_have_their_data_or_null() {
        let lines = written(|t| {
            t.event(HERE, "main:cpu:alert2", &event(Value::Int(7)));
            t.event(Origin::default(), "ops", &event(Value::Float(f64::NAN)));
        });
        assert_eq!(
            lines,
            [
                r#"{"type":"alert","task":"cpu","node":"alert2","topic":"main:cpu:alert2","id":"a\"b","message":"m","details":"","time":"2020-01-01T00:00:00Z","duration":5,"level":"CRITICAL","previousLevel":"OK","recoverable":true,"data":{"series":[{"name":"m","columns":["time","v"],"values":[["2020-01-01T00:00:00Z",7]]}]}}"#,
                r#"{"type":"alert","topic":"ops","id":"a\"b","message":"m","details":"","time":"2020-01-01T00:00:00Z","duration":5,"level":"CRITICAL","previousLevel":"OK","recoverable":true,"data":null}"#,
            ]
        );
    }

    #[test]
    fn results_and_statistics_come_last() {
        let lines = written(|t| {
            t.counters(
                "cpu",
                &NodeCounters { node: "from1".into(), counters: vec![("collected", 3)], nanos: 0 },
            );
            t.http_out(HERE, "last", "{\"series\":[]}\n");
            t.error(HERE, "failed", "why", &[("level", "CRITICAL")]);
        });
        assert_eq!(
            lines,
            [
                r#"{"type":"error","task":"cpu","node":"alert2","message":"failed","error":"why","context":{"level":"CRITICAL"}}"#,
                r#"{"type":"httpOut","task":"cpu","node":"alert2","endpoint":"last","result":{"series":[]}}"#,
                r#"{"type":"stats","task":"cpu","node":"from1","counters":{"collected":3}}"#,
            ]
        );
    }

    #[test]
    fn logs_of_points_and_batches() {
        let tags = [("h".to_owned(), "a".to_owned())];
        let points = ["m,h=a v=1 0".to_owned()];
        let record = |data| LogRecord { origin: HERE, level: "INFO", prefix: "p", group: "h=a", data };
        let lines = written(|t| {
            t.log(record(LogData::Point { line: "m v=1 0", db: "d", rp: "r" }));
            t.log(record(LogData::Batch { name: "m", tags: &tags, tmax: 0, lines: &points }));
        });
        assert_eq!(
            lines,
            [
                r#"{"type":"log","task":"cpu","node":"alert2","level":"INFO","prefix":"p","group":"h=a","point":"m v=1 0","database":"d","retentionPolicy":"r"}"#,
                r#"{"type":"log","task":"cpu","node":"alert2","level":"INFO","prefix":"p","group":"h=a","batch":{"name":"m","tags":{"h":"a"},"tmax":"1970-01-01T00:00:00Z","points":["m,h=a v=1 0"]}}"#,
            ]
        );
    }

    #[test]
    fn only_handlers_that_do_not_act_have_actions() {
        let (told, acting) = (HandlerKey(0), HandlerKey(1));
        let event = event(Value::Int(7));
        let action = |handler| Action { origin: HERE, topic: "t", handler, event: &event };
        let lines = written(|t| {
            t.record(told, HandlerConfig::Log { path: "/a".into(), mode: 0o600 });
            t.action(action(told));
            t.action(action(acting));
        });
        assert_eq!(lines.len(), 1);
        let start = r#"{"type":"action","task":"cpu","node":"alert2","kind":"log","topic":"t","id":"a\"b","level":"CRITICAL","time":"2020-01-01T00:00:00Z","path":"/a","data":"{\"id\":"#;
        assert!(lines[0].starts_with(start), "{}", lines[0]);
    }

    struct Full;

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn an_output_error_is_given_at_the_end() {
        let mut trace = TraceWriter::new(Full);
        for _ in 0..1000 {
            trace.event(HERE, "t", &event(Value::Int(7)));
        }
        assert!(trace.is_broken());
        assert_eq!(trace.finish().unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}
