//! A graph as a Mermaid flow chart, with what a reader wants to see of each node.

use std::fmt::Write as _;

use super::order::{sources, topological};
use super::{Arg, EdgeType, Graph, NodeDef};

/// How many characters of an argument are shown.
const SHOWN: usize = 40;

/// The nodes and edges of a graph, top to bottom; batches flow along thick edges.
pub fn mermaid(graph: &Graph) -> String {
    let mut out = String::from("flowchart TD\n");
    let order = topological(graph, &sources(graph));
    for &id in &order {
        let node = graph.node(id);
        let _ = writeln!(out, "    {}[\"{}\"]", node.name, label(node));
    }
    for &id in &order {
        let node = graph.node(id);
        let arrow = if node.provides == EdgeType::Batch { "==>" } else { "-->" };
        for &child in &node.children {
            let _ = writeln!(out, "    {} {arrow} {}", node.name, graph.node(child).name);
        }
        if let Some(observed) = node.observes {
            let _ = writeln!(out, "    {} -.-> {}", graph.node(observed).name, node.name);
        }
    }
    out
}

fn label(node: &NodeDef) -> String {
    let mut label = node.words();
    let args: Vec<String> = match node.function() {
        Some(_) => Vec::new(),
        None => node.args.iter().filter_map(shown).collect(),
    };
    if !args.is_empty() {
        let _ = write!(label, "({})", args.join(", "));
    }
    for name in ["measurement", "topic", "as"] {
        let texts: Vec<String> =
            node.prop(name).map(|prop| prop.args.iter().filter_map(shown).collect()).unwrap_or_default();
        if !texts.is_empty() {
            let _ = write!(label, "<br/>{name} {}", texts.join(", "));
        }
    }
    for handler in &node.handlers {
        let _ = write!(label, "<br/>{}", handler.kind);
    }
    label
}

fn shown(arg: &Arg) -> Option<String> {
    let text = match arg {
        Arg::Int(i) => i.to_string(),
        Arg::Float(x) => format!("{x:?}"),
        Arg::Str(s) => s.clone(),
        Arg::Duration(d) => super::go_duration(*d),
        Arg::Star => "*".to_owned(),
        Arg::Bool(b) => b.to_string().to_uppercase(),
        _ => return None,
    };
    let mut out = String::new();
    for c in text.chars().take(SHOWN) {
        match c {
            '"' => out.push_str("#quot;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '#' => out.push_str("#35;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    if text.chars().count() > SHOWN {
        out.push('…');
    }
    Some(out)
}
