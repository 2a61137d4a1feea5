//! The sink of `run` and `replay`: prints events, writes the trace, hands deliveries over and counts.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use super::deliver::Deliver;
use super::event_line::{self, Format};
use super::line_file::LineFile;
use super::outlets::Outlets;
use super::stats_file::StatsFile;
use super::tally::Tally;
use super::watch::Watcher;
use crate::alert::{
    Action, Call, Event, FunctionKey, Given, HandlerKey, Judgement, LogData, LogRecord, NodeCounters, Origin,
    Passed, Post, Question, Reply, Sink, Write as PointWrite,
};
use crate::cli::aside::Aside;
use crate::cli::io::Output;
use crate::handlers::{Dispatcher, Failure, HTTP_POST};
use crate::play::{Asked, Task};
use crate::query;
use crate::report::{Chronicle, Explainer};
use crate::text::system_words;
use crate::trace::TraceWriter;
use crate::udf::Functions;

/// Where a trace goes.
pub(crate) type TraceOut = Box<dyn Write>;

/// Everything that listens to a run.
pub(crate) struct Show {
    /// Event lines; none while the trace has standard output.
    pub(crate) events: Option<Output<Aside>>,
    /// How events are printed.
    pub(crate) format: Format,
    /// Whether their level is coloured.
    pub(crate) color: bool,
    /// The trace, if one was asked for.
    pub(crate) trace: Option<TraceWriter<TraceOut>>,
    /// What acts.
    pub(crate) dispatcher: Option<Dispatcher>,
    /// Which kinds act.
    pub(crate) deliver: Deliver,
    /// Where points and rows of nodes go.
    pub(crate) outlets: Outlets,
    /// Handlers by key: the kind of each, and whether it acts.
    pub(crate) handlers: BTreeMap<HandlerKey, Known>,
    /// Whether warnings and logs are said.
    pub(crate) quiet: bool,
    /// How a node of a task is named for people, with its place in the script.
    pub(crate) places: BTreeMap<(String, String), String>,
    /// Counters of nodes, kept for the summary and `--stats`.
    pub(crate) stats: Vec<(String, NodeCounters)>,
    /// User-defined functions at work.
    pub(crate) functions: Functions,
    /// Who answers queries instead of the input.
    pub(crate) asked: Option<Asked>,
    /// Counts.
    pub(crate) tally: Tally,
    /// Lines for standard error, said when the progress bar is out of the way.
    pub(crate) notices: Vec<String>,
    /// What handlers say, from their threads.
    pub(crate) handlers_say: Option<Receiver<Said>>,
    /// What sums up the alerts.
    pub(crate) chronicle: Option<Chronicle>,
    /// Tells of the points of one id, in place of event lines.
    pub(crate) explainer: Option<Explainer>,
    /// What happens does not count yet.
    pub(crate) warming: bool,
    /// Tables of watched nodes, in place of event lines.
    pub(crate) watcher: Option<Watcher>,
    /// Where statistics go at the end.
    pub(crate) stats_file: Option<StatsFile>,
    /// The limit that stopped the run.
    pub(crate) stopped: Option<String>,
    last: Option<u64>,
}

/// Something that a handler says.
pub(crate) enum Said {
    /// It could not do its work.
    Failed(Failure),
    /// Its program printed this.
    Printed(String),
}

/// A handler, as far as the sink must know it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    /// Its kind.
    pub(crate) kind: &'static str,
    /// Whether it acts.
    pub(crate) acts: bool,
    /// Whether it could.
    pub(crate) able: bool,
}

impl Show {
    /// Nothing listens yet.
    pub(crate) fn new(format: Format, deliver: Deliver) -> Show {
        Show {
            events: None,
            format,
            color: false,
            trace: None,
            dispatcher: None,
            deliver,
            outlets: Outlets::default(),
            handlers: BTreeMap::new(),
            quiet: false,
            places: BTreeMap::new(),
            stats: Vec::new(),
            functions: Functions::default(),
            asked: None,
            tally: Tally::default(),
            notices: Vec::new(),
            handlers_say: None,
            chronicle: None,
            explainer: None,
            warming: false,
            watcher: None,
            stats_file: None,
            stopped: None,
            last: None,
        }
    }

    /// Takes in what handlers said since the last time.
    pub(crate) fn hear_handlers(&mut self) {
        let said: Vec<Said> = self.handlers_say.iter().flat_map(|r| r.try_iter()).collect();
        for said in said {
            match said {
                Said::Failed(failure) => self.handler_failed(&failure),
                Said::Printed(text) => self.note(text),
            }
        }
    }

    /// Says something that is no error.
    pub(crate) fn note(&mut self, line: String) {
        if !self.quiet {
            self.notices.push(line);
        }
    }

    /// Sends out what is buffered for people; the trace waits for its end.
    pub(crate) fn flush(&mut self) {
        if let Some(events) = &mut self.events {
            events.flush();
        }
        if let Some(file) = &mut self.outlets.file {
            file.flush();
        }
    }

    /// Remembers where the nodes of a task stand in its script.
    pub(crate) fn name_places(&mut self, task: &Task) {
        for node in &task.graph.nodes {
            let place = task.source.place(node.span.start as usize);
            let words = format!("{}:{place}: {}", task.source.name(), node.name);
            self.places.insert((task.name.clone(), node.name.clone()), words);
        }
    }

    /// Ends all outputs; gives the first error that is one.
    pub(crate) fn finish(self) -> Result<(), String> {
        let events = self.events.map_or(Ok(()), Output::finish);
        let trace = self.trace.map_or(Ok(()), TraceWriter::finish);
        let points = self.outlets.file.map_or(Ok(()), LineFile::finish);
        match (events, trace) {
            (Err(e), _) => Err(format!("cannot write to standard output: {}", system_words(e))),
            (_, Err(e)) if e.kind() != io::ErrorKind::BrokenPipe => {
                Err(format!("cannot write the trace: {}", system_words(e)))
            }
            _ => points.map_err(|e| format!("cannot write the points of `influxDBOut`: {}", system_words(e))),
        }
    }

    /// Whether nobody listens any more, so that going on is of no use.
    pub(crate) fn is_deaf(&self) -> bool {
        self.events.as_ref().is_some_and(Output::is_broken)
            || self.trace.as_ref().is_some_and(TraceWriter::is_broken)
            || self.outlets.file.as_ref().is_some_and(LineFile::is_broken)
    }

    /// A handler failed: the same for people and the trace.
    fn handler_failed(&mut self, failure: &Failure) {
        let mut context: Vec<(&str, &str)> = vec![("handler", failure.kind)];
        context.extend(failure.context.iter().map(|(k, v)| (*k, v.as_str())));
        if let Some(trace) = &mut self.trace {
            trace.error(Origin::default(), failure.message, &failure.error, &context);
        }
        let mut line = format!("error: {} handler: {}: {}", failure.kind, failure.message, failure.error);
        for (key, value) in &failure.context {
            push_context(&mut line, key, value);
        }
        self.notices.push(line);
    }

    fn show_event(&mut self, origin: Origin<'_>, topic: &str, event: &Arc<Event>) {
        // An alert node sends to its own topic and to a named one: people want to see that once.
        let again = self.last == Some(event.serial);
        if !again {
            self.tally.event(event.level);
            self.last = Some(event.serial);
        }
        let Some(events) =
            self.events.as_mut().filter(|_| self.watcher.is_none() && self.explainer.is_none())
        else {
            return;
        };
        match self.format {
            Format::Text if again => {}
            Format::Text => events.with(|out| event_line::push_text(out, event, self.color)),
            Format::Jsonl => events.with(|out| event_line::push_json(out, origin, topic, event)),
        }
    }

    /// Says that a limit has stopped the run; the trace has it too.
    pub(crate) fn stopped(&mut self, lines: &[String]) {
        if let Some(first) = lines.first() {
            let error = first.strip_prefix("error: ").unwrap_or(first);
            if let Some(trace) = &mut self.trace {
                trace.error(Origin::default(), "run stopped", error, &[]);
            }
            self.stopped = Some(error.to_owned());
        }
        self.notices.extend_from_slice(lines);
    }

    /// How a node of a task is named for people.
    pub(super) fn place(&self, origin: Origin<'_>) -> String {
        let key = (origin.task.to_owned(), origin.node.to_owned());
        match self.places.get(&key) {
            Some(place) => place.clone(),
            None if origin.task.is_empty() => "a handler".to_owned(),
            None if origin.node.is_empty() => format!("task `{}`", origin.task),
            None => format!("{} of task `{}`", origin.node, origin.task),
        }
    }
}

/// Handlers of files belong to no task: their places tell them apart.
fn handler_origin<'a>(origin: Origin<'a>, handler: Option<&'a str>) -> Origin<'a> {
    handler.map_or(origin, |node| Origin { task: "", node })
}

fn push_context(line: &mut String, key: &str, value: &str) {
    let value = value.trim_end();
    match value.contains('\n') {
        true => line.push_str(&format!("\n  {key}:\n    {}", value.replace('\n', "\n    "))),
        false => line.push_str(&format!("\n  {key}: {value}")),
    }
}

impl Sink for Show {
    fn event(&mut self, origin: Origin<'_>, topic: &str, event: &Arc<Event>) {
        if self.warming {
            return;
        }
        self.show_event(origin, topic, event);
        if let Some(trace) = &mut self.trace {
            trace.event(origin, topic, event);
        }
    }

    fn judged(&mut self, origin: Origin<'_>, judgement: &Judgement<'_>) {
        if let Some(chronicle) = &mut self.chronicle {
            chronicle.judged(origin, judgement);
        }
        if let (false, Some(explainer), Some(events)) = (self.warming, &mut self.explainer, &mut self.events)
        {
            events.with(|out| explainer.judged(judgement, out));
        }
    }

    fn action(&mut self, action: Action<'_>) {
        if self.warming {
            return;
        }
        let Some(known) = self.handlers.get(&action.handler).copied() else { return };
        match &mut self.dispatcher {
            Some(dispatcher) if known.acts => dispatcher.send(action.handler, action.event),
            _ => self.tally.withhold(known.kind, known.able),
        }
        // The trace knows only the handlers that do not act.
        if let Some(trace) = &mut self.trace {
            trace.action(action);
        }
    }

    fn log(&mut self, record: LogRecord<'_>) {
        if self.warming {
            return;
        }
        if !self.quiet {
            self.notices.push(log_line(&record));
        }
        if let Some(trace) = &mut self.trace {
            trace.log(record);
        }
    }

    fn wants_logs(&self) -> bool {
        !self.quiet || self.trace.is_some()
    }

    fn write(&mut self, write: &PointWrite<'_>) -> Result<(), String> {
        if self.warming {
            return Ok(());
        }
        if let Some(trace) = &mut self.trace {
            trace.write(write)?;
        }
        self.outlets.write(write)
    }

    fn wants_writes(&self) -> bool {
        self.trace.is_some() || self.outlets.take_points()
    }

    fn query(&mut self, origin: Origin<'_>, cluster: &str, query: &str) -> Result<(), String> {
        if let Some(trace) = &mut self.trace {
            trace.query(origin, cluster, query)?;
        }
        self.outlets.query(query)
    }

    fn post(&mut self, post: &Post<'_>) -> Reply {
        if self.warming {
            return Reply { status: 200, text: String::new() };
        }
        if let Some(poster) = &mut self.outlets.poster {
            return poster.post(post);
        }
        self.tally.withhold(HTTP_POST, true);
        match &mut self.trace {
            Some(trace) => trace.post(post),
            None => Reply { status: 200, text: String::new() },
        }
    }

    fn call(&mut self, function: FunctionKey, call: Call<'_>) -> Result<Vec<Given>, String> {
        let given = self.functions.call(function, call);
        for line in self.functions.said() {
            self.note(line);
        }
        given
    }

    fn scale(&mut self, origin: Origin<'_>, id: &str, old: i64, new: i64) {
        if self.warming {
            return;
        }
        self.note(format!("{}:{}: {id} from {old} to {new} replicas", origin.task, origin.node));
        if let Some(trace) = &mut self.trace {
            trace.scale(origin, id, old, new);
        }
    }

    fn error(&mut self, origin: Origin<'_>, message: &str, error: &str, context: &[(&str, &str)]) {
        let handler = context.iter().find(|(key, _)| *key == "handler").map(|(_, place)| *place);
        if self.tally.error(handler_origin(origin, handler), message, error) {
            let place = handler.map_or_else(|| self.place(origin), |place| format!("handler at {place}"));
            self.note(format!("warning: {place}: {message}: {error}"));
        }
        if let Some(trace) = &mut self.trace {
            trace.error(origin, message, error, context);
        }
    }

    fn wants_errors(&self) -> bool {
        self.trace.is_some()
    }

    fn passed(&mut self, origin: Origin<'_>, passed: &Passed) {
        if self.warming {
            return;
        }
        if let (Some(watcher), Some(events)) = (&mut self.watcher, &mut self.events) {
            events.with(|out| watcher.push(origin, passed, out));
        }
    }

    fn http_out(&mut self, origin: Origin<'_>, endpoint: &str, result: &str) {
        if let Some(trace) = &mut self.trace {
            trace.http_out(origin, endpoint, result);
        }
    }

    fn ask(&mut self, question: &Question<'_>) -> Option<Result<Vec<query::Series>, String>> {
        Some(self.asked.as_ref()?.ask(question))
    }

    fn counters(&mut self, task: &str, counters: &NodeCounters) {
        self.stats.push((task.to_owned(), counters.clone()));
        if let Some(trace) = &mut self.trace {
            trace.counters(task, counters);
        }
    }
}

fn log_line(record: &LogRecord<'_>) -> String {
    let mut line = format!("{} {}:{}", record.level, record.origin.task, record.origin.node);
    if !record.prefix.is_empty() {
        line.push_str(&format!(" {}", record.prefix));
    }
    match &record.data {
        LogData::Point { line: point, .. } => line.push_str(&format!(" {point}")),
        LogData::Batch { name, lines, .. } => {
            line.push_str(&format!(" batch `{name}` of {} points", lines.len()));
            for point in *lines {
                line.push_str(&format!("\n  {point}"));
            }
        }
    }
    line
}
