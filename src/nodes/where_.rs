//! `where`: lets points pass that satisfy a condition.

use crate::pipeline::ArgType::Lambda;
use crate::pipeline::{NodeSpec, Param, start};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "where",
    desc: "where",
    go_type: "WhereNode",
    params: &[Param::new("condition", Lambda)],
    doc: "lets points pass for which a condition is true",
    details: "The state of functions such as `count()` is kept for each group. A point for which the condition \
              cannot be evaluated is dropped and counted as an error.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |where(lambda: \"host\" =~ /^web/)\n    |log()\n",
    start: |node, _| start::lambda_arg(node.args.first(), "Failed to compile expression in where clause: "),
    ..NodeSpec::BASE
};
