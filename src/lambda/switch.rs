//! How arithmetic changes over to other operand types, with what can be seen of it.
//!
//! Kapacitor chooses what an operator does by the operand types of the point at which it first runs, and
//! keeps that until an operand turns out to have another type; then it chooses anew and evaluates *both*
//! operands again. Stateful functions in them run twice for that point. Where the operand is itself
//! arithmetic, some changes of type are taken for an error, once or for good. Both are kept: scripts
//! run in production with these counts.
//!
//! An operator needs a cell of memory only where any of this can be observed ([`remembers`]).

use crate::lang::ast::UnaryOp;
use crate::value::Type;

use super::cx::{Cx, Fun, Out};
use super::failure::Cause;
use super::ops;
use super::tree::{BinaryNode, Node};

/// The operator has not run yet.
const UNSET: u8 = 0;
/// The operator is broken for good.
const BROKEN: u8 = u8::MAX;

/// The code of a choice: never [`UNSET`] or [`BROKEN`].
fn code(left: Type, right: Type) -> u8 {
    1 + left as u8 * 9 + right as u8
}

fn types(code: u8) -> (Type, Type) {
    let pair = usize::from(code.saturating_sub(1));
    let ty = |i: usize| Type::ALL.get(i).copied().unwrap_or(Type::Invalid);
    (ty(pair / 9), ty(pair % 9))
}

/// Whether what an operator was chosen for before can be seen in what it does later.
pub(super) fn remembers(b: &BinaryNode) -> bool {
    let operands = [&b.left, &b.right];
    if b.is_dynamic() {
        ops::is_math(b.op) && operands.iter().any(|n| repeats(n) || can_guard(n))
    } else {
        operands.iter().any(|n| can_guard(n))
    }
}

/// Whether it matters that an operand is evaluated once more, or with another type in mind.
fn repeats(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |n| match n {
        Node::Call(c) => found |= c.function.is_some_and(|f| f.stateful),
        Node::Binary(b) => found |= ops::is_math(b.op) && b.is_dynamic(),
        Node::Unary { op: UnaryOp::Neg, operand } => found |= operand.is_dynamic(),
        _ => {}
    });
    found
}

/// Whether an evaluation can fail because a value is not of the type asked for.
///
/// Operands are made before their operators, so their cells tell what was found out about them.
fn can_guard(node: &Node) -> bool {
    match node {
        Node::Unary { op: UnaryOp::Neg, operand } => {
            operand.is_dynamic() || operand.const_type() == Type::Str || can_guard(operand)
        }
        Node::Unary { op: UnaryOp::Not, operand } => match &**operand {
            Node::Binary(b) if ops::is_math(b.op) => b.cell.is_some(),
            Node::Binary(_) | Node::Unary { op: UnaryOp::Not, .. } => can_guard(operand),
            Node::Bool(_) => false,
            _ => true,
        },
        Node::Binary(b) => b.cell.is_some() || can_guard(&b.left) || can_guard(&b.right),
        Node::Lambda { body, .. } => can_guard(body),
        _ => false,
    }
}

/// What happens when an operand is asked for a type it does not have at this point.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Answer {
    /// It says which type it has.
    Has(Type),
    /// It fails with words that do not make the operator choose anew.
    Fails,
}

fn ask(node: &Node, wanted: Type, actual: Type) -> Answer {
    match node {
        Node::Binary(_) => match (wanted, actual) {
            (Type::Int, Type::Float) | (Type::Float, Type::Int) => Answer::Has(actual),
            (Type::Int | Type::Float, _) => Answer::Has(Type::Invalid),
            _ => Answer::Fails,
        },
        Node::Unary { .. } if wanted == Type::Str => Answer::Has(Type::Invalid),
        Node::Unary { operand, .. } => ask(operand, wanted, actual),
        _ => Answer::Has(actual),
    }
}

/// Whether an operand is evaluated before it says that it has another type.
fn runs(node: &Node, wanted: Type) -> bool {
    match node {
        Node::Call(_) | Node::Binary(_) => true,
        Node::Unary { operand, .. } => wanted != Type::Str && runs(operand, wanted),
        _ => false,
    }
}

/// The words of arithmetic that was asked for another type.
pub(super) fn unexpected(actual: Type) -> &'static str {
    match actual {
        Type::Int => "expression returned unexpected type int64",
        Type::Float => "expression returned unexpected type float64",
        Type::Bool => "expression returned unexpected type bool",
        _ => "expression returned unexpected type <nil>",
    }
}

/// An operand, as far as changing types needs it.
pub(super) struct Side {
    /// Runs the operand for its effects.
    run: Fun<()>,
    /// The type it has at the points this was compiled for.
    actual: Type,
    answers: Vec<(Type, Answer, bool)>,
}

impl Side {
    pub(super) fn new(node: &Node, actual: Type, run: Fun<()>) -> Side {
        let wanted = [Type::Float, Type::Int, Type::Str, Type::Bool, Type::Duration, Type::Regex];
        let answers = wanted.map(|w| (w, ask(node, w, actual), runs(node, w))).to_vec();
        Side { run, actual, answers }
    }

    fn ask(&self, wanted: Type) -> (Answer, bool) {
        let found = self.answers.iter().find(|a| a.0 == wanted);
        found.map_or((Answer::Has(self.actual), false), |a| (a.1, a.2))
    }
}

/// Where an operator remembers, and what it says when it is broken.
pub(super) struct Switch {
    pub(super) cell: usize,
    pub(super) left: Side,
    pub(super) right: Side,
    /// Begins every failure here.
    pub(super) site: u32,
    /// The whole text once it is broken.
    pub(super) broken: u32,
    /// Texts of [`Answer::Fails`], for the left and the right operand.
    pub(super) fails: [u32; 2],
    /// An operator whose operand types never depend on points is not chosen anew.
    pub(super) fixed: bool,
}

impl Switch {
    /// Runs `plain`, which does what the operator does for the types at hand, in Kapacitor's manner.
    ///
    /// `anew` chooses without looking back, as Kapacitor does where it wants a truth value.
    pub(super) fn run<T>(
        &self,
        cx: &mut Cx<'_>,
        anew: bool,
        plain: impl Fn(&mut Cx<'_>) -> Out<T>,
    ) -> Out<T> {
        let now = code(self.left.actual, self.right.actual);
        let before = if anew { UNSET } else { cx.state.cell(self.cell) };
        if before == BROKEN {
            return cx.fail(self.broken, Cause::Known);
        }
        if before != now {
            if before != UNSET && !self.fixed {
                self.change(cx, types(before))?;
            }
            cx.state.set_cell(self.cell, now);
        }
        plain(cx).inspect_err(|_| {
            let guard = matches!(cx.failure.cause, Cause::Guard { .. });
            if guard && cx.failure.site == self.site {
                cx.state.set_cell(self.cell, BROKEN);
            }
        })
    }

    /// The evaluation that shows that the old choice is wrong.
    fn change(&self, cx: &mut Cx<'_>, (left, right): (Type, Type)) -> Out<()> {
        for (i, (side, wanted)) in [(&self.left, left), (&self.right, right)].into_iter().enumerate() {
            if side.actual == wanted {
                (side.run)(cx)?;
                continue;
            }
            let (answer, runs) = side.ask(wanted);
            if runs {
                (side.run)(cx)?;
            }
            return match answer {
                Answer::Has(ty) if ty == side.actual => Ok(()),
                Answer::Has(actual) => {
                    cx.state.set_cell(self.cell, BROKEN);
                    cx.fail(self.site, Cause::Guard { actual, wanted })
                }
                Answer::Fails => {
                    let text = self.fails.get(i).copied().unwrap_or_default();
                    cx.fail(text, Cause::Known)
                }
            };
        }
        Ok(())
    }
}
