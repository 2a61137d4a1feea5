//! `from`: chooses points of a stream by database, retention policy, measurement and a condition.

use super::dims;
use crate::pipeline::ArgType::{Any, Duration, Lambda, Str};
use crate::pipeline::{After, Edge, Fault, NodeDef, NodeSpec, Offers, Param, PropSpec, StartContext, start};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "from",
    desc: "from",
    go_type: "FromNode",
    wants: Edge::Stream,
    provides: Edge::Stream,
    after: After::Stream,
    offers: Offers::From,
    props: &[
        PropSpec::field("database", Str, "only points of this database"),
        PropSpec::field("retentionPolicy", Str, "only points of this retention policy"),
        PropSpec::field("measurement", Str, "only points of this measurement"),
        PropSpec::method(
            "where",
            &[Param::new("condition", Lambda)],
            None,
            "only points for which it is true; several calls all have to hold",
        ),
        PropSpec::list("groupBy", Param::new("tag", Any), "group by these tags, or by all with `*`"),
        PropSpec::flag("groupByMeasurement", "group by measurement too"),
        PropSpec::field("truncate", Duration, "cut times down to a multiple"),
        PropSpec::field("round", Duration, "round times to a multiple"),
    ],
    doc: "chooses points of a stream",
    details: "Names are compared exactly, and one that is not given matches all. A second `|from()` below a \
              `|from()` groups anew: without `.groupBy()` its points are not grouped.",
    example: "stream\n    |from()\n        .measurement('cpu')\n        .where(lambda: \"cpu\" == 'cpu-total')\n        \
              .groupBy('host')\n    |log()\n",
    validate,
    start: start_up,
    ..NodeSpec::BASE
};

fn validate(node: &NodeDef) -> Result<(), Fault> {
    let Some(group) = node.prop("groupBy") else { return Ok(()) };
    dims::validate(&group.args).map_err(|fault| fault.prop("groupBy"))
}

fn start_up(node: &NodeDef, _: &StartContext<'_>) -> Result<(), Fault> {
    for call in node.props("where") {
        start::lambda_arg(call.args.first(), "Failed to compile from expression: ")
            .map_err(|fault| fault.prop("where"))?;
    }
    Ok(())
}
