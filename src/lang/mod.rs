//! Text to syntax tree and back. Knows no node, no property and no function by name.

pub mod ast;
