//! What is counted while a run goes on, for the summary and the exit status.

use std::collections::BTreeMap;

use crate::alert::{Level, Origin};

/// Counts of a run.
#[derive(Default, Debug)]
pub(crate) struct Tally {
    /// Events of each level, in the order of [`Level::ALL`].
    pub(crate) events: [u64; 4],
    /// The first error of each node.
    pub(crate) errors: Vec<FirstError>,
    /// Actions of handlers that were due but are not delivered, by kind and whether that could be.
    pub(crate) withheld: BTreeMap<(&'static str, bool), u64>,
}

/// The first error of a node; how many there were, its counters tell.
#[derive(Debug)]
pub(crate) struct FirstError {
    task: String,
    node: String,
    /// Kapacitor's message and the error's own words.
    pub(crate) words: String,
}

impl FirstError {
    /// Whether it is of this node.
    pub(crate) fn is_of(&self, task: &str, node: &str) -> bool {
        self.task == task && self.node == node
    }
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

    /// Keeps the first error of a node; true if it is that.
    pub(crate) fn error(&mut self, origin: Origin<'_>, message: &str, error: &str) -> bool {
        let Origin { task, node } = origin;
        if self.errors.iter().any(|e| e.is_of(task, node)) {
            return false;
        }
        let words = format!("{message}: {error}");
        self.errors.push(FirstError { task: task.to_owned(), node: node.to_owned(), words });
        true
    }

    /// Counts an action that is not delivered, of a kind that could be or not.
    pub(crate) fn withhold(&mut self, kind: &'static str, able: bool) {
        *self.withheld.entry((kind, able)).or_default() += 1;
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
    fn only_the_first_error_of_a_node_is_new() {
        let mut tally = Tally::default();
        let at = |node| Origin { task: "t", node };
        assert!(tally.error(at("eval2"), "error evaluating expression", "one"));
        assert!(!tally.error(at("eval2"), "error evaluating expression", "two"));
        assert!(tally.error(at("eval3"), "error evaluating expression", "three"));
        let words: Vec<&str> = tally.errors.iter().map(|e| &*e.words).collect();
        assert_eq!(words, ["error evaluating expression: one", "error evaluating expression: three"]);
    }
}
