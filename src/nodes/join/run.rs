//! HOT: the join node at work.

use std::vec::IntoIter;

use super::batch::Open;
use super::held::Held;
use super::keep::{Back, Known};
use super::on::{Arrival, On};
use super::sets::{Message, Set, Sets};
use crate::data::{Damaged, GroupId, Head, Keep, Loader, Row, Saver, Slots, Sym, Val};
use crate::nodes::prefixes::Prefixes;
use crate::nodes::{Barrier, Build, Cx, Msg, Node, Step};
use crate::pipeline::{Arg, EdgeType, Fault, NodeDef};
use crate::value::time::round;

/// `join` at work.
pub struct Join {
    tolerance: i64,
    sets: Sets,
    on: Option<On>,
    held: Held,
    maker: Maker,
    /// The batch of each parent that is coming in.
    coming: Vec<Option<(Head, u32)>>,
    on_batches: bool,
    /// The batch that is being given.
    open: Open,
    /// At the end of the data: groups whose sets are still to be given.
    closing: IntoIter<GroupId>,
    /// A barrier that goes on after what it has released.
    passing: Option<Barrier>,
}

/// Makes points of the points that met.
pub(super) struct Maker {
    fields: Prefixes,
    /// What stands for the fields of a side that is missing.
    fill: Option<Val>,
    name: Option<Sym>,
}

impl Join {
    pub(in crate::nodes) fn build(node: &NodeDef, b: &mut Build<'_>) -> Result<Join, Fault> {
        let parents = node.parents.len();
        let on_batches = node.wants == EdgeType::Batch;
        let fill = match node.arg("fill") {
            Some(Arg::Str(fill)) if fill == "null" => Some(Val::Null),
            Some(Arg::Int(x)) => Some(Val::Int(*x)),
            Some(Arg::Float(x)) => Some(Val::Float(*x)),
            _ => None,
        };
        let name = node.str("streamName").filter(|name| !name.is_empty()).map(|name| b.sym(name));
        let delete_all = node.arg("deleteAll") == Some(&Arg::Bool(true));
        Ok(Join {
            tolerance: node.duration("tolerance").unwrap_or(0),
            sets: Sets::new(parents),
            on: On::new(&node.strs("on").unwrap_or_default(), parents, delete_all, b),
            held: Held::new(on_batches),
            maker: Maker { fields: Prefixes::new(node, b.whole), fill, name },
            coming: vec![None; parents],
            on_batches,
            open: Open::new(parents),
            closing: Vec::new().into_iter(),
            passing: None,
        })
    }

    /// Takes a kept message.
    #[inline]
    fn arrive(&mut self, new: Arrival, cx: &mut Cx<'_>) {
        match &mut self.on {
            None => self.sets.collect(new.group, new.parent, new.time, new.message),
            Some(on) => on.take(new, &mut self.sets, &mut self.held, cx.world),
        }
    }

    /// Makes of the next sets what the children get.
    fn give(&mut self, cx: &mut Cx<'_>) -> Option<Msg> {
        loop {
            let (set, members) = self.sets.next()?;
            let head = self.maker.head(set, members, cx);
            if self.on_batches {
                self.open.begin(head, members, &self.held);
                return Some(Msg::Begin(head));
            }
            let names = members.iter().flatten().next().map(|message| message.id);
            let rows = members.iter().map(|member| member.map(|message| message.id));
            let row = self.maker.join(&head, set.time, rows, names, &self.held, cx);
            for message in members.iter().flatten() {
                self.held.release(*message);
            }
            if let Some(row) = row {
                return Some(Msg::Point(row));
            }
        }
    }

    /// The next message of the batch that is being given.
    fn give_batch(&mut self, cx: &mut Cx<'_>) -> Msg {
        let head = self.open.head();
        while let Some(time) = self.open.step(&self.held) {
            let names = self.open.names();
            let row = self.maker.join(&head, time, self.open.rows(), names, &self.held, cx);
            if let Some(row) = row {
                return Msg::Item(row);
            }
        }
        for message in self.open.end() {
            self.held.release(message);
        }
        Msg::End
    }
}

impl Maker {
    /// Name, group and time of what a set becomes: the first message gives the name, unless the script does.
    fn head(&self, set: Set, members: &[Option<Message>], cx: &mut Cx<'_>) -> Head {
        let first = members.iter().flatten().next().map_or(Sym::EMPTY, |message| message.name);
        let name = self.name.unwrap_or(first);
        let known = *cx.world.groups.get(set.group);
        let group = match known.name {
            Some(before) if before != name => cx.world.group(known.dims, name, known.tags),
            _ => set.group,
        };
        Head { name, group, tmax: set.time }
    }

    /// A point of points, at most one of each parent; `names` is the one whose fields a missing side is
    /// thought to have. None if a side is missing and nothing stands for it.
    fn join(
        &mut self,
        head: &Head,
        time: i64,
        rows: impl Iterator<Item = Option<u32>> + Clone,
        names: Option<u32>,
        held: &Held,
        cx: &mut Cx<'_>,
    ) -> Option<Row> {
        if self.fill.is_none() && rows.clone().any(|row| row.is_none()) {
            return None;
        }
        let mut out = cx.new_row(time, head.name, head.group);
        for (side, row) in rows.enumerate() {
            match (row, names, self.fill) {
                (Some(row), ..) => self.copy(side, row, held, &mut out, cx),
                (None, Some(names), Some(fill)) => self.fill(side, names, fill, held, &mut out, cx),
                _ => {}
            }
        }
        Some(out)
    }

    #[inline]
    fn copy(&mut self, side: usize, id: u32, held: &Held, out: &mut Row, cx: &mut Cx<'_>) {
        let shift = held.rows.texts(id, cx.tape);
        for (nth, val) in held.rows.vals(id).iter().enumerate() {
            if val.is_present() {
                self.fields.set(side, nth, val.moved(shift), out, cx);
            }
        }
        for &(name, val) in held.rows.extra(id) {
            self.fields.set_extra(side, name, val.moved(shift), out, cx);
        }
    }

    fn fill(&mut self, side: usize, names: u32, fill: Val, held: &Held, out: &mut Row, cx: &mut Cx<'_>) {
        for (nth, val) in held.rows.vals(names).iter().enumerate() {
            if val.is_present() {
                self.fields.set(side, nth, fill, out, cx);
            }
        }
        for &(name, _) in held.rows.extra(names) {
            self.fields.set_extra(side, name, fill, out, cx);
        }
    }
}

impl Node for Join {
    fn sources(&self, slots: &mut Slots) {
        self.maker.fields.sources(slots);
    }

    #[inline]
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        let id = self.held.keep(&row, &mut self.maker.fields, cx);
        let time = round(row.time, self.tolerance);
        let message = Message { id, name: row.name };
        self.arrive(Arrival { parent: cx.port, group: row.group, time, message }, cx);
        match self.sets.ready() {
            0 => Step::Drop,
            // The usual case goes on without being asked for.
            1 => match self.give(cx) {
                Some(Msg::Point(row)) => Step::Pass(row),
                _ => Step::Drop,
            },
            _ => Step::More,
        }
    }

    fn begin(&mut self, head: Head, cx: &mut Cx<'_>) -> Step<Head> {
        self.coming[cx.port] = Some((head, self.held.open()));
        Step::Drop
    }

    fn item(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        if let Some((_, batch)) = self.coming[cx.port] {
            let id = self.held.keep(&row, &mut self.maker.fields, cx);
            self.held.add(batch, round(row.time, self.tolerance), id);
        }
        Step::Drop
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> Step<()> {
        let Some((head, id)) = self.coming[cx.port].take() else { return Step::Drop };
        self.maker.fields.prepare(cx);
        let time = round(head.tmax, self.tolerance);
        let message = Message { id, name: head.name };
        self.arrive(Arrival { parent: cx.port, group: head.group, time, message }, cx);
        if self.sets.ready() > 0 { Step::More } else { Step::Drop }
    }

    /// Nothing older will come from this parent: what waited for it alone goes out before the barrier.
    fn barrier(&mut self, barrier: Barrier, cx: &mut Cx<'_>) -> Step<Barrier> {
        self.sets.barrier(barrier.group, cx.port, round(barrier.time, self.tolerance));
        if self.sets.ready() > 0 {
            self.passing = Some(barrier);
            return Step::More;
        }
        Step::Pass(barrier)
    }

    fn forget(&mut self, group: GroupId, cx: &mut Cx<'_>) -> Step<GroupId> {
        let held = &mut self.held;
        self.sets.forget(group, |message| held.release(message));
        if let Some(on) = &mut self.on {
            on.forget(group, cx.port, held);
        }
        Step::Pass(group)
    }

    fn next(&mut self, cx: &mut Cx<'_>) -> Option<Msg> {
        if self.open.is_open() {
            return Some(self.give_batch(cx));
        }
        loop {
            if let Some(msg) = self.give(cx) {
                return Some(msg);
            }
            if let Some(barrier) = self.passing.take() {
                return Some(Msg::Barrier(barrier));
            }
            self.sets.flush(self.closing.next()?);
        }
    }

    fn close(&mut self, _: &mut Cx<'_>) -> Step<()> {
        self.closing = self.sets.groups().into_iter();
        Step::More
    }

    fn pending(&self) -> usize {
        self.on.as_ref().map_or(0, On::waiting)
    }

    fn cardinality(&self) -> usize {
        self.sets.len()
    }
}

impl Keep for Join {
    fn save(&self, out: &mut Saver<'_>) {
        let mut known = Known::default();
        self.sets.save(&self.held, &mut known, out);
        if let Some(on) = &self.on {
            on.save(&self.held, &mut known, out);
        }
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        let slots = from.slots();
        self.maker.fields.work_out(slots, from.world());
        self.held = Held::new(self.on_batches);
        let mut back = Back::new(&mut self.held, self.maker.fields.slots().len());
        self.sets.restore(&mut back, from)?;
        match &mut self.on {
            Some(on) => on.restore(&mut back, from),
            None => Ok(()),
        }
    }
}
