//! `stream`: where a stream task begins.

use crate::pipeline::{After, Edge, NodeSpec, Offers};

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
