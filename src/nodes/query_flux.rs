//! `queryFlux`: a Flux query on a schedule.

use super::schedule;
use crate::pipeline::ArgType::{Duration, Str};
use crate::pipeline::{After, Edge, NodeSpec, Param, PropSpec};

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
    details: "The text is sent unchanged. Each table of the answer becomes a batch.",
    example: "batch\n    |queryFlux('from(bucket: \"telegraf\") |> range(start: -5m)')\n        .every(1m)\n    |log()\n",
    start: |node, _| schedule::check(node),
    ..NodeSpec::BASE
};
