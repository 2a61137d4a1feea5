//! Names that a lambda reads and no point had: mostly a slip in a script, or a measurement that changed.

use std::collections::BTreeSet;

use crate::data::{Catalog, World};
use crate::lang::ast::{Expr, ExprKind};
use crate::lang::walk;
use crate::pipeline::{Arg, EdgeType, Graph, NodeDef, NodeId};
use crate::text::suggest;

/// A name that a lambda reads and no point had.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Missing {
    /// Task id.
    pub task: String,
    /// Node name.
    pub node: String,
    /// Field or tag.
    pub name: String,
    /// A name that points had and that may have been meant.
    pub near: Option<String>,
}

/// Nodes behind which points have the fields that they came with, and those that texts of the script name.
const TRANSPARENT: [&str; 13] = [
    "stream",
    "from",
    "where",
    "groupBy",
    "window",
    "shift",
    "sample",
    "noop",
    "log",
    "eval",
    "default",
    "delete",
    "changeDetect",
];

/// What a task's lambdas read in vain, after the points of a run were read. Says nothing of lambdas behind nodes that
/// make up names of their own.
pub fn missing(task: &str, graph: &Graph, catalog: &Catalog, world: &World) -> Vec<Missing> {
    let measurements: BTreeSet<&str> =
        graph.nodes.iter().filter(|n| n.kind == "from").filter_map(|n| n.str("measurement")).collect();
    let series = || {
        let of_task = |name: &str| measurements.is_empty() || measurements.contains(name);
        catalog.all().iter().filter(move |s| s.points > 0 && of_task(world.symbols.name(s.name)))
    };
    // A task that got nothing misses everything, which is told elsewhere.
    if graph.nodes.first().is_none_or(|n| n.provides != EdgeType::Stream) || series().next().is_none() {
        return Vec::new();
    }
    let mut known: BTreeSet<String> = named_by_texts(graph);
    for series in series() {
        known.extend(world.tags.pairs(series.tags).iter().map(|p| world.symbols.name(p.0).to_owned()));
        known.extend(catalog.field_names(series.name));
    }
    let mut found = BTreeSet::new();
    for (_, node) in graph.iter().filter(|(id, _)| is_plain(graph, *id)) {
        let mut names = BTreeSet::new();
        for expr in lambdas(node) {
            walk(expr, &mut |e| {
                if let ExprKind::Ref(name) = &e.kind {
                    names.insert(name.as_str());
                }
            });
        }
        names.retain(|name| *name != "time" && !known.contains(*name));
        found.extend(names.into_iter().map(|name| Missing {
            task: task.to_owned(),
            node: node.name.clone(),
            name: name.to_owned(),
            near: suggest::nearest(name, known.iter().map(String::as_str)).map(str::to_owned),
        }));
    }
    found.into_iter().collect()
}

/// Whether all nodes above one are transparent.
fn is_plain(graph: &Graph, id: NodeId) -> bool {
    let mut waiting = graph.node(id).parents.clone();
    while let Some(above) = waiting.pop() {
        if !TRANSPARENT.contains(&graph.node(above).kind) {
            return false;
        }
        waiting.extend(&graph.node(above).parents);
    }
    true
}

fn arguments(node: &NodeDef) -> impl Iterator<Item = &Arg> {
    node.args.iter().chain(node.props.iter().flat_map(|p| &p.args))
}

fn lambdas(node: &NodeDef) -> impl Iterator<Item = &Expr> {
    arguments(node).filter_map(|arg| match arg {
        Arg::Lambda(expr) => Some(&**expr),
        _ => None,
    })
}

fn named_by_texts(graph: &Graph) -> BTreeSet<String> {
    let texts = graph.nodes.iter().flat_map(arguments).filter_map(|arg| match arg {
        Arg::Str(text) => Some(text.clone()),
        _ => None,
    });
    texts.collect()
}
