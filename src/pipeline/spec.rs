//! What a node or a handler says about itself, as data: the checker, the suggestions, `tick explain` and the
//! engine read the same tables. Nothing here runs.

use super::graph::{Arg, EdgeType, HandlerDef, NodeDef};
use crate::text::Span;

/// What an argument has to be.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ArgType {
    /// `5`
    Int,
    /// `5.0`
    Float,
    /// `'x'`
    Str,
    /// `TRUE`
    Bool,
    /// `5m`
    Duration,
    /// `lambda: …`
    Lambda,
    /// `/x/`
    Regex,
    /// `*`
    Star,
    /// Another node.
    Node,
    /// Anything; the node checks it itself.
    Any,
}

impl ArgType {
    /// As Kapacitor's messages spell it.
    pub fn go(self) -> &'static str {
        match self {
            ArgType::Int => "int64",
            ArgType::Float => "float64",
            ArgType::Str => "string",
            ArgType::Bool => "bool",
            ArgType::Duration => "time.Duration",
            ArgType::Lambda => "*ast.LambdaNode",
            ArgType::Regex => "*regexp.Regexp",
            ArgType::Star => "*ast.StarNode",
            ArgType::Node => "pipeline.Node",
            ArgType::Any => "interface {}",
        }
    }

    /// With an article, for people.
    pub fn words(self) -> &'static str {
        match self {
            ArgType::Int => "an int",
            ArgType::Float => "a float",
            ArgType::Str => "a string",
            ArgType::Bool => "a bool",
            ArgType::Duration => "a duration",
            ArgType::Lambda => "a lambda",
            ArgType::Regex => "a regex",
            ArgType::Star => "`*`",
            ArgType::Node => "a node",
            ArgType::Any => "a value",
        }
    }
}

/// A named parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Param {
    /// For the documentation.
    pub name: &'static str,
    /// What it takes.
    pub ty: ArgType,
}

impl Param {
    /// A parameter.
    pub const fn new(name: &'static str, ty: ArgType) -> Param {
        Param { name, ty }
    }
}

/// How a property is set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PropKind {
    /// Exactly one value; a later call replaces an earlier one.
    Field(ArgType),
    /// A call with these arguments; what a repeated call means is the node's affair. Without parameters it
    /// is a flag.
    Method {
        /// Always given.
        params: &'static [Param],
        /// Any number of these may follow.
        rest: Option<Param>,
    },
}

/// A property of a node or of a handler.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PropSpec {
    /// Canonical spelling: `usePointTimes`.
    pub name: &'static str,
    /// How it is set.
    pub kind: PropKind,
    /// One line, a fragment.
    pub doc: &'static str,
    /// Go type of what the call returns; `None` where it is the object itself.
    pub returns: Option<&'static str>,
}

impl PropSpec {
    /// A property that holds one value.
    pub const fn field(name: &'static str, ty: ArgType, doc: &'static str) -> PropSpec {
        PropSpec { name, kind: PropKind::Field(ty), doc, returns: None }
    }

    /// A property without arguments.
    pub const fn flag(name: &'static str, doc: &'static str) -> PropSpec {
        PropSpec::method(name, &[], None, doc)
    }

    /// A property with a list of one type: `.as('a', 'b')`.
    pub const fn list(name: &'static str, item: Param, doc: &'static str) -> PropSpec {
        PropSpec::method(name, &[], Some(item), doc)
    }

    /// A property with arguments of its own kind.
    pub const fn method(
        name: &'static str,
        params: &'static [Param],
        rest: Option<Param>,
        doc: &'static str,
    ) -> PropSpec {
        PropSpec { name, kind: PropKind::Method { params, rest }, doc, returns: None }
    }

    /// The same, giving another object.
    pub const fn returning(mut self, go_type: &'static str) -> PropSpec {
        self.returns = Some(go_type);
        self
    }
}

/// Why a definition is refused.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Fault {
    /// Kapacitor's exact words.
    pub text: String,
    /// In better words, where Kapacitor's are poor.
    pub message: Option<String>,
    /// The property that is to blame.
    pub prop: Option<&'static str>,
    /// The place, where it is known more exactly.
    pub span: Option<Span>,
    /// What to write instead.
    pub hint: Option<String>,
    /// The diagnostic's code, where it has one of its own.
    pub code: Option<&'static str>,
}

impl Fault {
    /// A refusal in Kapacitor's words.
    pub fn new(text: impl Into<String>) -> Fault {
        Fault { text: text.into(), ..Fault::default() }
    }

    /// The same, blaming a property.
    #[must_use]
    pub fn prop(mut self, name: &'static str) -> Fault {
        self.prop = Some(name);
        self
    }

    /// The same at an exact place.
    #[must_use]
    pub fn at(mut self, span: Span) -> Fault {
        self.span = Some(span);
        self
    }

    /// The same with a code of its own.
    #[must_use]
    pub fn code(mut self, code: &'static str) -> Fault {
        self.code = Some(code);
        self
    }

    /// The same in words for people.
    #[must_use]
    pub fn message(mut self, message: impl Into<String>) -> Fault {
        self.message = Some(message.into());
        self
    }

    /// The same with advice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Fault {
        self.hint = Some(hint.into());
        self
    }
}

/// What checks at the start of a task may look at besides the node.
#[derive(Clone, Copy, Debug)]
pub struct StartContext<'a> {
    /// Databases and retention policies the task reads.
    pub dbrps: &'a [(String, String)],
    /// Handlers that an alert can declare.
    pub handlers: &'a [&'static HandlerSpec],
}

/// An edge, as the spec of a node knows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Edge {
    /// Points.
    Stream,
    /// Batches.
    Batch,
    /// What the parent provides.
    Same,
    /// No data.
    None,
}

impl Edge {
    /// The edge below a parent.
    pub fn resolve(self, parent: EdgeType) -> EdgeType {
        match self {
            Edge::Stream => EdgeType::Stream,
            Edge::Batch => EdgeType::Batch,
            Edge::Same => parent,
            Edge::None => EdgeType::None,
        }
    }
}

/// On which nodes a chaining method is offered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum After {
    /// It is not a method (`stream`, `batch`, hidden nodes).
    Nothing,
    /// `stream` and `from`.
    Stream,
    /// `batch`.
    Batch,
    /// All that have chaining methods of their own.
    Chain,
    /// Every node.
    Any,
}

/// Which chaining methods a node offers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Offers {
    /// `from`, `stats`, `deadman`.
    Stream,
    /// `query`, `queryFlux`, `stats`, `deadman`.
    Batch,
    /// All, and `from`.
    From,
    /// All.
    Chain,
    /// `stats` and `deadman` alone.
    Nothing,
}

impl Offers {
    /// Whether a node that offers this may be followed by a method of that sort.
    pub fn includes(self, after: After) -> bool {
        match after {
            After::Nothing => false,
            After::Any => true,
            After::Stream => matches!(self, Offers::Stream | Offers::From),
            After::Batch => self == Offers::Batch,
            After::Chain => matches!(self, Offers::From | Offers::Chain),
        }
    }
}

/// How a new node hangs in the graph.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Link {
    /// Below the node it was called on.
    Parent,
    /// Below the caller, then below its arguments (`join`).
    CallerFirst,
    /// Below its arguments, then below the caller (`union`).
    CallerLast,
    /// Beside: it observes the caller (`stats`).
    Observe,
    /// Not a node itself, but short for several (`deadman`).
    Deadman,
}

/// A node, as scripts see it.
#[derive(Clone, Copy, Debug)]
pub struct NodeSpec {
    /// Chaining method: `groupBy`; `stream` and `batch` for the sources.
    pub name: &'static str,
    /// What node names begin with: `groupby`.
    pub desc: &'static str,
    /// Go type in messages, without package: `GroupByNode`.
    pub go_type: &'static str,
    /// What it takes.
    pub wants: Edge,
    /// What it gives.
    pub provides: Edge,
    /// Where the method is offered.
    pub after: After,
    /// Which methods it offers.
    pub offers: Offers,
    /// How it is linked.
    pub link: Link,
    /// Arguments that are always given.
    pub params: &'static [Param],
    /// Any number of these may follow.
    pub rest: Option<Param>,
    /// Properties, without `quiet`, which all nodes have.
    pub props: &'static [PropSpec],
    /// One line, a fragment.
    pub doc: &'static str,
    /// More about it, in sentences.
    pub details: &'static str,
    /// A whole script that uses it.
    pub example: &'static str,
    /// Refuses a call at once, given what the caller provides and the arguments.
    pub create: fn(EdgeType, &[Arg]) -> Result<(), Fault>,
    /// Refuses a node of a complete script.
    pub validate: fn(&NodeDef) -> Result<(), Fault>,
    /// Refuses a node when its task starts.
    pub start: fn(&NodeDef, &StartContext<'_>) -> Result<(), Fault>,
    /// What it does with fields that the script does not name.
    pub whole: fn(&NodeDef) -> Whole,
}

/// What a node does with those fields of a point that the script does not name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whole {
    /// It shows or sends them.
    Reads,
    /// They go on with the point.
    Passes,
    /// What it gives does not have them.
    Drops,
}

fn passes_whole(_: &NodeDef) -> Whole {
    Whole::Passes
}

fn create_anything(_: EdgeType, _: &[Arg]) -> Result<(), Fault> {
    Ok(())
}

fn accept_node(_: &NodeDef) -> Result<(), Fault> {
    Ok(())
}

fn start_node(_: &NodeDef, _: &StartContext<'_>) -> Result<(), Fault> {
    Ok(())
}

fn accept_handler(_: &HandlerDef) -> Result<(), Fault> {
    Ok(())
}

impl NodeSpec {
    /// A chaining method without parameters, properties and checks; what most specs start from.
    pub const BASE: NodeSpec = NodeSpec {
        name: "",
        desc: "",
        go_type: "",
        wants: Edge::Same,
        provides: Edge::Same,
        after: After::Chain,
        offers: Offers::Chain,
        link: Link::Parent,
        params: &[],
        rest: None,
        props: &[],
        doc: "",
        details: "",
        example: "",
        create: create_anything,
        validate: accept_node,
        start: start_node,
        whole: passes_whole,
    };
}

/// A handler of alerts, as scripts see it: a property of `alert` with properties of its own.
#[derive(Clone, Copy, Debug)]
pub struct HandlerSpec {
    /// Property of `alert`: `pagerDuty2`.
    pub name: &'static str,
    /// Kind in handler files: `pagerduty2`.
    pub kind: &'static str,
    /// Go type in messages, without package: `PagerDuty2Handler`.
    pub go_type: &'static str,
    /// Arguments that are always given.
    pub params: &'static [Param],
    /// Any number of these may follow.
    pub rest: Option<Param>,
    /// Properties of its own.
    pub props: &'static [PropSpec],
    /// One line, a fragment.
    pub doc: &'static str,
    /// More about it, in sentences.
    pub details: &'static str,
    /// A whole script that uses it.
    pub example: &'static str,
    /// Refuses a handler of a complete script.
    pub validate: fn(&HandlerDef) -> Result<(), Fault>,
    /// Refuses a handler when its task starts; with the wrapper that Kapacitor puts around it.
    pub start: fn(&HandlerDef) -> Result<(), Fault>,
}

impl HandlerSpec {
    /// A handler without parameters, properties and checks; what most specs start from.
    pub const BASE: HandlerSpec = HandlerSpec {
        name: "",
        kind: "",
        go_type: "",
        params: &[],
        rest: None,
        props: &[],
        doc: "",
        details: "",
        example: "",
        validate: accept_handler,
        start: accept_handler,
    };
}
