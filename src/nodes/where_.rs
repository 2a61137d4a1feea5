//! `where`: lets points pass that satisfy a condition.

use super::build::Build;
use super::grouped::grouped;
use super::{Cx, Node, PerGroup, Step};
use crate::data::{Row, kept};
use crate::lambda::{Program, State};
use crate::pipeline::ArgType::Lambda;
use crate::pipeline::{Fault, NodeDef, NodeSpec, Param, start};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "where",
    desc: "where",
    go_type: "WhereNode",
    params: &[Param::new("condition", Lambda)],
    doc: "lets points pass for which a condition is true",
    details: "The state of functions such as `count()` is kept for each group. A point for which the condition \
              cannot be evaluated is dropped and counted as an error.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |where(lambda: \"host\" =~ /^web/)\n    |log()\n",
    start: |node, _| start::lambda_arg(node.args.first(), "Failed to compile expression in where clause: "),
    ..NodeSpec::BASE
};

/// `where` at work.
pub struct Where {
    condition: Program,
    groups: PerGroup<State>,
}

impl Where {
    pub(super) fn build(node: &NodeDef, b: &mut Build<'_>) -> Result<Where, Fault> {
        let condition = b.lambda(node.args.first(), "Failed to compile expression in where clause: ")?;
        Ok(Where { condition, groups: PerGroup::default() })
    }

    fn fresh(&self) -> State {
        self.condition.state()
    }
}

impl Node for Where {
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        let state = self.groups.get_or(row.group, || self.condition.state());
        match self.condition.test(state, &mut cx.env(&row)) {
            Ok(true) => Step::Pass(row),
            Ok(false) => Step::Drop,
            Err(failure) => {
                cx.lambda_error("error while evaluating expression", &self.condition, &failure, &row);
                Step::Drop
            }
        }
    }

    grouped!();
}

kept!(Where { condition, groups });
