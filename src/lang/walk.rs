//! One walk over an expression, for everyone who looks for something in it.

use super::ast::{Expr, ExprKind};

/// Calls `visit` on the expression and on all inside it, each before its parts, in source order.
/// Needs no stack in proportion to the depth.
pub fn walk<'e>(expr: &'e Expr, visit: &mut impl FnMut(&'e Expr)) {
    let mut waiting = vec![expr];
    while let Some(expr) = waiting.pop() {
        visit(expr);
        match &expr.kind {
            ExprKind::List(parts) => waiting.extend(parts.iter().rev()),
            ExprKind::Call(call) => waiting.extend(call.args.iter().rev()),
            ExprKind::Unary { operand, .. } => waiting.push(operand),
            ExprKind::Lambda(body) => waiting.push(body),
            ExprKind::Binary(binary) => waiting.extend([&binary.right, &binary.left]),
            ExprKind::Chain(chain) => waiting.extend([&chain.right, &chain.left]),
            _ => {}
        }
    }
}
