//! `queryFlux`: a Flux query on a schedule. Nobody here speaks Flux, but answers that were recorded can be played.

use super::{Build, Cx, Node, Step, schedule};
use crate::data::{Row, kept};
use crate::pipeline::ArgType::{Duration, Str};
use crate::pipeline::{After, Edge, Fault, NodeDef, NodeSpec, Param, PropSpec};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "queryFlux",
    desc: "queryFlux",
    go_type: "QueryFluxNode",
    wants: Edge::Batch,
    provides: Edge::Batch,
    after: After::Batch,
    params: &[Param::new("query", Str)],
    props: &[
        PropSpec::field("period", Duration, "unused; the range is in the query"),
        PropSpec::field("every", Duration, "how often to ask; this or `cron` is required"),
        PropSpec::field("cron", Str, "when to ask, in cron's syntax, local time"),
        PropSpec::field("offset", Duration, "shift the query's `now` back by this much"),
        PropSpec::flag("align", "ask at multiples of `every`"),
        PropSpec::field("cluster", Str, "name of the InfluxDB to ask (default: the default one)"),
        PropSpec::field("org", Str, "organisation, by name"),
        PropSpec::field("orgID", Str, "organisation, by id"),
    ],
    doc: "runs a Flux query on a schedule",
    details: "Flux is the language of InfluxDB 2, which alone can answer it: `check`, `fmt` and `graph` take the node, and \
              `--source` plays recorded answers to it, but a run that would have to ask is refused. Write such a query \
              as InfluxQL, `|query('SELECT …')`, to have it answered from files or by InfluxDB 1.x.",
    example: "batch\n    |queryFlux('from(bucket: \"telegraf\") |> range(start: -5m)')\n        .every(1m)\n    |log()\n",
    start: |node, _| schedule::check(node),
    ..NodeSpec::BASE
};

/// `queryFlux` at work: recorded batches come out of it.
pub struct QueryFlux;

impl QueryFlux {
    pub(super) fn build(_: &NodeDef, b: &mut Build<'_>) -> Result<QueryFlux, Fault> {
        if !b.asks {
            return Ok(QueryFlux);
        }
        Err(Fault::new("`queryFlux` cannot be answered here: Flux is InfluxDB 2's own language")
            .hint(
                "write the query as InfluxQL, `|query('SELECT …')`, or play recorded answers with `--source`",
            )
            .code("E0390"))
    }
}

impl Node for QueryFlux {
    fn point(&mut self, _: Row, _: &mut Cx<'_>) -> Step {
        Step::Drop
    }
}

kept!(QueryFlux {});
