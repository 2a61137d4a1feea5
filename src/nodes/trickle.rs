//! `trickle`: batches back to single points.

use crate::pipeline::{Edge, EdgeType, Fault, NodeSpec};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "trickle",
    desc: "trickle",
    go_type: "TrickleNode",
    wants: Edge::Batch,
    provides: Edge::Stream,
    doc: "emits the points of batches one by one",
    details: "Only the child that is declared last gets the points.",
    example: "batch\n    |query('SELECT usage_idle FROM \"telegraf\".\"autogen\".\"cpu\"')\n        \
              .period(1m)\n        .every(1m)\n    |trickle()\n    |log()\n",
    create: |parent, _| {
        if parent != EdgeType::Stream {
            return Ok(());
        }
        Err(Fault::new("cannot Trickle stream edge")
            .message("`trickle` takes batches, but what stands before it gives single points")
            .hint("leave it out"))
    },
    ..NodeSpec::BASE
};
