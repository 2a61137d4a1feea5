//! `trickle`: batches back to single points.

use super::build::Build;
use super::{Cx, Node, Step};
use crate::data::{Head, Row, kept};
use crate::pipeline::{Edge, EdgeType, Fault, NodeDef, NodeSpec};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "trickle",
    desc: "trickle",
    go_type: "TrickleNode",
    wants: Edge::Batch,
    provides: Edge::Stream,
    doc: "emits the points of batches one by one",
    details: "Only the child that is declared last gets the points.",
    example: "batch\n    |query('SELECT usage_idle FROM \"telegraf\".\"autogen\".\"cpu\"')\n        \
              .period(1m)\n        .every(1m)\n    |trickle()\n    |log()\n",
    create: |parent, _| {
        if parent != EdgeType::Stream {
            return Ok(());
        }
        Err(Fault::new("cannot Trickle stream edge")
            .message("`trickle` takes batches, but what stands before it gives single points")
            .hint("leave it out"))
    },
    ..NodeSpec::BASE
};

/// `trickle` at work. That only one child gets the points is the loop's affair.
pub struct Trickle;

impl Trickle {
    pub(super) fn build(_: &NodeDef, _: &mut Build<'_>) -> Result<Trickle, Fault> {
        Ok(Trickle)
    }
}

impl Node for Trickle {
    fn begin(&mut self, _: Head, _: &mut Cx<'_>) -> Step<Head> {
        Step::Drop
    }

    /// A point of a batch has the batch's name and group already.
    fn point(&mut self, row: Row, _: &mut Cx<'_>) -> Step {
        Step::Pass(row)
    }

    fn end(&mut self, _: &mut Cx<'_>) -> Step<()> {
        Step::Drop
    }
}

kept!(Trickle {});
