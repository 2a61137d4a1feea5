//! `zenoss`: sends events to Zenoss.

use crate::pipeline::ArgType::{Any, Int, Str};
use crate::pipeline::{HandlerSpec, Param, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "zenoss",
    kind: "zenoss",
    go_type: "ZenossHandler",
    props: &[
        PropSpec::field("action", Str, "router (default EventsRouter)"),
        PropSpec::field("method", Str, "method (default add_event)"),
        PropSpec::field("type", Str, "type (default rpc)"),
        PropSpec::field("TID", Int, "transaction id (default 1)"),
        PropSpec::field("summary", Str, "template of the summary (default: the message)"),
        PropSpec::field("device", Str, "template of the device"),
        PropSpec::field("component", Str, "template of the component"),
        PropSpec::field("eventClassKey", Str, "key of the event class"),
        PropSpec::field("eventClass", Str, "event class"),
        PropSpec::field("collector", Str, "name of the collector"),
        PropSpec::field("message", Str, "template of the message"),
        PropSpec::method(
            "customField",
            &[Param::new("name", Str), Param::new("value", Any)],
            None,
            "a further field of the event",
        ),
    ],
    doc: "sends events to Zenoss",
    details: "URL and user come from the section `[zenoss]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .zenoss()\n        .device('{{ index .Tags \"host\" }}')\n",
    ..HandlerSpec::BASE
};
