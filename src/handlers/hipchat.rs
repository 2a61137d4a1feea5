//! `hipChat`: posts messages to HipChat.

use crate::pipeline::ArgType::Str;
use crate::pipeline::{HandlerSpec, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "hipChat",
    kind: "hipchat",
    go_type: "HipChatHandler",
    props: &[
        PropSpec::field("room", Str, "room instead of the configured one"),
        PropSpec::field("token", Str, "token instead of the configured one"),
    ],
    doc: "posts messages to HipChat",
    details: "URL, room and token come from the section `[hipchat]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .hipChat()\n        .room('alerts')\n",
    ..HandlerSpec::BASE
};
