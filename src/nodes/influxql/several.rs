//! HOT: functions that give a batch for each batch, or for each run of points with equal times: `distinct`,
//! `top`, `bottom`, `holtWinters`.

use super::distinct::Distinct;
use super::field::{Field, Kind, Output};
use super::ladder::Ladder;
use super::samples::{Sample, Samples};
use crate::data::{Damaged, GroupId, Head, Keep, Loader, Row, Saver, Sym, TagsId, Text, Val, kept};
use crate::nodes::{Barrier, Build, Cx, Msg, Node, PerGroup, Step};
use crate::pipeline::{Arg, Fault, NodeDef};
use crate::query::{Forecast, MOST_FORESEEN as MOST};

/// A function of several results at work.
pub struct Several {
    call: Call,
    groups: PerGroup<Group>,
    head: Option<Head>,
    batch: Context,
    giving: Giving,
}

struct Call {
    func: Func,
    field: Field,
    output: Output,
}

#[derive(Clone, Copy)]
enum Func {
    Distinct,
    /// The largest or the smallest.
    Best(bool, usize),
    Forecast(Forecast),
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
    kind: Option<Kind>,
    tally: Tally,
}

enum Tally {
    Distinct(Box<Distinct>),
    Best(Box<Ladder>),
    Samples(Samples),
}

/// A batch on its way out.
#[derive(Default)]
struct Giving {
    head: Option<Head>,
    items: Vec<Item>,
    text: Text,
    next: usize,
    open: bool,
}

#[derive(Clone, Copy)]
struct Item {
    val: Val,
    time: i64,
    tags: TagsId,
}

impl Several {
    pub(in crate::nodes) fn build(node: &NodeDef, b: &mut Build<'_>) -> Result<Several, Fault> {
        let int = |at: usize| match node.args.get(at) {
            Some(Arg::Int(n) | Arg::Duration(n)) => *n,
            _ => 0,
        };
        let (func, field_at, unfit) = match node.kind {
            "distinct" => (Func::Distinct, 0, None),
            kind @ ("top" | "bottom") => {
                let unfit = (int(0) <= 0).then(|| format!("n must be greater than 0, got {}", int(0)));
                (Func::Best(kind == "top", int(0).max(0) as usize), 1, unfit)
            }
            kind => {
                let fit = kind == "holtWintersWithFit";
                let forecast = Forecast { ahead: int(1), season: int(2), interval: int(3), fit };
                (Func::Forecast(forecast), 0, unforeseen(&forecast))
            }
        };
        let field = Field::new(node, field_at, !matches!(func, Func::Distinct), unfit, b);
        let output = Output::new(node, b);
        let batch = Context::new(func);
        let call = Call { func, field, output };
        Ok(Several { call, groups: PerGroup::default(), head: None, batch, giving: Giving::default() })
    }
}

/// The values with their times.
fn timed(samples: &[Sample]) -> Vec<(i64, f64)> {
    samples.iter().map(|sample| (sample.time, sample.float())).collect()
}

/// Why there can be no forecast.
fn unforeseen(forecast: &Forecast) -> Option<String> {
    let Forecast { ahead, interval, .. } = forecast;
    if *interval <= 0 {
        return Some("the interval must be greater than 0".to_owned());
    }
    (*ahead > MOST).then(|| format!("h must be at most {MOST}, got {ahead}"))
}

impl Context {
    fn new(func: Func) -> Context {
        let tally = match func {
            Func::Distinct => Tally::Distinct(Box::default()),
            Func::Best(top, n) => Tally::Best(Box::new(Ladder::new(top, n))),
            Func::Forecast(_) => Tally::Samples(Samples::default()),
        };
        Context { kind: None, tally }
    }

    fn begin(&mut self, kind: Kind) {
        self.kind = Some(kind);
        match &mut self.tally {
            Tally::Distinct(distinct) => distinct.clear(),
            Tally::Best(ladder) => ladder.clear(),
            Tally::Samples(samples) => samples.clear(),
        }
    }
}

impl Call {
    fn run(&self, name: Sym, time: i64) -> Box<Run> {
        Box::new(Run { name, time, context: Context::new(self.func) })
    }

    fn take(&mut self, context: &mut Context, row: &Row, message: &str, cx: &mut Cx<'_>) {
        let val = self.field.get(row, cx);
        let kind = match context.kind {
            Some(kind) => kind,
            None => {
                let Some(kind) = self.field.begin(val, cx) else { return };
                context.begin(kind);
                kind
            }
        };
        if !kind.takes(val) {
            self.field.mismatch(message, val, kind, cx);
            return;
        }
        match &mut context.tally {
            Tally::Distinct(distinct) => distinct.offer(val, row.time, cx),
            Tally::Best(ladder) => ladder.offer(val, row.time, row.tags),
            Tally::Samples(samples) => samples.push(val, row.time),
        }
    }
}

impl Giving {
    /// Lays out the batch that a reduction gives.
    fn fill(&mut self, call: &Call, context: &mut Context, mut head: Head, cx: &mut Cx<'_>) {
        self.items.clear();
        self.text.clear();
        self.next = 0;
        self.open = false;
        let group_tags = cx.world.groups.get(head.group).tags;
        let time = |own: i64| call.output.time(Some(own), head.tmax);
        match &mut context.tally {
            Tally::Distinct(distinct) => {
                let all = distinct.sorted();
                self.items.extend(all.iter().map(|&(val, t)| Item { val, time: time(t), tags: group_tags }));
                // The texts go with their values; the buffers change places.
                std::mem::swap(&mut self.text, &mut distinct.text);
            }
            Tally::Best(ladder) => {
                for rung in ladder.sorted() {
                    let tags = merged(group_tags, rung.tags, cx);
                    self.items.push(Item { val: rung.val, time: time(rung.time), tags });
                }
            }
            Tally::Samples(samples) => {
                if let Func::Forecast(forecast) = call.func {
                    let foreseen = forecast.of(&timed(samples.as_slice())).into_iter();
                    let item = |(time, value)| Item { val: Val::Float(value), time, tags: group_tags };
                    self.items.extend(foreseen.map(item));
                }
            }
        }
        head.tmax = self.items.iter().map(|item| item.time).fold(head.tmax, i64::max);
        self.head = Some(head);
    }
}

/// A point's tags, and those of its group that it does not have.
fn merged(group: TagsId, tags: TagsId, cx: &mut Cx<'_>) -> TagsId {
    let mut all = tags;
    for at in 0..cx.world.tags.pairs(group).len() {
        let (key, value) = cx.world.tags.pairs(group)[at];
        if cx.world.tags.get(tags, key).is_none() {
            all = cx.world.tags.with(all, key, value, &cx.world.symbols);
        }
    }
    all
}

impl Node for Several {
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        let call = &mut self.call;
        let group = self.groups.get_or(row.group, || Group { name: row.name, run: None });
        let run = group.run.get_or_insert_with(|| call.run(row.name, row.time));
        let mut step = Step::Drop;
        if row.time != run.time {
            if run.context.kind.take().is_some() {
                let head = Head { name: run.name, group: row.group, tmax: run.time };
                self.giving.fill(call, &mut run.context, head, cx);
                step = Step::More;
            }
            (run.name, run.time) = (row.name, row.time);
        }
        call.take(&mut run.context, &row, "failed to aggregate point", cx);
        step
    }

    fn begin(&mut self, head: Head, _: &mut Cx<'_>) -> Step<Head> {
        let group = self.groups.get_or(head.group, || Group { name: head.name, run: None });
        self.head = Some(Head { name: group.name, ..head });
        self.batch.kind = None;
        Step::Drop
    }

    fn item(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        self.call.take(&mut self.batch, &row, "failed to aggregate point in batch", cx);
        Step::Drop
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> Step<()> {
        match self.head.take() {
            Some(head) if self.batch.kind.is_some() => {
                self.giving.fill(&self.call, &mut self.batch, head, cx);
                Step::More
            }
            _ => Step::Drop,
        }
    }

    fn next(&mut self, cx: &mut Cx<'_>) -> Option<Msg> {
        let giving = &mut self.giving;
        let head = giving.head?;
        if !giving.open {
            giving.open = true;
            return Some(Msg::Begin(head));
        }
        let Some(item) = giving.items.get(giving.next) else {
            giving.head = None;
            return Some(Msg::End);
        };
        giving.next += 1;
        let row = cx.new_row(item.time, head.name, head.group);
        let val = match item.val {
            Val::Str(text) => Val::Str(cx.tape.text.push(giving.text.get(text))),
            val => val,
        };
        cx.set(&row, self.call.output.slot, val);
        Some(Msg::Item(Row { tags: item.tags, ..row }))
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

impl Keep for Several {
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

impl Keep for Tally {
    fn save(&self, out: &mut Saver<'_>) {
        match self {
            Tally::Distinct(distinct) => distinct.save(out),
            Tally::Best(ladder) => ladder.save(out),
            Tally::Samples(samples) => samples.save(out),
        }
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        match self {
            Tally::Distinct(distinct) => distinct.restore(from),
            Tally::Best(ladder) => ladder.restore(from),
            Tally::Samples(samples) => samples.restore(from),
        }
    }
}
