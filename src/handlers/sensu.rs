//! `sensu`: sends results to Sensu.

use crate::pipeline::ArgType::{Any, Str};
use crate::pipeline::{HandlerSpec, Param, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "sensu",
    kind: "sensu",
    go_type: "SensuHandler",
    props: &[
        PropSpec::field("source", Str, "template of the source"),
        PropSpec::list("handlers", Param::new("handler", Str), "handlers of Sensu"),
        PropSpec::method(
            "metadata",
            &[Param::new("name", Str), Param::new("value", Any)],
            None,
            "a further key of the result",
        ),
    ],
    doc: "sends results to Sensu",
    details: "The address comes from the section `[sensu]` of the configuration. Sensu refuses ids \
              with other characters than letters, digits, `_`, `.` and `-`, so set `.id()`.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .sensu()\n        .handlers('pagerduty')\n",
    ..HandlerSpec::BASE
};
