//! Nodes to closures, for one combination of operand types.
//!
//! Two questions are asked of a node, as Kapacitor asks them: for a truth value ([`Builder::truth`]),
//! which anything can be asked and may refuse when a point comes; and for a value of the type that
//! [`Scope::type_of`] found ([`Builder::typed`]).

use crate::lang::ast::UnaryOp;
use crate::value::Type;

use super::cx::{Code, Load, Moment, Nanos, Operand, Pattern, Txt};
use super::failure::{Cause, Texts};
use super::operators::{self, ZeroSite};
use super::ops;
use super::switch::{Side, Switch, unexpected};
use super::tree::{BinaryNode, Node};
use super::typing::{Kind, Scope, TypeError};
use super::wrap::{own_memory, run, share, within};

/// Compiles for one combination of operand types.
pub(super) struct Builder<'a> {
    pub(super) scope: Scope<'a>,
    pub(super) texts: &'a mut Texts,
    /// What stands before an error at the node at hand.
    pub(super) place: String,
}

impl Builder<'_> {
    /// The index of a text that begins with the place at hand.
    pub(super) fn text(&mut self, text: &str) -> u32 {
        self.texts.add(&format!("{}{text}", self.place))
    }

    /// An operand that fails with a text.
    pub(super) fn fail<T: 'static>(&mut self, text: &str) -> Operand<T> {
        let id = self.text(text);
        Operand::Code(Box::new(move |cx| cx.fail(id, Cause::Known)))
    }

    /// An operand that fails for want of a type.
    pub(super) fn refuse<T: 'static>(&mut self, e: TypeError) -> Operand<T> {
        let id = if e.panic { self.texts.add(&e.text) } else { self.text(&e.text) };
        Operand::Code(Box::new(move |cx| cx.fail(id, Cause::Known)))
    }

    /// An operand that fails because it has another type.
    fn guard<T: 'static>(&mut self, actual: Type, wanted: Type) -> Operand<T> {
        let site = self.text("");
        Operand::Code(Box::new(move |cx| cx.fail(site, Cause::Guard { actual, wanted })))
    }

    /// A truth value; anything else refuses when it is evaluated.
    pub(super) fn truth(&mut self, node: &Node) -> Operand<bool> {
        match node {
            Node::Bool(v) => Operand::Const(*v),
            Node::Ref(index) => self.truth_of_reference(node, *index),
            Node::Unary { op: UnaryOp::Neg, .. } if !negates(node.const_type()) => {
                self.guard(node.const_type(), Type::Bool)
            }
            // A minus in front of a truth value is a logical not.
            Node::Unary { operand, .. } => self.truth(operand).map(|_, v: bool| Ok(!v)),
            Node::Binary(b) => self.truth_of_operator(b),
            Node::Call(call) => self.truth_of_call(call),
            Node::Lambda { state, body } => match self.scope.type_of(body) {
                Err(e) => self.refuse(e),
                Ok(Type::Bool) => own_memory(*state, self.truth(body)),
                Ok(other) => self.guard(other, Type::Bool),
            },
            literal => self.guard(literal.const_type(), Type::Bool),
        }
    }

    fn truth_of_reference(&mut self, node: &Node, index: u32) -> Operand<bool> {
        match self.scope.kind(index) {
            Kind::Bool => Operand::Ref(index),
            Kind::Missing => {
                let text = format!("reference \"{}\" is missing value", self.scope.name(index));
                self.fail(&text)
            }
            _ => match self.scope.type_of(node) {
                Ok(ty) => self.guard(ty, Type::Bool),
                Err(e) => self.refuse(e),
            },
        }
    }

    fn truth_of_operator(&mut self, b: &BinaryNode) -> Operand<bool> {
        let (left, right) = if b.is_dynamic() {
            let left = self.scope.type_of(&b.left);
            match left.and_then(|l| Ok((l, self.scope.type_of(&b.right)?))) {
                Ok(types) => types,
                Err(e) => return self.refuse(e),
            }
        } else {
            (b.left.const_type(), b.right.const_type())
        };
        match ops::result(b.op, left, right) {
            None => {
                let text = self.scope.refusal(b, left, right);
                self.fail(&text)
            }
            Some(Type::Bool) => self.comparison(b, left, right),
            Some(other) => {
                let value = self.math(b, left, right, true);
                let id = self.text(unexpected(other));
                let run = run(value);
                Operand::Code(Box::new(move |cx| {
                    run(cx)?;
                    cx.fail(id, Cause::Known)
                }))
            }
        }
    }

    fn comparison(&mut self, b: &BinaryNode, left: Type, right: Type) -> Operand<bool> {
        let (mut l, mut r) = (self.typed(&b.left, left), self.typed(&b.right, right));
        let switch = b.cell.map(|cell| self.switch(b, cell, &mut l, &mut r, left, right));
        let Some(plain) = operators::truth(b.op, l, r) else { return self.guard(left, right) };
        match switch {
            None => plain,
            Some(switch) => {
                let plain = plain.into_fun();
                Operand::Code(Box::new(move |cx| switch.run(cx, false, &plain)))
            }
        }
    }

    /// A value of the type that the node is known to have.
    pub(super) fn typed(&mut self, node: &Node, ty: Type) -> Code {
        match node {
            Node::Bool(v) => Code::Bool(Operand::Const(*v)),
            Node::Int(v) => Code::Int(Operand::Const(*v)),
            Node::Float(v) => Code::Float(Operand::Const(*v)),
            Node::Duration(v) => Code::Duration(Operand::Const(Nanos(*v))),
            Node::Str(s) => Code::Str(Operand::Const(Txt::Name(*s))),
            Node::Regex(re) => Code::Regex(Pattern::Const(re.clone())),
            Node::Ref(index) => reference(*index, ty),
            Node::Unary { op: UnaryOp::Not, .. } => Code::Bool(self.truth(node)),
            Node::Unary { op: UnaryOp::Neg, operand } => self.negation(node, operand, ty),
            Node::Binary(b) if ops::is_math(b.op) => {
                match (self.scope.type_of(&b.left), self.scope.type_of(&b.right)) {
                    (Ok(left), Ok(right)) => self.math(b, left, right, false),
                    (Err(e), _) | (_, Err(e)) => Code::Int(self.refuse(e)),
                }
            }
            Node::Binary(b) => Code::Bool(self.truth_of_operator(b)),
            Node::Call(call) => self.call(call),
            Node::Lambda { state, body } => {
                if ty == Type::Time {
                    return Code::Time(self.guard(ty, ty));
                }
                within(*state, self.typed(body, ty))
            }
        }
    }

    fn negation(&mut self, node: &Node, operand: &Node, ty: Type) -> Code {
        match ty {
            Type::Bool => return Code::Bool(self.truth(node)),
            Type::Missing => return Code::Missing,
            Type::Str => return Code::Str(self.guard(node.const_type(), ty)),
            Type::Time => return Code::Time(self.guard(node.const_type(), ty)),
            Type::Regex => {
                let never = self.guard(node.const_type(), ty);
                let Operand::Code(f) = never else { return Code::Missing };
                return Code::Regex(Pattern::Code(f));
            }
            _ => {}
        }
        match self.typed(operand, ty) {
            Code::Int(o) => Code::Int(o.map(|_, v: i64| Ok(v.wrapping_neg()))),
            Code::Float(o) => Code::Float(o.map(|_, v: f64| Ok(-v))),
            Code::Duration(o) => Code::Duration(o.map(|_, v: Nanos| Ok(Nanos(v.0.wrapping_neg())))),
            other => other,
        }
    }

    fn math(&mut self, b: &BinaryNode, left: Type, right: Type, anew: bool) -> Code {
        let (mut l, mut r) = (self.typed(&b.left, left), self.typed(&b.right, right));
        let switch = b.cell.map(|cell| self.switch(b, cell, &mut l, &mut r, left, right));
        let zero = ZeroSite(self.texts.add("runtime error: integer divide by zero"));
        let Some(plain) = operators::math(b.op, l, r, zero) else {
            return Code::Int(self.fail(&ops::refusal(b.op, left, right)));
        };
        let Some(switch) = switch else { return plain };
        fn switched<T: Load>(o: Operand<T>, switch: Switch, anew: bool) -> Operand<T> {
            let plain = o.into_fun();
            Operand::Code(Box::new(move |cx| switch.run(cx, anew, &plain)))
        }
        match plain {
            Code::Int(o) => Code::Int(switched(o, switch, anew)),
            Code::Float(o) => Code::Float(switched(o, switch, anew)),
            Code::Str(o) => Code::Str(switched(o, switch, anew)),
            Code::Duration(o) => Code::Duration(switched(o, switch, anew)),
            other => other,
        }
    }

    fn switch(
        &mut self,
        b: &BinaryNode,
        cell: usize,
        l: &mut Code,
        r: &mut Code,
        left: Type,
        right: Type,
    ) -> Switch {
        Switch {
            cell,
            left: Side::new(&b.left, left, share(l)),
            right: Side::new(&b.right, right, share(r)),
            site: self.text(""),
            broken: self.text(&ops::mismatch(b.op, left, right)),
            fails: [self.text(unexpected(left)), self.text(unexpected(right))],
            fixed: !b.is_dynamic(),
        }
    }
}

fn negates(ty: Type) -> bool {
    matches!(ty, Type::Bool | Type::Invalid)
}

fn reference(index: u32, ty: Type) -> Code {
    match ty {
        Type::Bool => Code::Bool(Operand::Ref(index)),
        Type::Int => Code::Int(Operand::Ref(index)),
        Type::Float => Code::Float(Operand::Ref(index)),
        Type::Str => Code::Str(Operand::Ref(index)),
        Type::Duration => Code::Duration(Operand::Ref(index)),
        Type::Time => Code::Time(Operand::<Moment>::Ref(index)),
        Type::Missing | Type::Regex | Type::Invalid => Code::Missing,
    }
}
