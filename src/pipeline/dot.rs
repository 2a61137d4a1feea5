//! A graph as DOT, exactly as Kapacitor shows it.

use std::fmt::Write as _;

use super::order::{sources, topological};
use super::{Graph, TaskType};

/// The edges of a graph, named after its task.
pub fn dot(graph: &Graph, task: &str) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "digraph {task} {{");
    for id in topological(graph, &sources(graph)) {
        if id.0 == 0 && graph.task_type == TaskType::Batch {
            continue;
        }
        let node = graph.node(id);
        for &child in &node.children {
            let _ = writeln!(out, "{} -> {};", node.name, graph.node(child).name);
        }
    }
    out.push('}');
    out
}
