//! `email`: sends mail.

use crate::pipeline::ArgType::Str;
use crate::pipeline::{HandlerSpec, Param, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "email",
    kind: "smtp",
    go_type: "EmailHandler",
    rest: Some(Param::new("address", Str)),
    props: &[
        PropSpec::list("to", Param::new("address", Str), "more recipients"),
        PropSpec::list("toTemplates", Param::new("template", Str), "templates of more recipients"),
    ],
    doc: "sends mail",
    details: "The server comes from the section `[smtp]` of the configuration. The subject is the \
              message, the body the details.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .email('oncall@example.com')\n        .to('team@example.com')\n",
    ..HandlerSpec::BASE
};
