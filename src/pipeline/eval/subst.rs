//! Names in lambdas and in constant expressions: each becomes the literal of its value.

use super::Builder;
use super::value::Value;
use crate::lang::ast::{Binary, Call, Expr, ExprKind};
use crate::text::{Diagnostic, Span};

/// How many operators and operands a lambda may have once lambdas in vars are put in their places.
const MAX_NODES: usize = 100_000;
/// How deep lambdas may nest once lambdas in vars are put in their places.
const MAX_DEPTH: usize = 1_000;
/// How long the texts in an expression may be together: vars that double each other grow fast.
const MAX_TEXT: usize = 1 << 20;

impl Builder<'_> {
    /// The expression with literals for names; nothing where a name has no value that can stand there.
    pub(super) fn substitute(&mut self, expr: &Expr) -> Option<Expr> {
        let mut size = Size { nodes: 0, deepest: 0, text: 0 };
        let result = self.subst(expr, &mut size, 1);
        if size.too_large() && result.is_some() {
            self.too_large(expr.span);
            return None;
        }
        result
    }

    fn subst(&mut self, expr: &Expr, size: &mut Size, level: usize) -> Option<Expr> {
        size.add(1, level);
        if size.too_large() {
            self.too_large(expr.span);
            return None;
        }
        let kind = match &expr.kind {
            ExprKind::Ident(name) => return self.literal(name, expr.span, size, level),
            ExprKind::Unary { op, operand } => {
                let operand = Box::new(self.subst(operand, size, level + 1)?);
                ExprKind::Unary { op: *op, operand }
            }
            ExprKind::Binary(binary) => {
                // Both sides are looked at, so that mistakes in both are reported.
                let left = self.subst(&binary.left, size, level + 1);
                let right = self.subst(&binary.right, size, level + 1);
                let Binary { op, parens, multi_line, .. } = **binary;
                ExprKind::Binary(Box::new(Binary { op, left: left?, right: right?, parens, multi_line }))
            }
            ExprKind::Call(call) => {
                let args: Vec<Option<Expr>> =
                    call.args.iter().map(|arg| self.subst(arg, size, level + 1)).collect();
                let args = args.into_iter().collect::<Option<Vec<_>>>()?;
                ExprKind::Call(Call {
                    name: call.name.clone(),
                    name_span: call.name_span,
                    args,
                    multi_line: call.multi_line,
                })
            }
            other => other.clone(),
        };
        Some(Expr { span: expr.span, pos: expr.pos, comment: None, kind })
    }

    fn literal(&mut self, name: &str, span: Span, size: &mut Size, level: usize) -> Option<Expr> {
        let value = self.lookup(name, span);
        match &value {
            Value::Poison => return None,
            Value::Lambda(body) => size.add_expr(body, level),
            Value::Str(text) => size.text += text.len(),
            _ => {}
        }
        if size.too_large() {
            self.too_large(span);
            return None;
        }
        let literal = value.literal(span);
        if literal.is_none() {
            let text = format!("unsupported literal type {}", self.go_type(&value));
            let message = format!("`{name}` is {} and cannot stand in an expression", value.words());
            self.report(Diagnostic::error("E0208", message).at(span).kapacitor(text));
        }
        literal
    }

    fn too_large(&mut self, span: Span) {
        let found = Diagnostic::error("E0214", "this expression is too large").at(span).hint(format!(
            "with its vars it has more than {MAX_NODES} parts, {MAX_DEPTH} levels or {MAX_TEXT} bytes of text"
        ));
        self.report(found);
    }
}

struct Size {
    nodes: usize,
    deepest: usize,
    text: usize,
}

impl Size {
    fn add(&mut self, nodes: usize, level: usize) {
        self.nodes += nodes;
        self.deepest = self.deepest.max(level);
    }

    fn too_large(&self) -> bool {
        self.nodes > MAX_NODES || self.deepest > MAX_DEPTH || self.text > MAX_TEXT
    }

    fn add_expr(&mut self, expr: &Expr, level: usize) {
        let mut waiting = vec![(expr, level)];
        while let Some((expr, level)) = waiting.pop() {
            self.add(1, level);
            if self.too_large() {
                return;
            }
            match &expr.kind {
                ExprKind::Unary { operand, .. } => waiting.push((operand, level + 1)),
                ExprKind::Lambda(body) => waiting.push((body, level + 1)),
                ExprKind::Binary(b) => waiting.extend([(&b.left, level + 1), (&b.right, level + 1)]),
                ExprKind::Call(call) => waiting.extend(call.args.iter().map(|arg| (arg, level + 1))),
                _ => {}
            }
        }
    }
}
