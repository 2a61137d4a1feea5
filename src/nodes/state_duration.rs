//! `stateDuration`: how long a condition has been true.

use super::build::Build;
use super::grouped::grouped;
use super::{Cx, Node, PerGroup, Step};
use crate::data::{Row, Val, kept};
use crate::lambda::{Program, State};
use crate::pipeline::ArgType::{Duration, Lambda, Str};
use crate::pipeline::{Fault, NodeDef, NodeSpec, Param, PropSpec, start};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "stateDuration",
    desc: "state_duration",
    go_type: "StateDurationNode",
    params: &[Param::new("condition", Lambda)],
    props: &[
        PropSpec::field("as", Str, "name of the field (default 'state_duration')"),
        PropSpec::field("unit", Duration, "what to count in (default 1s)"),
    ],
    doc: "adds how long a condition has been true, as a float",
    details: "-1 where it is false, 0 at the first point where it is true.",
    example: "stream\n    |from()\n        .measurement('cpu')\n        .groupBy('host')\n    \
              |stateDuration(lambda: \"usage_idle\" < 10.0)\n        .unit(1m)\n    |alert()\n        \
              .crit(lambda: \"state_duration\" >= 5.0)\n",
    start: |node, _| start::lambda_arg(node.args.first(), ""),
    ..NodeSpec::BASE
};

/// `stateDuration` at work.
pub struct StateDuration {
    condition: Program,
    slot: u32,
    unit: f64,
    groups: PerGroup<Tracker>,
}

#[derive(Default)]
struct Tracker {
    lambda: State,
    since: Option<i64>,
}

impl StateDuration {
    pub(super) fn build(node: &NodeDef, b: &mut Build<'_>) -> Result<StateDuration, Fault> {
        let condition = b.lambda(node.args.first(), "")?;
        let slot = b.slots.slot(node.str("as").unwrap_or("state_duration"));
        let unit = node.duration("unit").unwrap_or(1_000_000_000) as f64;
        Ok(StateDuration { condition, slot, unit, groups: PerGroup::default() })
    }

    fn fresh(&self) -> Tracker {
        Tracker { lambda: self.condition.state(), since: None }
    }
}

impl Tracker {
    /// Each batch is tracked for itself; the lambda's memory goes on.
    fn reset(&mut self) {
        self.since = None;
    }
}

impl Node for StateDuration {
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        let group = self.groups.get_or(row.group, || Tracker { lambda: self.condition.state(), since: None });
        let duration = match self.condition.test(&mut group.lambda, &mut cx.env(&row)) {
            Ok(true) => {
                let since = *group.since.get_or_insert(row.time);
                row.time.wrapping_sub(since) as f64 / self.unit
            }
            Ok(false) => {
                group.since = None;
                -1.0
            }
            Err(failure) => {
                cx.lambda_error("error while evaluating expression", &self.condition, &failure, &row);
                return Step::Drop;
            }
        };
        let out = cx.fork(&row);
        cx.set(&out, self.slot, Val::Float(duration));
        Step::Pass(out)
    }

    grouped!(reset = reset);
}

kept!(Tracker { lambda, since });
kept!(StateDuration { condition, groups });
