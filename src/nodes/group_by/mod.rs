//! `groupBy`: regroups points and batches.

mod batch;
mod run;

pub(super) use run::GroupBy;

use super::dims;
use crate::pipeline::ArgType::{Any, Str};
use crate::pipeline::{Arg, Fault, NodeDef, NodeSpec, Param, PropSpec};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "groupBy",
    desc: "groupby",
    go_type: "GroupByNode",
    rest: Some(Param::new("tag", Any)),
    props: &[
        PropSpec::list("exclude", Param::new("tag", Str), "tags that `*` leaves out"),
        PropSpec::flag("byMeasurement", "group by measurement too"),
    ],
    doc: "groups by tags",
    details: "What follows keeps its state for each group. Tags stay on the points. Batches are regrouped when \
              one with another time arrives.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |groupBy('host', 'cpu')\n    |log()\n",
    validate,
    ..NodeSpec::BASE
};

fn validate(node: &NodeDef) -> Result<(), Fault> {
    dims::validate(&node.args)?;
    let star = node.args.contains(&Arg::Star);
    let excludes = node.props("exclude").any(|call| !call.args.is_empty());
    if excludes && !star {
        return Err(Fault::new("exclude requires '*'")
            .message("`exclude` takes tags away from `*`, but the grouping has none")
            .hint("write `|groupBy(*)`, or leave out `.exclude()`")
            .prop("exclude"));
    }
    Ok(())
}
