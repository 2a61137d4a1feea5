//! A script to a typed graph: vars, chains, properties. Receives the tables of nodes and handlers.

mod graph;
mod spec;
pub(crate) mod start;

pub use graph::{Arg, EdgeType, Graph, HandlerDef, NodeDef, NodeId, Prop, TaskType};
pub use spec::{
    After, ArgType, Edge, Fault, HandlerSpec, Link, NodeSpec, Offers, Param, PropKind, PropSpec, StartContext,
};
