//! `changeDetect`: lets points pass where a field changes.

use crate::pipeline::ArgType::Str;
use crate::pipeline::{NodeSpec, Param};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "changeDetect",
    desc: "changeDetect",
    go_type: "ChangeDetectNode",
    rest: Some(Param::new("field", Str)),
    doc: "lets points pass when one of the fields differs from the last one that passed",
    details: "Types count: the int 1 differs from the float 1.0.",
    example: "stream\n    |from()\n        .measurement('service')\n        .groupBy('host')\n    \
              |changeDetect('status')\n    |log()\n",
    ..NodeSpec::BASE
};
