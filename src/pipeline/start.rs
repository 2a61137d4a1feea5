//! Checks that Kapacitor makes when a task starts, for the specs of nodes to call.

use super::fold::without_advice;
use super::{Arg, Fault};
use crate::data::{Slots, Symbols};
use crate::lambda::{LambdaError, Program};
use crate::lang::ast::Expr;
use crate::template::{Options, Template};

/// Refuses a lambda that cannot be compiled; `wrapper` goes before Kapacitor's words.
pub(crate) fn lambda_arg(arg: Option<&Arg>, wrapper: &str) -> Result<(), Fault> {
    match arg {
        Some(Arg::Lambda(lambda)) => compiled(lambda).map_err(|error| {
            let message = without_advice(error.text.rsplit("node: ").next().unwrap_or(&error.text));
            Fault::new(format!("{wrapper}{}", error.text)).message(message).at(error.span).code("E0400")
        }),
        _ => Ok(()),
    }
}

/// Refuses a template that Go could not parse. Functions of handlers are allowed where `json` is.
pub(crate) fn template(name: &str, text: &str, json: bool) -> Result<(), Fault> {
    match Template::parse(name, text, Options { html: false, json }) {
        Ok(_) => Ok(()),
        Err(error) => Err(Fault::new(error.to_string())
            .message(format!("the template of `{name}` is not valid: {}", error.message()))
            .code("E0501")),
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
