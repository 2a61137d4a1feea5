//! The graph that a script describes: nodes with their arguments and properties, not yet running.

use std::sync::Arc;

use crate::lang::ast::Expr;
use crate::text::Span;

/// The kind of nodes that call a user-defined function; its name is their only argument.
pub(crate) const UDF: &str = "udf";
/// The property of such a node that holds an option: its name, then its values.
pub(crate) const OPTION: &str = "option";

/// Index into [`Graph::nodes`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct NodeId(pub u32);

/// What flows along an edge.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EdgeType {
    /// Single points.
    Stream,
    /// Batches of points.
    Batch,
    /// Nothing (the batch source).
    None,
    /// What only a user-defined function knows that was not asked.
    Unknown,
}

/// Where a script's data come from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TaskType {
    /// From `stream`.
    Stream,
    /// From `batch`.
    Batch,
}

/// An evaluated argument.
#[derive(Clone, PartialEq, Debug)]
pub enum Arg {
    /// `5`
    Int(i64),
    /// `5.0`
    Float(f64),
    /// `'x'`
    Str(String),
    /// `TRUE`
    Bool(bool),
    /// `5m`, in nanoseconds
    Duration(i64),
    /// `/x/`: the pattern in Go's syntax
    Regex(String),
    /// `lambda: …`: the expression, identifiers already replaced by literals
    Lambda(Arc<Expr>),
    /// `*`
    Star,
    /// `"x"`, where Kapacitor would carry a reference node
    Ref(String),
    /// `[…]`
    List(Vec<Arg>),
    /// `time(length, offset)` of a query's groupBy, in nanoseconds
    TimeDim {
        /// Length of a bucket.
        length: i64,
        /// Offset of the buckets.
        offset: i64,
    },
    /// A node held by a var
    Node(NodeId),
}

impl Arg {
    /// Its type, as Kapacitor's messages spell it.
    pub fn go_type(&self) -> &'static str {
        match self {
            Arg::Int(_) => "int64",
            Arg::Float(_) => "float64",
            Arg::Str(_) => "string",
            Arg::Bool(_) => "bool",
            Arg::Duration(_) => "time.Duration",
            Arg::Regex(_) => "*regexp.Regexp",
            Arg::Lambda(_) => "*ast.LambdaNode",
            Arg::Star => "*ast.StarNode",
            Arg::Ref(_) => "*ast.ReferenceNode",
            Arg::List(_) => "[]interface {}",
            Arg::TimeDim { .. } => "time.Duration",
            Arg::Node(_) => "pipeline.Node",
        }
    }

    /// Its type for people, with an article.
    pub fn words(&self) -> &'static str {
        match self {
            Arg::Int(_) => "an int",
            Arg::Float(_) => "a float",
            Arg::Str(_) => "a string",
            Arg::Bool(_) => "a bool",
            Arg::Duration(_) => "a duration",
            Arg::Regex(_) => "a regex",
            Arg::Lambda(_) => "a lambda",
            Arg::Star => "`*`",
            Arg::Ref(_) => "a reference in double quotes",
            Arg::List(_) => "a list",
            Arg::TimeDim { .. } => "a time dimension",
            Arg::Node(_) => "a node",
        }
    }
}

/// A property call with its evaluated arguments. Calls are kept in order; a node decides whether the
/// last one counts (plain fields) or each adds (methods such as `tag(k, v)`).
#[derive(Clone, PartialEq, Debug)]
pub struct Prop {
    /// Canonical spelling (`usePointTimes`), as in the node's spec.
    pub name: &'static str,
    /// Evaluated arguments; a single list is already spread.
    pub args: Vec<Arg>,
    /// The call in the script.
    pub span: Span,
}

/// A handler declared on an alert node: `.exec('/bin/x')`, with the properties that follow it.
#[derive(Clone, PartialEq, Debug)]
pub struct HandlerDef {
    /// Canonical property name: `exec`, `pagerDuty2`.
    pub kind: &'static str,
    /// Arguments of the property itself.
    pub args: Vec<Arg>,
    /// Its own properties (`.channel('#x')`).
    pub props: Vec<Prop>,
    /// The call in the script.
    pub span: Span,
}

/// A node of the graph.
#[derive(Clone, PartialEq, Debug)]
pub struct NodeDef {
    /// Canonical method name: `from`, `groupBy`, `mean`; `stream` and `batch` for the sources.
    pub kind: &'static str,
    /// Kapacitor's name: `groupby2`.
    pub name: String,
    /// Number in that name.
    pub number: u32,
    /// What it takes.
    pub wants: EdgeType,
    /// What it gives.
    pub provides: EdgeType,
    /// Arguments of the chaining method.
    pub args: Vec<Arg>,
    /// Property calls, in order (without handlers and `quiet`).
    pub props: Vec<Prop>,
    /// `.quiet()`: errors are counted, not logged.
    pub quiet: bool,
    /// Handlers of an alert node, in order.
    pub handlers: Vec<HandlerDef>,
    /// In link order.
    pub parents: Vec<NodeId>,
    /// In link order (the engine runs them in reverse, as Kapacitor does).
    pub children: Vec<NodeId>,
    /// For `stats`: the node it observes (no edge).
    pub observes: Option<NodeId>,
    /// The call in the script.
    pub span: Span,
}

impl NodeDef {
    /// What it is called in scripts: its method, or `@name` for a user-defined function.
    pub fn words(&self) -> String {
        match self.function() {
            Some(name) => format!("@{name}"),
            None => self.kind.to_owned(),
        }
    }

    /// The name of the user-defined function that it calls.
    pub fn function(&self) -> Option<&str> {
        match self.args.first() {
            Some(Arg::Str(name)) if self.kind == UDF => Some(name),
            _ => None,
        }
    }

    /// The last call of a property.
    pub fn prop(&self, name: &str) -> Option<&Prop> {
        self.props.iter().rev().find(|p| p.name == name)
    }

    /// All calls of a property, in order.
    pub fn props<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Prop> {
        self.props.iter().filter(move |p| p.name == name)
    }

    /// The first argument of the last call of a property.
    pub fn arg(&self, name: &str) -> Option<&Arg> {
        self.prop(name)?.args.first()
    }

    /// A property that takes one text.
    pub fn str(&self, name: &str) -> Option<&str> {
        match self.arg(name)? {
            Arg::Str(s) => Some(s),
            _ => None,
        }
    }

    /// A property that takes one duration, in nanoseconds.
    pub fn duration(&self, name: &str) -> Option<i64> {
        match self.arg(name)? {
            Arg::Duration(d) => Some(*d),
            _ => None,
        }
    }

    /// A property that takes one integer.
    pub fn int(&self, name: &str) -> Option<i64> {
        match self.arg(name)? {
            Arg::Int(i) => Some(*i),
            _ => None,
        }
    }

    /// A property that takes one lambda.
    pub fn lambda(&self, name: &str) -> Option<&Arc<Expr>> {
        match self.arg(name)? {
            Arg::Lambda(l) => Some(l),
            _ => None,
        }
    }

    /// The texts of the last call of a property.
    pub fn strs(&self, name: &str) -> Option<Vec<&str>> {
        let texts = self.prop(name)?.args.iter().filter_map(|a| match a {
            Arg::Str(s) => Some(s.as_str()),
            _ => None,
        });
        Some(texts.collect())
    }
}

/// What a script describes.
#[derive(Clone, PartialEq, Debug)]
pub struct Graph {
    /// Streams or batches.
    pub task_type: TaskType,
    /// Node 0 is the source; others in order of creation.
    pub nodes: Vec<NodeDef>,
    /// `dbrp` statements: database and retention policy.
    pub dbrps: Vec<(String, String)>,
}

impl Graph {
    /// A node by its index.
    pub fn node(&self, id: NodeId) -> &NodeDef {
        &self.nodes[id.0 as usize]
    }

    /// Every node with its index.
    pub fn iter(&self) -> impl Iterator<Item = (NodeId, &NodeDef)> {
        self.nodes.iter().enumerate().map(|(i, n)| (NodeId(i as u32), n))
    }
}
