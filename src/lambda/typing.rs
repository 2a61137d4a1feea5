//! The types of an expression for one combination of operand types, and the words for what has none.

use crate::data::Symbols;
use crate::lang::ast::UnaryOp;
use crate::value::Type;

use super::ops;
use super::render::render;
use super::tree::{BinaryNode, CallNode, Node, Reference};

/// Functions have room for this many arguments.
pub(super) const MAX_ARGS: usize = 4;

/// What a point has under the name of a reference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(super) enum Kind {
    Missing,
    Float,
    Int,
    Str,
    Bool,
    Duration,
    Time,
    Null,
    /// There are no points: the expression stands outside lambdas.
    Undefined,
}

/// What the types of an expression depend on.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    /// For each reference.
    pub(super) kinds: &'a [Kind],
    /// The same references.
    pub(super) references: &'a [Reference],
    /// Every name in scope: those of the other expressions of an `eval` too.
    pub(super) names: &'a [String],
    /// The constants' texts.
    pub(super) symbols: &'a Symbols,
}

/// Why an expression has no type.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct TypeError {
    pub(super) text: String,
    /// Kapacitor panics here: the text goes past every wrapper.
    pub(super) panic: bool,
}

impl TypeError {
    pub(super) fn new(text: impl Into<String>) -> TypeError {
        TypeError { text: text.into(), panic: false }
    }

    /// The same, in an argument of a function.
    pub(super) fn in_argument(mut self, index: usize) -> TypeError {
        if !self.panic {
            self.text.insert_str(0, &in_argument(index));
        }
        self
    }
}

/// What stands before the error of a function's argument.
pub(super) fn in_argument(index: usize) -> String {
    format!("Failed to handle {} argument: ", index + 1)
}

impl Scope<'_> {
    pub(super) fn kind(&self, index: u32) -> Kind {
        self.kinds.get(index as usize).copied().unwrap_or(Kind::Missing)
    }

    pub(super) fn name(&self, index: u32) -> &str {
        self.references.get(index as usize).map_or("", |r| &r.name)
    }

    /// The type of an expression. Nothing is called to find it.
    pub(super) fn type_of(&self, node: &Node) -> Result<Type, TypeError> {
        match node {
            Node::Ref(index) => self.reference(*index),
            Node::Call(call) => self.call(call).map(|o| o.1),
            Node::Unary { op: UnaryOp::Not, .. } => Ok(Type::Bool),
            Node::Unary { op: UnaryOp::Neg, operand } => self.type_of(operand),
            Node::Binary(b) => self.binary(b),
            Node::Lambda { body, .. } => self.type_of(body),
            literal => Ok(literal.const_type()),
        }
    }

    fn reference(&self, index: u32) -> Result<Type, TypeError> {
        Ok(match self.kind(index) {
            Kind::Missing => Type::Missing,
            Kind::Float => Type::Float,
            Kind::Int => Type::Int,
            Kind::Str => Type::Str,
            Kind::Bool => Type::Bool,
            Kind::Duration => Type::Duration,
            Kind::Time => Type::Time,
            Kind::Null => {
                return Err(TypeError::new(format!("referenced value {:?} is nil.", self.name(index))));
            }
            Kind::Undefined => {
                let text = format!("name {:?} is undefined. Names in scope: ", self.name(index));
                return Err(TypeError::new(text));
            }
        })
    }

    fn binary(&self, b: &BinaryNode) -> Result<Type, TypeError> {
        if !ops::is_math(b.op) {
            return Ok(Type::Bool);
        }
        let (left, right) = (self.type_of(&b.left)?, self.type_of(&b.right)?);
        ops::result(b.op, left, right).ok_or_else(|| TypeError::new(ops::refusal(b.op, left, right)))
    }

    /// The overload that a call chooses, by its index, and its type.
    pub(super) fn call(&self, call: &CallNode) -> Result<(usize, Type), TypeError> {
        let Some(function) = call.function else {
            return Err(TypeError::new(format!("undefined function: {:?}", call.name)));
        };
        let mut types = Vec::with_capacity(call.args.len());
        for (i, arg) in call.args.iter().enumerate() {
            types.push(self.type_of(arg).map_err(|e| e.in_argument(i))?);
            if i >= MAX_ARGS {
                let text = format!("runtime error: index out of range [{i}] with length {MAX_ARGS}");
                return Err(TypeError { text, panic: true });
            }
        }
        if let Some(i) = function.overloads.iter().position(|o| o.args == types) {
            return Ok((i, function.overloads[i].gives));
        }
        let lits: Vec<String> = call.args.iter().map(|a| render(a, self.references, self.symbols)).collect();
        let missing: Vec<&str> =
            lits.iter().zip(&types).filter(|(_, t)| **t == Type::Missing).map(|(l, _)| l.as_str()).collect();
        if missing.is_empty() {
            let args: Vec<String> = lits.iter().zip(&types).map(|(l, t)| format!("{l}: {t}")).collect();
            return Err(TypeError::new(format!(
                "Cannot call function {:?} with args ({}), available signatures are [{}].",
                call.name,
                args.join(","),
                function.signatures()
            )));
        }
        Err(TypeError::new(self.missing(&call.name, &missing)))
    }

    fn missing(&self, function: &str, args: &[&str]) -> String {
        let (word, verb) = if args.len() == 1 { ("argument", "is") } else { ("arguments", "are") };
        let quoted = self.names.iter().map(|n| format!("\"{n}\""));
        let scope: Vec<String> = quoted.filter(|n| !args.contains(&n.as_str())).collect();
        let (args, scope) = (args.join(", "), scope.join(", "));
        format!(
            "Cannot call function {function:?} {word} {args} {verb} missing, values in scope are [{scope}]"
        )
    }

    /// Why a comparison or logical operator does not take its operands, whose types are known.
    pub(super) fn refusal(&self, b: &BinaryNode, left: Type, right: Type) -> String {
        for (side, node, ty) in [("left", &b.left, left), ("right", &b.right, right)] {
            match (ty, node) {
                (Type::Invalid, _) => return format!("{side} value is invalid value type"),
                (Type::Missing, Node::Ref(index)) => {
                    return format!("{side} reference value \"{}\" is missing value", self.name(*index));
                }
                (Type::Missing, other) => {
                    let class = evaluator(other);
                    return format!(
                        "expected {side}Evaluator to be *EvalReferenceNode got *stateful.{class}"
                    );
                }
                _ => {}
            }
        }
        ops::refusal(b.op, left, right)
    }
}

/// What Kapacitor calls the evaluator of a node that can be missing.
fn evaluator(node: &Node) -> &'static str {
    match node {
        Node::Unary { .. } => "EvalUnaryNode",
        Node::Lambda { .. } => "EvalLambdaNode",
        Node::Call(_) => "EvalFunctionNode",
        Node::Binary(_) => "EvalBinaryNode",
        _ => "EvalReferenceNode",
    }
}
