//! Text to syntax tree and back. Knows no node, no property and no function by name.

pub mod ast;
mod lexer;
mod parse;
mod print;
mod scan;
mod token;
mod unicode;
mod walk;

pub use lexer::comments;
pub use parse::{MAX_DIAGNOSTICS, MAX_HEIGHT, MAX_NESTING, MAX_SCRIPT_BYTES, Parsed, parse, parse_lambda};
pub use print::{format, print_expr, print_script};
pub use walk::walk;
