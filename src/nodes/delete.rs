//! `delete`: removes fields and tags.

use crate::pipeline::ArgType::Str;
use crate::pipeline::{NodeSpec, Param, PropSpec};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "delete",
    desc: "delete",
    go_type: "DeleteNode",
    props: &[
        PropSpec::method("field", &[Param::new("name", Str)], None, "remove this field"),
        PropSpec::method("tag", &[Param::new("name", Str)], None, "remove this tag, also from the grouping"),
    ],
    doc: "removes fields and tags",
    details: "A removed tag leaves the dimensions too, so that formerly separate groups become one.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |delete()\n        .field('usage_guest')\n        \
              .tag('cpu')\n    |log()\n",
    ..NodeSpec::BASE
};
