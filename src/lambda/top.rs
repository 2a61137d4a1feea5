//! The two contexts of an expression: one wants a truth value, the other takes what comes.

use crate::data::Val;
use crate::lang::ast::UnaryOp;
use crate::value::Type;

use super::build::Builder;
use super::cx::{Code, Fun, Load, Nanos, Operand, Txt};
use super::tree::Node;
use super::typing::Scope;

impl Builder<'_> {
    /// Compiles for a context that wants a truth value.
    pub(super) fn test(&mut self, node: &Node) -> Fun<bool> {
        match self.scope.type_of(node) {
            Ok(_) => self.truth(node).into_fun(),
            Err(e) => self.refuse::<bool>(e).into_fun(),
        }
    }

    /// Compiles for a context that takes any value.
    pub(super) fn value(&mut self, node: &Node) -> Fun<Val> {
        let ty = match self.scope.type_of(node) {
            Ok(Type::Missing) => return self.fail(&missing(self.scope, node)).into_fun(),
            Ok(ty @ (Type::Regex | Type::Time | Type::Invalid)) => {
                return self.fail(&format!("expression returned unexpected type {ty}")).into_fun();
            }
            Ok(ty) => ty,
            Err(e) => return self.refuse(e).into_fun(),
        };
        match self.typed(node, ty) {
            Code::Bool(o) => of(o, Val::Bool),
            Code::Int(o) => of(o, Val::Int),
            Code::Float(o) => of(o, Val::Float),
            Code::Duration(o) => of(o, |Nanos(v)| Val::Duration(v)),
            Code::Str(o) => of(o, |t| match t {
                Txt::Piece(r) => Val::Str(r),
                Txt::Name(s) => Val::Sym(s),
            }),
            // Not of the types that are left.
            Code::Time(_) | Code::Regex(_) | Code::Missing => self.fail("").into_fun(),
        }
    }
}

fn of<T: Load>(o: Operand<T>, val: fn(T) -> Val) -> Fun<Val> {
    o.map(move |_, v| Ok(val(v))).into_fun()
}

/// The words for an expression that is missing: a reference, or a minus or a nested lambda over one.
fn missing(scope: Scope<'_>, node: &Node) -> String {
    match node {
        Node::Ref(index) => format!("missing value: \"{}\"", scope.name(*index)),
        Node::Lambda { body, .. } => missing(scope, body),
        Node::Unary { op: UnaryOp::Neg, operand } => {
            let mut inner = &**operand;
            while let Node::Unary { operand, .. } | Node::Lambda { body: operand, .. } = inner {
                inner = operand;
            }
            match inner {
                Node::Ref(index) => format!("reference \"{}\" is missing value", scope.name(*index)),
                _ => String::new(),
            }
        }
        _ => String::new(),
    }
}
