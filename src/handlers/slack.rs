//! `slack`: posts messages to Slack.

use crate::pipeline::ArgType::Str;
use crate::pipeline::{HandlerSpec, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "slack",
    kind: "slack",
    go_type: "SlackHandler",
    props: &[
        PropSpec::field("workspace", Str, "which configured workspace"),
        PropSpec::field("channel", Str, "channel or user"),
        PropSpec::field("username", Str, "name of the sender"),
        PropSpec::field("iconEmoji", Str, "picture of the sender, an emoji"),
    ],
    doc: "posts messages to Slack",
    details: "The web hook comes from a section `[[slack]]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .slack()\n        .channel('#alerts')\n",
    ..HandlerSpec::BASE
};
