//! `stateCount`: for how many points a condition has been true.

use super::build::Build;
use super::grouped::grouped;
use super::{Cx, Node, PerGroup, Step};
use crate::data::{Row, Val, kept};
use crate::lambda::{Program, State};
use crate::pipeline::ArgType::{Lambda, Str};
use crate::pipeline::{Fault, NodeDef, NodeSpec, Param, PropSpec, start};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "stateCount",
    desc: "state_count",
    go_type: "StateCountNode",
    params: &[Param::new("condition", Lambda)],
    props: &[PropSpec::field("as", Str, "name of the field (default 'state_count')")],
    doc: "adds for how many points in a row a condition has been true, as an int",
    details: "-1 where it is false, 1 at the first point where it is true.",
    example: "stream\n    |from()\n        .measurement('cpu')\n        .groupBy('host')\n    \
              |stateCount(lambda: \"usage_idle\" < 10.0)\n    |alert()\n        .crit(lambda: \"state_count\" >= 5)\n",
    start: |node, _| start::lambda_arg(node.args.first(), ""),
    ..NodeSpec::BASE
};

/// `stateCount` at work.
pub struct StateCount {
    condition: Program,
    slot: u32,
    groups: PerGroup<Tracker>,
}

#[derive(Default)]
struct Tracker {
    lambda: State,
    count: i64,
}

impl StateCount {
    pub(super) fn build(node: &NodeDef, b: &mut Build<'_>) -> Result<StateCount, Fault> {
        let condition = b.lambda(node.args.first(), "")?;
        let slot = b.slots.slot(node.str("as").unwrap_or("state_count"));
        Ok(StateCount { condition, slot, groups: PerGroup::default() })
    }

    fn fresh(&self) -> Tracker {
        Tracker { lambda: self.condition.state(), count: 0 }
    }
}

impl Tracker {
    /// Each batch is tracked for itself; the lambda's memory goes on.
    fn reset(&mut self) {
        self.count = 0;
    }
}

impl Node for StateCount {
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        let group = self.groups.get_or(row.group, || Tracker { lambda: self.condition.state(), count: 0 });
        let count = match self.condition.test(&mut group.lambda, &mut cx.env(&row)) {
            Ok(true) => {
                group.count += 1;
                group.count
            }
            Ok(false) => {
                group.count = 0;
                -1
            }
            Err(failure) => {
                cx.lambda_error("error while evaluating expression", &self.condition, &failure, &row);
                return Step::Drop;
            }
        };
        let out = cx.fork(&row);
        cx.set(&out, self.slot, Val::Int(count));
        Step::Pass(out)
    }

    grouped!(reset = reset);
}

kept!(Tracker { lambda, count });
kept!(StateCount { condition, groups });
