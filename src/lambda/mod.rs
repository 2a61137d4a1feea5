//! Lambda expressions, compiled to closures over the slots of a row.
//!
//! An [`Expr`](crate::lang::ast::Expr) becomes a tree of nodes when a script starts ([`Program::new`]). When
//! a point comes, the types of its operands choose one of the program's *forms*: closures of known types,
//! built when that combination is first seen. What goes wrong, when, and in which words, follows
//! Kapacitor to the letter.

mod bind;
mod build;
mod call;
mod cx;
mod direct;
mod failure;
mod fold;
pub mod funcs;
mod lint;
mod matching;
mod operands;
mod operators;
mod ops;
mod program;
mod quick;
mod render;
mod state;
mod switch;
mod top;
mod tree;
mod typing;
mod wrap;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod oracle;

pub use bind::Env;
pub use failure::Failure;
pub use fold::{Constant, fold};
pub use lint::{Lint, lint};
pub use matching::{MatchEvent, MatchProgram};
pub use operands::{Found, Operand, Operands};
pub use program::Program;
pub use state::State;
pub use tree::{LambdaError, Reference};
