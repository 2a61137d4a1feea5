//! HOT: expressions over floats, without the machinery of forms.
//!
//! Most expressions are arithmetic and comparisons of float fields. Where every name stands for a float
//! and nothing can go wrong, an expression is a small tree that is walked over the slots of the row. Any
//! other point goes to the forms, which know what it means.

use crate::data::Val;
use crate::lang::ast::{BinaryOp, UnaryOp};

use super::bind::Env;
use super::direct::compare;
use super::ops;
use super::state::State;
use super::tree::{BinaryNode, CallNode, Node, Reference};

/// An expression of a kind that needs no more than floats.
pub(super) enum Quick {
    /// A number.
    Number(Number),
    /// A truth value.
    Truth(Truth),
}

pub(super) enum Number {
    Slot(u32),
    Const(f64),
    Negative(Box<Number>),
    Math(BinaryOp, Box<(Number, Number)>),
    Sigma(Box<Number>),
    Spread(Box<Number>),
}

pub(super) enum Truth {
    Compare(BinaryOp, Number, Number),
    Not(Box<Truth>),
    And(Box<(Truth, Truth)>),
    Or(Box<(Truth, Truth)>),
}

impl Quick {
    /// From an expression of that kind.
    pub(super) fn new(node: &Node, references: &[Reference]) -> Option<Quick> {
        if references.iter().any(|r| r.is_time) {
            return None;
        }
        truth(node, references).map(Quick::Truth).or_else(|| number(node, references).map(Quick::Number))
    }

    /// The answer, if every name stands for a float.
    #[inline]
    pub(super) fn test(&self, references: &[Reference], state: &mut State, env: &Env<'_>) -> Option<bool> {
        match self {
            Quick::Truth(truth) if all_floats(references, env) => Some(truth.holds(state, env.slots)),
            _ => None,
        }
    }

    /// The value, if every name stands for a float.
    #[inline]
    pub(super) fn value(&self, references: &[Reference], state: &mut State, env: &Env<'_>) -> Option<Val> {
        if !all_floats(references, env) {
            return None;
        }
        Some(match self {
            Quick::Number(number) => Val::Float(number.get(state, env.slots)),
            Quick::Truth(truth) => Val::Bool(truth.holds(state, env.slots)),
        })
    }
}

/// Whether the point has a float under every name, and no tag of that name.
#[inline]
fn all_floats(references: &[Reference], env: &Env<'_>) -> bool {
    references.iter().all(|r| {
        matches!(env.slots.get(r.slot as usize), Some(Val::Float(_)))
            && env.world.tags.get(env.tags, r.symbol).is_none()
    })
}

/// An operator that remembers the types it saw has a cell, and is left to the forms.
fn truth(node: &Node, references: &[Reference]) -> Option<Truth> {
    match node {
        Node::Unary { op: UnaryOp::Not, operand } => Some(Truth::Not(truth(operand, references)?.into())),
        Node::Binary(b) if b.cell.is_none() => match b.op {
            BinaryOp::And => Some(Truth::And(both(b, references, truth)?)),
            BinaryOp::Or => Some(Truth::Or(both(b, references, truth)?)),
            op if ops::is_order(op) => {
                // An integer is compared with a float as a float, but with another one as it is.
                match (&b.left, &b.right) {
                    (Node::Int(_), Node::Int(_)) => None,
                    (left, Node::Int(n)) => {
                        Some(Truth::Compare(op, number(left, references)?, Number::Const(*n as f64)))
                    }
                    (Node::Int(n), right) => {
                        Some(Truth::Compare(op, Number::Const(*n as f64), number(right, references)?))
                    }
                    (left, right) => {
                        Some(Truth::Compare(op, number(left, references)?, number(right, references)?))
                    }
                }
            }
            _ => None,
        },
        _ => None,
    }
}

fn number(node: &Node, references: &[Reference]) -> Option<Number> {
    Some(match node {
        Node::Float(x) => Number::Const(*x),
        Node::Ref(index) => Number::Slot(references.get(*index as usize)?.slot),
        Node::Unary { op: UnaryOp::Neg, operand } => Number::Negative(number(operand, references)?.into()),
        Node::Binary(b) if b.cell.is_none() && ops::is_math(b.op) && b.op != BinaryOp::Mod => {
            Number::Math(b.op, both(b, references, number)?)
        }
        Node::Call(CallNode { name, args, .. }) => match (name.as_str(), &args[..]) {
            ("sigma", [x]) => Number::Sigma(number(x, references)?.into()),
            ("spread", [x]) => Number::Spread(number(x, references)?.into()),
            _ => return None,
        },
        _ => return None,
    })
}

fn both<T>(
    b: &BinaryNode,
    references: &[Reference],
    side: fn(&Node, &[Reference]) -> Option<T>,
) -> Option<Box<(T, T)>> {
    Some(Box::new((side(&b.left, references)?, side(&b.right, references)?)))
}

impl Number {
    #[inline]
    fn get(&self, state: &mut State, slots: &[Val]) -> f64 {
        match self {
            Number::Slot(slot) => match slots.get(*slot as usize) {
                Some(Val::Float(x)) => *x,
                _ => 0.0,
            },
            Number::Const(x) => *x,
            other => other.work_out(state, slots),
        }
    }

    fn work_out(&self, state: &mut State, slots: &[Val]) -> f64 {
        match self {
            Number::Slot(_) | Number::Const(_) => self.get(state, slots),
            Number::Negative(x) => -x.get(state, slots),
            Number::Math(op, sides) => {
                let left = sides.0.get(state, slots);
                let right = sides.1.get(state, slots);
                match op {
                    BinaryOp::Add => left + right,
                    BinaryOp::Sub => left - right,
                    BinaryOp::Mul => left * right,
                    _ => left / right,
                }
            }
            Number::Sigma(x) => {
                let x = x.get(state, slots);
                state.memory().sigma.next(x)
            }
            Number::Spread(x) => {
                let x = x.get(state, slots);
                state.memory().spread.next(x)
            }
        }
    }
}

impl Truth {
    fn holds(&self, state: &mut State, slots: &[Val]) -> bool {
        match self {
            Truth::Compare(op, left, right) => {
                let left = left.get(state, slots);
                compare(*op, left, right.get(state, slots))
            }
            Truth::Not(inner) => !inner.holds(state, slots),
            Truth::And(sides) => sides.0.holds(state, slots) && sides.1.holds(state, slots),
            Truth::Or(sides) => sides.0.holds(state, slots) || sides.1.holds(state, slots),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Slots, TagsId, Text, World};
    use crate::lambda::Program;
    use crate::value::Zone;

    fn program(text: &str, world: &mut World) -> Program {
        let expr = crate::lang::parse_lambda(text).unwrap();
        let mut slots = Slots::default();
        for name in ["x", "y"] {
            slots.slot(name);
        }
        Program::new(&expr, &mut slots, &mut world.symbols).unwrap()
    }

    #[test]
    fn what_remembers_types_or_needs_more_than_floats_is_left_to_the_forms() {
        let mut world = World::default();
        for (text, quick) in [
            ("\"x\" + \"y\"", true),
            ("100.0 - \"x\"", true),
            ("-\"x\" > 2.0", true),
            ("-\"x\" / 2.0", false),
            ("\"x\" >= 0.5 AND !(\"y\" < 3)", true),
            ("sigma(\"x\") > 3.0 OR spread(\"y\") > 1.0", true),
            ("(\"x\" + \"y\") * 2.0", false),
            ("\"x\" % 2.0", false),
            ("\"x\" == 'a'", false),
            ("\"time\" > \"x\"", false),
            ("abs(\"x\") > 1.0", false),
            ("1 < 2", false),
        ] {
            assert_eq!(program(text, &mut world).is_quick(), quick, "{text}");
        }
    }

    #[test]
    fn other_types_and_clashes_are_as_the_forms_have_them() {
        let mut world = World::default();
        let mut program = program("\"x\" + \"y\" > 10", &mut world);
        let mut state = program.state();
        let (key, a) = (world.symbols.intern("y"), world.symbols.intern("a"));
        let tagged = world.tags.intern(&[(key, a)], &world.symbols);
        let mut test = |x, y, tags| {
            let mut env = Env {
                slots: &[x, y],
                text: &mut Text::default(),
                world: &world,
                tags,
                time: 0,
                now: 0,
                zone: &Zone::utc(),
            };
            program.test(&mut state, &mut env).ok()
        };
        let (f, none) = (Val::Float, TagsId::EMPTY);
        assert_eq!(test(f(4.0), f(6.5), none), Some(true));
        assert_eq!(test(f(4.0), f(6.0), none), Some(false));
        assert_eq!(test(Val::Int(4), Val::Int(7), none), Some(true), "integers");
        assert_eq!(test(f(4.0), Val::Int(7), none), None, "a float and an integer do not add up");
        assert_eq!(test(f(4.0), Val::Missing, none), None);
        assert_eq!(test(f(4.0), f(7.0), tagged), None, "a tag of the same name");
        assert_eq!(test(f(4.0), f(7.0), none), Some(true), "nothing of that stays");
    }
}
