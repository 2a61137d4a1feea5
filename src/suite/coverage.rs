//! What of a script its tests have seen: nodes that got data, lambdas that were true and false, levels that were
//! entered and left, handlers that were asked.

use std::collections::{BTreeMap, BTreeSet};

use super::record::Record;
use crate::alert::{HandlerKey, Level};
use crate::pipeline::{Graph, NodeDef};
use crate::text::{Source, Span};

/// What tests have seen of a script.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// The script.
    pub source: Source,
    /// What there is to see, by place and then by name; and whether it was seen.
    pub items: BTreeMap<Item, bool>,
    /// Changes of levels, and how often.
    pub changes: BTreeMap<(Level, Level), usize>,
}

/// Something that a test may see.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Item {
    /// Line of the script.
    pub line: usize,
    /// What it is: `mean3`, `alert4 crit`.
    pub subject: String,
    /// What is to be seen: `reached`, `true`, `false`.
    pub what: &'static str,
}

/// Levels with the properties that lead to them.
const LEVELS: [(&str, Level); 3] =
    [("info", Level::Info), ("warn", Level::Warning), ("crit", Level::Critical)];

impl Coverage {
    /// What a test has seen of its script.
    pub(super) fn of(source: &Source, graph: &Graph, record: &Record) -> Coverage {
        let mut coverage =
            Coverage { source: source.clone(), items: BTreeMap::new(), changes: record.changes.clone() };
        let mut handlers = 0..;
        for node in &graph.nodes {
            coverage.node(node, record, &mut handlers);
        }
        coverage
    }

    fn node(&mut self, node: &NodeDef, record: &Record, handlers: &mut impl Iterator<Item = u32>) {
        let counted = |name: &str| {
            let counters = record.counters.iter().find(|c| c.node == node.name);
            counters.and_then(|c| c.counters.iter().find(|(key, _)| *key == name)).map_or(0, |(_, n)| *n)
        };
        let (collected, emitted) = (counted("collected"), counted("emitted"));
        // The source of a script is not written: what it gives is its readers'.
        if !matches!(node.kind, "stream" | "batch") {
            self.add(node.span, &node.name, "reached", collected > 0);
        }
        if node.kind == "where" {
            self.add(node.span, &node.name, "true", emitted > 0);
            self.add(node.span, &node.name, "false", emitted < collected);
        }
        let none = BTreeSet::new();
        let levels = record.levels.get(&node.name).unwrap_or(&none);
        for (name, level) in LEVELS {
            if let Some(prop) = node.prop(name).filter(|_| node.kind == "alert") {
                let subject = format!("{} {name}", node.name);
                self.add(prop.span, &subject, "true", levels.contains(&level));
                self.add(prop.span, &subject, "false", levels.iter().any(|seen| *seen < level));
            }
        }
        for (handler, key) in node.handlers.iter().zip(handlers) {
            let subject = format!("{} {}", node.name, handler.kind);
            self.add(handler.span, &subject, "asked", record.asked.contains(&HandlerKey(key)));
        }
    }

    fn add(&mut self, span: Span, subject: &str, what: &'static str, seen: bool) {
        let line = self.source.place(span.start as usize).line;
        *self.items.entry(Item { line, subject: subject.to_owned(), what }).or_default() |= seen;
    }

    /// Takes in what another test of the same script has seen.
    pub fn merge(&mut self, other: Coverage) {
        for (item, seen) in other.items {
            *self.items.entry(item).or_default() |= seen;
        }
        for (change, n) in other.changes {
            *self.changes.entry(change).or_default() += n;
        }
    }

    /// How much was seen, and how much there is.
    pub fn counts(&self) -> (usize, usize) {
        (self.items.values().filter(|seen| **seen).count(), self.items.len())
    }
}

/// Hundredths; of nothing all was seen.
pub fn percent((seen, all): (usize, usize)) -> f64 {
    if all == 0 { 100.0 } else { seen as f64 * 100.0 / all as f64 }
}

/// What tests have seen of all scripts, by their names.
#[derive(Clone, Debug, Default)]
pub struct Covered(BTreeMap<String, Coverage>);

impl Covered {
    /// Takes in what a test has seen.
    pub fn add(&mut self, coverage: Coverage) {
        match self.0.get_mut(coverage.source.name()) {
            Some(known) => known.merge(coverage),
            None => drop(self.0.insert(coverage.source.name().to_owned(), coverage)),
        }
    }

    /// Scripts by name.
    pub fn scripts(&self) -> impl Iterator<Item = (&str, &Coverage)> {
        self.0.iter().map(|(name, coverage)| (name.as_str(), coverage))
    }

    /// Of all scripts: how much was seen, and how much there is.
    pub fn counts(&self) -> (usize, usize) {
        self.0.values().map(Coverage::counts).fold((0, 0), |(a, b), (c, d)| (a + c, b + d))
    }
}
