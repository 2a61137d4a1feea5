//! What is counted while a run goes on, for the summary and the exit status.

use std::collections::BTreeMap;

use crate::alert::{Level, Origin};

/// Counts of a run.
#[derive(Default, Debug)]
pub(crate) struct Tally {
    /// Events of each level, in the order of [`Level::ALL`].
    pub(crate) events: [u64; 4],
    /// Errors of nodes: task, node and message to the first error's words and how many there were.
    pub(crate) errors: BTreeMap<(String, String, String), Errors>,
    /// Actions of handlers that were due but are not delivered, by kind.
    pub(crate) withheld: BTreeMap<&'static str, u64>,
}

/// Errors alike.
#[derive(Debug)]
pub(crate) struct Errors {
    /// The words of the first.
    pub(crate) first: String,
    /// How many.
    pub(crate) count: u64,
}

impl Tally {
    /// Counts an event.
    pub(crate) fn event(&mut self, level: Level) {
        if let Some(count) = self.events.get_mut(level as usize) {
            *count += 1;
        }
    }

    /// All events.
    pub(crate) fn all_events(&self) -> u64 {
        self.events.iter().sum()
    }

    /// Events of this level or worse.
    pub(crate) fn at_least(&self, level: Level) -> u64 {
        self.events.iter().skip(level as usize).sum()
    }

    /// Counts an error; true for the first of its kind.
    pub(crate) fn error(&mut self, origin: Origin<'_>, message: &str, error: &str) -> bool {
        let key = (origin.task.to_owned(), origin.node.to_owned(), message.to_owned());
        let known = self.errors.entry(key).or_insert_with(|| Errors { first: error.to_owned(), count: 0 });
        known.count += 1;
        known.count == 1
    }

    /// Counts an action that is not delivered.
    pub(crate) fn withhold(&mut self, kind: &'static str) {
        *self.withheld.entry(kind).or_default() += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_counted_from_below() {
        let mut tally = Tally::default();
        for level in [Level::Ok, Level::Warning, Level::Warning, Level::Critical] {
            tally.event(level);
        }
        assert_eq!((tally.all_events(), tally.events), (4, [1, 0, 2, 1]));
        assert_eq!(Level::ALL.map(|l| tally.at_least(l)), [4, 3, 3, 1]);
    }

    #[test]
    fn only_the_first_error_of_its_kind_is_new() {
        let mut tally = Tally::default();
        let at = |node| Origin { task: "t", node };
        assert!(tally.error(at("eval2"), "error evaluating expression", "one"));
        assert!(!tally.error(at("eval2"), "error evaluating expression", "two"));
        assert!(tally.error(at("eval3"), "error evaluating expression", "three"));
        let counts: Vec<_> = tally.errors.values().map(|e| (&*e.first, e.count)).collect();
        assert_eq!(counts, [("one", 2), ("three", 1)]);
    }
}
