//! A field's value in a slot: sixteen bytes, copied freely.

use super::{StrRef, Sym};
use crate::value::Type;

/// A field's value. Texts lie in the tape's [`super::Text`] or among the symbols.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Val {
    /// The point has no such field.
    Missing,
    /// Present, without a value (outer joins make it).
    Null,
    /// 64-bit float.
    Float(f64),
    /// 64-bit signed integer.
    Int(i64),
    /// Truth value.
    Bool(bool),
    /// Text of this point.
    Str(StrRef),
    /// Interned text: a tag's value, a constant of the script.
    Sym(Sym),
    /// Nanoseconds; only lambdas make it.
    Duration(i64),
}

impl Val {
    /// Its type, as lambdas see it.
    pub fn ty(self) -> Type {
        match self {
            Val::Missing => Type::Missing,
            Val::Null => Type::Invalid,
            Val::Float(_) => Type::Float,
            Val::Int(_) => Type::Int,
            Val::Bool(_) => Type::Bool,
            Val::Str(_) | Val::Sym(_) => Type::Str,
            Val::Duration(_) => Type::Duration,
        }
    }

    /// The same value, its text lying that much later.
    pub fn moved(self, by: u32) -> Val {
        match self {
            Val::Str(r) => Val::Str(r.shifted(by)),
            val => val,
        }
    }

    /// Whether the point has the field, with a value or without.
    pub fn is_present(self) -> bool {
        !matches!(self, Val::Missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_small() {
        assert_eq!(std::mem::size_of::<Val>(), 16);
    }
}
