//! `stream`: where a stream task begins.

use super::{Build, Cx, Node, Step};
use crate::data::{Row, kept};
use crate::pipeline::{After, Edge, Fault, NodeDef, NodeSpec, Offers};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "stream",
    desc: "stream",
    go_type: "StreamNode",
    wants: Edge::Stream,
    provides: Edge::Stream,
    after: After::Nothing,
    offers: Offers::Stream,
    doc: "the points that arrive, one by one",
    details: "Every stream task begins here. `stream` has no properties but `quiet`: choose what to read with \
              `|from()`.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |log()\n",
    ..NodeSpec::BASE
};

/// The source. The engine hands points of a series straight to those `from` nodes that admit it, and
/// works out afterwards what passed here: a script whose `from` does not match costs nothing per point.
pub struct Stream;

impl Stream {
    pub(super) fn build(_: &NodeDef, _: &mut Build<'_>) -> Result<Stream, Fault> {
        Ok(Stream)
    }
}

impl Node for Stream {
    fn point(&mut self, row: Row, _: &mut Cx<'_>) -> Step {
        Step::Pass(row)
    }
}

kept!(Stream {});
