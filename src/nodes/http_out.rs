//! `httpOut`: the latest data of each group, for reading over HTTP.

use crate::pipeline::ArgType::Str;
use crate::pipeline::{NodeSpec, Param};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "httpOut",
    desc: "http_out",
    go_type: "HTTPOutNode",
    params: &[Param::new("endpoint", Str)],
    doc: "keeps the latest point or batch of each group for reading over HTTP",
    details: "An offline run writes what the endpoint would serve at its end. Data pass through unchanged.",
    example: "stream\n    |from()\n        .measurement('cpu')\n        .groupBy('host')\n    |httpOut('cpu')\n",
    ..NodeSpec::BASE
};
