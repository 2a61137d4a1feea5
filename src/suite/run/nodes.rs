//! Which nodes of a script a test names.

use super::Trouble;
use crate::handlers::tree::At;
use crate::lang;
use crate::lang::ast::{ExprKind, Statement};
use crate::pipeline::Graph;
use crate::play::{self, Task};
use crate::suite::model::Test;
use crate::text::Span;
use crate::text::suggest::nearest;

/// A node with the name that a test calls it by.
pub(super) type Named = (String, usize);

/// The nodes whose rows the test asks about, and the names of those that write points.
pub(super) fn watched(file: &str, test: &Test, task: &Task) -> Result<(Vec<Named>, Vec<String>), Trouble> {
    let mut watched = Vec::new();
    let mut writers = Vec::new();
    for (name, _) in &test.expect.rows {
        let at = node(task, &name.value).map_err(|words| {
            let At { place, .. } = name;
            Trouble::Broken(vec![format!("{file}:{}:{}: {words}", place.line, place.column)])
        })?;
        if let Some(node) = task.graph.nodes.get(at).filter(|node| node.kind == "influxDBOut") {
            writers.push(node.name.clone());
        }
        watched.push((name.value.clone(), at));
    }
    Ok((watched, writers))
}

/// The node of a name: its own, its kind if there is one of it, or a var of the script.
fn node(task: &Task, name: &str) -> Result<usize, String> {
    let nodes = &task.graph.nodes;
    if let Some(at) = nodes.iter().position(|n| n.name == name) {
        return Ok(at);
    }
    if let Some(at) = of_var(task, name) {
        return Ok(at);
    }
    let kinds: Vec<usize> =
        nodes.iter().enumerate().filter(|(_, n)| n.kind == name).map(|(i, _)| i).collect();
    let names = || nodes.iter().map(|n| n.name.as_str());
    match kinds.as_slice() {
        [one] => Ok(*one),
        [] => Err(match nearest(name, names()) {
            Some(near) => format!("the script has no node or var `{name}`; did you mean `{near}`?"),
            None => {
                let names: Vec<&str> = names().collect();
                format!("the script has no node or var `{name}`; its nodes are {}", names.join(", "))
            }
        }),
        several => {
            let names: Vec<&str> =
                several.iter().filter_map(|i| nodes.get(*i)).map(|n| n.name.as_str()).collect();
            Err(format!("several nodes are of the kind `{name}`: {}", names.join(", ")))
        }
    }
}

/// The last node that the right side of `var name = …` makes.
fn of_var(task: &Task, name: &str) -> Option<usize> {
    let script = lang::parse(task.source.text()).script;
    let value = script.statements.iter().find_map(|statement| match statement {
        Statement::Var(var) if matches!(&var.name.kind, ExprKind::Ident(ident) if ident == name) => {
            Some(var.value.span)
        }
        _ => None,
    })?;
    let within = |span: Span| value.start <= span.start && span.end <= value.end;
    let nodes = task.graph.nodes.iter().enumerate().filter(|(_, n)| within(n.span));
    nodes.max_by_key(|(at, n)| (n.span.start, *at)).map(|(at, _)| at)
}

/// The node of a query: its name, or its number where the script's last query is 0.
pub(super) fn query_node(graph: &Graph, name: &str) -> Result<usize, String> {
    let queries = play::queries(graph);
    let by_number = || name.parse().ok().and_then(|n: usize| queries.iter().rev().nth(n));
    let by_kind = || queries.first().filter(|_| queries.len() == 1 && name == "query");
    let found = queries.iter().find(|(_, q)| *q == name).or_else(by_kind).or_else(by_number);
    found.map(|(at, _)| *at).ok_or_else(|| {
        let names: Vec<String> = queries.iter().map(|(_, q)| format!("`{q}`")).collect();
        match names.as_slice() {
            [] => "the script has no query: leave out `query`".to_owned(),
            _ => format!("the script has no query `{name}`; there are {}", names.join(", ")),
        }
    })
}
