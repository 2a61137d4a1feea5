//! `derivative`: the rate of change of a field.

use super::build::Build;
use super::grouped::grouped;
use super::{Cx, Node, PerGroup, Step};
use crate::data::{Damaged, Keep, Loader, Row, Saver, Val, kept};
use crate::pipeline::ArgType::{Duration, Str};
use crate::pipeline::{Arg, Fault, NodeDef, NodeSpec, Param, PropSpec};

const SECOND: i64 = 1_000_000_000;

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

/// `derivative` at work.
pub struct Derivative {
    field: u32,
    name: String,
    output: u32,
    unit: i64,
    non_negative: bool,
    groups: PerGroup<Last>,
}

/// The point before, of a group.
#[derive(Default)]
struct Last(Option<(f64, i64)>);

impl Last {
    /// Each batch begins anew.
    fn clear(&mut self) {
        self.0 = None;
    }
}

impl Derivative {
    pub(super) fn build(node: &NodeDef, b: &mut Build<'_>) -> Result<Derivative, Fault> {
        let name = match node.args.first() {
            Some(Arg::Str(name)) => name.clone(),
            _ => return Err(Fault::new("expected the name of a field")),
        };
        Ok(Derivative {
            field: b.slots.slot(&name),
            output: b.slots.slot(node.str("as").unwrap_or(&name)),
            name,
            unit: node.duration("unit").unwrap_or(SECOND),
            non_negative: node.prop("nonNegative").is_some(),
            groups: PerGroup::default(),
        })
    }

    fn fresh(&self) -> Last {
        Last::default()
    }

    /// The field as a number.
    fn number(&self, row: &Row, cx: &mut Cx<'_>) -> Option<f64> {
        let kind = match cx.slots(row).get(self.field as usize) {
            Some(Val::Float(x)) => return Some(*x),
            Some(Val::Int(n)) => return Some(*n as f64),
            Some(Val::Str(_) | Val::Sym(_)) => "string",
            Some(Val::Bool(_)) => "bool",
            Some(Val::Duration(_)) => "time.Duration",
            _ => "<nil>",
        };
        let context = [("field", &*self.name), ("type", kind)];
        cx.error_with("cannot perform derivative", "field is the wrong type", &context);
        None
    }
}

impl Node for Derivative {
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        self.groups.get_or(row.group, Last::default);
        let Some(x) = self.number(&row, cx) else { return Step::Drop };
        let last = self.groups.get_or(row.group, Last::default);
        let Some((before, time)) = last.0.replace((x, row.time)) else { return Step::Drop };
        let elapsed = row.time.saturating_sub(time) as f64;
        if elapsed == 0.0 {
            cx.error("cannot perform derivative", "elaspsed time was 0");
            return Step::Drop;
        }
        let change = x - before;
        if self.non_negative && change < 0.0 {
            return Step::Drop;
        }
        let rate = change / (elapsed / self.unit as f64);
        let row = cx.fork(&row);
        cx.set(&row, self.output, Val::Float(rate));
        Step::Pass(row)
    }

    grouped!(reset = clear);
}

impl Keep for Last {
    fn save(&self, out: &mut Saver<'_>) {
        self.0.save(out);
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        self.0.restore(from)
    }
}

kept!(Derivative { groups });
