//! The smallest parts of conditions: what each says of which value.

use std::cmp::Ordering;

use crate::lambda::{Constant, fold, funcs};
use crate::lang::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use crate::lang::{print_expr, walk};

/// What is said of a value.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Fact {
    /// The value, as its expression is written.
    pub(super) of: String,
    /// What holds for it.
    pub(super) test: Test,
}

/// A test that a value passes.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Test {
    /// Compared with a number; durations are apart from other numbers by the name of the value.
    Number(Compare, f64),
    /// Is this text, or is not.
    Text(bool, String),
    /// True, or false.
    Flag(bool),
}

/// Comparisons.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Compare {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

impl Compare {
    fn of(op: BinaryOp) -> Option<Compare> {
        Some(match op {
            BinaryOp::Eq => Compare::Eq,
            BinaryOp::Ne => Compare::Ne,
            BinaryOp::Lt => Compare::Lt,
            BinaryOp::Le => Compare::Le,
            BinaryOp::Gt => Compare::Gt,
            BinaryOp::Ge => Compare::Ge,
            _ => return None,
        })
    }

    /// Holds where this does not.
    fn inverse(self) -> Compare {
        match self {
            Compare::Eq => Compare::Ne,
            Compare::Ne => Compare::Eq,
            Compare::Lt => Compare::Ge,
            Compare::Ge => Compare::Lt,
            Compare::Gt => Compare::Le,
            Compare::Le => Compare::Gt,
        }
    }

    /// The same with the sides exchanged.
    fn flipped(self) -> Compare {
        match self {
            Compare::Lt => Compare::Gt,
            Compare::Gt => Compare::Lt,
            Compare::Le => Compare::Ge,
            Compare::Ge => Compare::Le,
            same => same,
        }
    }

    fn allows(self, order: Ordering) -> bool {
        match self {
            Compare::Eq => order.is_eq(),
            Compare::Ne => order.is_ne(),
            Compare::Lt => order.is_lt(),
            Compare::Le => order.is_le(),
            Compare::Gt => order.is_gt(),
            Compare::Ge => order.is_ge(),
        }
    }
}

/// What an expression without `AND`, `OR` and `!` comes to.
pub(super) enum Known {
    /// Certain without data.
    Is(bool),
    /// True if this holds.
    If(Fact),
}

/// Makes facts, and keeps apart what may differ from one evaluation to the next.
#[derive(Default)]
pub(super) struct Facts {
    volatile: usize,
}

impl Facts {
    /// What it means that an expression is true, or that it is not.
    pub(super) fn of(&mut self, expr: &Expr, holds: bool) -> Known {
        if let ExprKind::Binary(b) = &expr.kind {
            if let Some(compare) = Compare::of(b.op) {
                return self.comparison(&b.left, if holds { compare } else { compare.inverse() }, &b.right);
            }
            if matches!(b.op, BinaryOp::Match | BinaryOp::NotMatch) {
                let of = format!("{} =~ {}", self.name(&b.left), print_expr(&b.right));
                return flag(of, (b.op == BinaryOp::Match) == holds);
            }
        }
        match constant(expr) {
            Some(Constant::Bool(value)) => Known::Is(value == holds),
            _ => flag(self.name(expr), holds),
        }
    }

    fn comparison(&mut self, left: &Expr, compare: Compare, right: &Expr) -> Known {
        match (constant(left), constant(right)) {
            (Some(l), Some(r)) => match order(&l, &r) {
                Some(order) => Known::Is(compare.allows(order)),
                None => flag(format!("{l:?} {compare:?} {r:?}"), true),
            },
            (None, Some(value)) => self.with_constant(left, compare, value),
            (Some(value), None) => self.with_constant(right, compare.flipped(), value),
            (None, None) => {
                let (l, r) = (self.name(left), self.name(right));
                match l.cmp(&r) {
                    Ordering::Equal => Known::Is(compare.allows(Ordering::Equal)),
                    Ordering::Less => number(format!("{l} - {r}"), compare, 0.0),
                    Ordering::Greater => number(format!("{r} - {l}"), compare.flipped(), 0.0),
                }
            }
        }
    }

    fn with_constant(&mut self, expr: &Expr, compare: Compare, value: Constant) -> Known {
        let name = self.name(expr);
        match (value, compare) {
            (Constant::Int(value), _) => number(name, compare, value as f64),
            (Constant::Float(value), _) => number(name, compare, value),
            (Constant::Duration(value), _) => number(format!("{name} as a duration"), compare, value as f64),
            (Constant::Bool(value), Compare::Eq) => flag(name, value),
            (Constant::Bool(value), Compare::Ne) => flag(name, !value),
            (Constant::Str(value), Compare::Eq) => text(name, true, value),
            (Constant::Str(value), Compare::Ne) => text(name, false, value),
            // The order of texts: one test and its opposite, nothing more.
            (value, Compare::Lt) => flag(format!("{name} < {value:?}"), true),
            (value, Compare::Ge) => flag(format!("{name} < {value:?}"), false),
            (value, Compare::Gt) => flag(format!("{name} > {value:?}"), true),
            (value, _) => flag(format!("{name} > {value:?}"), false),
        }
    }

    /// The expression as written; one whose value may change from call to call equals no other.
    fn name(&mut self, expr: &Expr) -> String {
        let mut name = print_expr(expr);
        if is_volatile(expr) {
            self.volatile += 1;
            name += &format!(" ({})", self.volatile);
        }
        name
    }
}

fn number(of: String, compare: Compare, value: f64) -> Known {
    Known::If(Fact { of, test: Test::Number(compare, value) })
}

fn text(of: String, is: bool, value: String) -> Known {
    Known::If(Fact { of, test: Test::Text(is, value) })
}

fn flag(of: String, value: bool) -> Known {
    Known::If(Fact { of, test: Test::Flag(value) })
}

/// The value of a literal, also of one with a sign, and of arithmetic between such.
fn constant(expr: &Expr) -> Option<Constant> {
    match &expr.kind {
        ExprKind::Int { value, .. } => Some(Constant::Int(*value)),
        ExprKind::Float(value) => Some(Constant::Float(*value)),
        ExprKind::Duration { value, .. } => Some(Constant::Duration(*value)),
        ExprKind::Bool(value) => Some(Constant::Bool(*value)),
        ExprKind::Str { value, .. } => Some(Constant::Str(value.clone())),
        ExprKind::Unary { op: UnaryOp::Neg, .. } | ExprKind::Binary(_) if is_plain(expr) => {
            fold(expr, 0).ok()
        }
        _ => None,
    }
}

/// Made of literals and operators alone.
fn is_plain(expr: &Expr) -> bool {
    let mut plain = true;
    walk(expr, &mut |part| {
        plain &= !matches!(
            part.kind,
            ExprKind::Ref(_) | ExprKind::Ident(_) | ExprKind::Call(_) | ExprKind::Star | ExprKind::List(_)
        );
    });
    plain
}

/// The function `rand` gives another number each time, and those with a memory may.
fn is_volatile(expr: &Expr) -> bool {
    let mut volatile = false;
    walk(expr, &mut |part| {
        if let ExprKind::Call(call) = &part.kind {
            let stateful = funcs::find(&call.name).is_none_or(|function| function.stateful);
            volatile |= stateful || call.name == "rand";
        }
    });
    volatile
}

fn order(left: &Constant, right: &Constant) -> Option<Ordering> {
    match (left, right) {
        (Constant::Int(l), Constant::Int(r)) => Some(l.cmp(r)),
        (Constant::Duration(l), Constant::Duration(r)) => Some(l.cmp(r)),
        (Constant::Str(l), Constant::Str(r)) => Some(l.cmp(r)),
        (Constant::Bool(l), Constant::Bool(r)) => Some(l.cmp(r)),
        (Constant::Int(l), Constant::Float(r)) => (*l as f64).partial_cmp(r),
        (Constant::Float(l), Constant::Int(r)) => l.partial_cmp(&(*r as f64)),
        (Constant::Float(l), Constant::Float(r)) => l.partial_cmp(r),
        _ => None,
    }
}
