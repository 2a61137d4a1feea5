//! The order in which Kapacitor goes through a graph: parents before children, siblings last to first.

use super::{Graph, NodeId};

/// All nodes that can be reached from the sources, in that order.
pub(crate) fn topological(graph: &Graph, sources: &[NodeId]) -> Vec<NodeId> {
    let mut seen = vec![false; graph.nodes.len()];
    let mut sorted = Vec::with_capacity(graph.nodes.len());
    for &source in sources.iter().rev() {
        visit(graph, source, &mut seen, &mut sorted);
    }
    sorted.reverse();
    sorted
}

/// Depth first, children in link order, each node after its children; without recursion, as chains can be long.
fn visit(graph: &Graph, start: NodeId, seen: &mut [bool], sorted: &mut Vec<NodeId>) {
    let mut path: Vec<(NodeId, usize)> = Vec::new();
    if !std::mem::replace(seen.get_mut(start.0 as usize).unwrap_or(&mut true), true) {
        path.push((start, 0));
    }
    while let Some((id, next)) = path.last_mut() {
        let child = graph.nodes.get(id.0 as usize).and_then(|node| node.children.get(*next));
        match child {
            Some(&child) => {
                *next += 1;
                if !std::mem::replace(seen.get_mut(child.0 as usize).unwrap_or(&mut true), true) {
                    path.push((child, 0));
                }
            }
            None => {
                sorted.push(*id);
                path.pop();
            }
        }
    }
}

/// The nodes where data begin: the source, then the observers in order of creation.
pub(crate) fn sources(graph: &Graph) -> Vec<NodeId> {
    let begins = |id: NodeId, observes: bool| id.0 == 0 || observes;
    graph.iter().filter(|(id, node)| begins(*id, node.observes.is_some())).map(|(id, _)| id).collect()
}
