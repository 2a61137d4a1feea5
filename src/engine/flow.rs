//! HOT: the loop: a point enters at the `from` nodes that admit its series and goes down, depth first.

use std::ops::Range;

use super::{Engine, Sink};
use crate::alert::Origin;
use crate::data::{GroupId, RawPoint, Rest, Row};
use crate::nodes::{AnyNode, Cx, Node, Step};

/// A node with its place in the graph and its counters.
pub(super) struct Cell {
    pub node: AnyNode,
    /// In the order in which they run: the last declared first, as in Kapacitor.
    pub children: Box<[u32]>,
    pub collected: u64,
    pub emitted: u64,
    pub errors: u64,
    pub ticks: u64,
}

impl Cell {
    pub(super) fn new(node: AnyNode, children: Box<[u32]>) -> Cell {
        Cell { node, children, collected: 0, emitted: 0, errors: 0, ticks: 0 }
    }
}

/// A node that cannot go on, and why.
pub(super) struct Failed {
    node: usize,
    error: Box<str>,
}

impl Engine {
    #[inline]
    pub(super) fn route<const TIMED: bool>(&mut self, point: RawPoint<'_>, sink: &mut dyn Sink) {
        let ways = self.ways(point, sink);
        if self.is_quiet(point, &ways) {
            return;
        }
        let mut hops = ways.hops();
        while !hops.is_empty() {
            match self.run::<TIMED>(point, &mut hops, sink) {
                Ok(()) => break,
                Err((task, failed)) => self.fail(task, failed, sink),
            }
        }
        self.look_after(&ways);
    }

    /// Takes a point along its hops, up to a task that fails.
    fn run<const TIMED: bool>(
        &mut self,
        point: RawPoint<'_>,
        hops: &mut Range<usize>,
        sink: &mut dyn Sink,
    ) -> Result<(), (usize, Failed)> {
        let (floor, ticks) = (self.floor, self.ticks);
        let series = *self.catalog.series(point.series);
        let Some(first) = self.routes.hops.get(hops.start) else { return Ok(()) };
        let mut cx = Cx {
            tape: &mut self.tape,
            world: &mut self.world,
            task: &self.infos[first.task as usize],
            me: 0,
            line: point.fields,
            now: self.now,
            sink,
            zone: &self.zone,
            topics: &mut self.topics,
            errors: 0,
            first_error: true,
        };
        for at in hops.by_ref() {
            let hop = self.routes.hops[at];
            let task = hop.task as usize;
            let entrance = &self.entrances[task];
            if entrance.failed.is_some() || self.watches.get(hop.watch as usize).is_some_and(|w| w.quiet) {
                continue;
            }
            let row = Row {
                time: point.time,
                name: series.name,
                db: series.db,
                rp: series.rp,
                tags: series.tags,
                group: GroupId::NIL,
                base: entrance.base,
                rest: Rest::Line,
            };
            let cells = &mut self.cells[task];
            let from = hop.cell as usize;
            let cell = &mut cells[from];
            let AnyNode::From(node) = &mut cell.node else { continue };
            cx.task = &self.infos[task];
            cx.me = from;
            cx.errors = 0;
            cx.first_error = cell.errors == 0;
            let step = timed::<TIMED, _>(ticks, &mut cell.ticks, || node.enter(row, hop.admission, &mut cx));
            cell.errors += u64::from(cx.errors);
            let done = match step {
                Step::Pass(row) => below::<TIMED>(cells, from, row, &mut cx, ticks),
                Step::Drop => Ok(()),
                Step::Fail(error) => Err(Failed { node: from, error }),
            };
            cx.tape.vals.truncate(floor);
            cx.tape.extra.clear();
            done.map_err(|failed| (task, failed))?;
        }
        Ok(())
    }

    /// Ends a task: the node that failed says why, the nodes above it that their edges are gone.
    #[cold]
    fn fail(&mut self, task: usize, failed: Failed, sink: &mut dyn Sink) {
        self.unwatch(task);
        let cells = &mut self.cells[task];
        let info = &self.infos[task];
        let origin = |node: usize| Origin { task: &info.name, node: &info.nodes[node] };
        sink.error(origin(failed.node), "node failed", &failed.error, &[]);
        cells[failed.node].errors += 1;
        let mut below = failed.node;
        while let Some(parent) = cells.iter().position(|c| c.children.contains(&(below as u32))) {
            if !matches!(cells[parent].node, AnyNode::Stream(_)) {
                cells[parent].errors += 1;
                sink.error(origin(parent), "node failed", "edge aborted", &[]);
            }
            below = parent;
        }
        let error = format!("{}: {}", info.nodes[failed.node], failed.error);
        sink.error(Origin { task: &info.name, node: "" }, "task failed", &error, &[]);
        self.entrances[task].failed = Some(error.into());
    }

    pub(super) fn finish_nodes(&mut self, sink: &mut dyn Sink) {
        for (task, cells) in self.cells.iter_mut().enumerate() {
            for (me, cell) in cells.iter_mut().enumerate() {
                let mut cx = Cx {
                    tape: &mut self.tape,
                    world: &mut self.world,
                    task: &self.infos[task],
                    me,
                    line: Default::default(),
                    now: self.now,
                    sink,
                    zone: &self.zone,
                    topics: &mut self.topics,
                    errors: 0,
                    first_error: cell.errors == 0,
                };
                cell.node.finish(&mut cx);
                cell.errors += u64::from(cx.errors);
            }
        }
    }
}

/// Hands a row to the children of a node. A single child, the usual case, needs no recursion.
fn below<const TIMED: bool>(
    cells: &mut [Cell],
    mut at: usize,
    mut row: Row,
    cx: &mut Cx<'_>,
    ticks: Option<super::Ticks>,
) -> Result<(), Failed> {
    loop {
        let cell = &mut cells[at];
        let count = cell.children.len();
        cell.emitted += count as u64;
        if count != 1 {
            break;
        }
        at = cell.children[0] as usize;
        match step::<TIMED>(cells, at, row, cx, ticks)? {
            Some(next) => row = next,
            None => return Ok(()),
        }
    }
    let (vals, extra) = (cx.tape.vals.len(), cx.tape.extra.len());
    for i in 0..cells[at].children.len() {
        let child = cells[at].children[i] as usize;
        if let Some(next) = step::<TIMED>(cells, child, row, cx, ticks)? {
            below::<TIMED>(cells, child, next, cx, ticks)?;
        }
        cx.tape.vals.truncate(vals);
        cx.tape.extra.truncate(extra);
    }
    Ok(())
}

#[inline]
fn step<const TIMED: bool>(
    cells: &mut [Cell],
    at: usize,
    row: Row,
    cx: &mut Cx<'_>,
    ticks: Option<super::Ticks>,
) -> Result<Option<Row>, Failed> {
    let cell = &mut cells[at];
    cell.collected += 1;
    cx.me = at;
    cx.errors = 0;
    cx.first_error = cell.errors == 0;
    let step = timed::<TIMED, _>(ticks, &mut cell.ticks, || cell.node.point(row, cx));
    cell.errors += u64::from(cx.errors);
    match step {
        Step::Pass(row) => Ok(Some(row)),
        Step::Drop => Ok(None),
        Step::Fail(error) => Err(Failed { node: at, error }),
    }
}

#[inline]
fn timed<const TIMED: bool, T>(ticks: Option<super::Ticks>, sum: &mut u64, work: impl FnOnce() -> T) -> T {
    match ticks {
        Some(ticks) if TIMED => {
            let start = ticks();
            let done = work();
            *sum += ticks().saturating_sub(start);
            done
        }
        _ => work(),
    }
}
