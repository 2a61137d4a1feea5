//! What scripts may say about `window`.

use crate::pipeline::ArgType::{Duration, Int};
use crate::pipeline::{Arg, Edge, EdgeType, Fault, NodeDef, NodeSpec, PropSpec, StartContext};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "window",
    desc: "window",
    go_type: "WindowNode",
    wants: Edge::Stream,
    provides: Edge::Batch,
    props: &[
        PropSpec::field("period", Duration, "length of a window; this or `periodCount` is required"),
        PropSpec::field("every", Duration, "how often a window is emitted (default 0: with each point)"),
        PropSpec::flag("align", "emit at multiples of `every`"),
        PropSpec::flag("fillPeriod", "emit nothing before the first window is full"),
        PropSpec::field("periodCount", Int, "length of a window in points"),
        PropSpec::field(
            "everyCount",
            Int,
            "how often a window is emitted, in points; required with `periodCount`",
        ),
    ],
    doc: "collects points to batches",
    details: "A window is emitted when a later point of its group arrives, never by the clock, and holds the \
              points before that one. At the end of the data the open window is lost.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |window()\n        .period(5m)\n        \
              .every(1m)\n    |mean('usage_idle')\n    |log()\n",
    create,
    validate,
    start,
    ..NodeSpec::BASE
};

fn create(parent: EdgeType, _: &[Arg]) -> Result<(), Fault> {
    if parent != EdgeType::Batch {
        return Ok(());
    }
    Err(Fault::new("cannot Window batch edge")
        .message("`window` collects single points, but what stands before it gives batches")
        .hint("leave it out, or put it before the node that makes batches"))
}

fn validate(node: &NodeDef) -> Result<(), Fault> {
    let period = node.duration("period").unwrap_or(0);
    let count = node.int("periodCount").unwrap_or(0);
    if period != 0 && count != 0 {
        return Err(Fault::new("cannot specify both period and periodCount").prop("periodCount"));
    }
    if count != 0 && node.prop("align").is_some() {
        return Err(Fault::new("can only align windows based off time, not count").prop("align"));
    }
    if count != 0 && node.int("everyCount").unwrap_or(0) <= 0 {
        return Err(Fault::new("everyCount must be greater than zero").prop("periodCount"));
    }
    Ok(())
}

fn start(node: &NodeDef, _: &StartContext<'_>) -> Result<(), Fault> {
    if node.duration("period").unwrap_or(0) == 0 && node.int("periodCount").unwrap_or(0) == 0 {
        return Err(Fault::new("window node must have either a non zero period or non zero period count")
            .message("`window` needs a length")
            .hint("add `.period(…)` or `.periodCount(…)`"));
    }
    Ok(())
}
