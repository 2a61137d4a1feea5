//! `kapacitorLoopback`: feeds points to other tasks.

use crate::pipeline::ArgType::Str;
use crate::pipeline::{Fault, NodeDef, NodeSpec, Offers, Param, PropSpec, StartContext, Whole};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "kapacitorLoopback",
    desc: "kapacitor_loopback",
    go_type: "KapacitorLoopbackNode",
    offers: Offers::Nothing,
    props: &[
        PropSpec::field("database", Str, "database to write to; required"),
        PropSpec::field("retentionPolicy", Str, "retention policy to write to; required"),
        PropSpec::field("measurement", Str, "measurement (default: the point's; batches always keep theirs)"),
        PropSpec::method(
            "tag",
            &[Param::new("name", Str), Param::new("value", Str)],
            None,
            "a tag for every point",
        ),
    ],
    doc: "feeds points back in, for other tasks to read",
    details: "Database and retention policy must not be among those that the task itself reads.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |kapacitorLoopback()\n        \
              .database('derived')\n        .retentionPolicy('autogen')\n        .measurement('cpu_copy')\n",
    validate,
    start,
    whole: |_| Whole::Reads,
    ..NodeSpec::BASE
};

fn validate(node: &NodeDef) -> Result<(), Fault> {
    if node.str("database").unwrap_or("").is_empty() {
        return Err(Fault::new("must specify a database").hint("add `.database('…')`").prop("database"));
    }
    if node.str("retentionPolicy").unwrap_or("").is_empty() {
        return Err(Fault::new("must specify a retention policy")
            .hint("add `.retentionPolicy('…')`")
            .prop("retentionPolicy"));
    }
    Ok(())
}

fn start(node: &NodeDef, context: &StartContext<'_>) -> Result<(), Fault> {
    let (db, rp) = (node.str("database").unwrap_or(""), node.str("retentionPolicy").unwrap_or(""));
    if context.dbrps.iter().any(|(d, r)| d == db && r == rp) {
        return Err(Fault::new(format!("loop detected on dbrp: \"{db}\".\"{rp}\""))
            .message(format!("the task would read what it writes to `{db}`.`{rp}`"))
            .hint("write to another database or retention policy")
            .prop("database"));
    }
    Ok(())
}
