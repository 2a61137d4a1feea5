//! `stateCount`: for how many points a condition has been true.

use crate::pipeline::ArgType::{Lambda, Str};
use crate::pipeline::{NodeSpec, Param, PropSpec, start};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "stateCount",
    desc: "state_count",
    go_type: "StateCountNode",
    params: &[Param::new("condition", Lambda)],
    props: &[PropSpec::field("as", Str, "name of the field (default 'state_count')")],
    doc: "adds for how many points in a row a condition has been true, as an int",
    details: "-1 where it is false, 1 at the first point where it is true.",
    example: "stream\n    |from()\n        .measurement('cpu')\n        .groupBy('host')\n    \
              |stateCount(lambda: \"usage_idle\" < 10.0)\n    |alert()\n        .crit(lambda: \"state_count\" >= 5)\n",
    start: |node, _| start::lambda_arg(node.args.first(), ""),
    ..NodeSpec::BASE
};
