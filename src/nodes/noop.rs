//! The hidden child that gives an edge to a node that is observed by `stats` and has no child of its own.

use super::build::Build;
use super::{Cx, Node, Step};
use crate::data::{Row, kept};
use crate::pipeline::{After, Fault, NodeDef, NodeSpec};

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

/// `noop` at work.
pub struct Noop;

impl Noop {
    pub(super) fn build(_: &NodeDef, _: &mut Build<'_>) -> Result<Noop, Fault> {
        Ok(Noop)
    }
}

impl Node for Noop {
    fn point(&mut self, row: Row, _: &mut Cx<'_>) -> Step {
        Step::Pass(row)
    }
}

kept!(Noop {});
