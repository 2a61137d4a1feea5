//! Graphs of one script that differ in the values of its vars, as one graph: what they have in common is there once.

use super::graph::{Graph, NodeDef, NodeId};

/// Several graphs in one.
pub struct Merged {
    /// Nodes that are the same in all come first, then those of each graph.
    pub graph: Graph,
    /// Of each node the graph that it belongs to; `None` if it is in all.
    pub owners: Vec<Option<usize>>,
}

/// Merges graphs with the same nodes in the same order; `None` if they have not.
///
/// A node is shared if it is the same in all graphs and everything above it is.
pub fn merge(graphs: &[Graph]) -> Option<Merged> {
    let (first, others) = graphs.split_first()?;
    let alike = |other: &Graph| {
        let kinds = |g: &Graph| g.nodes.iter().map(|n| (n.kind, n.name.clone())).collect::<Vec<_>>();
        kinds(other) == kinds(first) && other.dbrps == first.dbrps && other.task_type == first.task_type
    };
    if !others.iter().all(alike) {
        return None;
    }
    let mut shared: Vec<bool> = Vec::with_capacity(first.nodes.len());
    for (at, node) in first.nodes.iter().enumerate() {
        let same = others.iter().all(|other| other.nodes.get(at).is_some_and(|n| same_node(n, node)));
        let mut above = node.parents.iter().chain(&node.observes);
        shared.push(same && above.all(|p| shared.get(p.0 as usize) == Some(&true)));
    }
    let mut places: Vec<Vec<NodeId>> = vec![vec![NodeId(0); first.nodes.len()]; graphs.len()];
    let mut owners = Vec::new();
    let mut nodes: Vec<NodeDef> = Vec::new();
    let mut place = |owner: Option<usize>, at: usize, node: &NodeDef| {
        let id = NodeId(nodes.len() as u32);
        for (graph, places) in places.iter_mut().enumerate() {
            if owner.is_none_or(|owner| owner == graph)
                && let Some(place) = places.get_mut(at)
            {
                *place = id;
            }
        }
        owners.push(owner);
        nodes.push(node.clone());
    };
    for (at, node) in first.nodes.iter().enumerate().filter(|(at, _)| shared.get(*at) == Some(&true)) {
        place(None, at, node);
    }
    for (owner, graph) in graphs.iter().enumerate() {
        for (at, node) in graph.nodes.iter().enumerate().filter(|(at, _)| shared.get(*at) != Some(&true)) {
            place(Some(owner), at, node);
        }
    }
    link(&mut nodes, &owners, &places);
    Some(Merged { graph: Graph { task_type: first.task_type, nodes, dbrps: first.dbrps.clone() }, owners })
}

/// Whether two nodes do the same, wherever they give what they do.
fn same_node(a: &NodeDef, b: &NodeDef) -> bool {
    let plain = |n: &NodeDef| NodeDef { children: Vec::new(), ..n.clone() };
    plain(a) == plain(b)
}

/// Points the edges to where the nodes are now.
fn link(nodes: &mut [NodeDef], owners: &[Option<usize>], places: &[Vec<NodeId>]) {
    let moved = |graph: usize, id: &NodeId| {
        places.get(graph).and_then(|p| p.get(id.0 as usize)).copied().unwrap_or(*id)
    };
    for (node, owner) in nodes.iter_mut().zip(owners) {
        let graph = owner.unwrap_or(0);
        node.parents = node.parents.iter().map(|id| moved(graph, id)).collect();
        node.observes = node.observes.as_ref().map(|id| moved(graph, id));
        let mut children: Vec<NodeId> = Vec::new();
        for (graph, _) in places.iter().enumerate().filter(|(graph, _)| owner.is_none_or(|o| o == *graph)) {
            for id in &node.children {
                let id = moved(graph, id);
                // A child in all graphs hears it once, however often it is linked.
                if owner.is_some() || graph == 0 || owners.get(id.0 as usize).is_some_and(Option::is_some) {
                    children.push(id);
                }
            }
        }
        node.children = children;
    }
}
