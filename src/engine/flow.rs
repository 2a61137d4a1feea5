//! HOT: the loop: what a node gives goes down to its children, depth first.

use std::ops::Range;

use super::routes::Hop;
use super::{Engine, Sink, cx};
use crate::alert::{Origin, Passed};
use crate::data::{GroupId, Head, RawPoint, Rest, Row};
use crate::nodes::{AnyNode, Barrier, Buffer, Cx, Due, Msg, Node, Step};

/// A way from a node to a child.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Edge {
    /// The child's index.
    pub to: u32,
    /// Which of the child's parents this is.
    pub port: u32,
}

/// A node with its place in the graph and its counters.
pub(super) struct Cell {
    pub node: AnyNode,
    /// In the order in which they run: the last declared first, as in Kapacitor.
    pub children: Box<[Edge]>,
    /// What it gives are batches.
    pub batches: bool,
    /// Where points that leave it are counted by group, for each `stats` that observes it.
    watches: Vec<u32>,
    /// The usual case: one child, and nobody counts or looks on.
    single: bool,
    /// The sink wants to know what leaves it; a batch is gathered for that.
    tap: Option<Box<Buffer>>,
    /// Points go to the first child alone.
    first_only: bool,
    pub collected: u64,
    pub emitted: u64,
    pub errors: u64,
    pub ticks: u64,
}

impl Cell {
    pub(super) fn new(node: AnyNode, children: Box<[Edge]>, batches: bool) -> Cell {
        let single = children.len() == 1;
        let first_only = matches!(node, AnyNode::Trickle(_));
        Cell {
            node,
            children,
            batches,
            watches: Vec::new(),
            single,
            tap: None,
            first_only,
            collected: 0,
            emitted: 0,
            errors: 0,
            ticks: 0,
        }
    }

    /// The sink is told what leaves it from now on.
    pub(super) fn tap(&mut self) {
        self.tap = Some(Box::default());
        self.single = false;
    }

    /// Points that leave it are counted by group from now on.
    pub(super) fn watch(&mut self, watch: u32) {
        self.watches.push(watch);
        self.single = false;
    }
}

/// A node that cannot go on, and why.
pub(super) struct Failed {
    node: usize,
    error: Box<str>,
}

/// The nodes of a task on the way of something.
struct Flow<'f> {
    cells: &'f mut [Cell],
    ticks: Option<super::Ticks>,
}

impl Engine {
    #[inline]
    pub(super) fn route(&mut self, point: RawPoint<'_>, sink: &mut dyn Sink) {
        let ways = self.ways(point, sink);
        if self.is_quiet(point, &ways) {
            return;
        }
        let mut hops = ways.hops();
        while !hops.is_empty() {
            match self.run(point, &mut hops, sink) {
                Ok(()) => break,
                Err((task, failed)) => self.fail(task, failed, sink),
            }
        }
        self.look_after(&ways);
    }

    /// Takes a point along its hops, up to a task that fails.
    fn run(
        &mut self,
        point: RawPoint<'_>,
        hops: &mut Range<usize>,
        sink: &mut dyn Sink,
    ) -> Result<(), (usize, Failed)> {
        let floor = self.floor;
        let series = *self.catalog.series(point.series);
        let Some(first) = self.routes.hops.get(hops.start) else { return Ok(()) };
        let mut cx = cx!(self, sink, first.task as usize, 0);
        cx.line = point.fields;
        for at in hops.by_ref() {
            let Hop { task, cell, admission, sentry } = self.routes.hops[at];
            let task = task as usize;
            let entrance = &self.entrances[task];
            if entrance.failed.is_some() || self.sentries.get(sentry as usize).is_some_and(|s| s.quiet) {
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
            let mut flow = Flow { cells: &mut self.cells[task], ticks: self.ticks };
            (cx.task, cx.number) = (&self.infos[task], task);
            let step = flow.call(cell as usize, &mut cx, |node, cx| match node {
                AnyNode::From(node) => node.enter(row, admission, cx),
                _ => Step::Drop,
            });
            let done = match step {
                Ok(Some(row)) => flow.below(cell as usize, row, false, &mut cx),
                Ok(None) => Ok(()),
                Err(failed) => Err(failed),
            };
            cx.tape.vals.truncate(floor);
            cx.tape.extra.clear();
            done.map_err(|failed| (task, failed))?;
        }
        Ok(())
    }

    /// Lets something come out of a node: a recorded batch out of a query.
    pub(super) fn inject(&mut self, task: usize, node: usize, msg: Msg, sink: &mut dyn Sink) {
        self.with(task, node, sink, |flow, cx| flow.send(node, msg, cx));
    }

    /// Tells a node that a time has come that it asked for.
    pub(super) fn wake(&mut self, due: Due, sink: &mut dyn Sink) {
        let (task, node) = (due.task as usize, due.node as usize);
        self.with(task, node, sink, |flow, cx| flow.call(node, cx, |n, cx| n.wake(due.key, cx)).map(|_| ()));
    }

    /// Tells every node of a task that the data have ended.
    pub(super) fn close(&mut self, task: usize, sink: &mut dyn Sink) {
        for node in 0..self.cells[task].len() {
            self.with(task, node, sink, |flow, cx| flow.call(node, cx, |n, cx| n.close(cx)).map(|_| ()));
        }
    }

    /// Tells the nodes of a task that the clock starts.
    pub(super) fn start_nodes(&mut self, task: usize, sink: &mut dyn Sink) {
        for node in 0..self.cells[task].len() {
            self.with(task, node, sink, |flow, cx| {
                flow.call(node, cx, |n, cx| {
                    n.start(cx);
                    Step::<()>::Drop
                })
                .map(|_| ())
            });
        }
    }

    /// Something that happens at a node by itself, without a point of the input.
    fn with(
        &mut self,
        task: usize,
        node: usize,
        sink: &mut dyn Sink,
        act: impl FnOnce(&mut Flow<'_>, &mut Cx<'_>) -> Result<(), Failed>,
    ) {
        if self.entrances[task].failed.is_some() {
            return;
        }
        let mark = self.tape.mark();
        let mut cx = cx!(self, sink, task, node);
        let mut flow = Flow { cells: &mut self.cells[task], ticks: self.ticks };
        let done = act(&mut flow, &mut cx);
        self.tape.rewind(mark);
        if let Err(failed) = done {
            self.fail(task, failed, sink);
        }
    }

    /// Ends a task: the node that failed says why, the nodes above it that their edges are gone.
    #[cold]
    pub(super) fn fail(&mut self, task: usize, failed: Failed, sink: &mut dyn Sink) {
        self.unguard(task);
        let cells = &mut self.cells[task];
        let info = &self.infos[task];
        let origin = |node: usize| Origin { task: &info.name, node: &info.nodes[node] };
        sink.error(origin(failed.node), "node failed", &failed.error, &[]);
        cells[failed.node].errors += 1;
        let mut below = failed.node as u32;
        while let Some(parent) = cells.iter().position(|c| c.children.iter().any(|e| e.to == below)) {
            if !matches!(cells[parent].node, AnyNode::Stream(_)) {
                cells[parent].errors += 1;
                sink.error(origin(parent), "node failed", "edge aborted", &[]);
            }
            below = parent as u32;
        }
        let error = format!("{}: {}", info.nodes[failed.node], failed.error);
        sink.error(Origin { task: &info.name, node: "" }, "task failed", &error, &[]);
        let delivered = self.delivered(task);
        let entrance = &mut self.entrances[task];
        (entrance.failed, entrance.delivered) = (Some(error.into()), delivered);
    }

    pub(super) fn finish_nodes(&mut self, sink: &mut dyn Sink) {
        for task in 0..self.cells.len() {
            for me in 0..self.cells[task].len() {
                let mut cx = cx!(self, sink, task, me);
                let cell = &mut self.cells[task][me];
                cx.first_error = cell.errors == 0;
                cell.node.finish(&mut cx);
                cell.errors += u64::from(cx.errors);
            }
        }
    }
}

impl Flow<'_> {
    /// Hands something to a node, and on to its children what the node gives beyond that.
    #[inline]
    fn call<T>(
        &mut self,
        at: usize,
        cx: &mut Cx<'_>,
        work: impl FnOnce(&mut AnyNode, &mut Cx<'_>) -> Step<T>,
    ) -> Result<Option<T>, Failed> {
        let cell = &mut self.cells[at];
        cx.me = at;
        cx.errors = 0;
        cx.first_error = cell.errors == 0;
        let step = timed(self.ticks, &mut cell.ticks, || work(&mut cell.node, cx));
        cell.errors += u64::from(cx.errors);
        match step {
            Step::Pass(given) => Ok(Some(given)),
            Step::Drop => Ok(None),
            Step::More => self.drain(at, cx).map(|()| None),
            Step::Fail(error) => Err(Failed { node: at, error }),
        }
    }

    /// Hands on everything that a node still has to give.
    fn drain(&mut self, at: usize, cx: &mut Cx<'_>) -> Result<(), Failed> {
        loop {
            let mark = cx.tape.mark();
            let cell = &mut self.cells[at];
            cx.me = at;
            cx.errors = 0;
            cx.first_error = cell.errors == 0;
            let msg = timed(self.ticks, &mut cell.ticks, || cell.node.next(cx));
            cell.errors += u64::from(cx.errors);
            let Some(msg) = msg else { return Ok(()) };
            self.send(at, msg, cx)?;
            cx.tape.rewind(mark);
        }
    }

    /// Hands a row to the children of a node. A single child, the usual case, needs no recursion.
    #[inline]
    fn below(&mut self, mut at: usize, mut row: Row, mut batch: bool, cx: &mut Cx<'_>) -> Result<(), Failed> {
        loop {
            let cell = &mut self.cells[at];
            if !cell.single {
                return self.spread(at, row, batch, cx);
            }
            cell.emitted += u64::from(!batch);
            let edge = cell.children[0];
            at = edge.to as usize;
            match self.row(edge, row, batch, cx)? {
                Some(next) => row = next,
                None => return Ok(()),
            }
            batch &= self.cells[at].batches;
        }
    }

    /// The same for any number of children.
    fn spread(&mut self, at: usize, row: Row, batch: bool, cx: &mut Cx<'_>) -> Result<(), Failed> {
        let cell = &mut self.cells[at];
        let count = if cell.first_only { cell.children.len().min(1) } else { cell.children.len() };
        if !batch {
            cell.emitted += count as u64;
        }
        for &watch in &cell.watches {
            cx.watches[watch as usize].count(row.group);
        }
        if let Some(tap) = &mut cell.tap {
            cx.me = at;
            match batch {
                true => tap.push(&row, true, cx),
                false => tell(Passed::Point(cx.series(&row)), cx),
            }
        }
        let (vals, extra) = (cx.tape.vals.len(), cx.tape.extra.len());
        for i in 0..count {
            let edge = self.cells[at].children[i];
            if let Some(next) = self.row(edge, row, batch, cx)? {
                let child = edge.to as usize;
                self.below(child, next, batch && self.cells[child].batches, cx)?;
            }
            cx.tape.vals.truncate(vals);
            cx.tape.extra.truncate(extra);
        }
        Ok(())
    }

    #[inline]
    fn row(&mut self, edge: Edge, row: Row, batch: bool, cx: &mut Cx<'_>) -> Result<Option<Row>, Failed> {
        cx.port = edge.port as usize;
        if batch {
            return self.call(edge.to as usize, cx, |node, cx| node.item(row, cx));
        }
        self.cells[edge.to as usize].collected += 1;
        self.call(edge.to as usize, cx, |node, cx| node.point(row, cx))
    }

    /// Hands what a node gives to its children.
    fn send(&mut self, at: usize, msg: Msg, cx: &mut Cx<'_>) -> Result<(), Failed> {
        match msg {
            Msg::Point(row) => self.below(at, row, false, cx),
            Msg::Item(row) => self.below(at, row, true, cx),
            Msg::Begin(head) => self.begin(at, head, cx),
            Msg::End => self.end(at, cx),
            Msg::Fold(fold) => self.each_child(at, cx, |node, cx| node.fold(fold, cx), |_, _, (), _| Ok(())),
            Msg::Barrier(barrier) => self.barrier(at, barrier, cx),
            Msg::Delete(group) => self.delete(at, group, cx),
        }
    }

    /// Calls a child for something rare, and hands on what it lets pass.
    fn each_child<T: Copy>(
        &mut self,
        at: usize,
        cx: &mut Cx<'_>,
        give: impl Fn(&mut AnyNode, &mut Cx<'_>) -> Step<T>,
        on: impl Fn(&mut Self, usize, T, &mut Cx<'_>) -> Result<(), Failed>,
    ) -> Result<(), Failed> {
        for i in 0..self.cells[at].children.len() {
            let edge = self.cells[at].children[i];
            let child = edge.to as usize;
            let mark = cx.tape.mark();
            cx.port = edge.port as usize;
            if let Some(given) = self.call(child, cx, &give)? {
                on(self, child, given, cx)?;
            }
            cx.tape.rewind(mark);
        }
        Ok(())
    }

    fn begin(&mut self, at: usize, head: Head, cx: &mut Cx<'_>) -> Result<(), Failed> {
        if let Some(tap) = &mut self.cells[at].tap {
            tap.begin(head);
        }
        self.each_child(at, cx, |node, cx| node.begin(head, cx), Flow::begin)
    }

    fn end(&mut self, at: usize, cx: &mut Cx<'_>) -> Result<(), Failed> {
        let cell = &mut self.cells[at];
        cell.emitted += cell.children.len() as u64;
        if let Some(tap) = &cell.tap
            && let Some(head) = tap.head()
        {
            cx.me = at;
            let (group, series) = (cx.world.group_id(head.group), tap.table(cx));
            tell(Passed::Batch { group, tmax: head.tmax, series }, cx);
        }
        for i in 0..cell.children.len() {
            let child = self.cells[at].children[i].to as usize;
            self.cells[child].collected += 1;
        }
        self.each_child(at, cx, |node, cx| node.end(cx), |flow, at, (), cx| flow.end(at, cx))
    }

    fn barrier(&mut self, at: usize, barrier: Barrier, cx: &mut Cx<'_>) -> Result<(), Failed> {
        self.forget_count(at, barrier.group, cx);
        if self.cells[at].tap.is_some() {
            cx.me = at;
            tell(Passed::Barrier { group: cx.world.group_id(barrier.group), time: barrier.time }, cx);
        }
        self.each_child(at, cx, |node, cx| node.barrier(barrier, cx), Flow::barrier)
    }

    fn delete(&mut self, at: usize, group: GroupId, cx: &mut Cx<'_>) -> Result<(), Failed> {
        self.forget_count(at, group, cx);
        if self.cells[at].tap.is_some() {
            cx.me = at;
            tell(Passed::Delete { group: cx.world.group_id(group) }, cx);
        }
        self.each_child(at, cx, |node, cx| node.forget(group, cx), Flow::delete)
    }

    /// Kapacitor counts a group anew after a deletion, and after a barrier too.
    fn forget_count(&self, at: usize, group: GroupId, cx: &mut Cx<'_>) {
        for &watch in &self.cells[at].watches {
            cx.watches[watch as usize].forget(group);
        }
    }
}

/// Tells the sink what the node at work gave.
fn tell(passed: Passed, cx: &mut Cx<'_>) {
    let origin = Origin { task: &cx.task.name, node: &cx.task.nodes[cx.me] };
    cx.sink.passed(origin, &passed);
}

#[inline]
fn timed<T>(ticks: Option<super::Ticks>, sum: &mut u64, work: impl FnOnce() -> T) -> T {
    match ticks {
        Some(ticks) => {
            let start = ticks();
            let done = work();
            *sum += ticks().saturating_sub(start);
            done
        }
        None => work(),
    }
}
