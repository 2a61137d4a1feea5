//! `barrier`: tells the nodes below that nothing older will come.

use crate::pipeline::ArgType::{Bool, Duration};
use crate::pipeline::{Fault, NodeDef, NodeSpec, PropSpec};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "barrier",
    desc: "barrier",
    go_type: "BarrierNode",
    props: &[
        PropSpec::field("idle", Duration, "emit a barrier after this long without a point"),
        PropSpec::field("period", Duration, "emit a barrier this often"),
        PropSpec::field("delete", Bool, "forget the group after each barrier"),
    ],
    doc: "emits barriers, so that windows and joins need not wait for a later point",
    details: "Exactly one of `idle` and `period` is needed. Points older than the last barrier are dropped. \
              Barriers belong to a group: put `|barrier()` after `|groupBy()`.",
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
