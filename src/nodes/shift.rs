//! `shift`: moves points in time.

use super::build::Build;
use super::{Cx, Node, Step};
use crate::data::{Head, Row, kept};
use crate::pipeline::ArgType::Duration;
use crate::pipeline::{Arg, Fault, NodeDef, NodeSpec, Param, StartContext};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "shift",
    desc: "shift",
    go_type: "ShiftNode",
    params: &[Param::new("by", Duration)],
    doc: "moves points in time",
    details: "A negative duration moves them back: `|shift(-1h)`.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |shift(1d)\n    |log()\n",
    start,
    ..NodeSpec::BASE
};

fn start(node: &NodeDef, _: &StartContext<'_>) -> Result<(), Fault> {
    match node.args.first() {
        Some(Arg::Duration(0)) => Err(Fault::new("invalid shift value: must be non zero duration")
            .message("`shift` needs a duration other than zero")),
        _ => Ok(()),
    }
}

/// `shift` at work.
pub struct Shift {
    by: i64,
}

impl Shift {
    pub(super) fn build(node: &NodeDef, _: &mut Build<'_>) -> Result<Shift, Fault> {
        match node.args.first() {
            Some(Arg::Duration(by)) => Ok(Shift { by: *by }),
            _ => Err(Fault::new("invalid shift value: must be non zero duration")),
        }
    }
}

impl Node for Shift {
    fn begin(&mut self, head: Head, _: &mut Cx<'_>) -> Step<Head> {
        Step::Pass(Head { tmax: head.tmax.saturating_add(self.by), ..head })
    }

    fn point(&mut self, row: Row, _: &mut Cx<'_>) -> Step {
        Step::Pass(Row { time: row.time.saturating_add(self.by), ..row })
    }
}

kept!(Shift {});
