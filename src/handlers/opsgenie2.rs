//! `opsGenie2`: sends events to OpsGenie.

use crate::pipeline::ArgType::Str;
use crate::pipeline::{HandlerSpec, Param, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "opsGenie2",
    kind: "opsgenie2",
    go_type: "OpsGenie2Handler",
    props: &[
        PropSpec::list("teams", Param::new("team", Str), "teams to notify"),
        PropSpec::list("recipients", Param::new("recipient", Str), "users to notify"),
        PropSpec::field("recoveryAction", Str, "what a recovery does: 'notes' or 'close'"),
        PropSpec::flag("details", "no effect: set `details` in the configuration"),
    ],
    doc: "sends events to OpsGenie",
    details: "The API key comes from the section `[opsgenie2]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .opsGenie2()\n        .teams('ops')\n",
    ..HandlerSpec::BASE
};
