//! Expressions at define time.

use std::rc::Rc;
use std::sync::Arc;

use super::Builder;
use super::report::steps;
use super::value::{Located, Unbound, Value};
use crate::lang::ast::{Call, Expr, ExprKind, UnaryOp};
use crate::pipeline::fold;
use crate::text::Diagnostic;

/// How deep expressions may nest before they are refused.
const MAX_DEPTH: usize = 1_000;

impl Builder<'_> {
    /// Evaluates an expression of a statement.
    pub(super) fn expr(&mut self, expr: &Expr) -> Value {
        if depth(expr) > MAX_DEPTH {
            let found = Diagnostic::error("E0214", "this expression nests too deeply").at(expr.span);
            return self.report(found.hint(format!("at most {MAX_DEPTH} levels are understood")));
        }
        self.value(expr)
    }

    /// The value of an expression; of a bare name, the value of the var.
    fn value(&mut self, expr: &Expr) -> Value {
        match &expr.kind {
            ExprKind::Ident(name) => self.lookup(name, expr.span),
            _ => self.unresolved(expr),
        }
    }

    /// The value of an expression that is not a bare name.
    fn unresolved(&mut self, expr: &Expr) -> Value {
        match &expr.kind {
            ExprKind::Bool(b) => Value::Bool(*b),
            ExprKind::Int { value, .. } => Value::Int(*value),
            ExprKind::Float(x) => Value::Float(*x),
            ExprKind::Duration { value, .. } => Value::Duration(*value),
            ExprKind::Str { value, .. } => Value::Str(value.clone()),
            ExprKind::Regex { pattern, .. } => Value::Regex(pattern.clone()),
            ExprKind::Star => Value::Star,
            ExprKind::Ref(name) => Value::Ref(name.clone()),
            ExprKind::Ident(name) => self.lookup(name, expr.span),
            ExprKind::List(items) => self.list(items),
            ExprKind::Unary { op, operand } => self.unary(expr, *op, operand),
            ExprKind::Binary(_) => self.binary(expr),
            ExprKind::Lambda(body) => match self.substitute(body) {
                Some(body) => Value::Lambda(Arc::new(body)),
                None => Value::Poison,
            },
            ExprKind::Call(call) => self.unbound(call, expr),
            ExprKind::Chain(_) => self.chain(expr),
        }
    }

    fn list(&mut self, items: &[Expr]) -> Value {
        let items: Vec<Value> = items.iter().map(|item| self.value(item)).collect();
        if items.iter().any(|item| matches!(item, Value::Poison)) {
            return Value::Poison;
        }
        Value::List(Rc::new(items))
    }

    fn unary(&mut self, expr: &Expr, op: UnaryOp, operand: &Expr) -> Value {
        let value = self.value(operand);
        if let Value::Poison = value {
            return value;
        }
        if let Some(result) = value.unary(op) {
            return result;
        }
        let (symbol, takes) = match op {
            UnaryOp::Neg => ('-', "an int, a float or a duration"),
            UnaryOp::Not => ('!', "a bool"),
        };
        let text = format!("{}invalid arugument to '{symbol}' {}", self.position(expr.pos), value.printed());
        let message = format!("`{symbol}` takes {takes}, got {}", value.words());
        self.report(Diagnostic::error("E0206", message).at(expr.span).kapacitor(text))
    }

    fn binary(&mut self, expr: &Expr) -> Value {
        let Some(body) = self.substitute(expr) else { return Value::Poison };
        match fold::fold(&body, self.options.now) {
            Ok(value) => Value::from_var(&value),
            Err(fault) => {
                let found = Diagnostic::error("E0207", fault.message).at(fault.span).kapacitor(fault.text);
                self.report(Diagnostic { hint: fault.hint, ..found })
            }
        }
    }

    /// Evaluates the arguments of a call, which is run when it meets an object.
    pub(super) fn unbound(&mut self, call: &Call, expr: &Expr) -> Value {
        let args = call.args.iter().map(|arg| {
            let value = self.value(arg);
            let value = self.run_global(value, arg);
            Located { value, span: arg.span }
        });
        let args = args.collect();
        let call = Call { args: Vec::new(), ..call.clone() };
        Value::Unbound(Rc::new(Unbound { call, span: expr.span, args }))
    }

    fn chain(&mut self, expr: &Expr) -> Value {
        let (start, steps) = steps(expr);
        // As in Kapacitor, the first name is looked up only after the arguments of the first call.
        let mut left = match &start.kind {
            ExprKind::Ident(_) => None,
            _ => Some(self.value(start)),
        };
        for step in steps {
            let right = match &step.right.kind {
                ExprKind::Call(call) => Some(self.unbound(call, step.right)),
                _ => None,
            };
            let object = match left.take() {
                Some(value) => value,
                None => self.value(start),
            };
            left = Some(match (right, &step.right.kind) {
                (Some(Value::Unbound(call)), _) => self.call(object, step.op, &call),
                (None, ExprKind::Ident(name)) => self.read(&object, name, &step),
                _ => Value::Poison,
            });
        }
        left.unwrap_or(Value::Poison)
    }
}

/// How many levels of nesting an expression has, the steps of a chain not counted.
fn depth(expr: &Expr) -> usize {
    let mut deepest = 0;
    let mut waiting = vec![(expr, 1)];
    while let Some((expr, level)) = waiting.pop() {
        deepest = deepest.max(level);
        match &expr.kind {
            ExprKind::List(items) => waiting.extend(items.iter().map(|item| (item, level + 1))),
            ExprKind::Unary { operand, .. } => waiting.push((operand, level + 1)),
            ExprKind::Binary(binary) => {
                waiting.extend([(&binary.left, level + 1), (&binary.right, level + 1)]);
            }
            ExprKind::Call(call) => waiting.extend(call.args.iter().map(|arg| (arg, level + 1))),
            ExprKind::Lambda(body) => waiting.push((body, level + 1)),
            ExprKind::Chain(chain) => waiting.extend([(&chain.left, level), (&chain.right, level + 1)]),
            _ => {}
        }
    }
    deepest
}
