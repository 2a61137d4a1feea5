//! `join` and `union` against plain models of what Kapacitor does, and nodes that gather points of one time.

mod gather;
mod laws;
mod model;

use tickscript::alert::{LogData, LogRecord, NodeCounters, Origin, Sink};

use crate::harness::{engine, play_into};

/// What a run told: records of `log`, errors, points that were lost.
#[derive(Default, Debug)]
pub(crate) struct Told {
    /// Points as lines; batches as `{name,tags tmax: line | line}`.
    pub(crate) logs: Vec<String>,
    pub(crate) errors: Vec<String>,
    /// Counters of each node.
    counters: Vec<NodeCounters>,
}

impl Sink for Told {
    fn log(&mut self, record: LogRecord<'_>) {
        self.logs.push(match record.data {
            LogData::Point { line, .. } => line.to_owned(),
            LogData::Batch { name, tags, tmax, lines } => {
                let tags: String = tags.iter().map(|(k, v)| format!(",{k}={v}")).collect();
                format!("{{{name}{tags} {tmax}: {}}}", lines.join(" | "))
            }
        });
    }

    fn error(&mut self, origin: Origin<'_>, message: &str, error: &str, _: &[(&str, &str)]) {
        self.errors.push(format!("{}: {message}: {error}", origin.node));
    }

    fn counters(&mut self, _: &str, counters: &NodeCounters) {
        self.counters.push(counters.clone());
    }
}

impl Told {
    /// A counter of a node.
    fn counter(&self, node: &str, name: &str) -> i64 {
        let node = self.counters.iter().find(|c| c.node == node).expect("a node");
        node.counters.iter().find(|c| c.0 == name).expect("a counter").1
    }
}

/// Plays lines through a script, to the end.
pub(crate) fn told(script: &str, lines: &str) -> Told {
    let mut engine = engine(&[script]);
    let mut told = Told::default();
    play_into(&mut engine, lines, &mut told);
    engine.finish(&mut told);
    told
}
