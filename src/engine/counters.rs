//! Counters of nodes, at the end.

use super::flow::Cell;
use super::{Engine, NodeCounters};
use crate::data::{GroupId, SeriesId};
use crate::nodes::{AnyNode, Node};

/// A `stats` node that observes the source of a task. Points do not pass there on their way to the `from`
/// nodes, so they are counted when they come.
pub(super) struct SourceWatch {
    pub task: usize,
    pub watch: usize,
    /// How often the task gets a point of a series, once that is known.
    pub deliveries: Vec<Option<u8>>,
}

/// Points that wait in a node for more to come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Held<'a> {
    /// Task id.
    pub task: &'a str,
    /// Node name.
    pub node: &'a str,
    /// How many points.
    pub points: usize,
    /// How many groups the node knows.
    pub groups: usize,
}

impl Engine {
    /// Counts a point for those who observe the source of a task.
    pub(super) fn count_at_sources(&mut self, series: SeriesId) {
        for at in 0..self.sources.len() {
            let SourceWatch { task, deliveries, .. } = &self.sources[at];
            let count = match deliveries.get(series.index()) {
                Some(Some(count)) => *count,
                _ => {
                    let count = self.deliveries(*task, self.catalog.series(series)) as u8;
                    let deliveries = &mut self.sources[at].deliveries;
                    if deliveries.len() <= series.index() {
                        deliveries.resize(series.index() + 1, None);
                    }
                    deliveries[series.index()] = Some(count);
                    count
                }
            };
            if count > 0 {
                let watch = self.sources[at].watch;
                self.watches[watch].add(GroupId::NIL, i64::from(count));
            }
        }
    }

    /// Nodes that hold points which nobody will see any more, now that the data have ended.
    pub fn held(&self) -> Vec<Held<'_>> {
        let mut all = self.holding();
        all.retain(|held| held.points > 0);
        all
    }

    /// Nodes that hold points or know groups.
    pub fn holding(&self) -> Vec<Held<'_>> {
        let mut all = Vec::new();
        for (info, cells) in self.infos.iter().zip(&self.cells) {
            for (cell, node) in cells.iter().zip(&info.nodes) {
                let (points, groups) = (cell.node.pending(), cell.node.cardinality());
                if points > 0 || groups > 0 {
                    all.push(Held { task: &info.name, node, points, groups });
                }
            }
        }
        all
    }

    /// The groups of the node that knows the most.
    pub fn most_groups(&self) -> usize {
        self.cells.iter().flatten().map(|cell| cell.node.cardinality()).max().unwrap_or(0)
    }

    /// Points that a task got; none after it failed.
    pub(super) fn delivered(&self, task: usize) -> u64 {
        let entrance = &self.entrances[task];
        match entrance.failed {
            Some(_) => entrance.delivered,
            None => self.seen(task).wrapping_sub(entrance.before),
        }
    }

    /// Points of the run that are of a kind that a task gets.
    pub(super) fn seen(&self, task: usize) -> u64 {
        self.catalog.all().iter().map(|s| s.points * self.deliveries(task, s) as u64).sum()
    }

    /// Counters of a task's nodes, in the order of the graph.
    pub(super) fn counters(&self, task: usize) -> Vec<NodeCounters> {
        let delivered = self.delivered(task);
        let source = match self.cells[task].first() {
            Some(cell) if matches!(cell.node, AnyNode::Stream(_)) => &*cell.children,
            _ => &[],
        };
        let cells = &self.cells[task];
        let mut all = Vec::new();
        for (at, cell) in self.cells[task].iter().enumerate() {
            // Points reach the `from` nodes without touching the source, so what passed there is
            // worked out from what the series had. Beside them there may only be a `noop`.
            let (collected, emitted) = if matches!(cell.node, AnyNode::Stream(_)) {
                (delivered, delivered * cell.children.len() as u64)
            } else if source.iter().any(|edge| edge.to as usize == at) {
                (delivered, cell.emitted)
            } else {
                (cell.collected + answered(cells, at), cell.emitted)
            };
            let mut counters = vec![
                ("collected", collected as i64),
                ("emitted", emitted as i64),
                ("errors", cell.errors as i64),
                ("working_cardinality", cell.node.cardinality() as i64),
            ];
            cell.node.counters(&mut counters);
            let node = self.infos[task].nodes[at].clone();
            all.push(NodeCounters { node, counters, nanos: cell.ticks });
        }
        all
    }
}

/// Batches that a query was answered with; all of them for the source of a batch task.
fn answered(cells: &[Cell], at: usize) -> u64 {
    let batches = |cell: &Cell| match &cell.node {
        AnyNode::Query(query) => query.batches() as u64,
        _ => 0,
    };
    match &cells[at].node {
        AnyNode::Batch(_) => cells.iter().map(batches).sum(),
        _ => batches(&cells[at]),
    }
}
