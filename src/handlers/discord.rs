//! `discord`: posts messages to Discord.

use crate::pipeline::ArgType::Str;
use crate::pipeline::{HandlerSpec, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "discord",
    kind: "discord",
    go_type: "DiscordHandler",
    props: &[
        PropSpec::field("workspace", Str, "which configured workspace"),
        PropSpec::field("username", Str, "name of the sender"),
        PropSpec::field("avatarURL", Str, "picture of the sender"),
        PropSpec::field("embedTitle", Str, "template of the title"),
    ],
    doc: "posts messages to Discord",
    details: "The web hook comes from a section `[[discord]]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .discord()\n        .embedTitle('{{ .Level }}')\n",
    ..HandlerSpec::BASE
};
