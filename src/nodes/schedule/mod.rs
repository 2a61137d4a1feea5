//! When a batch source asks: the properties that `query` and `queryFlux` share.

mod cron;

use crate::pipeline::{Fault, NodeDef};
use crate::value::Zone;
use crate::value::time::{round, truncate};
use cron::Cron;

/// Refuses none, two, and negative schedules.
pub(super) fn check(node: &NodeDef) -> Result<(), Fault> {
    let every = node.duration("every").unwrap_or(0);
    let cron = node.str("cron").unwrap_or("");
    if every != 0 && !cron.is_empty() {
        return Err(Fault::new("must not set both 'every' and 'cron' properties")
            .hint("keep one of them")
            .prop("cron"));
    }
    if every < 0 {
        return Err(Fault::new("'every' duration must must non-negative")
            .message("`every` cannot be negative")
            .prop("every"));
    }
    if every == 0 && cron.is_empty() {
        return Err(Fault::new("must define one of 'every' or 'cron'")
            .message("the query needs a schedule")
            .hint("add `.every(…)` or `.cron('…')`"));
    }
    if !cron.is_empty() {
        Cron::parse(cron).map_err(|words| not_cron(cron, &words))?;
    }
    Ok(())
}

fn not_cron(text: &str, words: &str) -> Fault {
    Fault::new(format!("invalid cron expression {text:?}: {words}"))
        .message(format!("`{text}` is no schedule in cron's syntax: {words}"))
        .hint("write `.cron('*/10 * * * *')`, or use `.every(10m)`")
        .prop("cron")
}

/// When a source asks.
#[derive(Clone, Debug)]
pub(super) enum Schedule {
    /// After so many nanoseconds, and again; at multiples of them if aligned.
    Every { every: i64, align: bool },
    /// By the clocks of the run's zone.
    Cron(Box<Cron>),
}

impl Schedule {
    /// The schedule of a node.
    pub(super) fn new(node: &NodeDef) -> Result<Schedule, Fault> {
        check(node)?;
        match node.str("cron").filter(|cron| !cron.is_empty()) {
            Some(text) => {
                let cron = Cron::parse(text).map_err(|words| not_cron(text, &words))?;
                Ok(Schedule::Cron(Box::new(cron)))
            }
            None => {
                let every = node.duration("every").unwrap_or(0);
                Ok(Schedule::Every { every, align: node.prop("align").is_some() })
            }
        }
    }

    /// The first time to ask, for a clock that starts now.
    pub(super) fn first(&self, now: i64, zone: &Zone) -> Option<i64> {
        match self {
            Schedule::Every { every, align: true } => Some(truncate(now, *every).saturating_add(*every)),
            _ => self.next(now, zone),
        }
    }

    /// The time to ask after a time at which was asked.
    pub(super) fn next(&self, now: i64, zone: &Zone) -> Option<i64> {
        match self {
            Schedule::Every { every, align } => {
                let next = now.saturating_add(*every);
                Some(if *align { round(next, *every) } else { next })
            }
            Schedule::Cron(cron) => cron.next(now, zone),
        }
    }
}
