//! `pagerDuty`: sends events to PagerDuty, version 1.

use crate::pipeline::ArgType::Str;
use crate::pipeline::{HandlerSpec, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "pagerDuty",
    kind: "pagerduty",
    go_type: "PagerDutyHandler",
    props: &[PropSpec::field("serviceKey", Str, "service key instead of the configured one")],
    doc: "sends events to PagerDuty, version 1",
    details: "The service key comes from the section `[pagerduty]` of the configuration. Events of \
              level INFO are refused.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .pagerDuty()\n        .serviceKey('0123')\n",
    ..HandlerSpec::BASE
};
