//! The numbers that the lambdas of an alert compare fields with: lines in its picture.

use crate::alert::Level;
use crate::lang::ast::{Expr, ExprKind, UnaryOp};
use crate::lang::walk;
use crate::pipeline::Graph;

/// A number that a field is compared with.
#[derive(Clone, PartialEq, Debug)]
pub struct Threshold {
    /// Task id.
    pub task: String,
    /// Node name.
    pub node: String,
    /// The field.
    pub field: String,
    /// The property: `crit`, `critReset`, ...
    pub property: &'static str,
    /// Its level.
    pub level: Level,
    /// The number.
    pub value: f64,
}

/// The properties with lambdas, each with its level.
const LAMBDAS: [(&str, Level); 6] = [
    ("info", Level::Info),
    ("infoReset", Level::Info),
    ("warn", Level::Warning),
    ("warnReset", Level::Warning),
    ("crit", Level::Critical),
    ("critReset", Level::Critical),
];

/// The numbers that a task's alerts compare fields with.
pub fn thresholds(task: &str, graph: &Graph) -> Vec<Threshold> {
    let mut found = Vec::new();
    for node in graph.nodes.iter().filter(|n| n.kind == "alert") {
        for (property, level) in LAMBDAS {
            let Some(lambda) = node.lambda(property) else { continue };
            walk(lambda, &mut |expr| {
                if let Some((field, value)) = comparison(expr) {
                    let (task, node, field) = (task.to_owned(), node.name.clone(), field.to_owned());
                    found.push(Threshold { task, node, field, property, level, value });
                }
            });
        }
    }
    found
}

fn comparison(expr: &Expr) -> Option<(&str, f64)> {
    let ExprKind::Binary(binary) = &expr.kind else { return None };
    if !["<", "<=", ">", ">=", "==", "!="].contains(&binary.op.symbol()) {
        return None;
    }
    match (&binary.left.kind, &binary.right.kind) {
        (ExprKind::Ref(field), _) => Some((field, number(&binary.right)?)),
        (_, ExprKind::Ref(field)) => Some((field, number(&binary.left)?)),
        _ => None,
    }
}

fn number(expr: &Expr) -> Option<f64> {
    match &expr.kind {
        ExprKind::Int { value, .. } => Some(*value as f64),
        ExprKind::Float(value) => Some(*value),
        ExprKind::Unary { op: UnaryOp::Neg, operand } => number(operand).map(|n| -n),
        _ => None,
    }
}
