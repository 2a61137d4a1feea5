//! `pagerDuty2`: sends events to PagerDuty.

use crate::pipeline::ArgType::Str;
use crate::pipeline::{HandlerSpec, Param, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "pagerDuty2",
    kind: "pagerduty2",
    go_type: "PagerDuty2Handler",
    props: &[
        PropSpec::field("routingKey", Str, "routing key instead of the configured one"),
        PropSpec::field("serviceKey", Str, "another name of `routingKey`"),
        PropSpec::method(
            "link",
            &[Param::new("url", Str)],
            Some(Param::new("text", Str)),
            "a link, template and text",
        ),
    ],
    doc: "sends events to PagerDuty",
    details: "The routing key comes from the section `[pagerduty2]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .pagerDuty2()\n        .routingKey('0123')\n        .link('https://wiki.example.com/cpu', 'Runbook')\n",
    ..HandlerSpec::BASE
};
