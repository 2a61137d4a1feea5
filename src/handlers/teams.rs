//! `teams`: posts messages to Microsoft Teams.

use crate::pipeline::ArgType::Str;
use crate::pipeline::{HandlerSpec, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "teams",
    kind: "teams",
    go_type: "TeamsHandler",
    props: &[PropSpec::field("channelURL", Str, "web hook instead of the configured one")],
    doc: "posts messages to Microsoft Teams",
    details: "The web hook comes from the section `[teams]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .teams()\n        .channelURL('https://example.com/hook')\n",
    ..HandlerSpec::BASE
};
