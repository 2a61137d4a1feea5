//! `join`: points of several parents at one time to one point.

mod batch;
mod held;
mod keep;
mod on;
mod run;
mod sets;
mod times;

pub(super) use run::Join;

use super::names::{self, Words};
use crate::pipeline::ArgType::{Any, Bool, Duration, Node, Str};
use crate::pipeline::{Arg, Fault, Link, NodeDef, NodeSpec, Param, PropSpec, StartContext};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "join",
    desc: "join",
    go_type: "JoinNode",
    link: Link::CallerFirst,
    rest: Some(Param::new("node", Node)),
    props: &[
        PropSpec::list(
            "as",
            Param::new("prefix", Str),
            "prefix of the fields of each parent, the caller first; required",
        ),
        PropSpec::list(
            "on",
            Param::new("tag", Str),
            "join groups of more tags with groups of these tags alone",
        ),
        PropSpec::field("delimiter", Str, "between prefix and field name (default '.')"),
        PropSpec::field(
            "tolerance",
            Duration,
            "round times to this before comparing them (default: not at all)",
        ),
        PropSpec::field("fill", Any, "what stands for a missing side: 'none' (default), 'null' or a number"),
        PropSpec::field("streamName", Str, "measurement of the result (default: that of the caller)"),
        PropSpec::field("deleteAll", Bool, "let the deletion of one group forget the progress of all"),
    ],
    doc: "joins points of the same time and group",
    details: "Without `fill` a point goes out only when every side has one (inner join); with `fill` as soon as \
              all sides are past its time. Only the tags grouped by are kept.",
    example: "var errors = stream\n    |from()\n        .measurement('errors')\n\nvar views = stream\n    |from()\n        \
              .measurement('views')\n\nerrors\n    |join(views)\n        .as('errors', 'views')\n        \
              .tolerance(1s)\n    |log()\n",
    validate: |node| names::validate(node, node.parents.len(), &WORDS),
    start,
    ..NodeSpec::BASE
};

const WORDS: Words = Words {
    node: "join",
    counted: "joined streams",
    empty_delimiter_fails: false,
    contains: |name, delimiter| {
        format!("cannot use name {name} as field prefix, it contains the delimiter {delimiter:?}\t")
    },
};

fn start(node: &NodeDef, _: &StartContext<'_>) -> Result<(), Fault> {
    match node.arg("fill") {
        Some(Arg::Str(fill)) if !matches!(fill.as_str(), "null" | "none") => {
            Err(Fault::new(format!("unexpected fill option {fill}"))
                .message(format!("`fill` does not know '{fill}'"))
                .hint("use 'null', 'none' or a number")
                .prop("fill"))
        }
        _ => Ok(()),
    }
}
