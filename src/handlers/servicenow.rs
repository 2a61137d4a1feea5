//! `serviceNow`: sends events to ServiceNow.

use crate::pipeline::ArgType::{Any, Str};
use crate::pipeline::{HandlerSpec, Param, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "serviceNow",
    kind: "servicenow",
    go_type: "ServiceNowHandler",
    props: &[
        PropSpec::field("URL", Str, "URL instead of the configured one"),
        PropSpec::field("username", Str, "user instead of the configured one"),
        PropSpec::field("password", Str, "password of that user"),
        PropSpec::field("source", Str, "source of the event"),
        PropSpec::field("node", Str, "template of the node"),
        PropSpec::field("type", Str, "template of the type"),
        PropSpec::field("resource", Str, "template of the resource"),
        PropSpec::field("metricName", Str, "template of the metric"),
        PropSpec::field("messageKey", Str, "template of the key (default: the event's id)"),
        PropSpec::method(
            "additionalInfo",
            &[Param::new("name", Str), Param::new("value", Any)],
            None,
            "a further value, a template",
        ),
    ],
    doc: "sends events to ServiceNow",
    details: "URL and user come from the section `[servicenow]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .serviceNow()\n        .node('{{ index .Tags \"host\" }}')\n",
    ..HandlerSpec::BASE
};
