//! HOT: windows and functions hand in hand: a window that only a function reads keeps no more of its points
//! than the function needs, and hands over what they come to.

use super::acc::Found;
use super::field::{Field, Kind};
use super::func::Func;
use crate::data::{Head, Row, Sym, Val};
use crate::nodes::{Build, Cx, Msg};
use crate::pipeline::NodeDef;

/// What the values of a batch come to.
#[derive(Clone, Copy, Debug)]
pub struct Fold {
    pub(super) kind: Kind,
    pub(super) outcome: Outcome,
}

/// A value, or the point that was chosen with the value that decided, or neither.
#[derive(Clone, Copy, Debug)]
pub(super) enum Outcome {
    Value(Found),
    Point(Row, Val),
    Nothing,
}

/// The function that reads a window.
pub(in crate::nodes) struct Reading {
    pub(super) func: Func,
    pub(super) field: Field,
    /// Fields that the script does not name are kept too, where points are.
    pub(super) all_fields: bool,
}

impl Reading {
    /// Of a node that reads a window; none if it needs all of its points.
    pub(in crate::nodes) fn new(reader: &NodeDef, b: &mut Build<'_>) -> Option<Reading> {
        let func = match Func::new(reader)? {
            Func::Median | Func::Mode | Func::Percentile(_) => return None,
            func => func,
        };
        Some(Reading { func, field: Field::new(reader, 0, func.numbers(), None, b), all_fields: b.whole })
    }

    /// Whether the function goes from value to value and can forget them.
    pub(in crate::nodes) fn runs(&self) -> bool {
        !matches!(self.func, Func::Stddev)
    }

    /// A point of a batch of which nothing is known but the value of the field.
    pub(super) fn stand_in(&self, val: Val, head: &Head, cx: &mut Cx<'_>) -> Msg {
        let row = cx.new_row(head.tmax, head.name, head.group);
        cx.set(&row, self.field.slot, val);
        Msg::Item(row)
    }
}

/// A value without its text, which is gone with the point.
pub(super) fn bare(val: Val) -> Val {
    match val {
        Val::Str(_) | Val::Sym(_) => Val::Sym(Sym::EMPTY),
        val => val,
    }
}
