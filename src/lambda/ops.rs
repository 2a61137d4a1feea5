//! Which operator takes which operands and what it gives; and the words for what it does not take.

use crate::lang::ast::BinaryOp;
use crate::value::Type;

/// What an operator gives for operands of these types, if it takes them.
pub(super) fn result(op: BinaryOp, left: Type, right: Type) -> Option<Type> {
    use BinaryOp::{Add, And, Div, Eq, Ge, Gt, Le, Lt, Match, Mod, Mul, Ne, NotMatch, Or, Sub};
    use Type::{Bool, Duration, Float, Int, Regex, Str};
    Some(match (op, left, right) {
        (Add | Sub | Mul | Div | Mod, Int, Int) => Int,
        (Add | Sub | Mul | Div, Float, Float) => Float,
        (Add, Str, Str) => Str,
        (Add | Sub, Duration, Duration) => Duration,
        (Mul, Duration, Int | Float) | (Mul, Int | Float, Duration) => Duration,
        (Div, Duration, Int | Float) => Duration,
        (Div, Duration, Duration) => Int,
        (Eq | Ne, Bool, Bool) => Bool,
        (Eq | Ne | Lt | Le | Gt | Ge, Int | Float, Int | Float) => Bool,
        (Eq | Ne | Lt | Le | Gt | Ge, Str, Str) => Bool,
        (Eq | Ne | Lt | Le | Gt | Ge, Duration, Duration) => Bool,
        (Match | NotMatch, Str, Regex) => Bool,
        (And | Or, Bool, Bool) => Bool,
        _ => return None,
    })
}

/// Arithmetic: the only operators whose result type depends on their operands.
pub(super) fn is_math(op: BinaryOp) -> bool {
    use BinaryOp::{Add, Div, Mod, Mul, Sub};
    matches!(op, Add | Sub | Mul | Div | Mod)
}

/// Equality and order.
pub(super) fn is_order(op: BinaryOp) -> bool {
    use BinaryOp::{Eq, Ge, Gt, Le, Lt, Ne};
    matches!(op, Eq | Ne | Lt | Le | Gt | Ge)
}

/// Whether an operator takes operands of this type at all, on either side.
fn supports(ty: Type, op: BinaryOp) -> bool {
    use BinaryOp::{Add, And, Eq, Match, Mod, Ne, NotMatch, Or};
    let ordering = is_order(op);
    match ty {
        Type::Int => is_math(op) || ordering,
        Type::Float | Type::Duration => (is_math(op) && op != Mod) || ordering,
        Type::Str => op == Add || ordering || matches!(op, Match | NotMatch),
        Type::Bool => matches!(op, Eq | Ne | And | Or),
        Type::Regex => matches!(op, Match | NotMatch),
        Type::Missing | Type::Time | Type::Invalid => false,
    }
}

/// Kapacitor's words for operands that an operator does not take.
pub(super) fn refusal(op: BinaryOp, left: Type, right: Type) -> String {
    let sign = op.symbol();
    if !supports(left, op) {
        return format!("invalid {} operator {sign} for type {left}", kind(op));
    }
    mismatch(op, left, right)
}

/// Kapacitor's words for operands that do not go together.
pub(super) fn mismatch(op: BinaryOp, left: Type, right: Type) -> String {
    let sign = op.symbol();
    format!(
        "mismatched type to binary operator. got {left} {sign} {right}. \
         see bool(), int(), float(), string(), duration()"
    )
}

fn kind(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::And | BinaryOp::Or => "logical",
        _ if is_math(op) => "math",
        _ => "comparison",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPS: [BinaryOp; 15] = [
        BinaryOp::Add,
        BinaryOp::Sub,
        BinaryOp::Mul,
        BinaryOp::Div,
        BinaryOp::Mod,
        BinaryOp::Eq,
        BinaryOp::Ne,
        BinaryOp::Lt,
        BinaryOp::Le,
        BinaryOp::Gt,
        BinaryOp::Ge,
        BinaryOp::Match,
        BinaryOp::NotMatch,
        BinaryOp::And,
        BinaryOp::Or,
    ];

    #[test]
    fn a_type_is_supported_if_some_pair_with_it_is() {
        for op in OPS {
            for ty in Type::ALL {
                let some =
                    Type::ALL.iter().any(|&o| result(op, ty, o).is_some() || result(op, o, ty).is_some());
                assert_eq!(supports(ty, op), some, "{} with {ty}", op.symbol());
            }
        }
    }

    #[test]
    fn integers_and_floats_mix_in_comparisons_only() {
        assert_eq!(result(BinaryOp::Lt, Type::Int, Type::Float), Some(Type::Bool));
        assert_eq!(result(BinaryOp::Add, Type::Int, Type::Float), None);
        assert_eq!(refusal(BinaryOp::Sub, Type::Str, Type::Int), "invalid math operator - for type string");
    }
}
