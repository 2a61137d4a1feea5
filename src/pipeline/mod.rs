//! A script to a typed graph: vars, chains, properties. Receives the tables of nodes and handlers.

mod build;
mod dot;
mod eval;
mod fold;
mod function;
mod graph;
pub mod influxql;
mod lint;
mod merge;
mod mermaid;
mod order;
mod spec;
pub(crate) mod start;
mod vars;

pub use build::{BuildOptions, Built, Deadman, build, declared, task_type};
pub use dot::{dot, drawn};
pub use function::{Function, FunctionInfo, OptionType, functions_called};
pub use graph::{Arg, EdgeType, Graph, HandlerDef, NodeDef, NodeId, Prop, TaskType};
pub(crate) use graph::{OPTION, UDF};
pub use merge::{Merged, merge};
pub use mermaid::mermaid;
pub use spec::{
    After, ArgType, Edge, Fault, HandlerSpec, Link, NodeSpec, Offers, Param, PropKind, PropSpec,
    StartContext, Whole,
};
pub use vars::{VarInfo, VarType, VarValue, Vars};

/// A duration as Go prints it: `1m0s`.
fn go_duration(ns: i64) -> String {
    let mut out = String::new();
    crate::value::duration::push_go(&mut out, ns);
    out
}
