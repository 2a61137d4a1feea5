//! An expression taken apart: what each of its operands was at a point, for people who ask why.
//!
//! Every part is compiled for itself, with a memory of its own. A part is evaluated when the whole would evaluate it:
//! what stands behind an `AND` that is false is not asked, so parts that remember something remember the same as in
//! the whole.

use crate::data::{Slots, Symbols, Val};
use crate::lang::ast::{BinaryOp, Expr, ExprKind};
use crate::lang::print_expr;
use crate::value::Value;

use super::bind::Env;
use super::program::Program;
use super::state::State;
use super::tree::LambdaError;

/// An expression and its parts.
pub struct Operands {
    text: String,
    program: Program,
    state: State,
    parts: Vec<Operands>,
    /// What the left part has to be for the right one to be asked.
    goes_on: Option<bool>,
}

/// What a part came to.
#[derive(Clone, PartialEq, Debug)]
pub struct Operand {
    /// How deep it lies in the whole, which is 0.
    pub depth: usize,
    /// As scripts write it.
    pub text: String,
    /// Its value.
    pub found: Found,
}

/// The value of a part.
#[derive(Clone, PartialEq, Debug)]
pub enum Found {
    /// It has one.
    Value(Value),
    /// Kapacitor's words.
    Failed(String),
    /// What stands before it decided.
    Unasked,
}

impl Operands {
    /// Takes an expression apart. Its names get slots as those of the whole do.
    ///
    /// # Errors
    /// Those of the whole. A part that is no expression by itself, such as a pattern, is left out.
    pub fn new(expr: &Expr, slots: &mut Slots, symbols: &mut Symbols) -> Result<Operands, LambdaError> {
        let body = match &expr.kind {
            ExprKind::Lambda(body) => body,
            _ => expr,
        };
        let program = Program::new(body, slots, symbols)?;
        let parts: Vec<&Expr> = match &body.kind {
            ExprKind::Unary { operand, .. } => vec![operand],
            ExprKind::Binary(binary) => vec![&binary.left, &binary.right],
            ExprKind::Call(call) => call.args.iter().collect(),
            _ => Vec::new(),
        };
        let goes_on = match &body.kind {
            ExprKind::Binary(binary) if binary.op == BinaryOp::And => Some(true),
            ExprKind::Binary(binary) if binary.op == BinaryOp::Or => Some(false),
            _ => None,
        };
        let parts = parts.into_iter().filter(|p| !is_literal(p));
        let parts = parts.filter_map(|part| Operands::new(part, slots, symbols).ok()).collect();
        Ok(Operands { text: print_expr(body), state: program.state(), program, parts, goes_on })
    }

    /// Whether nothing it finds depends on the points before.
    pub fn is_stateless(&self) -> bool {
        self.program.is_stateless()
    }

    /// Evaluates the whole and appends it with its parts; whether it is true.
    pub fn evaluate(&mut self, env: &mut Env<'_>, out: &mut Vec<Operand>) -> Option<bool> {
        match self.at(0, env, out) {
            Some(Val::Bool(holds)) => Some(holds),
            _ => None,
        }
    }

    fn at(&mut self, depth: usize, env: &mut Env<'_>, out: &mut Vec<Operand>) -> Option<Val> {
        let place = out.len();
        out.push(Operand { depth, text: self.text.clone(), found: Found::Unasked });
        let mut decided = false;
        for part in &mut self.parts {
            if decided {
                out.push(Operand { depth: depth + 1, text: part.text.clone(), found: Found::Unasked });
                continue;
            }
            let val = part.at(depth + 1, env, out);
            decided = self.goes_on.is_some_and(|on| val != Some(Val::Bool(on)));
        }
        let (val, found) = match self.program.value(&mut self.state, env) {
            Ok(val) => (Some(val), Found::Value(env.owned(val))),
            Err(failure) => (None, Found::Failed(self.program.describe(&failure, env))),
        };
        if let Some(operand) = out.get_mut(place) {
            operand.found = found;
        }
        val
    }
}

/// Whether the value stands in the text.
fn is_literal(expr: &Expr) -> bool {
    !matches!(
        expr.kind,
        ExprKind::Ref(_)
            | ExprKind::Unary { .. }
            | ExprKind::Binary(_)
            | ExprKind::Call(_)
            | ExprKind::Lambda(_)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{TagsId, Text, World};
    use crate::lang;
    use crate::value::Zone;

    /// Each part with its value, for points with these values of `a` and `b`.
    fn parts(expr: &str, points: &[(Val, Val)]) -> Vec<Vec<String>> {
        let expr = lang::parse_lambda(expr).unwrap();
        let (mut slots, mut world, mut text) = (Slots::default(), World::default(), Text::default());
        let (a, b) = (slots.slot("a"), slots.slot("b"));
        assert_eq!((a, b), (0, 1));
        let mut operands = Operands::new(&expr, &mut slots, &mut world.symbols).unwrap();
        let mut all = Vec::new();
        for (a, b) in points {
            let mut env = Env {
                slots: &[*a, *b],
                text: &mut text,
                world: &world,
                tags: TagsId::EMPTY,
                time: 0,
                now: 0,
                zone: &Zone::utc(),
            };
            let mut out = Vec::new();
            operands.evaluate(&mut env, &mut out);
            let line = |o: Operand| format!("{}{} = {:?}", "  ".repeat(o.depth), o.text, o.found);
            all.push(out.into_iter().map(line).collect());
        }
        all
    }

    #[test]
    fn parts_are_evaluated_as_far_as_the_whole_goes() {
        let points = [(Val::Float(5.0), Val::Int(1)), (Val::Float(0.5), Val::Int(1))];
        let found = parts("\"a\" * 2.0 > 4.0 AND \"b\" == 1", &points);
        assert_eq!(
            found[0],
            [
                "\"a\" * 2.0 > 4.0 AND \"b\" == 1 = Value(Bool(true))",
                "  \"a\" * 2.0 > 4.0 = Value(Bool(true))",
                "    \"a\" * 2.0 = Value(Float(10.0))",
                "      \"a\" = Value(Float(5.0))",
                "  \"b\" == 1 = Value(Bool(true))",
                "    \"b\" = Value(Int(1))",
            ]
        );
        assert_eq!(found[1][4..], ["  \"b\" == 1 = Unasked"], "what is not asked is not taken apart");
    }

    #[test]
    fn parts_that_remember_remember_the_same() {
        let points =
            [(Val::Float(1.0), Val::Int(1)), (Val::Float(-1.0), Val::Int(1)), (Val::Float(1.0), Val::Int(1))];
        let found = parts("\"a\" > 0.0 AND count() == 2", &points);
        let last: Vec<&str> = found[2].iter().map(String::as_str).collect();
        assert!(last.contains(&"    count() = Value(Int(2))"), "{last:?}");
        assert!(last[0].ends_with("Value(Bool(true))"), "{last:?}");
    }

    #[test]
    fn parts_that_fail_say_why() {
        let found = parts("\"a\" > 0.0", &[(Val::Missing, Val::Missing)]);
        assert!(found[0].iter().all(|line| line.contains("Failed(")), "{found:?}");
    }
}
