//! `stats`: counts what a node emits, as a source of its own.

use crate::pipeline::ArgType::Duration;
use crate::pipeline::{
    After, Arg, Edge, Fault, Link, NodeDef, NodeSpec, Param, PropSpec, StartContext, Whole,
};

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
              It goes by the clock, not by the data.",
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
