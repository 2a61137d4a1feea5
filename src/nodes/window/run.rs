//! HOT: the window node at work: when points come in, and when they go out.

use super::points::Points;
use crate::data::{Damaged, GroupId, Head, Keep, Loader, Row, Saver, Sym};
use crate::nodes::{Barrier, Cx, Msg, Node, PerGroup, Step};
use crate::pipeline::NodeDef;
use crate::value::time::truncate;

/// A window over points kept in some way.
pub(super) struct Windows<P: Points> {
    kind: Kind,
    fill: bool,
    plan: P::Plan,
    groups: PerGroup<Open<P>>,
    /// The batch that is being given, and how much of it was.
    giving: Option<Giving>,
}

#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// Emitted when a point comes that is too late for it.
    Time { period: i64, every: i64, align: bool },
    /// Emitted with each point.
    Each { period: i64 },
    /// Emitted after so many points.
    Count { period: usize, every: u64 },
}

/// The window of a group.
struct Open<P> {
    /// Of the message that created the group.
    name: Sym,
    /// When it is emitted; how many points it takes by then, if it goes by count.
    next: i64,
    /// Points seen, if it goes by count.
    seen: u64,
    points: P,
    /// How many of them, from the front, were in a batch already.
    given: usize,
}

struct Giving {
    head: Head,
    stage: Stage,
    /// The point that triggered the batch but is not in it: it is kept after the batch was given.
    after: Option<Row>,
}

enum Stage {
    Begin,
    Point(usize),
    Done,
}

impl Kind {
    pub(super) fn new(node: &NodeDef) -> Kind {
        let [period, every] = ["period", "every"].map(|p| node.duration(p).unwrap_or(0));
        let [count, every_count] = ["periodCount", "everyCount"].map(|p| node.int(p).unwrap_or(0));
        match every {
            _ if count != 0 => {
                Kind::Count { period: count.max(0) as usize, every: every_count.max(1) as u64 }
            }
            0 => Kind::Each { period },
            _ => Kind::Time { period, every, align: node.prop("align").is_some() },
        }
    }

    /// Whether a point is in one window at most.
    pub(super) fn tumbles(self) -> bool {
        matches!(self, Kind::Time { period, every, .. } if (1..=every).contains(&period))
    }
}

impl<P: Points> Windows<P> {
    pub(super) fn new(node: &NodeDef, plan: P::Plan) -> Windows<P> {
        let fill = node.prop("fillPeriod").is_some();
        Windows { kind: Kind::new(node), fill, plan, groups: PerGroup::default(), giving: None }
    }

    /// The window of a group whose first message has this time.
    #[cold]
    fn open(&self, name: Sym, time: i64) -> Open<P> {
        let next = match self.kind {
            Kind::Time { period, every, align } => match (align, self.fill) {
                (false, false) => time.saturating_add(every),
                (false, true) => time.saturating_add(period),
                (true, false) => truncate(time.saturating_add(every), every),
                (true, true) => {
                    let full = time.saturating_add(period);
                    match truncate(full, every) {
                        edge if edge > full => edge,
                        edge => edge.saturating_add(every),
                    }
                }
            },
            Kind::Each { period } if self.fill => time.saturating_add(period),
            Kind::Each { .. } => time,
            Kind::Count { period, .. } if self.fill => period as i64,
            Kind::Count { every, .. } => every as i64,
        };
        Open { name, next, seen: 0, points: P::new(&self.plan), given: 0 }
    }

    /// Begins to give the window of a group.
    fn give(&mut self, group: GroupId, tmax: i64, after: Option<Row>) -> Step {
        let name = self.groups.get(group).map_or(Sym::EMPTY, |open| open.name);
        self.giving = Some(Giving { head: Head { name, group, tmax }, stage: Stage::Begin, after });
        Step::More
    }

    /// A window by time whose edge has come with a message of this time.
    fn edge(&mut self, group: GroupId, time: i64, after: Option<Row>) -> Option<Step> {
        let Kind::Time { period, every, align } = self.kind else { return None };
        let open = self.groups.get(group)?;
        if time < open.next {
            return None;
        }
        let tmax = open.next;
        open.forget(|t| t < tmax.saturating_sub(period));
        let next = time.saturating_add(every);
        open.next = if align { truncate(next, every) } else { next };
        Some(self.give(group, tmax, after))
    }

    /// A window that is emitted with each message.
    fn now(&mut self, group: GroupId, time: i64) -> Step {
        let Kind::Each { period } = self.kind else { return Step::Drop };
        match self.groups.get(group) {
            Some(open) if time >= open.next => {
                open.forget(|t| t <= time.saturating_sub(period));
                open.next = time;
                self.give(group, time, None)
            }
            _ => Step::Drop,
        }
    }

    fn count(&mut self, row: &Row) -> Step {
        let Kind::Count { period, every } = self.kind else { return Step::Drop };
        let Some(open) = self.groups.get(row.group) else { return Step::Drop };
        while open.points.len() > period {
            open.pop();
        }
        open.seen += 1;
        if open.seen != open.next as u64 {
            return Step::Drop;
        }
        open.next = open.next.saturating_add(every as i64);
        self.give(row.group, row.time, None)
    }
}

impl<P: Points> Open<P> {
    /// Keeps a point, unless it is too old for the window and has nothing before it: the window would begin
    /// with forgetting it.
    #[inline]
    fn take(&mut self, row: &Row, kind: Kind, plan: &P::Plan, cx: &mut Cx<'_>) {
        let Kind::Time { period, .. } = kind else { return self.points.push(row, plan, cx) };
        if row.time < self.next.saturating_sub(period) && self.points.len() == 0 {
            return;
        }
        self.points.push(row, plan, cx);
    }

    /// Drops points from the front. A late one behind a newer one stays, as in Kapacitor.
    fn forget(&mut self, old: impl Fn(i64) -> bool) {
        while self.points.oldest().is_some_and(&old) {
            self.pop();
        }
    }

    fn pop(&mut self) {
        self.points.pop();
        self.given = self.given.saturating_sub(1);
    }
}

impl<P: Points> Node for Windows<P> {
    #[inline]
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        if self.groups.get(row.group).is_none() {
            let open = self.open(row.name, row.time);
            self.groups.insert(row.group, open);
        }
        let Some(open) = self.groups.get(row.group) else { return Step::Drop };
        if matches!(self.kind, Kind::Time { .. }) && row.time >= open.next {
            return self.edge(row.group, row.time, Some(row)).unwrap_or(Step::Drop);
        }
        open.take(&row, self.kind, &self.plan, cx);
        match self.kind {
            Kind::Time { .. } => Step::Drop,
            Kind::Each { .. } => self.now(row.group, row.time),
            Kind::Count { .. } => self.count(&row),
        }
    }

    fn next(&mut self, cx: &mut Cx<'_>) -> Option<Msg> {
        let giving = self.giving.as_mut()?;
        let open = self.groups.get(giving.head.group)?;
        match giving.stage {
            Stage::Begin => {
                giving.stage = Stage::Point(0);
                Some(Msg::Begin(giving.head))
            }
            Stage::Point(at) => match open.points.give(at, &giving.head, &self.plan, cx) {
                Some(msg) => {
                    giving.stage = Stage::Point(at + 1);
                    Some(msg)
                }
                None => {
                    giving.stage = Stage::Done;
                    Some(Msg::End)
                }
            },
            Stage::Done => {
                // The next window would forget them as its first act: its range begins where this one's ends,
                // or later.
                if self.kind.tumbles() {
                    open.points.clear();
                }
                open.given = open.points.len();
                if let Some(row) = giving.after.take() {
                    open.take(&row, self.kind, &self.plan, cx);
                }
                self.giving = None;
                None
            }
        }
    }

    /// A window by time takes barriers for points that are not there, and lets none pass.
    fn barrier(&mut self, barrier: Barrier, cx: &mut Cx<'_>) -> Step<Barrier> {
        let Barrier { group, time } = barrier;
        if self.groups.get(group).is_none() {
            let open = self.open(cx.world.symbols.intern("barrier"), time);
            self.groups.insert(group, open);
        }
        let step = match self.kind {
            Kind::Count { .. } => return Step::Pass(barrier),
            Kind::Each { .. } => self.now(group, time),
            Kind::Time { .. } => self.edge(group, time, None).unwrap_or(Step::Drop),
        };
        match step {
            Step::More => Step::More,
            _ => Step::Drop,
        }
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

    fn pending(&self) -> usize {
        self.groups.iter().map(|open| open.points.len() - open.given).sum()
    }
}

impl<P: Points> Keep for Open<P> {
    fn save(&self, out: &mut Saver<'_>) {
        out.sym(self.name);
        out.time(self.next);
        out.number(self.seen);
        self.points.save(out);
        self.given.save(out);
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        self.name = from.sym()?;
        self.next = from.time()?;
        self.seen = from.number()?;
        self.points.restore(from)?;
        self.given.restore(from)?;
        if self.given <= self.points.len() { Ok(()) } else { Err(Damaged) }
    }
}

impl<P: Points> Keep for Windows<P> {
    fn save(&self, out: &mut Saver<'_>) {
        self.groups.save_with(out, Open::save);
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        let plan = &self.plan;
        let fresh = || Open { name: Sym::EMPTY, next: 0, seen: 0, points: P::new(plan), given: 0 };
        self.groups.restore_into(from, fresh)
    }
}
