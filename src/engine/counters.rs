//! Counters of nodes, at the end.

use super::flow::Cell;
use super::{Engine, NodeCounters};
use crate::nodes::{AnyNode, Node};

impl Engine {
    /// Points that a task got; none after it failed.
    pub(super) fn delivered(&self, task: usize) -> u64 {
        let entrance = &self.entrances[task];
        match entrance.failed {
            Some(_) => entrance.delivered,
            None => self.catalog.all().iter().map(|s| s.points * self.deliveries(task, s) as u64).sum(),
        }
    }

    /// Counters of a task's nodes, in the order of the graph.
    pub(super) fn counters(&self, task: usize) -> Vec<NodeCounters> {
        let delivered = self.delivered(task);
        let entrance = &self.entrances[task];
        let cells = &self.cells[task];
        let mut all = Vec::new();
        for (at, cell) in self.cells[task].iter().enumerate() {
            // Points reach the `from` nodes without touching the source, so what passed there is
            // worked out from what the series had.
            let (collected, emitted) = if matches!(cell.node, AnyNode::Stream(_)) {
                (delivered, delivered * cell.children.len() as u64)
            } else if entrance.froms.contains(&(at as u32)) {
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
