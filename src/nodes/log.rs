//! `log`: writes down what passes.

use crate::pipeline::ArgType::Str;
use crate::pipeline::{NodeSpec, PropSpec};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "log",
    desc: "log",
    go_type: "LogNode",
    props: &[
        PropSpec::field("level", Str, "level of the lines: 'DEBUG', 'INFO' or 'ERROR' (default 'INFO')"),
        PropSpec::field("prefix", Str, "text in front of each line"),
    ],
    doc: "logs every point and batch",
    details: "Data pass through unchanged.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |log()\n        .prefix('cpu')\n",
    ..NodeSpec::BASE
};
