//! Expressions outside lambdas, worked out when a script is read.

use super::VarValue;
use crate::lang::ast::Expr;
use crate::text::Span;

/// Why an expression has no value.
pub(super) struct Unfoldable {
    pub(super) text: String,
    pub(super) message: String,
    pub(super) hint: Option<String>,
    pub(super) span: Span,
}

/// The value of an expression whose names are replaced by literals.
pub(super) fn fold(expr: &Expr, now: i64) -> Result<VarValue, Unfoldable> {
    let _ = now;
    Err(Unfoldable { text: String::new(), message: String::new(), hint: None, span: expr.span })
}
