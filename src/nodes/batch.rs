//! `batch`: where a batch task begins.

use super::{Build, Cx, Node, Step};
use crate::data::{Row, kept};
use crate::pipeline::{After, Edge, Fault, NodeDef, NodeSpec, Offers};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "batch",
    desc: "batch",
    go_type: "BatchNode",
    wants: Edge::None,
    provides: Edge::Batch,
    after: After::Nothing,
    offers: Offers::Batch,
    doc: "the results of queries, batch by batch",
    details: "Every batch task begins here; each `|query()` below it is run on its own schedule.",
    example: "batch\n    |query('SELECT mean(usage_idle) FROM \"telegraf\".\"autogen\".\"cpu\"')\n        \
              .period(5m)\n        .every(1m)\n    |log()\n",
    ..NodeSpec::BASE
};

/// The source. Batches come out of the queries below it.
pub struct Batch;

impl Batch {
    pub(super) fn build(_: &NodeDef, _: &mut Build<'_>) -> Result<Batch, Fault> {
        Ok(Batch)
    }
}

impl Node for Batch {
    fn point(&mut self, _: Row, _: &mut Cx<'_>) -> Step {
        Step::Drop
    }
}

kept!(Batch {});
