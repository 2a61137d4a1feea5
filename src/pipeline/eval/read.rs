//! `node.property` without a call: reads a property.

use super::Builder;
use super::call::Member;
use super::report::Step;
use super::value::{Object, Value};
use crate::lang::ast::ChainOp;
use crate::pipeline::{Arg, ArgType, PropKind, VarType};
use crate::text::Diagnostic;

impl Builder<'_> {
    /// The value of a property.
    pub(super) fn read(&mut self, left: &Value, name: &str, step: &Step<'_>) -> Value {
        let object = match left {
            Value::Poison => return Value::Poison,
            Value::Object(object) => *object,
            other => {
                let message = format!("{} has no properties", other.words());
                let found = Diagnostic::error("E0212", message).at(step.right.span);
                return self.report(found.kapacitor("cannot get properties of non pointer value"));
            }
        };
        match self.member(object, name) {
            Some(Member::Prop(spec)) => match spec.kind {
                PropKind::Field(ty) => self.current(object, spec.name, ty),
                PropKind::Method { .. } => self.unreadable(object, name, step),
            },
            Some(Member::HandlerProp(_, spec)) if matches!(spec.kind, PropKind::Field(_)) => Value::Poison,
            _ => self.unreadable(object, name, step),
        }
    }

    /// What a plain field holds now.
    fn current(&self, object: Object, name: &str, ty: ArgType) -> Value {
        let set = self.node(object.node).and_then(|node| node.arg(name));
        match (set, ty) {
            (Some(Arg::Int(i)), _) => Value::Int(*i),
            (Some(Arg::Float(x)), _) => Value::Float(*x),
            (Some(Arg::Str(s)), _) => Value::Str(s.clone()),
            (Some(Arg::Bool(b)), _) => Value::Bool(*b),
            (Some(Arg::Duration(d)), _) => Value::Duration(*d),
            (Some(Arg::Lambda(l)), _) => Value::Lambda(l.clone()),
            (Some(_), _) => Value::Poison,
            (None, ArgType::Int) => Value::zero(VarType::Int),
            (None, ArgType::Float) => Value::zero(VarType::Float),
            (None, ArgType::Str) => Value::zero(VarType::Str),
            (None, ArgType::Bool) => Value::zero(VarType::Bool),
            (None, ArgType::Duration) => Value::zero(VarType::Duration),
            (None, ArgType::Lambda) => Value::zero(VarType::Lambda),
            (None, _) => Value::Poison,
        }
    }

    fn unreadable(&mut self, object: Object, name: &str, step: &Step<'_>) -> Value {
        let sign = if step.op == ChainOp::At { '@' } else { '.' };
        let text =
            format!("{}object {} has no property {name}", self.position(step.pos), self.type_of(object));
        let mut found = Diagnostic::error("E0213", format!("`{sign}{name}` is not called"))
            .at(step.right.span)
            .kapacitor(text);
        if self.member(object, name).is_none() {
            found.message = format!("{} has no property `{name}`", self.words_for(object));
        } else {
            found.hint = Some(format!("write `{sign}{name}(…)`"));
        }
        self.report(found)
    }
}
