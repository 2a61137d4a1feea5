//! `stateDuration`: how long a condition has been true.

use crate::pipeline::ArgType::{Duration, Lambda, Str};
use crate::pipeline::{NodeSpec, Param, PropSpec, start};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "stateDuration",
    desc: "state_duration",
    go_type: "StateDurationNode",
    params: &[Param::new("condition", Lambda)],
    props: &[
        PropSpec::field("as", Str, "name of the field (default 'state_duration')"),
        PropSpec::field("unit", Duration, "what to count in (default 1s)"),
    ],
    doc: "adds how long a condition has been true, as a float",
    details: "-1 where it is false, 0 at the first point where it is true.",
    example: "stream\n    |from()\n        .measurement('cpu')\n        .groupBy('host')\n    \
              |stateDuration(lambda: \"usage_idle\" < 10.0)\n        .unit(1m)\n    |alert()\n        \
              .crit(lambda: \"state_duration\" >= 5.0)\n",
    start: |node, _| start::lambda_arg(node.args.first(), ""),
    ..NodeSpec::BASE
};
