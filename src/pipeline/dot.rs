//! A graph as DOT, exactly as Kapacitor shows it.

use std::fmt::Write as _;

use super::order::{sources, topological};
use super::{Graph, NodeDef, TaskType};

/// The edges of a graph, named after its task.
pub fn dot(graph: &Graph, task: &str) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "digraph {task} {{");
    for node in drawn(graph) {
        for &child in &node.children {
            let _ = writeln!(out, "{} -> {};", node.name, graph.node(child).name);
        }
    }
    out.push('}');
    out
}

/// The nodes that are drawn, in the order in which they are: the source of batches is none of them.
pub fn drawn(graph: &Graph) -> Vec<&NodeDef> {
    let mut ids = topological(graph, &sources(graph));
    ids.retain(|id| id.0 > 0 || graph.task_type == TaskType::Stream);
    ids.into_iter().map(|id| graph.node(id)).collect()
}
