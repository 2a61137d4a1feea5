//! `bigPanda`: sends events to BigPanda.

use crate::pipeline::ArgType::{Any, Str};
use crate::pipeline::{HandlerSpec, Param, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "bigPanda",
    kind: "bigpanda",
    go_type: "BigPandaHandler",
    props: &[
        PropSpec::field("appKey", Str, "app key instead of the configured one"),
        PropSpec::field("host", Str, "template of the host"),
        PropSpec::field("primaryProperty", Str, "name of the primary property"),
        PropSpec::field("secondaryProperty", Str, "name of the secondary property"),
        PropSpec::method(
            "attribute",
            &[Param::new("name", Str), Param::new("value", Any)],
            None,
            "an attribute of the alert",
        ),
    ],
    doc: "sends events to BigPanda",
    details: "Token and app key come from the section `[bigpanda]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .bigPanda()\n        .primaryProperty('host')\n",
    ..HandlerSpec::BASE
};
