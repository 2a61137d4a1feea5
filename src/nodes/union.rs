//! `union`: several parents to one stream, ordered by time.

use crate::pipeline::ArgType::{Node, Str};
use crate::pipeline::{Link, NodeSpec, Param, PropSpec};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "union",
    desc: "union",
    go_type: "UnionNode",
    link: Link::CallerLast,
    rest: Some(Param::new("node", Node)),
    props: &[PropSpec::field("rename", Str, "measurement of the result")],
    doc: "merges streams in order of time",
    details: "Nothing goes out before every parent has sent something, and a parent that falls silent holds up \
              the others at its last time.",
    example: "var a = stream\n    |from()\n        .measurement('a')\n\nvar b = stream\n    |from()\n        \
              .measurement('b')\n\na\n    |union(b)\n        .rename('ab')\n    |log()\n",
    ..NodeSpec::BASE
};
