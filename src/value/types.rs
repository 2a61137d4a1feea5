//! The types a lambda knows.

use std::fmt;

/// Type of an operand, as error texts print it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Type {
    /// Neither field nor tag of that name.
    Missing,
    /// 64-bit float.
    Float,
    /// 64-bit signed integer.
    Int,
    /// Text.
    Str,
    /// Truth value.
    Bool,
    /// Nanoseconds.
    Duration,
    /// Pattern literal.
    Regex,
    /// A moment; only inside lambdas.
    Time,
    /// Anything else (null, nodes, functions).
    Invalid,
}

impl Type {
    /// All of them, in order.
    pub const ALL: [Type; 9] = [
        Type::Missing,
        Type::Float,
        Type::Int,
        Type::Str,
        Type::Bool,
        Type::Duration,
        Type::Regex,
        Type::Time,
        Type::Invalid,
    ];
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Type::Missing => "missing",
            Type::Float => "float",
            Type::Int => "int",
            Type::Str => "string",
            Type::Bool => "boolean",
            Type::Duration => "duration",
            Type::Regex => "regex",
            Type::Time => "time",
            Type::Invalid => "invalid type",
        })
    }
}
