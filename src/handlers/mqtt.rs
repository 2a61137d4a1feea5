//! `mqtt`: publishes messages over MQTT.

use crate::pipeline::ArgType::{Bool, Int, Str};
use crate::pipeline::{HandlerSpec, Param, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "mqtt",
    kind: "mqtt",
    go_type: "MQTTHandler",
    params: &[Param::new("topic", Str)],
    props: &[
        PropSpec::field("brokerName", Str, "name of the configured broker"),
        PropSpec::field("qos", Int, "quality of service: 0 (default), 1 or 2"),
        PropSpec::field("retained", Bool, "let the broker keep the message"),
    ],
    doc: "publishes messages over MQTT",
    details: "The broker comes from a section `[[mqtt]]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .mqtt('alerts/cpu')\n        .qos(1)\n",
    ..HandlerSpec::BASE
};
