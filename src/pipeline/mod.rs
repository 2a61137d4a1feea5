//! A script to a typed graph: vars, chains, properties. Receives the tables of nodes and handlers.

mod graph;

pub use graph::{Arg, EdgeType, Graph, HandlerDef, NodeDef, NodeId, Prop, TaskType};
