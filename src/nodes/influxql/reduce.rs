//! HOT: functions that give one point for each batch, or for each run of points with equal times.

use super::acc::Found;
use super::field::{Field, Kind, Output};
use super::fold::{Fold, Outcome};
use super::func::{Func, Given, Tally};
use crate::data::{Damaged, GroupId, Head, Keep, Loader, Row, Saver, Shelf, Sym, Val, kept};
use crate::nodes::{Barrier, Build, Cx, Msg, Node, PerGroup, Step};
use crate::pipeline::{Fault, NodeDef};

/// A function of one result at work.
pub struct Reduce {
    call: Call,
    groups: PerGroup<Group>,
    /// The batch at hand: there is only one at a time.
    head: Option<Head>,
    batch: Context,
    /// What the batch comes to, if the node before has worked it out.
    folded: Option<Found>,
}

/// What the script says.
struct Call {
    func: Func,
    field: Field,
    output: Output,
    /// Fields that the script does not name are kept, where a point goes on.
    whole: bool,
}

/// What is known of a group.
struct Group {
    /// Of its first message.
    name: Sym,
    /// The run of points with equal times at hand, if the group is of a stream.
    run: Option<Box<Run>>,
}

struct Run {
    name: Sym,
    time: i64,
    context: Context,
}

/// A reduction under way.
struct Context {
    /// Once a value was taken.
    kind: Option<Kind>,
    tally: Tally,
}

impl Reduce {
    pub(in crate::nodes) fn build(node: &NodeDef, b: &mut Build<'_>) -> Result<Reduce, Fault> {
        let func = Func::new(node).ok_or_else(|| Fault::new("no function of one result"))?;
        let field = Field::new(node, 0, func.numbers(), None, b);
        let output = Output::new(node, b);
        let call = Call { func, field, output, whole: b.whole };
        let batch = Context { kind: None, tally: Tally::new(func) };
        Ok(Reduce { call, groups: PerGroup::default(), head: None, batch, folded: None })
    }
}

impl Call {
    fn run(&self, name: Sym, time: i64) -> Box<Run> {
        Box::new(Run { name, time, context: Context { kind: None, tally: Tally::new(self.func) } })
    }

    /// Adds a row's value, if the reduction takes it.
    #[inline]
    fn take(&mut self, context: &mut Context, row: &Row, message: &str, cx: &mut Cx<'_>) {
        let val = self.field.get(row, cx);
        let kind = match context.kind {
            Some(kind) => kind,
            None => {
                let Some(kind) = self.field.begin(val, cx) else { return };
                context.kind = Some(kind);
                context.tally.reset(self.func, kind);
                kind
            }
        };
        if kind.takes(val) {
            context.tally.add(val, row, self.whole, cx);
        } else {
            self.field.mismatch(message, val, kind, cx);
        }
    }

    /// The point that a reduction gives.
    fn give(
        &self,
        context: &mut Context,
        name: Sym,
        time: i64,
        group: GroupId,
        cx: &mut Cx<'_>,
    ) -> Option<Row> {
        match context.tally.give(self.func)? {
            Given::Value(found) => Some(self.value(found, name, time, group, cx)),
            Given::Point(shelf, at, found) => self.point(shelf, at, found, name, time, cx),
        }
    }

    /// A value as a point.
    fn value(&self, found: Found, name: Sym, time: i64, group: GroupId, cx: &mut Cx<'_>) -> Row {
        let row = cx.new_row(self.output.time(found.time, time), name, group);
        cx.set(&row, self.output.slot, found.val);
        row
    }

    /// A point that was chosen, with the field under its new name.
    fn point(
        &self,
        shelf: &Shelf,
        at: usize,
        found: Found,
        name: Sym,
        time: i64,
        cx: &mut Cx<'_>,
    ) -> Option<Row> {
        let row = shelf.load(at, cx.tape)?;
        let slot = self.field.slot;
        let val = cx.slots(&row).get(slot as usize).copied().unwrap_or(found.val);
        cx.set(&row, slot, Val::Missing);
        cx.set(&row, self.output.slot, val);
        let time = self.output.time(found.time, time);
        Some(Row { name, time, db: Sym::EMPTY, rp: Sym::EMPTY, ..row })
    }
}

impl Node for Reduce {
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        let call = &mut self.call;
        let group = self.groups.get_or(row.group, || Group { name: row.name, run: None });
        let run = group.run.get_or_insert_with(|| call.run(row.name, row.time));
        let mut given = None;
        if row.time != run.time {
            if run.context.kind.take().is_some() {
                given = call.give(&mut run.context, run.name, run.time, row.group, cx);
            }
            (run.name, run.time) = (row.name, row.time);
        }
        call.take(&mut run.context, &row, "failed to aggregate point", cx);
        given.map_or(Step::Drop, Step::Pass)
    }

    fn begin(&mut self, head: Head, _: &mut Cx<'_>) -> Step<Head> {
        self.groups.get_or(head.group, || Group { name: head.name, run: None });
        self.head = Some(head);
        self.batch.kind = None;
        self.folded = None;
        Step::Drop
    }

    fn fold(&mut self, fold: Fold, cx: &mut Cx<'_>) -> Step<()> {
        self.call.field.began(fold.kind);
        self.batch.kind = Some(fold.kind);
        self.batch.tally.reset(self.call.func, fold.kind);
        match fold.outcome {
            Outcome::Value(found) => self.folded = Some(found),
            Outcome::Point(row, val) => self.batch.tally.add(val, &row, self.call.whole, cx),
            Outcome::Nothing => {}
        }
        Step::Drop
    }

    fn item(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        self.call.take(&mut self.batch, &row, "failed to aggregate point in batch", cx);
        Step::Drop
    }

    fn end(&mut self, _: &mut Cx<'_>) -> Step<()> {
        if self.batch.kind.is_none() && self.call.func.of_nothing() {
            // Of nothing, the result is that of floats.
            self.call.field.began(Kind::Float);
            self.batch.kind = Some(Kind::Float);
            self.batch.tally.reset(self.call.func, Kind::Float);
        }
        if self.batch.kind.is_some() { Step::More } else { Step::Drop }
    }

    fn next(&mut self, cx: &mut Cx<'_>) -> Option<Msg> {
        let Head { group, tmax, .. } = self.head.take()?;
        let name = self.groups.get(group)?.name;
        if let Some(found) = self.folded.take() {
            return Some(Msg::Point(self.call.value(found, name, tmax, group, cx)));
        }
        let mut row = self.call.give(&mut self.batch, name, tmax, group, cx)?;
        // The tags of a point in a batch need not be those that it was grouped by.
        let dims = cx.world.groups.get(group).dims;
        row.group = cx.world.group(dims, name, row.tags);
        Some(Msg::Point(row))
    }

    fn barrier(&mut self, barrier: Barrier, cx: &mut Cx<'_>) -> Step<Barrier> {
        if self.groups.get(barrier.group).is_none() {
            let name = cx.world.symbols.intern("barrier");
            let run = Some(self.call.run(name, barrier.time));
            self.groups.insert(barrier.group, Group { name, run });
        }
        Step::Pass(barrier)
    }

    fn forget(&mut self, group: GroupId, _: &mut Cx<'_>) -> Step<GroupId> {
        match self.groups.remove(group) {
            Some(_) => Step::Pass(group),
            None => Step::Drop,
        }
    }

    fn cardinality(&self) -> usize {
        self.groups.len()
    }
}

/// Between two reductions there is nothing to keep.
impl Keep for Context {
    fn save(&self, out: &mut Saver<'_>) {
        self.kind.save(out);
        if self.kind.is_some() {
            self.tally.save(out);
        }
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        self.kind = from.get()?;
        if self.kind.is_some() { self.tally.restore(from) } else { Ok(()) }
    }
}

kept!(Run { name, time, context });

impl Group {
    fn save(&self, out: &mut Saver<'_>) {
        out.sym(self.name);
        self.run.is_some().save(out);
        self.run.iter().for_each(|run| run.save(out));
    }

    fn restore(call: &Call, from: &mut Loader<'_>) -> Result<Group, Damaged> {
        let name = from.sym()?;
        let mut run = from.get::<bool>()?.then(|| call.run(Sym::EMPTY, 0));
        from.each(&mut run)?;
        Ok(Group { name, run })
    }
}

impl Keep for Reduce {
    fn save(&self, out: &mut Saver<'_>) {
        self.call.field.save(out);
        self.groups.save_with(out, Group::save);
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        self.call.field.restore(from)?;
        let call = &self.call;
        self.groups.restore_with(from, |from| Group::restore(call, from))
    }
}
