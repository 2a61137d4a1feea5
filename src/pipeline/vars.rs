//! Vars from outside a script, and the vars that a script declares.

use std::fmt;
use std::sync::Arc;

use crate::lang::ast::Expr;

/// Type of a var, as declarations and vars files spell it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum VarType {
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `float`
    Float,
    /// `string`
    Str,
    /// `regex`
    Regex,
    /// `duration`
    Duration,
    /// `lambda`
    Lambda,
    /// `list`
    List,
    /// `star`
    Star,
}

impl VarType {
    /// All of them.
    pub const ALL: [VarType; 9] = [
        VarType::Bool,
        VarType::Int,
        VarType::Float,
        VarType::Str,
        VarType::Regex,
        VarType::Duration,
        VarType::Lambda,
        VarType::List,
        VarType::Star,
    ];

    /// The word in declarations and files.
    pub fn word(self) -> &'static str {
        match self {
            VarType::Bool => "bool",
            other => other.printed(),
        }
    }

    /// The word in Kapacitor's messages.
    pub fn printed(self) -> &'static str {
        match self {
            VarType::Bool => "boolean",
            VarType::Int => "int",
            VarType::Float => "float",
            VarType::Str => "string",
            VarType::Regex => "regex",
            VarType::Duration => "duration",
            VarType::Lambda => "lambda",
            VarType::List => "list",
            VarType::Star => "star",
        }
    }

    /// The type of that name.
    pub fn from_word(word: &str) -> Option<VarType> {
        VarType::ALL.into_iter().find(|ty| ty.word() == word)
    }
}

impl fmt::Display for VarType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A value of a var.
#[derive(Clone, PartialEq, Debug)]
pub enum VarValue {
    /// `TRUE`
    Bool(bool),
    /// `5`
    Int(i64),
    /// `5.0`
    Float(f64),
    /// `'x'`
    Str(String),
    /// The pattern in Go's syntax.
    Regex(String),
    /// Nanoseconds.
    Duration(i64),
    /// The expression without `lambda:`.
    Lambda(Arc<Expr>),
    /// Elements of any type.
    List(Vec<VarValue>),
    /// `*`
    Star,
}

impl VarValue {
    /// Its type.
    pub fn ty(&self) -> VarType {
        match self {
            VarValue::Bool(_) => VarType::Bool,
            VarValue::Int(_) => VarType::Int,
            VarValue::Float(_) => VarType::Float,
            VarValue::Str(_) => VarType::Str,
            VarValue::Regex(_) => VarType::Regex,
            VarValue::Duration(_) => VarType::Duration,
            VarValue::Lambda(_) => VarType::Lambda,
            VarValue::List(_) => VarType::List,
            VarValue::Star => VarType::Star,
        }
    }
}

/// Vars given from outside, by name. Later ones win.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Vars(Vec<(String, VarValue)>);

impl Vars {
    /// The value given for a name.
    pub fn get(&self, name: &str) -> Option<&VarValue> {
        self.0.iter().rev().find(|(n, _)| n == name).map(|(_, value)| value)
    }

    /// Gives a value.
    pub fn set(&mut self, name: impl Into<String>, value: VarValue) {
        self.0.push((name.into(), value));
    }

    /// Names in the order they were given.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

/// A var that a script declares.
#[derive(Clone, PartialEq, Debug)]
pub struct VarInfo {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: VarType,
    /// The value it has unless one is given; `None` where one has to be given.
    pub value: Option<VarValue>,
    /// The comment before it.
    pub description: String,
}
