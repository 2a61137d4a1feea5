//! `flatten`: points of one time to one point, with tags in the field names.

mod keys;
mod run;

pub(super) use run::Flatten;

use crate::pipeline::ArgType::{Bool, Duration, Str};
use crate::pipeline::{Arg, NodeDef, NodeSpec, Param, PropSpec, Whole};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "flatten",
    desc: "flatten",
    go_type: "FlattenNode",
    props: &[
        PropSpec::list("on", Param::new("tag", Str), "tags whose values go into the field names"),
        PropSpec::field("delimiter", Str, "between the parts of a field name (default '.')"),
        PropSpec::field(
            "tolerance",
            Duration,
            "round times to this before comparing them (default: not at all)",
        ),
        PropSpec::list(
            "dropOriginalFieldName",
            Param::new("drop", Bool),
            "leave the field's own name out (TRUE without an argument)",
        ),
    ],
    doc: "flattens points of the same time into one",
    details: "The fields of all points of a group and time become fields of one point, named by tag values and \
              field name: `eth0.bytes`. If field names are dropped and a point has several fields, the one that is \
              last in the alphabet counts.",
    example: "stream\n    |from()\n        .measurement('net')\n        .groupBy('host')\n    |flatten()\n        \
              .on('interface')\n    |log()\n",
    // Whether points have any fields at all decides whether one goes out.
    whole: |_| Whole::Reads,
    ..NodeSpec::BASE
};

/// Whether the names of fields are left out.
fn drops_names(node: &NodeDef) -> bool {
    node.prop("dropOriginalFieldName").is_some_and(|call| call.args.first() != Some(&Arg::Bool(false)))
}

/// Whether any field of a point may be behind a name, so that all have to be at hand.
fn reads_all(node: &NodeDef) -> bool {
    drops_names(node) || node.str("delimiter") == Some("")
}
