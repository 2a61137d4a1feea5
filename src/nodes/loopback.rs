//! `kapacitorLoopback`: feeds points to other tasks.

use super::build::Build;
use super::tagged::Tagged;
use super::{Cx, Node, Step};
use crate::data::{Head, Row, Sym, kept};
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
    details: "Database and retention policy must not be among those that the task itself reads. A point goes in once \
              the point at hand is done, without moving the clock. Tasks that feed each other in a circle are \
              stopped after 32 rounds.",
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

/// Kapacitor's words.
const NOT_WRITTEN: &str = "failed to write point over loopback";

/// `kapacitorLoopback` at work.
pub struct Loopback {
    db: Sym,
    rp: Sym,
    measurement: Option<Sym>,
    tagged: Tagged,
    batch: Option<Head>,
    points_written: i64,
}

impl Loopback {
    pub(super) fn build(node: &NodeDef, b: &mut Build<'_>) -> Result<Loopback, Fault> {
        let tagged = Tagged::new(node, b);
        let mut sym = |name: &str| b.sym(node.str(name).unwrap_or_default());
        let (db, rp) = (sym("database"), sym("retentionPolicy"));
        let measurement = Some(sym("measurement")).filter(|m| *m != Sym::EMPTY);
        Ok(Loopback { db, rp, measurement, tagged, batch: None, points_written: 0 })
    }

    fn feed(&mut self, row: &Row, name: Sym, cx: &mut Cx<'_>) -> Step {
        let row = Row { name, tags: self.tagged.tags(row.tags, cx.world), ..*row };
        let mut key = String::new();
        cx.push_key(&row, &mut key);
        let fields = cx.fields(&row);
        match cx.loops.add([self.db, self.rp, name], row.tags, row.time, key, fields) {
            Ok(()) => self.points_written += 1,
            Err(error) => cx.error(NOT_WRITTEN, &error.to_string()),
        }
        Step::Drop
    }
}

impl Node for Loopback {
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        let name = self.measurement.unwrap_or(row.name);
        self.feed(&row, name, cx)
    }

    fn begin(&mut self, head: Head, _: &mut Cx<'_>) -> Step<Head> {
        self.batch = Some(head);
        Step::Drop
    }

    /// As in Kapacitor, `.measurement()` is not for batches.
    fn item(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        let name = self.batch.map_or(row.name, |head| head.name);
        self.feed(&row, name, cx)
    }

    fn counters(&self, out: &mut Vec<(&'static str, i64)>) {
        out.push(("points_written", self.points_written));
    }
}

kept!(Loopback { points_written });
