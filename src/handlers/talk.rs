//! `talk`: posts messages to Talk.

use crate::pipeline::HandlerSpec;

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "talk",
    kind: "talk",
    go_type: "TalkHandler",
    doc: "posts messages to Talk",
    details: "URL and author come from the section `[talk]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .talk()\n",
    ..HandlerSpec::BASE
};
