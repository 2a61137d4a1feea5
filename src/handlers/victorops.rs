//! `victorOps`: sends events to VictorOps.

use crate::pipeline::ArgType::Str;
use crate::pipeline::{HandlerSpec, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "victorOps",
    kind: "victorops",
    go_type: "VictorOpsHandler",
    props: &[PropSpec::field("routingKey", Str, "routing key instead of the configured one")],
    doc: "sends events to VictorOps",
    details: "API key and routing key come from the section `[victorops]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .victorOps()\n        .routingKey('team')\n",
    ..HandlerSpec::BASE
};
