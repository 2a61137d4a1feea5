//! `opsGenie`: sends events to OpsGenie, version 1.

use crate::pipeline::ArgType::Str;
use crate::pipeline::{HandlerSpec, Param, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "opsGenie",
    kind: "opsgenie",
    go_type: "OpsGenieHandler",
    props: &[
        PropSpec::list("teams", Param::new("team", Str), "teams to notify"),
        PropSpec::list("recipients", Param::new("recipient", Str), "users to notify"),
    ],
    doc: "sends events to OpsGenie, version 1",
    details: "The API key comes from the section `[opsgenie]` of the configuration. Version 1 is out \
              of service: use `opsGenie2`.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .opsGenie()\n        .teams('ops')\n",
    ..HandlerSpec::BASE
};
