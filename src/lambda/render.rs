//! Expressions in the words of error texts: as Kapacitor prints its compiled nodes, not as they were written.

use crate::data::Symbols;
use crate::lang::ast::UnaryOp;
use crate::value::{duration, number};

use super::tree::{Node, Reference};

/// An expression for an error text.
pub(super) fn render(node: &Node, references: &[Reference], symbols: &Symbols) -> String {
    let inner = |n: &Node| render(n, references, symbols);
    match node {
        Node::Bool(v) => v.to_string(),
        Node::Int(v) => v.to_string(),
        Node::Float(v) => {
            let mut out = String::new();
            number::push_g_float(&mut out, *v);
            out
        }
        Node::Duration(v) => {
            let mut out = String::new();
            duration::push_go(&mut out, *v);
            out
        }
        Node::Str(s) => symbols.name(*s).to_owned(),
        Node::Regex(re) => re.pattern().to_owned(),
        Node::Ref(i) => format!("\"{}\"", references.get(*i as usize).map_or("", |r| &r.name)),
        Node::Unary { op: UnaryOp::Neg, operand } => format!("-{}", inner(operand)),
        Node::Unary { op: UnaryOp::Not, operand } => format!("!{}", inner(operand)),
        Node::Binary(b) => format!("{} {} {}", inner(&b.left), b.op.symbol(), inner(&b.right)),
        Node::Call(c) => {
            let args: Vec<String> = c.args.iter().map(inner).collect();
            format!("{}({})", c.name, args.join(", "))
        }
        Node::Lambda { body, .. } => inner(body),
    }
}
