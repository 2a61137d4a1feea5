//! `deadman`: short for `stats`, `derivative` and `alert`.

use crate::pipeline::ArgType::{Duration, Float, Lambda};
use crate::pipeline::{After, Link, NodeSpec, Param, Whole};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "deadman",
    desc: "alert",
    go_type: "AlertNode",
    after: After::Any,
    link: Link::Deadman,
    params: &[Param::new("threshold", Float), Param::new("interval", Duration)],
    rest: Some(Param::new("condition", Lambda)),
    doc: "alerts when a node emits too few points",
    details: "Stands for `|stats(interval).align()|derivative('emitted').unit(interval).nonNegative()|alert()`, \
              critical when the rate is at most the threshold and all conditions hold. What follows are \
              properties of the alert. The threshold is a float: `10.0`.",
    example: "stream\n    |from()\n        .measurement('cpu')\n        .groupBy('host')\n    |deadman(0.0, 1m)\n        \
              .slack()\n",
    whole: |_| Whole::Reads,
    ..NodeSpec::BASE
};
