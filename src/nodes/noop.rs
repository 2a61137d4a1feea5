//! The hidden child that gives an edge to a node that is observed by `stats` and has no child of its own.

use crate::pipeline::{After, NodeSpec};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "noop",
    desc: "noop",
    go_type: "NoOpNode",
    after: After::Nothing,
    doc: "takes data and does nothing with them",
    details: "Scripts cannot write it: it appears below a node that is observed by `|stats()` or `|deadman()` \
              and has nothing else below it.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |deadman(0.0, 10s)\n",
    ..NodeSpec::BASE
};
