//! A parsed template, and its nodes as error texts print them.

use std::fmt;

use super::html::Escaper;
use crate::value::quote::quoted;

/// A sequence of nodes.
pub(super) type Nodes = Vec<Node>;

/// A piece of a template.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// Literal text.
    Text(Box<str>),
    /// `{{ pipeline }}`.
    Action(Action),
    /// `if` or `with`, with the branch otherwise taken.
    Branch(Box<Branch>),
    /// `range`.
    Range(Box<Branch>),
    /// `template`.
    Template(Box<Call>),
    /// `break`.
    Break,
    /// `continue`.
    Continue,
}

/// What prints.
#[derive(Clone, Debug)]
pub(super) struct Action {
    pub(super) pipe: Pipe,
    /// How the value is made safe where it stands; none in text templates.
    pub(super) escapers: Vec<Escaper>,
}

/// A pipeline that decides, and what it decides on.
#[derive(Clone, Debug)]
pub(super) struct Branch {
    /// Whether `.` becomes the pipeline's value.
    pub(super) with: bool,
    pub(super) pipe: Pipe,
    pub(super) then: Nodes,
    pub(super) otherwise: Nodes,
}

/// A call of a named template.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) pos: usize,
    pub(super) name: String,
    pub(super) pipe: Option<Pipe>,
}

/// Commands, each fed with the value of the one before.
#[derive(Clone, Debug, Default)]
pub(super) struct Pipe {
    pub(super) pos: usize,
    pub(super) assign: bool,
    pub(super) vars: Vec<Var>,
    pub(super) cmds: Vec<Command>,
}

/// A variable: its name with `$`, and its place on the stack, if it was declared.
#[derive(Clone, Debug)]
pub(super) struct Var {
    pub(super) name: String,
    pub(super) slot: Option<usize>,
}

/// A function, method or value with its arguments.
#[derive(Clone, Debug)]
pub(super) struct Command {
    pub(super) pos: usize,
    pub(super) args: Vec<Arg>,
}

/// A word of a command.
#[derive(Clone, Debug)]
pub(super) struct Arg {
    pub(super) pos: usize,
    pub(super) kind: ArgKind,
}

#[derive(Clone, Debug)]
pub(super) enum ArgKind {
    Dot,
    Nil,
    Bool(bool),
    Number(Number),
    /// The text as written, and what it means.
    Str(Box<str>, Box<str>),
    /// `.A.B`.
    Field(Vec<Box<str>>),
    /// `$x.A.B`.
    Var(Var, Vec<Box<str>>),
    /// `(pipeline).A.B`.
    Chain(Box<Arg>, Vec<Box<str>>),
    /// A function.
    Func(super::funcs::Func),
    /// `(pipeline)`.
    Pipe(Box<Pipe>),
}

/// A number as written, and its value.
#[derive(Clone, Debug)]
pub(super) struct Number {
    pub(super) text: Box<str>,
    pub(super) value: NumberValue,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum NumberValue {
    Int(i64),
    Float(f64),
    /// Only fits without a sign.
    TooLarge,
}

fn dotted(f: &mut fmt::Formatter<'_>, names: &[Box<str>]) -> fmt::Result {
    names.iter().try_for_each(|n| write!(f, ".{n}"))
}

impl fmt::Display for Arg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ArgKind::Dot => f.write_str("."),
            ArgKind::Nil => f.write_str("nil"),
            ArgKind::Bool(b) => write!(f, "{b}"),
            ArgKind::Number(n) => f.write_str(&n.text),
            ArgKind::Str(raw, _) => f.write_str(raw),
            ArgKind::Field(names) => dotted(f, names),
            ArgKind::Var(var, names) => {
                f.write_str(&var.name)?;
                dotted(f, names)
            }
            ArgKind::Chain(inner, names) => {
                write!(f, "{inner}")?;
                dotted(f, names)
            }
            ArgKind::Func(func) => f.write_str(func.name()),
            ArgKind::Pipe(pipe) => write!(f, "({pipe})"),
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, arg) in self.args.iter().enumerate() {
            write!(f, "{}{arg}", if i > 0 { " " } else { "" })?;
        }
        Ok(())
    }
}

impl fmt::Display for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, var) in self.vars.iter().enumerate() {
            write!(f, "{}{}", if i > 0 { ", " } else { "" }, var.name)?;
        }
        if !self.vars.is_empty() {
            f.write_str(if self.assign { " = " } else { " := " })?;
        }
        for (i, cmd) in self.cmds.iter().enumerate() {
            write!(f, "{}{cmd}", if i > 0 { " | " } else { "" })?;
        }
        Ok(())
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{{template {}", quoted(&self.name))?;
        if let Some(pipe) = &self.pipe {
            write!(f, " {pipe}")?;
        }
        f.write_str("}}")
    }
}
