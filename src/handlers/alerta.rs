//! `alerta`: sends events to Alerta.

use crate::pipeline::ArgType::{Any, Duration, Str};
use crate::pipeline::{HandlerSpec, Param, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "alerta",
    kind: "alerta",
    go_type: "AlertaHandler",
    props: &[
        PropSpec::field("token", Str, "token instead of the configured one"),
        PropSpec::field("tokenPrefix", Str, "word before the token in the header"),
        PropSpec::field("resource", Str, "template of the resource (default '{{ .Name }}')"),
        PropSpec::field("event", Str, "template of the event (default '{{ .ID }}')"),
        PropSpec::field("environment", Str, "template of the environment"),
        PropSpec::field("group", Str, "template of the group (default '{{ .Group }}')"),
        PropSpec::field("value", Str, "template of the value"),
        PropSpec::field("origin", Str, "where the alert comes from"),
        PropSpec::list("services", Param::new("service", Str), "affected services"),
        PropSpec::list("correlated", Param::new("event", Str), "events that correlate with this one"),
        PropSpec::method(
            "attribute",
            &[Param::new("name", Str), Param::new("value", Any)],
            None,
            "an attribute of the alert",
        ),
        PropSpec::field("timeout", Duration, "when the alert expires (default 24h)"),
    ],
    doc: "sends events to Alerta",
    details: "URL and token come from the section `[alerta]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .alerta()\n        .environment('production')\n",
    ..HandlerSpec::BASE
};
