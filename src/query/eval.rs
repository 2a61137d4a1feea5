//! Expressions over the values of a row.

use super::Cell;
use super::func::math::MathFn;
use crate::pipeline::influxql::BinaryOp;
use crate::value::GoRegex;

/// A compiled expression. `Slot` is the place of its value in the row.
#[derive(Clone, Debug)]
pub(super) enum Eval {
    Float(f64),
    Int(i64),
    Str(String),
    Bool(bool),
    /// The time of the row.
    Time,
    Slot(usize),
    Math(MathFn, Vec<Eval>),
    Match(Box<Eval>, GoRegex, bool),
    Binary(BinaryOp, Box<Eval>, Box<Eval>),
}

/// Whether integers are divided as floats: so in columns, not in conditions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Division {
    Float,
    Integer,
}

impl Eval {
    /// The value for a row.
    pub(super) fn value<'a>(&'a self, time: i64, slots: &[Cell<'a>], division: Division) -> Cell<'a> {
        match self {
            Eval::Float(x) => Cell::Float(*x),
            Eval::Int(i) => Cell::Int(*i),
            Eval::Str(s) => Cell::Str(s),
            Eval::Bool(b) => Cell::Bool(*b),
            Eval::Time => Cell::Int(time),
            Eval::Slot(place) => slots.get(*place).copied().unwrap_or_default(),
            Eval::Math(function, args) => {
                let first = args.first().map(|a| a.value(time, slots, division)).unwrap_or_default();
                let second = args.get(1).map(|a| a.value(time, slots, division));
                function.apply(first, second)
            }
            Eval::Match(text, pattern, wanted) => match text.value(time, slots, division) {
                Cell::Str(text) => Cell::Bool(pattern.is_match(text) == *wanted),
                _ => Cell::Null,
            },
            Eval::Binary(op, left, right) => {
                binary(*op, left.value(time, slots, division), right.value(time, slots, division), division)
            }
        }
    }

    /// Whether a condition holds for every row, for none (`Some`), or has to be asked of each; `known` has the
    /// values that all rows share.
    pub(super) fn foregone(&self, known: &[Option<Cell<'_>>]) -> Option<bool> {
        match self {
            Eval::Binary(BinaryOp::And, left, right) => match (left.foregone(known), right.foregone(known)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Eval::Binary(BinaryOp::Or, left, right) => match (left.foregone(known), right.foregone(known)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
            other if other.is_known(known) => {
                let cells: Vec<Cell<'_>> = known.iter().map(|cell| cell.unwrap_or_default()).collect();
                Some(other.holds(0, &cells))
            }
            _ => None,
        }
    }

    fn is_known(&self, known: &[Option<Cell<'_>>]) -> bool {
        match self {
            Eval::Slot(place) => matches!(known.get(*place), Some(Some(_))),
            Eval::Time => false,
            Eval::Math(_, args) => args.iter().all(|a| a.is_known(known)),
            Eval::Match(text, ..) => text.is_known(known),
            Eval::Binary(_, left, right) => left.is_known(known) && right.is_known(known),
            _ => true,
        }
    }

    /// Whether a condition holds for a row; one that is no condition (a number) does.
    pub(super) fn holds<'a>(&'a self, time: i64, slots: &[Cell<'a>]) -> bool {
        !matches!(self.value(time, slots, Division::Integer), Cell::Bool(false) | Cell::Null)
    }
}

fn binary<'a>(op: BinaryOp, left: Cell<'a>, right: Cell<'a>, division: Division) -> Cell<'a> {
    match (left, right) {
        (Cell::Bool(a), Cell::Bool(b)) => bools(op, a, b),
        // A side without a value is no reason for the other not to hold.
        (Cell::Bool(a), Cell::Null) | (Cell::Null, Cell::Bool(a)) if op == BinaryOp::Or => Cell::Bool(a),
        (Cell::Int(a), Cell::Int(b)) => ints(op, a, b, division),
        (Cell::Float(_) | Cell::Int(_), Cell::Float(_) | Cell::Int(_)) => {
            match (left.as_f64(), right.as_f64()) {
                (Some(a), Some(b)) => floats(op, a, b),
                _ => Cell::Null,
            }
        }
        (Cell::Str(a), Cell::Str(b)) => match op {
            BinaryOp::Eq => Cell::Bool(a == b),
            BinaryOp::Ne => Cell::Bool(a != b),
            _ => Cell::Null,
        },
        _ => Cell::Null,
    }
}

fn bools<'a>(op: BinaryOp, a: bool, b: bool) -> Cell<'a> {
    Cell::Bool(match op {
        BinaryOp::And | BinaryOp::BitAnd => a && b,
        BinaryOp::Or | BinaryOp::BitOr => a || b,
        BinaryOp::BitXor | BinaryOp::Ne => a != b,
        BinaryOp::Eq => a == b,
        _ => return Cell::Null,
    })
}

fn ints<'a>(op: BinaryOp, a: i64, b: i64, division: Division) -> Cell<'a> {
    match op {
        BinaryOp::Add => Cell::Int(a.wrapping_add(b)),
        BinaryOp::Sub => Cell::Int(a.wrapping_sub(b)),
        BinaryOp::Mul => Cell::Int(a.wrapping_mul(b)),
        BinaryOp::Div if division == Division::Float => {
            Cell::Float(if b == 0 { 0.0 } else { a as f64 / b as f64 })
        }
        BinaryOp::Div => Cell::Int(if b == 0 { 0 } else { a.wrapping_div(b) }),
        BinaryOp::Mod => Cell::Int(if b == 0 { 0 } else { a.wrapping_rem(b) }),
        BinaryOp::BitAnd => Cell::Int(a & b),
        BinaryOp::BitOr => Cell::Int(a | b),
        BinaryOp::BitXor => Cell::Int(a ^ b),
        _ => order(op, a.cmp(&b).into()),
    }
}

fn floats<'a>(op: BinaryOp, a: f64, b: f64) -> Cell<'a> {
    match op {
        BinaryOp::Add => Cell::Float(a + b),
        BinaryOp::Sub => Cell::Float(a - b),
        BinaryOp::Mul => Cell::Float(a * b),
        BinaryOp::Div => Cell::Float(if b == 0.0 { 0.0 } else { a / b }),
        BinaryOp::Mod => Cell::Float(a % b),
        _ => order(op, a.partial_cmp(&b)),
    }
}

fn order<'a>(op: BinaryOp, order: Option<std::cmp::Ordering>) -> Cell<'a> {
    Cell::Bool(match op {
        BinaryOp::Eq => order.is_some_and(|o| o.is_eq()),
        BinaryOp::Ne => order.is_none_or(|o| o.is_ne()),
        BinaryOp::Lt => order.is_some_and(|o| o.is_lt()),
        BinaryOp::Le => order.is_some_and(|o| o.is_le()),
        BinaryOp::Gt => order.is_some_and(|o| o.is_gt()),
        BinaryOp::Ge => order.is_some_and(|o| o.is_ge()),
        _ => return Cell::Null,
    })
}
