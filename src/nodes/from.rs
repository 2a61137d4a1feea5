//! `from`: chooses points of a stream by database, retention policy, measurement and a condition.

use super::build::{Build, By};
use super::dims;
use super::{Cx, Node, Step};
use crate::data::{Damaged, GroupId, Keep, Loader, Row, Saver, Sym};
use crate::lambda::{Program, State};
use crate::lang::ast::{Binary, BinaryOp, Expr, ExprKind};
use crate::pipeline::ArgType::{Any, Duration, Lambda, Str};
use crate::pipeline::{
    After, Arg, Edge, Fault, NodeDef, NodeSpec, Offers, Param, PropSpec, StartContext, start,
};
use crate::value::time::{round, truncate};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "from",
    desc: "from",
    go_type: "FromNode",
    wants: Edge::Stream,
    provides: Edge::Stream,
    after: After::Stream,
    offers: Offers::From,
    props: &[
        PropSpec::field("database", Str, "only points of this database"),
        PropSpec::field("retentionPolicy", Str, "only points of this retention policy"),
        PropSpec::field("measurement", Str, "only points of this measurement"),
        PropSpec::method(
            "where",
            &[Param::new("condition", Lambda)],
            None,
            "only points for which it is true; several calls all have to hold",
        ),
        PropSpec::list("groupBy", Param::new("tag", Any), "group by these tags, or by all with `*`"),
        PropSpec::flag("groupByMeasurement", "group by measurement too"),
        PropSpec::field("truncate", Duration, "cut times down to a multiple"),
        PropSpec::field("round", Duration, "round times to a multiple"),
    ],
    doc: "chooses points of a stream",
    details: "Names are compared exactly, and one that is not given matches all. A second `|from()` below a \
              `|from()` groups anew: without `.groupBy()` its points are not grouped.",
    example: "stream\n    |from()\n        .measurement('cpu')\n        .where(lambda: \"cpu\" == 'cpu-total')\n        \
              .groupBy('host')\n    |log()\n",
    validate,
    start: start_up,
    ..NodeSpec::BASE
};

fn validate(node: &NodeDef) -> Result<(), Fault> {
    let Some(group) = node.prop("groupBy") else { return Ok(()) };
    dims::validate(&group.args).map_err(|fault| fault.prop("groupBy"))
}

fn start_up(node: &NodeDef, _: &StartContext<'_>) -> Result<(), Fault> {
    for call in node.props("where") {
        start::lambda_arg(call.args.first(), "Failed to compile from expression: ")
            .map_err(|fault| fault.prop("where"))?;
    }
    Ok(())
}

/// `from` at work.
pub struct From {
    db: Option<Sym>,
    rp: Option<Sym>,
    name: Option<Sym>,
    condition: Option<(Program, State)>,
    by: By,
    truncate: i64,
    round: i64,
}

/// What a `from` does with every point of a series.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Admission {
    /// The group of its points.
    pub group: GroupId,
    /// The condition depends on more than the tags: ask it for each point.
    pub ask: bool,
}

impl From {
    pub(super) fn build(node: &NodeDef, b: &mut Build<'_>) -> Result<From, Fault> {
        let filter = |name| node.str(name).filter(|s| !s.is_empty()).map(str::to_owned);
        let [db, rp, name] =
            ["database", "retentionPolicy", "measurement"].map(|prop| filter(prop).map(|text| b.sym(&text)));
        let condition = match all_of(node) {
            None => None,
            Some(expr) => {
                let program = b.program(&expr, "Failed to compile from expression: ")?;
                let state = program.state();
                Some((program, state))
            }
        };
        let args = node.prop("groupBy").map_or(&[][..], |p| &p.args);
        let by = By::new(args, node.prop("groupByMeasurement").is_some(), &[], b);
        let [truncate, round] = ["truncate", "round"].map(|prop| node.duration(prop).unwrap_or(0));
        Ok(From { db, rp, name, condition, by, truncate, round })
    }

    /// The measurement it wants, if it wants one.
    pub fn measurement(&self) -> Option<Sym> {
        self.name
    }

    /// What it will do with the points of a series, worked out once. `None`: none of them passes.
    ///
    /// A condition on tags alone is decided here, unless `is_field` says that the measurement has a
    /// field of the same name: that clash is an error of each point.
    pub fn admit(
        &mut self,
        row: &Row,
        cx: &mut Cx<'_>,
        is_field: impl Fn(&str) -> bool,
    ) -> Option<Admission> {
        if !self.matches(row) {
            return None;
        }
        let dims = self.by.dims(row.tags, cx.world);
        let group = cx.world.group(dims, row.name, row.tags);
        let Some((program, state)) = &mut self.condition else {
            return Some(Admission { group, ask: false });
        };
        let by_tags = program.is_stateless()
            && program
                .references()
                .iter()
                .all(|r| !r.is_time && cx.world.tags.get(row.tags, r.symbol).is_some() && !is_field(&r.name));
        let ask = Some(Admission { group, ask: true });
        if !by_tags {
            return ask;
        }
        match program.test(state, &mut cx.env(row)) {
            Ok(false) => None,
            Ok(true) => Some(Admission { group, ask: false }),
            Err(_) => ask,
        }
    }

    fn matches(&self, row: &Row) -> bool {
        self.db.is_none_or(|db| db == row.db)
            && self.rp.is_none_or(|rp| rp == row.rp)
            && self.name.is_none_or(|name| name == row.name)
    }

    /// A point of an admitted series.
    #[inline]
    pub fn enter(&mut self, mut row: Row, admission: Admission, cx: &mut Cx<'_>) -> Step {
        if admission.ask && !self.holds(&row, cx) {
            return Step::Drop;
        }
        row.group = admission.group;
        if self.truncate > 0 {
            row.time = truncate(row.time, self.truncate);
        }
        if self.round > 0 {
            row.time = round(row.time, self.round);
        }
        Step::Pass(row)
    }

    fn holds(&mut self, row: &Row, cx: &mut Cx<'_>) -> bool {
        let Some((program, state)) = &mut self.condition else { return true };
        match program.test(state, &mut cx.env(row)) {
            Ok(holds) => holds,
            Err(failure) => {
                cx.lambda_error("failed to evaluate WHERE expression", program, &failure, row);
                false
            }
        }
    }
}

impl Node for From {
    /// A `from` below another one.
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        if !self.matches(&row) {
            return Step::Drop;
        }
        let dims = self.by.dims(row.tags, cx.world);
        let group = cx.world.group(dims, row.name, row.tags);
        self.enter(row, Admission { group, ask: true }, cx)
    }
}

/// The conditions of all calls of `where`, which all have to hold.
fn all_of(node: &NodeDef) -> Option<Expr> {
    let exprs = node.props("where").filter_map(|call| match call.args.first() {
        Some(Arg::Lambda(expr)) => Some((**expr).clone()),
        _ => None,
    });
    exprs.reduce(|left, right| Expr {
        span: left.span.to(right.span),
        pos: left.pos,
        comment: None,
        kind: ExprKind::Binary(Box::new(Binary {
            op: BinaryOp::And,
            left,
            right,
            parens: false,
            multi_line: false,
        })),
    })
}

impl Keep for From {
    fn save(&self, out: &mut Saver<'_>) {
        if let Some((program, state)) = &self.condition {
            program.save(out);
            state.save(out);
        }
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        let Some((program, state)) = &mut self.condition else { return Ok(()) };
        program.restore(from)?;
        state.restore(from)
    }
}
