//! What expressions are worth while a script is evaluated.

use std::rc::Rc;
use std::sync::Arc;

use crate::lang::ast::{Call, Expr, ExprKind, UnaryOp};
use crate::pipeline::{Arg, NodeId, VarType, VarValue};
use crate::text::Span;

/// A value. Values that come of a mistake are [`Value::Poison`]: whatever takes them stays silent.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(String),
    Duration(i64),
    Regex(String),
    Lambda(Arc<Expr>),
    List(Rc<Vec<Value>>),
    Star,
    Ref(String),
    TimeDim {
        length: i64,
        offset: i64,
    },
    /// What templates take for a typed var without a value: a regex, lambda or star that is not there.
    Nil(VarType),
    Object(Object),
    /// The function `time`.
    Time,
    /// A call that was not run.
    Unbound(Rc<Unbound>),
    Poison,
}

/// A node, or something that stands for it and offers more.
#[derive(Clone, Copy, Debug)]
pub(super) struct Object {
    pub(super) node: NodeId,
    pub(super) face: Face,
}

/// As what a node is seen.
#[derive(Clone, Copy, Debug)]
pub(super) enum Face {
    Node,
    /// What some properties return.
    Other(&'static str),
    /// A handler of an alert, by its index.
    Handler(usize),
}

/// A call whose arguments are evaluated and whose object is still to come.
#[derive(Debug)]
pub(super) struct Unbound {
    pub(super) call: Call,
    pub(super) span: Span,
    pub(super) args: Vec<Located>,
}

/// A value and where it comes from.
#[derive(Clone, Debug)]
pub(super) struct Located {
    pub(super) value: Value,
    pub(super) span: Span,
}

impl Value {
    pub(super) fn var_type(&self) -> Option<VarType> {
        Some(match self {
            Value::Bool(_) => VarType::Bool,
            Value::Int(_) => VarType::Int,
            Value::Float(_) => VarType::Float,
            Value::Str(_) => VarType::Str,
            Value::Duration(_) => VarType::Duration,
            Value::Regex(_) => VarType::Regex,
            Value::Lambda(_) => VarType::Lambda,
            Value::List(_) => VarType::List,
            Value::Star => VarType::Star,
            Value::Nil(ty) => *ty,
            _ => return None,
        })
    }

    /// As a var's value, where it can be one.
    pub(super) fn to_var(&self) -> Option<VarValue> {
        Some(match self {
            Value::Bool(b) => VarValue::Bool(*b),
            Value::Int(i) => VarValue::Int(*i),
            Value::Float(x) => VarValue::Float(*x),
            Value::Str(s) => VarValue::Str(s.clone()),
            Value::Duration(d) => VarValue::Duration(*d),
            Value::Regex(r) => VarValue::Regex(r.clone()),
            Value::Lambda(l) => VarValue::Lambda(Arc::clone(l)),
            Value::List(items) => VarValue::List(items.iter().filter_map(Value::to_var).collect()),
            Value::Star => VarValue::Star,
            _ => return None,
        })
    }

    pub(super) fn from_var(var: &VarValue) -> Value {
        match var {
            VarValue::Bool(b) => Value::Bool(*b),
            VarValue::Int(i) => Value::Int(*i),
            VarValue::Float(x) => Value::Float(*x),
            VarValue::Str(s) => Value::Str(s.clone()),
            VarValue::Regex(r) => Value::Regex(r.clone()),
            VarValue::Duration(d) => Value::Duration(*d),
            VarValue::Lambda(l) => Value::Lambda(Arc::clone(l)),
            VarValue::List(items) => Value::List(Rc::new(items.iter().map(Value::from_var).collect())),
            VarValue::Star => Value::Star,
        }
    }

    /// What a template takes for a typed var that nobody gave.
    pub(super) fn zero(ty: VarType) -> Value {
        match ty {
            VarType::Bool => Value::Bool(false),
            VarType::Int => Value::Int(0),
            VarType::Float => Value::Float(0.0),
            VarType::Str => Value::Str(String::new()),
            VarType::Duration => Value::Duration(0),
            VarType::List => Value::List(Rc::new(Vec::new())),
            VarType::Regex | VarType::Lambda | VarType::Star => Value::Nil(ty),
        }
    }

    /// As an argument of a node; nothing for what no parameter takes.
    pub(super) fn to_arg(&self) -> Option<Arg> {
        Some(match self {
            Value::Bool(b) => Arg::Bool(*b),
            Value::Int(i) => Arg::Int(*i),
            Value::Float(x) => Arg::Float(*x),
            Value::Str(s) => Arg::Str(s.clone()),
            Value::Duration(d) => Arg::Duration(*d),
            Value::Regex(r) => Arg::Regex(r.clone()),
            Value::Lambda(l) => Arg::Lambda(Arc::clone(l)),
            Value::List(items) => Arg::List(items.iter().filter_map(Value::to_arg).collect()),
            Value::Star => Arg::Star,
            Value::Ref(name) => Arg::Ref(name.clone()),
            Value::TimeDim { length, offset } => Arg::TimeDim { length: *length, offset: *offset },
            Value::Object(object) => Arg::Node(object.node),
            Value::Nil(_) | Value::Time | Value::Unbound(_) | Value::Poison => return None,
        })
    }

    /// As a literal within a lambda.
    pub(super) fn literal(&self, span: Span) -> Option<Expr> {
        let kind = match self {
            Value::Bool(b) => ExprKind::Bool(*b),
            Value::Int(i) => ExprKind::Int { value: *i, octal: false },
            Value::Float(x) => ExprKind::Float(*x),
            Value::Str(s) => ExprKind::Str { value: s.clone(), triple: false },
            Value::Duration(d) => ExprKind::Duration { value: *d, text: String::new() },
            Value::Regex(r) => ExprKind::Regex { pattern: r.clone(), text: String::new() },
            Value::Lambda(l) => ExprKind::Lambda(Box::new(l.as_ref().clone())),
            Value::List(items) => {
                ExprKind::List(items.iter().map(|item| item.literal(span)).collect::<Option<_>>()?)
            }
            Value::Star | Value::Nil(VarType::Star) => ExprKind::Star,
            _ => return None,
        };
        Some(Expr { span, pos: span.start, comment: None, kind })
    }

    /// As Kapacitor prints a value in its messages.
    pub(super) fn printed(&self) -> String {
        match self {
            Value::Bool(b) => b.to_string(),
            Value::Int(i) => i.to_string(),
            Value::Float(x) => x.to_string(),
            Value::Str(s) | Value::Regex(s) => s.clone(),
            Value::Ref(name) => format!("{name:?}"),
            Value::Star => "*".to_owned(),
            _ => String::new(),
        }
    }

    /// Type and value for people.
    pub(super) fn words(&self) -> String {
        match self {
            Value::Bool(b) => format!("the bool {}", if *b { "TRUE" } else { "FALSE" }),
            Value::Int(i) => format!("the int {i}"),
            Value::Float(x) => format!("the float {x:?}"),
            Value::Str(s) if s.chars().count() <= 40 && !s.contains('\n') => format!("the string '{s}'"),
            Value::Str(_) => "a string".to_owned(),
            Value::Duration(_) => "a duration".to_owned(),
            Value::Regex(_) => "a regex".to_owned(),
            Value::Lambda(_) => "a lambda".to_owned(),
            Value::List(_) => "a list".to_owned(),
            Value::Star => "`*`".to_owned(),
            Value::Ref(name) => format!("the reference \"{name}\""),
            Value::TimeDim { .. } => "a time dimension".to_owned(),
            Value::Nil(ty) => format!("an empty {ty}"),
            Value::Object(_) => "a node".to_owned(),
            Value::Time => "the function `time`".to_owned(),
            Value::Unbound(unbound) => format!("the call `{}(…)`", unbound.call.name),
            Value::Poison => "nothing".to_owned(),
        }
    }

    /// A unary operator applied; nothing where it does not apply.
    pub(super) fn unary(&self, op: UnaryOp) -> Option<Value> {
        Some(match (op, self) {
            (UnaryOp::Neg, Value::Int(i)) => Value::Int(i.wrapping_neg()),
            (UnaryOp::Neg, Value::Float(x)) => Value::Float(-x),
            (UnaryOp::Neg, Value::Duration(d)) => Value::Duration(d.wrapping_neg()),
            (UnaryOp::Not, Value::Bool(b)) => Value::Bool(!b),
            _ => return None,
        })
    }
}
