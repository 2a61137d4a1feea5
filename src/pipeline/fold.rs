//! Expressions outside lambdas, worked out when a script is read.

use super::VarValue;
use crate::lambda::{self, Constant};
use crate::lang::ast::{Expr, ExprKind};
use crate::lang::walk;
use crate::text::Span;

/// Why an expression has no value.
pub(super) struct Unfoldable {
    /// In Kapacitor's words.
    pub(super) text: String,
    pub(super) message: String,
    pub(super) hint: Option<String>,
    pub(super) span: Span,
}

/// The value of an expression whose names are replaced by literals.
pub(super) fn fold(expr: &Expr, now: i64) -> Result<VarValue, Unfoldable> {
    match lambda::fold(expr, now) {
        Ok(Constant::Float(x)) => Ok(VarValue::Float(x)),
        Ok(Constant::Int(i)) => Ok(VarValue::Int(i)),
        Ok(Constant::Str(s)) => Ok(VarValue::Str(s)),
        Ok(Constant::Bool(b)) => Ok(VarValue::Bool(b)),
        Ok(Constant::Duration(d)) => Ok(VarValue::Duration(d)),
        Err(text) => Err(unfoldable(expr, text)),
    }
}

fn unfoldable(expr: &Expr, text: String) -> Unfoldable {
    let mut reference = None;
    walk(expr, &mut |part| {
        if let (ExprKind::Ref(name), None) = (&part.kind, &reference) {
            reference = Some((name.clone(), part.span));
        }
    });
    if let (Some((name, span)), true) = (reference, text.contains("is undefined")) {
        let message = format!("`\"{name}\"` is a field or tag, and there are no points outside lambdas");
        let hint = format!("write `lambda: …` for an expression over points, or '{name}' for a text");
        return Unfoldable { text, message, hint: Some(hint), span };
    }
    let hint = text
        .contains("mismatched type")
        .then(|| "operators do not convert: use int(), float() or string(), or write 2.0 for 2".to_owned());
    let message = without_advice(&text);
    Unfoldable { message, text, hint, span: expr.span }
}

/// Kapacitor's words without its advice about conversions.
pub(super) fn without_advice(text: &str) -> String {
    text.split(". see bool()").next().unwrap_or(text).to_owned()
}
