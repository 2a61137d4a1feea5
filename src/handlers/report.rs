//! What became of the events of each handler, and how failures are told.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::alert::HandlerKey;

/// A handler could not do its work for an event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// Which handler.
    pub handler: HandlerKey,
    /// Its kind: `exec`.
    pub kind: &'static str,
    /// What failed, in Kapacitor's words where it has some: `exec command failed`.
    pub message: &'static str,
    /// Why.
    pub error: String,
    /// Further keys: the event's `id`, `output` of a program, `file`, `code`.
    pub context: Vec<(&'static str, String)>,
}

/// The results of one handler.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HandlerReport {
    /// Which handler.
    pub handler: HandlerKey,
    /// Its kind.
    pub kind: &'static str,
    /// Events handled without an error.
    pub delivered: u64,
    /// Events that failed, with those that ran out of time.
    pub failed: u64,
    /// Events that ran out of time.
    pub timed_out: u64,
    /// Events that found the queue full.
    pub dropped: u64,
    /// Events still waiting when the run gave up on them.
    pub abandoned: u64,
    /// Times that a program which stays ended before its input did, or with a failure.
    pub died: u64,
    /// Delivered events that such programs had got, and perhaps not read.
    pub unsure: u64,
    /// The first failure.
    pub first_failure: Option<Failure>,
}

impl HandlerReport {
    fn new(handler: HandlerKey, kind: &'static str) -> HandlerReport {
        HandlerReport {
            handler,
            kind,
            delivered: 0,
            failed: 0,
            timed_out: 0,
            dropped: 0,
            abandoned: 0,
            died: 0,
            unsure: 0,
            first_failure: None,
        }
    }
}

/// The results of all handlers that got an event, in order of their keys.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// One for each handler.
    pub handlers: Vec<HandlerReport>,
}

impl Report {
    /// Whether every event reached its handler for sure.
    pub fn is_clean(&self) -> bool {
        self.handlers.iter().all(|h| h.failed + h.dropped + h.abandoned + h.died == 0)
    }
}

/// Told of failures as they happen, from the handlers' threads. The same failure of the same handler, over
/// and over, is told once: the report has the count.
pub type OnFailure = Box<dyn Fn(&Failure) + Send + Sync>;

/// Told what a program printed once it has ended well, from the handlers' threads. What a program that
/// failed printed is part of the [`Failure`].
#[derive(Clone, Default)]
pub struct OnOutput(Option<Arc<TellOutput>>);

type TellOutput = dyn Fn(&str) + Send + Sync;

impl OnOutput {
    /// Calls `tell` with each program's output.
    pub fn new(tell: impl Fn(&str) + Send + Sync + 'static) -> OnOutput {
        OnOutput(Some(Arc::new(tell)))
    }

    pub(super) fn tell(&self, output: &str) {
        if let (Some(tell), false) = (&self.0, output.is_empty()) {
            tell(output);
        }
    }
}

impl fmt::Debug for OnOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "OnOutput(told)" } else { "OnOutput(ignored)" })
    }
}

/// Why an event was not delivered, as a kind of handler sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trouble {
    /// What failed, in Kapacitor's words where it has some.
    pub message: &'static str,
    /// Why.
    pub error: String,
    /// Further keys.
    pub context: Vec<(&'static str, String)>,
    /// There was not enough time.
    pub timed_out: bool,
}

impl Trouble {
    pub(super) fn new(message: &'static str, error: impl Into<String>) -> Trouble {
        Trouble { message, error: error.into(), context: Vec::new(), timed_out: false }
    }

    pub(super) fn with(mut self, key: &'static str, value: impl Into<String>) -> Trouble {
        self.context.push((key, value.into()));
        self
    }

    pub(super) fn timed_out(mut self) -> Trouble {
        self.timed_out = true;
        self
    }
}

/// Message, error and context of a failure.
type Said = (&'static str, String, Vec<(&'static str, String)>);

struct Counts {
    report: HandlerReport,
    /// What was told last: the same is not told again.
    told: Option<Said>,
}

/// Counts for one handler; shared by the engine's side and the worker.
pub(super) struct Tally(Mutex<Counts>);

impl Tally {
    pub(super) fn new(handler: HandlerKey, kind: &'static str) -> Tally {
        Tally(Mutex::new(Counts { report: HandlerReport::new(handler, kind), told: None }))
    }

    fn with<R>(&self, f: impl FnOnce(&mut Counts) -> R) -> R {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn delivered(&self, n: u64) {
        self.with(|c| c.report.delivered += n);
    }

    pub(super) fn dropped(&self) {
        self.with(|c| c.report.dropped += 1);
    }

    pub(super) fn abandoned(&self, n: u64) {
        self.with(|c| c.report.abandoned += n);
    }

    /// A program that stays ended too early; so many events had been written to it.
    pub(super) fn died(&self, written: u64) {
        self.with(|c| {
            c.report.died += 1;
            c.report.unsure += written;
        });
    }

    /// Counts `n` events as failed for one reason, and tells it unless it was the last thing told.
    pub(super) fn failed(&self, n: u64, id: &str, trouble: Trouble, tell: &OnFailure) {
        let failure = self.with(|c| {
            c.report.failed += n;
            c.report.timed_out += if trouble.timed_out { n } else { 0 };
            let Trouble { message, error, context, .. } = trouble;
            let said = (message, error, context);
            if c.told.as_ref() == Some(&said) {
                return None;
            }
            let (message, error, mut context) = said.clone();
            c.told = Some(said);
            context.insert(0, ("id", id.to_owned()));
            let failure = Failure { handler: c.report.handler, kind: c.report.kind, message, error, context };
            c.report.first_failure.get_or_insert_with(|| failure.clone());
            Some(failure)
        });
        if let Some(failure) = failure {
            tell(&failure);
        }
    }

    pub(super) fn report(&self) -> HandlerReport {
        self.with(|c| c.report.clone())
    }
}
