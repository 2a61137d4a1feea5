//! Checks that Kapacitor makes when a task starts, for the specs of nodes to call.

use super::{Arg, Fault};
use crate::data::{Slots, Symbols};
use crate::lambda::{LambdaError, Program};
use crate::lang::ast::Expr;

/// Refuses a lambda that cannot be compiled; `wrapper` goes before Kapacitor's words.
pub(crate) fn lambda_arg(arg: Option<&Arg>, wrapper: &str) -> Result<(), Fault> {
    match arg {
        Some(Arg::Lambda(lambda)) => compiled(lambda).map_err(|error| {
            let message = error.text.rsplit("node: ").next().unwrap_or(&error.text).to_owned();
            Fault::new(format!("{wrapper}{}", error.text)).message(message).at(error.span)
        }),
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

fn compiled(expr: &Expr) -> Result<(), LambdaError> {
    Program::new(expr, &mut Slots::default(), &mut Symbols::default()).map(|_| ())
}
