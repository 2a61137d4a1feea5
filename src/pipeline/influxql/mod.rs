//! InfluxQL, as far as batch tasks use it: a SELECT to a tree, refused in the words of InfluxDB's own parser.

mod ast;
mod clause;
mod expr;
mod lexer;
mod parser;
mod text;

pub use ast::{BinaryOp, DataType, Expr, Field, Fill, Measurement, Select, Source, Target};
pub use parser::{Error, Statement, parse};

#[cfg(test)]
mod tests;
