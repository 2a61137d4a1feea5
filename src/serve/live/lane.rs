//! An engine on a thread of its own, with the wall clock as its clock.

use std::io;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use tracing::Level;

use super::Keeper;
use super::board::{Board, own_topics};
use super::command::{Begin, Body, Command, Ingress, Reply, Written};
use super::play::play;
use super::sink::LiveSink;
use crate::alert::HandlerKey;
use crate::engine::Engine;
use crate::handlers::{Config, Dispatcher, Failure, HandlerFile, OnFull, OnOutput, Options, Poster};
use crate::play::{self as room, Around, Asked, Handlers};
use crate::serve::Metrics;
use crate::serve::clock::now;
use crate::serve::log::{TASKS, tell};
use crate::udf::Inquiry;
use crate::value::Zone;

/// Commands that are done before their events are kept together.
const TOGETHER: usize = 64;

/// What engines are set up with.
#[derive(Clone)]
pub struct Setup {
    /// The server's configuration.
    pub config: Arc<Config>,
    /// The zone of calendar functions.
    pub zone: Zone,
    /// What anybody may look at.
    pub board: Arc<Board>,
    /// Where what happens is kept.
    pub keeper: Arc<dyn Keeper>,
    /// The servers that queries are asked of.
    pub asked: Option<Arc<Asked>>,
    /// Events that may wait for each handler.
    pub queue: usize,
    /// Bytes of points that may wait to be played.
    pub backlog: usize,
    /// How long handlers may take at the end.
    pub drain: Duration,
    /// What is counted.
    pub metrics: Arc<Metrics>,
}

/// Too much waits to be played, or the server is ending.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Busy;

/// The way to an engine.
pub(super) struct Lane {
    door: Sender<Command>,
    /// Bytes of points that wait.
    waiting: Arc<AtomicUsize>,
    backlog: usize,
    /// What its tasks read; everything is played where nobody said.
    reads: OnceLock<Vec<(String, String)>>,
    /// Requests that were not played, since too much waited.
    lost: AtomicU64,
}

impl Lane {
    /// Starts the thread; with `main` as the one that keeps topics, if this one does not.
    pub(super) fn start(setup: Setup, main: Option<Sender<Command>>) -> io::Result<Lane> {
        let (door, commands) = channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let (backlog, left) = (setup.backlog, Arc::clone(&waiting));
        let body = move || Worker::new(setup, main, left).run(&commands);
        thread::Builder::new().name("engine".to_owned()).spawn(body)?;
        Ok(Lane { door, waiting, backlog, reads: OnceLock::new(), lost: AtomicU64::new(0) })
    }

    /// Bytes of points that wait.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    pub(super) fn door(&self) -> Sender<Command> {
        self.door.clone()
    }

    /// Only points of these databases and retention policies are played.
    pub(super) fn listen(&self, dbrps: &[(String, String)]) {
        // Nobody else says.
        let _ = self.reads.set(dbrps.to_vec());
    }

    /// Has points played; the answer tells when they are.
    pub(super) fn write(&self, body: Arc<Body>) -> Result<oneshot::Receiver<Written>, Busy> {
        let (reply, answer) = oneshot::channel();
        self.queue(body, Some(reply))?;
        Ok(answer)
    }

    /// Has points played if its task reads them. Those for which there is no room are told of once in a row.
    pub(super) fn overhear(&self, body: &Arc<Body>) {
        let reads = self.reads.get().map_or(&[][..], Vec::as_slice);
        if !reads.iter().any(|(db, rp)| *db == body.db && *rp == body.rp) {
            return;
        }
        if self.queue(Arc::clone(body), None).is_ok() {
            self.lost.store(0, Ordering::Relaxed);
        } else if self.lost.fetch_add(1, Ordering::Relaxed) == 0 {
            let error = "a task waits for somebody outside, and too many points wait for it";
            tell(Level::ERROR, TASKS, "points are not played", &[("err", error), ("db", &body.db)]);
        }
    }

    fn queue(&self, body: Arc<Body>, reply: Option<Reply<Written>>) -> Result<(), Busy> {
        let bytes = body.text.len();
        // One request may always wait, however large.
        let before = self.waiting.fetch_add(bytes, Ordering::AcqRel);
        if before > 0 && before.saturating_add(bytes) > self.backlog {
            self.waiting.fetch_sub(bytes, Ordering::AcqRel);
            return Err(Busy);
        }
        self.door.send(Command::Write(body, reply)).map_err(|_| Busy)
    }

    /// Asks for something and waits for the answer; none if the thread has ended.
    pub(super) async fn ask<T>(&self, command: impl FnOnce(Reply<T>) -> Command) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        self.door.send(command(reply)).ok()?;
        answer.await.ok()
    }

    /// Ends the thread when all is done that it was asked before.
    pub(super) async fn finish(&self) {
        self.ask(Command::Finish).await;
    }
}

/// The thread's side.
struct Worker {
    engine: Engine,
    sink: LiveSink,
    setup: Setup,
    known: Handlers,
    functions: Inquiry,
    waiting: Arc<AtomicUsize>,
    /// Answers to requests that wait until their events are kept.
    answers: Vec<(Reply<Written>, Written)>,
    is_main: bool,
}

impl Worker {
    fn new(setup: Setup, main: Option<Sender<Command>>, waiting: Arc<AtomicUsize>) -> Worker {
        let config = &setup.config;
        let mut engine = Engine::new(setup.zone.clone(), None);
        engine.keep_own_clock();
        engine.topics.server = Arc::new(room::server(config));
        engine.topics.elsewhere = main.is_some();
        let endpoints = Arc::new(config.endpoints.clone());
        let options = Options {
            queue: setup.queue,
            on_full: OnFull::Drop,
            endpoints: Arc::clone(&endpoints),
            on_output: OnOutput::new(|text| {
                tell(Level::DEBUG, "alert", "output of a program", &[("output", text.trim_end())]);
            }),
            ..Options::default()
        };
        let metrics = Arc::clone(&setup.metrics);
        let failed = move |failure: &Failure| {
            metrics.handler_failures.add(1);
            handler_failed(failure);
        };
        let dispatcher = Dispatcher::new(options, [], Box::new(failed));
        let (board, keeper) = (Arc::clone(&setup.board), Arc::clone(&setup.keeper));
        let is_main = main.is_none();
        let poster = Poster::new(endpoints);
        let mut sink = LiveSink::new(board, keeper, dispatcher, poster, setup.asked.clone(), main);
        sink.metrics = Arc::clone(&setup.metrics);
        let known = Handlers::new(config.services.clone());
        let functions = Inquiry::new(config.udfs.clone());
        let answers = Vec::new();
        Worker { engine, sink, known, functions, waiting, answers, is_main, setup }
    }

    fn run(mut self, commands: &Receiver<Command>) {
        if self.is_main {
            self.restore("");
        }
        loop {
            self.engine.advance(now(), &mut self.sink);
            self.settle();
            let Some(command) = self.next(commands) else { continue };
            let Some(mut command) = command else { return };
            for _ in 0..TOGETHER {
                if let Command::Finish(reply) = command {
                    self.finish();
                    // Whoever asked may have gone.
                    let _ = reply.send(());
                    return;
                }
                self.obey(command);
                let Ok(next) = commands.try_recv() else { break };
                command = next;
            }
        }
    }

    /// The next command; `Some(None)` when nobody will send any more, `None` when the clock goes first.
    fn next(&self, commands: &Receiver<Command>) -> Option<Option<Command>> {
        let Some(due) = self.engine.next_timer() else { return Some(commands.recv().ok()) };
        let wait = Duration::from_nanos(u64::try_from(due.saturating_sub(now())).unwrap_or(0));
        match commands.recv_timeout(wait) {
            Ok(command) => Some(Some(command)),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(None),
        }
    }

    /// Keeps events, hands them on, and answers those who wait for that.
    fn settle(&mut self) {
        self.sink.settle();
        for (reply, written) in self.answers.drain(..) {
            let _ = reply.send(written);
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Write(body, reply) => {
                self.engine.advance(now(), &mut self.sink);
                let written = play(&mut self.engine, &body, &mut self.sink);
                self.waiting.fetch_sub(body.text.len(), Ordering::AcqRel);
                self.answers.extend(reply.map(|reply| (reply, written)));
            }
            Command::Start(begin, reply) => drop(reply.send(self.start(*begin))),
            Command::Stop(id, reply) => {
                let gone = self.engine.remove_task(&id, &mut self.sink);
                self.settle();
                self.dismiss(&gone);
                let _ = reply.send(());
            }
            Command::Stats(id, reply) => drop(reply.send(self.engine.stats(&id))),
            Command::Serve { task, endpoint, reply } => {
                self.engine.serve(&task, &mut self.sink);
                let mut served = self.sink.served.drain(..);
                let _ = reply.send(served.find(|(name, _)| *name == endpoint).map(|(_, result)| result));
            }
            Command::Ingress(reply) => drop(reply.send(self.ingress())),
            Command::Register(handler, reply) => drop(reply.send(self.register(*handler))),
            Command::Unregister { topic, id, reply } => {
                self.unregister(&topic, &id);
                let _ = reply.send(());
            }
            Command::Forget(topic, reply) => {
                // What waits to be kept is older than the request.
                self.settle();
                self.engine.topics.forget(&topic);
                self.setup.board.forget(&topic);
                let _ = reply.send(());
            }
            Command::Collect(topic, mut event) => {
                let topic = self.engine.topics.topic(&topic);
                let now = self.engine.now();
                self.engine.topics.collect("", topic, &mut event, now, &mut self.sink);
            }
            // The loop has seen to it.
            Command::Finish(_) => {}
        }
    }

    fn start(&mut self, begin: Begin) -> Result<(), String> {
        let Begin { task, dbrps } = begin;
        let id = task.name.clone();
        self.restore(&own_topics(&id));
        self.setup.board.begin(&id);
        let alerts = task.graph.nodes.iter().filter(|node| node.kind == "alert");
        for silent in alerts.clone().filter(|node| node.handlers.is_empty()) {
            self.setup.board.hide(&format!("{}{}", own_topics(&id), silent.name));
        }
        for alert in alerts.filter(|node| !node.handlers.is_empty()) {
            self.setup.board.know(&format!("{}{}", own_topics(&id), alert.name));
        }
        let mut reads = room::reads(&task, &Default::default());
        if !dbrps.is_empty() {
            reads.dbrps = dbrps;
        }
        reads.asks = true;
        let around = Around {
            db: None,
            rp: None,
            config: &self.setup.config,
            functions: std::mem::replace(&mut self.functions, Inquiry::new(Vec::new())),
        };
        let added = room::add(&mut self.engine, &task, reads, &mut self.known, &around);
        self.functions = around.functions;
        std::mem::swap(&mut self.sink.functions, &mut self.known.functions);
        for (key, config) in self.known.take() {
            self.sink.dispatcher.add(key, config);
        }
        if let Err(refusal) = added {
            let words = refusal.words().to_owned();
            self.setup.board.end(&id);
            return Err(words);
        }
        self.engine.start_new(&mut self.sink);
        self.settle();
        Ok(())
    }

    /// Lets the engine know what the last events of topics were whose names begin so; of all but the tasks' own
    /// without a beginning.
    fn restore(&mut self, topics: &str) {
        match self.setup.keeper.events(topics) {
            Ok(events) => {
                for (topic, id, state) in events {
                    self.engine.topics.remember(&topic, &id, state.level, state.time);
                    self.setup.board.load(&topic, [(id, state)]);
                }
            }
            Err(error) => tell(Level::ERROR, "alert", "failed to read kept events", &[("err", &error)]),
        }
    }

    fn register(&mut self, handler: HandlerFile) -> Result<(), String> {
        let (topic, label) = (handler.topic.clone(), label(&handler.topic, &handler.id));
        let gone = room::replace_handler(&mut self.engine, handler, &label, &mut self.known)?;
        self.settle();
        self.dismiss(&gone);
        self.setup.board.know(&topic);
        for (key, config) in self.known.take() {
            self.sink.dispatcher.add(key, config);
        }
        self.engine.start_new(&mut self.sink);
        Ok(())
    }

    fn unregister(&mut self, topic: &str, id: &str) {
        let gone = self.engine.topics.unregister(topic, &label(topic, id));
        self.settle();
        self.dismiss(&gone);
    }

    /// Handlers that get nothing more.
    fn dismiss(&mut self, gone: &[HandlerKey]) {
        gone.iter().for_each(|key| self.sink.dispatcher.remove(*key));
    }

    fn ingress(&self) -> Vec<Ingress> {
        let name = |sym| self.engine.world.symbols.name(sym).to_owned();
        let mut counts = std::collections::HashMap::new();
        for series in self.engine.catalog.all() {
            *counts.entry((series.db, series.rp, series.name)).or_insert(0) += series.points;
        }
        let mut all: Vec<Ingress> = counts
            .into_iter()
            .map(|((db, rp, m), points)| Ingress { db: name(db), rp: name(rp), measurement: name(m), points })
            .collect();
        all.sort_by(|a, b| (&a.db, &a.rp, &a.measurement).cmp(&(&b.db, &b.rp, &b.measurement)));
        all
    }

    fn finish(mut self) {
        self.settle();
        let LiveSink { dispatcher, .. } = self.sink;
        let report = dispatcher.finish(Some(self.setup.drain));
        for handler in report.handlers.iter().filter(|h| h.abandoned > 0) {
            let left = handler.abandoned.to_string();
            let pairs = [("handler", handler.kind), ("events", &*left)];
            tell(Level::WARN, "alert", "events were not delivered before the end", &pairs);
        }
    }
}

/// How a handler of a topic is known to the topic.
fn label(topic: &str, id: &str) -> String {
    format!("{topic}/{id}")
}

fn handler_failed(failure: &Failure) {
    let mut pairs = vec![("handler", failure.kind), ("err", failure.error.as_str())];
    pairs.extend(failure.context.iter().map(|(key, value)| (*key, value.as_str())));
    tell(Level::ERROR, "alert", failure.message, &pairs);
}
