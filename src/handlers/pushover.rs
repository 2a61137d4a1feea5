//! `pushover`: sends messages to Pushover.

use crate::pipeline::ArgType::Str;
use crate::pipeline::{HandlerSpec, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "pushover",
    kind: "pushover",
    go_type: "PushoverHandler",
    props: &[
        PropSpec::field("userKey", Str, "user or group to notify"),
        PropSpec::field("device", Str, "device to notify"),
        PropSpec::field("title", Str, "title of the message"),
        PropSpec::field("URL", Str, "link in the message"),
        PropSpec::field("URLTitle", Str, "text of the link"),
        PropSpec::field("sound", Str, "sound to play"),
    ],
    doc: "sends messages to Pushover",
    details: "Token and user key come from the section `[pushover]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .pushover()\n        .sound('siren')\n",
    ..HandlerSpec::BASE
};
