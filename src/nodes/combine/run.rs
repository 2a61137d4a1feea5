//! HOT: the combine node at work.

use super::choice::{Choice, count};
use super::tags::Tags;
use crate::data::{Damaged, GroupId, Head, Keep, Loader, Rest, Row, Saver, Shelf, Slots, Sym};
use crate::lambda::{Program, State};
use crate::nodes::prefixes::Prefixes;
use crate::nodes::{Barrier, Build, Cx, Msg, Node, PerGroup, Step};
use crate::pipeline::{EdgeType, Fault, NodeDef};
use crate::value::time::round;

/// `combine` at work.
pub struct Combine {
    conditions: Vec<Program>,
    tolerance: i64,
    max: i64,
    on_batches: bool,
    fields: Prefixes,
    tags: Tags,
    groups: PerGroup<Group>,
    giving: Giving,
}

struct Group {
    name: Sym,
    /// The rounded time of the points that wait.
    time: i64,
    points: Shelf,
    states: Vec<State>,
}

/// The points that are being combined.
struct Giving {
    group: GroupId,
    name: Sym,
    time: i64,
    points: Shelf,
    choice: Choice,
    /// The points of the combination at hand.
    rows: Vec<Row>,
}

impl Combine {
    pub(in crate::nodes) fn build(node: &NodeDef, b: &mut Build<'_>) -> Result<Combine, Fault> {
        let mut conditions = Vec::new();
        for (i, arg) in node.args.iter().enumerate() {
            conditions.push(b.lambda(Some(arg), &format!("Failed to compile {i} expression: "))?);
        }
        let giving = Giving {
            group: GroupId::NIL,
            name: Sym::EMPTY,
            time: 0,
            points: Shelf::default(),
            choice: Choice::default(),
            rows: Vec::new(),
        };
        Ok(Combine {
            conditions,
            tolerance: node.duration("tolerance").unwrap_or(0),
            max: node.int("max").unwrap_or(1_000_000),
            on_batches: node.wants == EdgeType::Batch,
            fields: Prefixes::new(node, b.whole),
            tags: Tags::new(node, b),
            groups: PerGroup::default(),
            giving,
        })
    }

    fn open(&mut self, group: GroupId, name: Sym) -> &mut Group {
        self.groups.get_or(group, || Group {
            name,
            time: 0,
            points: Shelf::default(),
            states: self.conditions.iter().map(Program::state).collect(),
        })
    }

    /// Takes the points of a group that wait, to give all their combinations.
    fn combine(&mut self, group: GroupId, cx: &mut Cx<'_>) -> Result<bool, Box<str>> {
        let Some(state) = self.groups.get(group) else { return Ok(false) };
        let (n, k) = (state.points.len(), self.conditions.len());
        if n < k {
            state.points.clear();
            return Ok(false);
        }
        let total = count(n, k);
        if i128::try_from(total).is_ok_and(|total| total <= i128::from(self.max)) {
            let giving = &mut self.giving;
            (giving.group, giving.name, giving.time) = (group, state.name, state.time);
            giving.points.clear();
            std::mem::swap(&mut giving.points, &mut state.points);
            self.judge(cx);
            return Ok(true);
        }
        let max = self.max;
        Err(format!(
            "refusing to perform combination as total combinations {total} exceeds max combinations {max}"
        )
        .into())
    }

    /// Tells which points satisfy which conditions.
    fn judge(&mut self, cx: &mut Cx<'_>) {
        let Giving { group, time, points, choice, .. } = &mut self.giving;
        let Some(state) = self.groups.get(*group) else { return };
        choice.begin(points.len(), self.conditions.len());
        for at in 0..points.len() {
            let mark = cx.tape.mark();
            let Some(row) = points.load(at, cx.tape) else { return };
            let row = Row { time: *time, ..row };
            for (condition, state) in self.conditions.iter_mut().zip(&mut state.states) {
                let satisfies = condition.test(state, &mut cx.env(&row)).unwrap_or_else(|failure| {
                    cx.lambda_error("error evaluating lambda expression", condition, &failure, &row);
                    false
                });
                choice.satisfies(satisfies);
            }
            cx.tape.rewind(mark);
        }
    }
}

impl Node for Combine {
    fn sources(&self, slots: &mut Slots) {
        self.fields.sources(slots);
    }

    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        let time = round(row.time, self.tolerance);
        let state = self.open(row.group, row.name);
        let mut ready = false;
        if state.time != time && !state.points.is_empty() {
            match self.combine(row.group, cx) {
                Ok(some) => ready = some,
                Err(error) => return Step::Fail(error),
            }
        }
        let whole = self.fields.whole();
        let state = self.open(row.group, row.name);
        state.time = time;
        cx.keep(&row, &mut state.points, whole);
        if ready { Step::More } else { Step::Drop }
    }

    fn begin(&mut self, head: Head, _: &mut Cx<'_>) -> Step<Head> {
        let state = self.open(head.group, head.name);
        state.name = head.name;
        state.points.clear();
        self.giving.group = head.group;
        Step::Drop
    }

    /// Each batch is combined for itself.
    fn end(&mut self, cx: &mut Cx<'_>) -> Step<()> {
        match self.combine(self.giving.group, cx) {
            Ok(true) => Step::More,
            Ok(false) => Step::Drop,
            Err(error) => Step::Fail(error),
        }
    }

    fn barrier(&mut self, barrier: Barrier, cx: &mut Cx<'_>) -> Step<Barrier> {
        let name = cx.world.symbols.intern("barrier");
        self.open(barrier.group, name);
        Step::Pass(barrier)
    }

    fn forget(&mut self, group: GroupId, _: &mut Cx<'_>) -> Step<GroupId> {
        match self.groups.remove(group) {
            Some(_) => Step::Pass(group),
            None => Step::Drop,
        }
    }

    fn next(&mut self, cx: &mut Cx<'_>) -> Option<Msg> {
        self.fields.prepare(cx);
        let Giving { group, name, time, points, choice, rows } = &mut self.giving;
        rows.clear();
        for &at in choice.next()? {
            rows.push(points.load(at, cx.tape)?);
        }
        let mut out = cx.new_row(*time, *name, *group);
        out.tags = self.tags.of(*group, rows, cx.world);
        for (side, row) in rows.iter().enumerate() {
            for nth in 0..self.fields.slots().len() {
                let val = cx.slots(row)[self.fields.slots()[nth] as usize];
                if val.is_present() {
                    self.fields.set(side, nth, val, &mut out, cx);
                }
            }
            if let Rest::Extra { start, end } = row.rest {
                for at in start..end {
                    let (name, val) = cx.tape.extra[at as usize];
                    self.fields.set_extra(side, name, val, &mut out, cx);
                }
            }
        }
        Some(Msg::Point(out))
    }

    fn cardinality(&self) -> usize {
        self.groups.len()
    }

    fn pending(&self) -> usize {
        match self.on_batches {
            true => 0,
            false => self.groups.iter().map(|state| state.points.len()).sum(),
        }
    }
}

impl Keep for Group {
    fn save(&self, out: &mut Saver<'_>) {
        out.sym(self.name);
        out.time(self.time);
        self.points.save(out);
        out.each(&self.states);
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        self.name = from.sym()?;
        self.time = from.time()?;
        self.points.restore(from)?;
        from.each(&mut self.states)
    }
}

impl Keep for Combine {
    fn save(&self, out: &mut Saver<'_>) {
        out.each(&self.conditions);
        self.groups.save_with(out, Group::save);
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        from.each(&mut self.conditions)?;
        let states: Vec<State> = self.conditions.iter().map(Program::state).collect();
        self.groups.restore_into(from, || Group {
            name: Sym::EMPTY,
            time: 0,
            points: Shelf::default(),
            states: states.clone(),
        })
    }
}
