//! Where mistakes become diagnostics: Kapacitor's positions, suggestions, lists of names.

use super::Builder;
use super::value::Value;
use crate::lang::MAX_DIAGNOSTICS;
use crate::lang::ast::{ChainOp, Expr, ExprKind};
use crate::text::{Diagnostic, Span, suggest};

impl Builder<'_> {
    /// `line 3 char 10: `, as Kapacitor counts.
    pub(super) fn position(&self, pos: u32) -> String {
        let (line, char) = self.starts.line_char(pos as usize);
        format!("line {line} char {char}: ")
    }

    /// Reports a mistake and gives what stands for its value.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) -> Value {
        self.errors.push(diagnostic);
        Value::Poison
    }

    /// The value of a name.
    pub(super) fn lookup(&mut self, name: &str, span: Span) -> Value {
        if let Some(value) = self.scope.get(name) {
            return value.clone();
        }
        if !self.undefined.insert(name.to_owned()) {
            return Value::Poison;
        }
        let mut found = Diagnostic::error("E0201", format!("`{name}` is not defined")).at(span);
        // Each of these goes through all names: not for thousands of mistakes.
        if self.undefined.len() <= MAX_DIAGNOSTICS {
            let mut names: Vec<&str> = self.scope.keys().map(String::as_str).collect();
            names.sort_unstable();
            let text = format!("name \"{name}\" is undefined. Names in scope: {}", names.join(","));
            found.hint = self.hint_for_name(name, &names);
            found = found.kapacitor(text);
        }
        self.report(found)
    }

    fn hint_for_name(&self, name: &str, names: &[&str]) -> Option<String> {
        if let "batch" | "stream" = name {
            return Some("a task reads either from `stream` or from `batch`, not from both".to_owned());
        }
        match name {
            "true" | "True" => return Some("write `TRUE`".to_owned()),
            "false" | "False" => return Some("write `FALSE`".to_owned()),
            _ => {}
        }
        if let Some(near) = suggest::nearest(name, names.iter().copied()) {
            return Some(format!("did you mean `{near}`?"));
        }
        Some(format!("declare it before it is used: `var {name} = …`"))
    }
}

/// A step of a chain: what is applied, how, and where the operator stands.
pub(super) struct Step<'e> {
    pub(super) right: &'e Expr,
    pub(super) op: ChainOp,
    pub(super) pos: u32,
}

/// The start and the steps of a chain from left to right, without recursion: chains can be long.
pub(super) fn steps(expr: &Expr) -> (&Expr, Vec<Step<'_>>) {
    let mut steps = Vec::new();
    let mut at = expr;
    while let ExprKind::Chain(chain) = &at.kind {
        steps.push(Step { right: &chain.right, op: chain.op, pos: at.pos });
        at = &chain.left;
    }
    steps.reverse();
    (at, steps)
}
