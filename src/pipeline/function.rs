//! User-defined functions, as scripts see them: which are called, what they take and what they say of themselves.

use std::collections::BTreeMap;

use super::{Arg, ArgType, EdgeType};
use crate::lang::ast::{Call, ChainOp, Expr, ExprKind, Script, Statement};
use crate::lang::walk;

/// A function that scripts can call with `@`.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// What it says of itself; `None` if it was not asked, so that its options and what it takes are not checked.
    pub info: Option<FunctionInfo>,
}

/// What a function says of itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FunctionInfo {
    /// What it takes.
    pub wants: EdgeType,
    /// What it gives.
    pub provides: EdgeType,
    /// Its options, with the types of their arguments.
    pub options: BTreeMap<String, Vec<OptionType>>,
}

/// What an argument of an option has to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OptionType {
    /// `TRUE`
    Bool,
    /// `5`
    Int,
    /// `5.0`
    Double,
    /// `'x'`
    Str,
    /// `5m`
    Duration,
}

impl OptionType {
    /// The type of an argument; `None` where no option can take it.
    pub fn of(arg: &Arg) -> Option<OptionType> {
        Some(match arg {
            Arg::Bool(_) => OptionType::Bool,
            Arg::Int(_) => OptionType::Int,
            Arg::Float(_) => OptionType::Double,
            Arg::Str(_) => OptionType::Str,
            Arg::Duration(_) => OptionType::Duration,
            _ => return None,
        })
    }

    /// As the protocol spells it, and Kapacitor's messages.
    pub fn protocol(self) -> &'static str {
        match self {
            OptionType::Bool => "BOOL",
            OptionType::Int => "INT",
            OptionType::Double => "DOUBLE",
            OptionType::Str => "STRING",
            OptionType::Duration => "DURATION",
        }
    }

    /// As the script's types.
    pub fn arg_type(self) -> ArgType {
        match self {
            OptionType::Bool => ArgType::Bool,
            OptionType::Int => ArgType::Int,
            OptionType::Double => ArgType::Float,
            OptionType::Str => ArgType::Str,
            OptionType::Duration => ArgType::Duration,
        }
    }
}

/// Every call of a function in a script, in source order.
pub fn functions_called(script: &Script) -> Vec<&Call> {
    let mut calls = Vec::new();
    for statement in &script.statements {
        let expr = match statement {
            Statement::Var(decl) => &decl.value,
            Statement::Expr(expr) => expr,
            _ => continue,
        };
        walk(expr, &mut |expr: &Expr| {
            if let ExprKind::Chain(chain) = &expr.kind
                && chain.op == ChainOp::At
                && let ExprKind::Call(call) = &chain.right.kind
            {
                calls.push(call);
            }
        });
    }
    calls.sort_by_key(|call| call.name_span.start);
    calls
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_found_wherever_they_stand() {
        let script = "var a = stream|from()@one().x(1)|log()@two()\na@one()\nstream|from().one()";
        let parsed = crate::lang::parse(script);
        let names: Vec<&str> = functions_called(&parsed.script).iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["one", "two", "one"]);
    }
}
