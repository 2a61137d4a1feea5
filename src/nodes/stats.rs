//! `stats`: counts what a node emits, as a source of its own.

use super::build::Build;
use super::{Cx, Msg, Node, Step};
use crate::data::{GroupId, Row, Sym, TagsId, Val, kept};
use crate::pipeline::ArgType::Duration;
use crate::pipeline::{
    After, Arg, Edge, Fault, Link, NodeDef, NodeSpec, Param, PropSpec, StartContext, Whole,
};
use crate::value::time::{round, truncate};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "stats",
    desc: "stats",
    go_type: "StatsNode",
    wants: Edge::Stream,
    provides: Edge::Stream,
    after: After::Any,
    link: Link::Observe,
    params: &[Param::new("interval", Duration)],
    props: &[PropSpec::flag("align", "at multiples of the interval")],
    doc: "emits how many points a node has emitted, at an interval",
    details: "A point named `stats` for each group, with the int field `emitted`: the points sent since the start. \
              It goes by the run's clock, also while no data come: after the last point, as far as `--until`.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |stats(10s)\n    |derivative('emitted')\n        \
              .unit(1s)\n        .nonNegative()\n    |log()\n",
    start,
    whole: |_| Whole::Drops,
    ..NodeSpec::BASE
};

fn start(node: &NodeDef, _: &StartContext<'_>) -> Result<(), Fault> {
    match node.args.first() {
        Some(Arg::Duration(d)) if *d <= 0 => Err(Fault::new("stats node must have positive interval")),
        _ => Ok(()),
    }
}

/// `stats` at work: a source that the clock drives.
pub struct Stats {
    interval: i64,
    align: bool,
    /// Where the points of the observed node are counted.
    watch: usize,
    /// The time of the next points, where that is not the time at which they are given.
    stamp: Option<i64>,
    next: i64,
    name: Sym,
    emitted: Sym,
    /// Time of the points that are being given, and what is still to be given, last first.
    time: i64,
    giving: Vec<(GroupId, i64)>,
    /// No group is known yet: the point is in none.
    nobody: bool,
}

impl Stats {
    pub(super) fn build(node: &NodeDef, b: &mut Build<'_>) -> Result<Stats, Fault> {
        let interval = match node.args.first() {
            Some(Arg::Duration(d)) if *d > 0 => *d,
            _ => return Err(Fault::new("stats node must have positive interval")),
        };
        Ok(Stats {
            interval,
            align: node.prop("align").is_some(),
            watch: b.watch as usize,
            stamp: None,
            next: 0,
            name: b.sym("stats"),
            emitted: b.sym("emitted"),
            time: 0,
            giving: Vec::new(),
            nobody: false,
        })
    }
}

impl Stats {
    /// Where the points of the node that it observes are counted.
    pub fn watch(&self) -> usize {
        self.watch
    }
}

impl Node for Stats {
    fn point(&mut self, row: Row, _: &mut Cx<'_>) -> Step {
        Step::Pass(row)
    }

    fn start(&mut self, cx: &mut Cx<'_>) {
        self.next = cx.now.saturating_add(self.interval);
        if self.align {
            // As in Kapacitor, the first points bear the time at which the waiting for the edge began.
            self.stamp = Some(cx.now);
            self.next = truncate(cx.now, self.interval).saturating_add(self.interval);
        }
        cx.wake_at(self.next, 0);
    }

    fn wake(&mut self, _: u32, cx: &mut Cx<'_>) -> Step<()> {
        let time = self.stamp.take().unwrap_or(self.next);
        self.time = if self.align { round(time, self.interval) } else { time };
        self.giving = cx.watches.get(self.watch).map(|w| w.counts()).unwrap_or_default();
        self.nobody = self.giving.is_empty();
        if self.nobody {
            self.giving.push((GroupId::NIL, 0));
        }
        self.giving.reverse();
        // Times end where 64 bits end.
        if let Some(next) = self.next.checked_add(self.interval) {
            self.next = next;
            cx.wake_at(next, 0);
        }
        Step::More
    }

    fn next(&mut self, cx: &mut Cx<'_>) -> Option<Msg> {
        let (group, count) = self.giving.pop()?;
        let mut row = cx.new_row(self.time, self.name, group);
        if self.nobody {
            row.tags = TagsId::NONE;
        }
        cx.add(&mut row, self.emitted, Val::Int(count));
        Some(Msg::Point(row))
    }
}

kept!(Stats { stamp, next });
