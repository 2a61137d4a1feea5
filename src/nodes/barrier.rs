//! `barrier`: tells the nodes below that nothing older will come.

use super::build::Build;
use super::{Cx, Msg, Node, PerGroup, Step};
use crate::data::{GroupId, Head, Row, kept};
use crate::pipeline::ArgType::{Bool, Duration};
use crate::pipeline::{Arg, Fault, NodeDef, NodeSpec, PropSpec};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "barrier",
    desc: "barrier",
    go_type: "BarrierNode",
    props: &[
        PropSpec::field(
            "idle",
            Duration,
            "emit a barrier after this long without a point; this or `period` is required",
        ),
        PropSpec::field("period", Duration, "emit a barrier this often"),
        PropSpec::field("delete", Bool, "forget the group after each barrier"),
    ],
    doc: "emits barriers, so that windows and joins need not wait for a later point",
    details: "Exactly one of `idle` and `period` is needed. Points older than the last barrier are dropped. \
              Barriers belong to a group: put `|barrier()` after `|groupBy()`. Idleness and periods go by \
              the run's clock, which the data drive: after the last point, only as far as `--until`.",
    example: "stream\n    |from()\n        .measurement('cpu')\n        .groupBy('host')\n    |barrier()\n        \
              .idle(30s)\n    |window()\n        .period(1m)\n        .every(1m)\n    |count('usage_idle')\n    |log()\n",
    validate,
    ..NodeSpec::BASE
};

fn validate(node: &NodeDef) -> Result<(), Fault> {
    let idle = node.duration("idle").unwrap_or(0);
    let period = node.duration("period").unwrap_or(0);
    if idle != 0 && period != 0 {
        return Err(Fault::new("cannot specify both idle and period").prop("period"));
    }
    if period == 0 && idle <= 0 {
        return Err(Fault::new("idle must be greater than zero")
            .message("`barrier` needs an `idle` or a `period` greater than zero")
            .hint("add `.idle(…)` or `.period(…)`")
            .prop("idle"));
    }
    if idle == 0 && period <= 0 {
        return Err(Fault::new("period must be greater than zero").prop("period"));
    }
    Ok(())
}

/// `barrier` at work.
///
/// Points only note when the next barrier of their group is due; a timer for each group, the only one it
/// has at any time, finds out when it goes off whether that has moved on.
pub struct Barrier {
    every: i64,
    /// Barriers come after so long without a point, instead of regularly.
    idle: bool,
    delete: bool,
    groups: PerGroup<Quiet>,
    /// The group of each key of a timer.
    keys: Vec<GroupId>,
    /// By group, even if it was forgotten meanwhile.
    timers: PerGroup<Timer>,
    /// What is still to be given, last first.
    giving: Vec<Msg>,
}

/// The timer of a group.
#[derive(Default)]
struct Timer {
    key: u32,
    armed: bool,
}

/// What is known of a group.
#[derive(Default)]
struct Quiet {
    /// Time of the last message that was let pass.
    last: i64,
    /// Time of the last barrier.
    barrier: i64,
    /// When the next one comes, by the run's clock.
    due: i64,
}

impl Barrier {
    pub(super) fn build(node: &NodeDef, _: &mut Build<'_>) -> Result<Barrier, Fault> {
        let idle = node.duration("idle").unwrap_or(0);
        let every = if idle > 0 { idle } else { node.duration("period").unwrap_or(0) };
        if every <= 0 {
            return Err(Fault::new("barrier node must have either a non zero idle or a non zero period"));
        }
        let delete = node.arg("delete") == Some(&Arg::Bool(true));
        let (groups, timers) = (PerGroup::default(), PerGroup::default());
        Ok(Barrier { every, idle: idle > 0, delete, groups, keys: Vec::new(), timers, giving: Vec::new() })
    }

    /// Begins to watch over a group.
    #[cold]
    fn meet(&mut self, group: GroupId, time: i64, cx: &mut Cx<'_>) {
        let due = cx.now.saturating_add(self.every);
        self.groups.insert(group, Quiet { last: time, barrier: i64::MIN, due });
        self.arm(group, due, cx);
    }

    fn arm(&mut self, group: GroupId, due: i64, cx: &mut Cx<'_>) {
        let timer = self.timers.get_or(group, || {
            self.keys.push(group);
            Timer { key: self.keys.len() as u32 - 1, armed: false }
        });
        if !std::mem::replace(&mut timer.armed, true) {
            cx.wake_at(due, timer.key);
        }
    }

    /// Whether a message of this time may pass; if so, its group is not idle.
    fn admit(&mut self, group: GroupId, time: i64, cx: &mut Cx<'_>) -> bool {
        if self.groups.get(group).is_none() {
            self.meet(group, time, cx);
        }
        let Some(quiet) = self.groups.get(group) else { return true };
        if time < quiet.barrier {
            return false;
        }
        quiet.last = time;
        if self.idle {
            quiet.due = cx.now.saturating_add(self.every);
        }
        true
    }

    fn raise(&mut self, group: GroupId, cx: &mut Cx<'_>) -> Step<()> {
        let Some(quiet) = self.groups.get(group) else { return Step::Drop };
        if quiet.due > cx.now {
            let due = quiet.due;
            self.arm(group, due, cx);
            return Step::Drop;
        }
        let time = if self.idle { quiet.last.saturating_add(self.every) } else { cx.now };
        let due = cx.now.saturating_add(self.every);
        *quiet = Quiet { last: time, barrier: time, due };
        if self.delete {
            self.groups.remove(group);
            self.giving.push(Msg::Delete(group));
        } else {
            self.arm(group, due, cx);
        }
        self.giving.push(Msg::Barrier(super::Barrier { group, time }));
        Step::More
    }
}

impl Node for Barrier {
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        if self.admit(row.group, row.time, cx) { Step::Pass(row) } else { Step::Drop }
    }

    fn begin(&mut self, head: Head, cx: &mut Cx<'_>) -> Step<Head> {
        if self.groups.get(head.group).is_none() {
            self.meet(head.group, head.tmax, cx);
        }
        Step::Pass(head)
    }

    fn barrier(&mut self, barrier: super::Barrier, cx: &mut Cx<'_>) -> Step<super::Barrier> {
        if !self.admit(barrier.group, barrier.time, cx) {
            return Step::Drop;
        }
        if let Some(quiet) = self.groups.get(barrier.group) {
            quiet.barrier = barrier.time;
        }
        Step::Pass(barrier)
    }

    fn forget(&mut self, group: GroupId, _: &mut Cx<'_>) -> Step<GroupId> {
        match self.groups.remove(group) {
            Some(_) => Step::Pass(group),
            None => Step::Drop,
        }
    }

    fn wake(&mut self, key: u32, cx: &mut Cx<'_>) -> Step<()> {
        let Some(&group) = self.keys.get(key as usize) else { return Step::Drop };
        if let Some(timer) = self.timers.get(group) {
            timer.armed = false;
        }
        self.raise(group, cx)
    }

    fn next(&mut self, _: &mut Cx<'_>) -> Option<Msg> {
        self.giving.pop()
    }

    fn cardinality(&self) -> usize {
        self.groups.len()
    }
}

kept!(Timer { key, armed });
kept!(Quiet { last, barrier, due });
kept!(Barrier { groups, keys, timers });
