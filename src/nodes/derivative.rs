//! `derivative`: the rate of change of a field.

use crate::pipeline::ArgType::{Duration, Str};
use crate::pipeline::{NodeSpec, Param, PropSpec};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "derivative",
    desc: "derivative",
    go_type: "DerivativeNode",
    params: &[Param::new("field", Str)],
    props: &[
        PropSpec::field("as", Str, "name of the result (default: the field's)"),
        PropSpec::field("unit", Duration, "time the rate refers to (default 1s)"),
        PropSpec::flag("nonNegative", "drop points with a falling value, as after the reset of a counter"),
    ],
    doc: "computes the rate of change of a field",
    details: "The difference to the point before, divided by the time between them in units. The first point of \
              a group gives none.",
    example: "stream\n    |from()\n        .measurement('net')\n        .groupBy('host', 'interface')\n    \
              |derivative('bytes_recv')\n        .unit(1s)\n        .nonNegative()\n        .as('rate')\n    |log()\n",
    ..NodeSpec::BASE
};
