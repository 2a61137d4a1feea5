//! `telegram`: sends messages over Telegram.

use crate::pipeline::ArgType::Str;
use crate::pipeline::{HandlerSpec, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "telegram",
    kind: "telegram",
    go_type: "TelegramHandler",
    props: &[
        PropSpec::field("chatId", Str, "chat instead of the configured one"),
        PropSpec::field("parseMode", Str, "'Markdown' or 'HTML'"),
        PropSpec::flag("disableWebPagePreview", "no previews of links"),
        PropSpec::flag("disableNotification", "without sound"),
    ],
    doc: "sends messages over Telegram",
    details: "Token and chat come from the section `[telegram]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .telegram()\n        .chatId('-1001')\n        .disableNotification()\n",
    ..HandlerSpec::BASE
};
