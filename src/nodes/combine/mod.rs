//! `combine`: points of one group and time, in all combinations that match.

mod choice;
mod run;
mod tags;

pub(super) use run::Combine;

use super::names::{self, Words};
use crate::pipeline::ArgType::{Duration, Int, Lambda, Str};
use crate::pipeline::{Edge, NodeSpec, Param, PropSpec, start};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "combine",
    desc: "combine",
    go_type: "CombineNode",
    provides: Edge::Stream,
    rest: Some(Param::new("condition", Lambda)),
    props: &[
        PropSpec::list(
            "as",
            Param::new("prefix", Str),
            "prefix of fields and tags for each condition; required",
        ),
        PropSpec::field("delimiter", Str, "between prefix and name (default '.')"),
        PropSpec::field(
            "tolerance",
            Duration,
            "round times to this before comparing them (default: not at all)",
        ),
        PropSpec::field("max", Int, "refuse more combinations than this (default 1000000)"),
    ],
    doc: "combines points of the same time with each other",
    details: "For every choice of points of one time that satisfies the conditions, in order, a point with the \
              fields of all of them goes out.",
    example: "stream\n    |from()\n        .measurement('requests')\n    |combine(lambda: \"service\" == 'login', \
              lambda: TRUE)\n        .as('login', 'other')\n    |log()\n",
    validate: |node| names::validate(node, node.args.len(), &WORDS),
    start: |node, _| start::indexed_lambdas(&node.args),
    ..NodeSpec::BASE
};

const WORDS: Words = Words {
    node: "combine",
    counted: "combine expressions",
    empty_delimiter_fails: true,
    contains: |name, delimiter| {
        format!("cannot use name {name} as field prefix, it contains the delimiter character {delimiter}")
    },
};
