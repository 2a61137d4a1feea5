//! The graph of a task that runs, with its counters.

use std::fmt::Write as _;

use crate::alert::NodeCounters;
use crate::pipeline::{Graph, NodeDef, TaskType, drawn};
use crate::value::duration::push_go;

/// Draws it, with labels to be seen or as attributes to be read.
pub(super) fn running(graph: &Graph, task: &str, counters: &[NodeCounters], labels: bool) -> String {
    let unit = if graph.task_type == TaskType::Stream { "points" } else { "batches" };
    let mut out = format!("digraph {task} {{\n");
    out.push_str(&match labels {
        true => {
            format!("graph [label=\"Throughput: 0.00 {unit}/s\" forcelabels=true pad=\"0.8,0.5\"];\n")
        }
        false => format!("graph [throughput=\"0.00 {unit}/s\"];\n"),
    });
    for node in drawn(graph) {
        let own = counters.iter().find(|c| c.node == node.name);
        let stats = own.map(stats).unwrap_or_default();
        // Writing to a text cannot fail.
        let _ = match labels {
            true => writeln!(out, "\n{} [xlabel=\"{}\"];", node.name, pairs(&stats, "").join("\\r")),
            false => writeln!(out, "\n{} [{} ];", node.name, pairs(&stats, "\"").join(" ")),
        };
        for &child in &node.children {
            let child = graph.node(child);
            let count = passed(counters, node, child);
            let _ = match labels {
                true => writeln!(out, "{} -> {} [label=\"processed={count}\"];", node.name, child.name),
                false => writeln!(out, "{} -> {} [processed=\"{count}\"];", node.name, child.name),
            };
        }
    }
    out.push('}');
    out
}

/// What is told of a node beside what passes its edges, by name.
fn stats(counters: &NodeCounters) -> Vec<(&'static str, String)> {
    let mut time = String::new();
    push_go(&mut time, super::view::average_time(counters));
    let own = counters.counters.iter().filter(|(name, _)| !matches!(*name, "collected" | "emitted"));
    let mut stats: Vec<_> = own.map(|(name, count)| (*name, count.to_string())).collect();
    stats.push(("avg_exec_time_ns", time));
    stats.sort();
    stats
}

fn pairs(stats: &[(&str, String)], quote: &str) -> Vec<String> {
    stats.iter().map(|(name, value)| format!("{name}={quote}{value}{quote}")).collect()
}

/// What passed from a node to another: all that this one got, or its part of what the first gave.
fn passed(counters: &[NodeCounters], from: &NodeDef, to: &NodeDef) -> i64 {
    let count = |node: &NodeDef, name: &str| {
        let node = counters.iter().find(|c| c.node == node.name);
        node.and_then(|n| n.counters.iter().find(|(key, _)| *key == name)).map_or(0, |(_, count)| *count)
    };
    match to.parents.len() {
        1 => count(to, "collected"),
        _ => count(from, "emitted") / i64::try_from(from.children.len()).unwrap_or(1).max(1),
    }
}
