//! Checks that Kapacitor makes when a task starts, for the specs of nodes to call.

use super::{Arg, Fault};
use crate::lang::ast::{Expr, ExprKind};

/// Refuses a lambda that cannot be compiled; `wrapper` goes before Kapacitor's words.
pub(crate) fn lambda_arg(arg: Option<&Arg>, wrapper: &str) -> Result<(), Fault> {
    match arg {
        Some(Arg::Lambda(lambda)) => {
            lambda_expr(lambda).map_err(|text| Fault::new(format!("{wrapper}{text}")))
        }
        _ => Ok(()),
    }
}

/// Refuses the first of several lambdas that cannot be compiled, by its index.
pub(crate) fn indexed_lambdas(args: &[Arg]) -> Result<(), Fault> {
    for (i, arg) in args.iter().enumerate() {
        lambda_arg(Some(arg), &format!("Failed to compile {i} expression: "))?;
    }
    Ok(())
}

fn lambda_expr(expr: &Expr) -> Result<(), String> {
    let kind = match &expr.kind {
        ExprKind::Ident(_) => "Identifier",
        ExprKind::List(_) => "List",
        ExprKind::Star => "Star",
        _ => return Ok(()),
    };
    Err(format!("Given node type is not valid evaluation node: *ast.{kind}Node"))
}
