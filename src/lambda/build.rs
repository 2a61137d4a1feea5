//! Nodes to closures, for one combination of operand types.
//!
//! Two questions are asked of a node, as Kapacitor asks them: for a truth value ([`Builder::truth`]),
//! which anything can be asked and may refuse when a point comes; and for a value of the type that
//! [`Scope::type_of`] found ([`Builder::typed`]).

use std::sync::Arc;

use crate::lang::ast::UnaryOp;
use crate::value::Type;

use super::cx::{Code, Fun, Load, Moment, Nanos, Operand, Pattern, Txt};
use super::failure::{Cause, Texts};
use super::operators::{self, ZeroSite};
use super::ops;
use super::switch::{Side, Switch, unexpected};
use super::tree::{BinaryNode, Node};
use super::typing::{Kind, Scope, TypeError};

/// Compiles for one combination of operand types.
pub(super) struct Builder<'a> {
    pub(super) scope: Scope<'a>,
    pub(super) texts: &'a mut Texts,
    /// What stands before an error at the node at hand.
    pub(super) place: String,
}

impl Builder<'_> {
    /// Compiles for a context that wants a truth value.
    pub(super) fn test(&mut self, node: &Node) -> Fun<bool> {
        match self.scope.type_of(node) {
            Ok(_) => self.truth(node).into_fun(),
            Err(e) => self.refuse::<bool>(e).into_fun(),
        }
    }

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

/// Runs an operand with the memory of a nested lambda in place of the expression's.
fn own_memory<T: Load>(state: usize, operand: Operand<T>) -> Operand<T> {
    let Operand::Code(f) = operand else { return operand };
    Operand::Code(swapped(state, f))
}

fn swapped<T: 'static>(state: usize, f: Fun<T>) -> Fun<T> {
    Box::new(move |cx| {
        if let Some(own) = cx.nested.get_mut(state) {
            std::mem::swap(cx.state, own);
        }
        let out = f(cx);
        if let Some(own) = cx.nested.get_mut(state) {
            std::mem::swap(cx.state, own);
        }
        out
    })
}

fn within(state: usize, code: Code) -> Code {
    match code {
        Code::Bool(o) => Code::Bool(own_memory(state, o)),
        Code::Int(o) => Code::Int(own_memory(state, o)),
        Code::Float(o) => Code::Float(own_memory(state, o)),
        Code::Str(o) => Code::Str(own_memory(state, o)),
        Code::Duration(o) => Code::Duration(own_memory(state, o)),
        Code::Time(o) => Code::Time(own_memory(state, o)),
        Code::Regex(Pattern::Code(f)) => Code::Regex(Pattern::Code(swapped(state, f))),
        other => other,
    }
}

/// Evaluates and forgets.
pub(super) fn run(code: Code) -> Fun<()> {
    fn of<T: Load>(o: Operand<T>) -> Fun<()> {
        match o {
            Operand::Code(f) => Box::new(move |cx| f(cx).map(|_| ())),
            _ => Box::new(|_| Ok(())),
        }
    }
    match code {
        Code::Bool(o) => of(o),
        Code::Int(o) => of(o),
        Code::Float(o) => of(o),
        Code::Str(o) => of(o),
        Code::Duration(o) => of(o),
        Code::Time(o) => of(o),
        Code::Regex(Pattern::Code(f)) => Box::new(move |cx| f(cx).map(|_| ())),
        Code::Regex(Pattern::Const(_)) | Code::Missing => Box::new(|_| Ok(())),
    }
}

/// A second handle on an operand, to run it for its effects alone.
fn share(code: &mut Code) -> Fun<()> {
    fn fun<T: 'static>(f: Fun<T>) -> (Fun<T>, Fun<()>) {
        let f = Arc::new(f);
        let g = f.clone();
        (Box::new(move |cx| f(cx)), Box::new(move |cx| g(cx).map(|_| ())))
    }
    fn of<T: 'static>(o: Operand<T>, into: fn(Operand<T>) -> Code) -> (Code, Fun<()>) {
        match o {
            Operand::Code(f) => {
                let (f, g) = fun(f);
                (into(Operand::Code(f)), g)
            }
            other => (into(other), Box::new(|_| Ok(()))),
        }
    }
    let (shared, run): (Code, Fun<()>) = match std::mem::replace(code, Code::Missing) {
        Code::Bool(o) => of(o, Code::Bool),
        Code::Int(o) => of(o, Code::Int),
        Code::Float(o) => of(o, Code::Float),
        Code::Str(o) => of(o, Code::Str),
        Code::Duration(o) => of(o, Code::Duration),
        Code::Time(o) => of(o, Code::Time),
        Code::Regex(Pattern::Code(f)) => {
            let (f, g) = fun(f);
            (Code::Regex(Pattern::Code(f)), g)
        }
        other => (other, Box::new(|_| Ok(()))),
    };
    *code = shared;
    run
}
