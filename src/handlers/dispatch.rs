//! From the engine's thread to the handlers: a queue and a worker for each, on threads of their own.
//!
//! The engine only ever waits here when a queue is full and the user wants no event lost. The runtime is
//! started with the first event, so that a run without deliveries has no further thread.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, watch};

use super::endpoint::Endpoints;
use super::handler::HandlerConfig;
use super::payload::Payload;
use super::queue::{OnFull, Pushed, Queue};
use super::report::{HandlerReport, OnFailure, OnOutput, Report, Tally, Trouble};
use super::service::REQUEST_TIMEOUT;
use super::worker::{Job, Programs, Shared, work};
use crate::alert::{Event, HandlerKey};

/// How handlers run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Events that may wait for each handler.
    pub queue: usize,
    /// What to do when that many wait.
    pub on_full: OnFull,
    /// How long a program of an `exec` handler may take.
    pub exec_timeout: Duration,
    /// How long it may take to end after it was asked to.
    pub exec_grace: Duration,
    /// How many programs run at once, over all handlers.
    pub exec_jobs: usize,
    /// How long a service may take to answer.
    pub request_timeout: Duration,
    /// How many bytes of a program's output, or of an answer, are kept for messages.
    pub output_limit: usize,
    /// Told what the programs of `exec` handlers print.
    pub on_output: OnOutput,
    /// What `.endpoint()` of `post` handlers may name.
    pub endpoints: Arc<Endpoints>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            queue: 5_000,
            on_full: OnFull::Block,
            exec_timeout: Duration::from_secs(30),
            exec_grace: Duration::from_secs(5),
            exec_jobs: std::thread::available_parallelism().map_or(1, usize::from),
            request_timeout: REQUEST_TIMEOUT,
            output_limit: 64 * 1024,
            on_output: OnOutput::default(),
            endpoints: Arc::default(),
        }
    }
}

/// A handler that has got an event.
struct Lane {
    queue: Arc<Queue>,
    tally: Arc<Tally>,
    /// A worker exists.
    running: bool,
    /// Events so far.
    sent: u64,
}

impl Lane {
    /// The results; what neither arrived nor failed was given up, though its worker may not have noticed.
    fn report(&self) -> HandlerReport {
        let mut report = self.tally.report();
        let settled = report.delivered + report.failed + report.dropped + report.abandoned;
        report.abandoned += self.sent.saturating_sub(settled);
        report
    }
}

/// Delivers events.
pub struct Dispatcher {
    shared: Arc<Shared>,
    configs: BTreeMap<HandlerKey, HandlerConfig>,
    lanes: BTreeMap<HandlerKey, Lane>,
    runtime: Option<Runtime>,
    /// The event sent last, so that its handlers share one JSON.
    last: Option<Arc<Payload>>,
    done: (Sender<()>, Receiver<()>),
    workers: usize,
}

/// Tells the dispatcher that a worker has ended, however it ended.
struct TellDone(Sender<()>);

impl Drop for TellDone {
    fn drop(&mut self) {
        // The dispatcher may have stopped listening.
        let _ = self.0.send(());
    }
}

/// Makes a dispatcher give up from another thread, such as one that waits for a signal.
#[derive(Clone)]
pub struct Canceller {
    shared: Arc<Shared>,
}

impl Canceller {
    /// Ends running programs, lets go of connections and empties the queues.
    pub fn cancel(&self) {
        self.shared.cancel.send_replace(true);
    }

    /// The same, and waits until the programs have ended: for those who end the process next.
    pub fn stop(&self) {
        self.cancel();
        self.shared.programs.wait(self.shared.options.exec_grace.saturating_add(Duration::from_secs(1)));
    }
}

impl Dispatcher {
    /// A dispatcher for these handlers. Nothing is started yet.
    pub fn new(
        options: Options,
        configs: impl IntoIterator<Item = (HandlerKey, HandlerConfig)>,
        on_failure: OnFailure,
    ) -> Dispatcher {
        let shared = Shared {
            jobs: Arc::new(Semaphore::new(options.exec_jobs.clamp(1, Semaphore::MAX_PERMITS))),
            options,
            tell: on_failure,
            cancel: watch::Sender::new(false),
            programs: Programs::default(),
        };
        Dispatcher {
            shared: Arc::new(shared),
            configs: configs.into_iter().collect(),
            lanes: BTreeMap::new(),
            runtime: None,
            last: None,
            done: channel(),
            workers: 0,
        }
    }

    /// Adds a handler that was not known at the start, or replaces one that has got no event yet.
    pub fn add(&mut self, handler: HandlerKey, config: HandlerConfig) {
        self.configs.insert(handler, config);
    }

    /// Takes a handler away: what waits for it is delivered still, nothing more is.
    pub fn remove(&mut self, handler: HandlerKey) {
        self.configs.remove(&handler);
        if let Some(lane) = self.lanes.remove(&handler) {
            lane.queue.close();
        }
    }

    /// Something that makes this dispatcher give up.
    pub fn canceller(&self) -> Canceller {
        Canceller { shared: Arc::clone(&self.shared) }
    }

    /// Queues an event for a handler; waits for room if the queue is full and nothing may be dropped. An
    /// unknown handler is ignored.
    pub fn send(&mut self, handler: HandlerKey, event: &Arc<Event>) {
        let payload = self.payload(event);
        if !self.lanes.contains_key(&handler) && !self.open(handler) {
            return;
        }
        let Some(lane) = self.lanes.get_mut(&handler) else { return };
        lane.sent += 1;
        if !lane.running {
            let trouble = Trouble::new("handler could not be started", "no thread for handlers");
            lane.tally.failed(1, &event.id, trouble, &self.shared.tell);
        } else if lane.queue.push(payload, self.shared.options.on_full) == Pushed::Dropped {
            if self.shared.is_cancelled() {
                lane.tally.abandoned(1);
            } else {
                lane.tally.dropped();
            }
        }
    }

    /// Waits until all is delivered, but not longer than `limit`; then ends what is still running.
    pub fn finish(mut self, limit: Option<Duration>) -> Report {
        for lane in self.lanes.values() {
            lane.queue.close();
        }
        if !self.wait(limit) {
            self.give_up();
            // Programs get their grace, then they are killed; nothing else takes long.
            let grace = self.shared.options.exec_grace.saturating_add(Duration::from_secs(5));
            self.wait(Some(grace));
        }
        let handlers = self.lanes.values().map(Lane::report).collect();
        Report { handlers }
    }

    fn payload(&mut self, event: &Arc<Event>) -> Arc<Payload> {
        if let Some(last) = &self.last
            && Arc::ptr_eq(&last.event, event)
        {
            return Arc::clone(last);
        }
        let payload = Arc::new(Payload::new(event));
        self.last = Some(Arc::clone(&payload));
        payload
    }

    /// Starts the worker of a handler; false if there is no such handler.
    fn open(&mut self, handler: HandlerKey) -> bool {
        let Some(config) = self.configs.get(&handler).cloned() else { return false };
        let queue = Arc::new(Queue::new(self.shared.options.queue));
        let tally = Arc::new(Tally::new(handler, config.kind()));
        let job =
            Job { queue: Arc::clone(&queue), tally: Arc::clone(&tally), shared: Arc::clone(&self.shared) };
        let done = TellDone(self.done.0.clone());
        let runtime = match self.runtime.take() {
            Some(runtime) => Some(runtime),
            None => start_runtime().ok(),
        };
        let running = runtime.is_some();
        if let Some(runtime) = &runtime {
            self.workers += 1;
            runtime.spawn(async move {
                let _done = done;
                let shared = Arc::clone(&job.shared);
                let queue = Arc::clone(&job.queue);
                let tally = Arc::clone(&job.tally);
                let emptied = async {
                    shared.cancelled().await;
                    tally.abandoned(queue.discard());
                    std::future::pending::<()>().await;
                };
                tokio::select! {
                    () = work(job, config) => {}
                    () = emptied => {}
                }
            });
        }
        self.runtime = runtime;
        self.lanes.insert(handler, Lane { queue, tally, running, sent: 0 });
        true
    }

    /// Waits for all workers; false if `limit` passed.
    fn wait(&mut self, limit: Option<Duration>) -> bool {
        let deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
        while self.workers > 0 {
            let ended = match deadline {
                None => self.done.1.recv().is_ok(),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    self.done.1.recv_timeout(left).is_ok()
                }
            };
            if !ended {
                return false;
            }
            self.workers -= 1;
        }
        true
    }

    fn give_up(&self) {
        self.shared.cancel.send_replace(true);
        for lane in self.lanes.values() {
            lane.tally.abandoned(lane.queue.discard());
        }
    }
}

impl Drop for Dispatcher {
    fn drop(&mut self) {
        if self.workers > 0 {
            self.give_up();
        }
        if let Some(runtime) = self.runtime.take() {
            // Not waiting: a write to a dead network disk would hold the whole program.
            runtime.shutdown_background();
        }
    }
}

fn start_runtime() -> io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(2).thread_name("handlers").enable_all().build()
}
