//! HOT: the commonest expression of all, a field compared with a number, without the machinery of forms.

use crate::data::Val;
use crate::lang::ast::{BinaryOp, Expr, ExprKind};

use super::bind::Env;
use super::tree::Reference;

/// `"field" OP number`.
pub(super) struct Direct {
    op: BinaryOp,
    constant: Constant,
}

#[derive(Clone, Copy)]
enum Constant {
    Int(i64),
    Float(f64),
}

impl Direct {
    /// From an expression of that shape.
    pub(super) fn new(expr: &Expr) -> Option<Direct> {
        let ExprKind::Binary(binary) = &expr.kind else { return None };
        let constant = match binary.right.kind {
            ExprKind::Int { value, .. } => Constant::Int(value),
            ExprKind::Float(value) => Constant::Float(value),
            _ => return None,
        };
        let compares = matches!(
            binary.op,
            BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge | BinaryOp::Eq | BinaryOp::Ne
        );
        let ExprKind::Ref(_) = &binary.left.kind else { return None };
        compares.then_some(Direct { op: binary.op, constant })
    }

    /// The answer, if the point has a number there and no tag of that name: whatever else there is, the
    /// forms know what it means.
    #[inline]
    pub(super) fn test(&self, reference: &Reference, env: &Env<'_>) -> Option<bool> {
        let val = *env.slots.get(reference.slot as usize)?;
        let holds = match (val, self.constant) {
            (Val::Float(a), Constant::Float(b)) => compare(self.op, a, b),
            (Val::Float(a), Constant::Int(b)) => compare(self.op, a, b as f64),
            (Val::Int(a), Constant::Int(b)) => compare(self.op, a, b),
            (Val::Int(a), Constant::Float(b)) => compare(self.op, a as f64, b),
            _ => return None,
        };
        let clash = reference.is_time || env.world.tags.get(env.tags, reference.symbol).is_some();
        (!clash).then_some(holds)
    }
}

#[inline]
pub(super) fn compare<T: PartialOrd>(op: BinaryOp, a: T, b: T) -> bool {
    match op {
        BinaryOp::Lt => a < b,
        BinaryOp::Le => a <= b,
        BinaryOp::Gt => a > b,
        BinaryOp::Ge => a >= b,
        BinaryOp::Ne => a != b,
        _ => a == b,
    }
}
