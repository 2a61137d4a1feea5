//! `flatten`: points of one time to one point, with tags in the field names.

use crate::pipeline::ArgType::{Bool, Duration, Str};
use crate::pipeline::{NodeSpec, Param, PropSpec};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "flatten",
    desc: "flatten",
    go_type: "FlattenNode",
    props: &[
        PropSpec::list("on", Param::new("tag", Str), "tags whose values go into the field names"),
        PropSpec::field("delimiter", Str, "between the parts of a field name (default '.')"),
        PropSpec::field("tolerance", Duration, "round times to this before comparing them"),
        PropSpec::list(
            "dropOriginalFieldName",
            Param::new("drop", Bool),
            "leave the field's own name out (TRUE without an argument)",
        ),
    ],
    doc: "flattens points of the same time into one",
    details: "The fields of all points of a group and time become fields of one point, named by tag values and \
              field name: `eth0.bytes`.",
    example: "stream\n    |from()\n        .measurement('net')\n        .groupBy('host')\n    |flatten()\n        \
              .on('interface')\n    |log()\n",
    ..NodeSpec::BASE
};
