//! What is known of the points that reach a node: which conditions they have passed, how they are grouped.

use std::collections::HashSet;

use crate::lang::ast::{Expr, ExprKind};
use crate::lang::walk;
use crate::pipeline::{Arg, Graph, NodeDef, NodeId};

/// Nodes that pass on the points they get, with the fields and tags they had.
const KEEP: [&str; 11] = [
    "barrier",
    "changeDetect",
    "groupBy",
    "httpOut",
    "influxDBOut",
    "log",
    "noop",
    "sample",
    "shift",
    "where",
    "from",
];

/// Nodes that pass on each point with some fields or tags changed.
const CHANGE: [&str; 5] = ["default", "delete", "eval", "stateCount", "stateDuration"];

/// Nodes whose points have no tags but those of their group.
const REDUCE: [&str; 8] = ["count", "distinct", "mean", "median", "mode", "spread", "stddev", "sum"];

/// The lambda of an argument.
pub(super) fn lambda(arg: &Arg) -> Option<&Expr> {
    match arg {
        Arg::Lambda(expr) => Some(expr),
        _ => None,
    }
}

/// The node whose points a node gets, if it is one.
pub(super) fn parent<'g>(graph: &'g Graph, node: &NodeDef) -> Option<(NodeId, &'g NodeDef)> {
    match node.parents.as_slice() {
        [only] => Some((*only, graph.node(*only))),
        _ => None,
    }
}

/// Conditions that every point has passed that reaches a node, about fields and tags that it still has.
pub(super) fn conditions<'g>(graph: &'g Graph, node: &NodeDef) -> Vec<&'g Expr> {
    let mut passed = Vec::new();
    let mut changed = HashSet::new();
    let mut at = parent(graph, node);
    while let Some((_, node)) = at {
        if CHANGE.contains(&node.kind) {
            changed.extend(changes(node));
        } else if !KEEP.contains(&node.kind) {
            break;
        }
        let own = node.props("where").flat_map(|prop| &prop.args);
        let args = own.chain(node.args.iter().filter(|_| node.kind == "where"));
        passed.extend(args.filter_map(lambda).filter(|expr| names(expr).is_disjoint(&changed)));
        at = parent(graph, node);
    }
    passed
}

/// Fields and tags that a node gives other values.
fn changes(node: &NodeDef) -> Vec<&str> {
    match node.kind {
        "eval" => node.strs("as").unwrap_or_default(),
        "stateCount" => vec![node.str("as").unwrap_or("state_count")],
        "stateDuration" => vec![node.str("as").unwrap_or("state_duration")],
        _ => first_args(node, &["field", "tag"]).collect(),
    }
}

/// The names that calls of these properties begin with.
pub(super) fn first_args<'n>(node: &'n NodeDef, props: &'n [&str]) -> impl Iterator<Item = &'n str> {
    node.props.iter().filter(|prop| props.contains(&prop.name)).filter_map(|prop| match prop.args.first() {
        Some(Arg::Str(name)) => Some(name.as_str()),
        _ => None,
    })
}

/// The fields and tags that an expression refers to.
pub(super) fn names(expr: &Expr) -> HashSet<&str> {
    let mut names = HashSet::new();
    walk(expr, &mut |part| {
        if let ExprKind::Ref(name) = &part.kind {
            names.insert(name.as_str());
        }
    });
    names
}

/// How points are grouped where a node gets them.
pub(super) struct Grouping<'g> {
    /// Tags of the groups; none where they are not known, as with `*`.
    pub(super) tags: Option<Vec<&'g str>>,
    /// Points have no other tags.
    pub(super) reduced: bool,
    /// The `from` whose points they are, if nothing but conditions and computations lies between.
    pub(super) from: Option<(NodeId, &'g NodeDef)>,
}

impl<'g> Grouping<'g> {
    pub(super) fn at(graph: &'g Graph, node: &NodeDef) -> Grouping<'g> {
        let mut grouping = Grouping { tags: None, reduced: false, from: None };
        let mut direct = true;
        let mut at = parent(graph, node);
        while let Some((id, node)) = at {
            let calls = match node.kind {
                "groupBy" => Some(node.args.as_slice()),
                "from" => {
                    grouping.from = direct.then_some((id, node));
                    Some(node.prop("groupBy").map_or(&[][..], |prop| &prop.args))
                }
                "query" => {
                    // What a query gives has the tags of its groups alone.
                    grouping.reduced = true;
                    Some(node.prop("groupBy").map_or(&[][..], |prop| &prop.args))
                }
                // Their tags are a mixture, or come from outside.
                kind if !KEEP.contains(&kind) && !CHANGE.contains(&kind) && !passes_groups(kind) => break,
                _ => None,
            };
            if let Some(args) = calls {
                grouping.tags = dimensions(args);
                break;
            }
            // A tag may have been added or removed on the way.
            if CHANGE.contains(&node.kind) && touches_tags(node) {
                break;
            }
            direct &= KEEP.contains(&node.kind) || CHANGE.contains(&node.kind);
            grouping.reduced |= REDUCE.contains(&node.kind);
            at = parent(graph, node);
        }
        grouping
    }
}

/// Aggregates, selectors and windows keep the groups of what they get.
fn passes_groups(kind: &str) -> bool {
    REDUCE.contains(&kind)
        || matches!(
            kind,
            "window"
                | "alert"
                | "first"
                | "last"
                | "min"
                | "max"
                | "percentile"
                | "difference"
                | "derivative"
                | "elapsed"
                | "movingAverage"
                | "cumulativeSum"
        )
}

fn touches_tags(node: &NodeDef) -> bool {
    node.prop("tag").is_some() || node.prop("tags").is_some()
}

fn dimensions(args: &[Arg]) -> Option<Vec<&str>> {
    let mut tags = Vec::new();
    for arg in args {
        match arg {
            Arg::Str(name) => tags.push(name.as_str()),
            Arg::TimeDim { .. } => {}
            _ => return None,
        }
    }
    Some(tags)
}
