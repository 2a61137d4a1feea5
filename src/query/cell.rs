//! A value on its way through a query.

use crate::pipeline::influxql::DataType;
use crate::value::Value;

/// A field's value; texts are borrowed.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub enum Cell<'a> {
    /// No value.
    #[default]
    Null,
    /// 64-bit float.
    Float(f64),
    /// 64-bit signed integer.
    Int(i64),
    /// Text.
    Str(&'a str),
    /// Truth value.
    Bool(bool),
}

impl<'a> Cell<'a> {
    /// A value of a point; a duration counts as its nanoseconds.
    pub fn of(value: &'a Value) -> Cell<'a> {
        match value {
            Value::Null => Cell::Null,
            Value::Float(x) => Cell::Float(*x),
            Value::Int(i) | Value::Duration(i) => Cell::Int(*i),
            Value::Bool(b) => Cell::Bool(*b),
            Value::Str(s) => Cell::Str(s),
        }
    }

    /// The type of a value that is there.
    pub fn data_type(self) -> Option<DataType> {
        Some(match self {
            Cell::Null => return None,
            Cell::Float(_) => DataType::Float,
            Cell::Int(_) => DataType::Integer,
            Cell::Bool(_) => DataType::Bool,
            Cell::Str(_) => DataType::Str,
        })
    }

    /// With a text of its own. Results hold no float that is not a number.
    pub(super) fn to_value(self) -> Value {
        match self {
            Cell::Float(x) if x.is_nan() => Value::Null,
            Cell::Null => Value::Null,
            Cell::Float(x) => Value::Float(x),
            Cell::Int(i) => Value::Int(i),
            Cell::Bool(b) => Value::Bool(b),
            Cell::Str(s) => Value::Str(s.into()),
        }
    }

    pub(super) fn is_null(self) -> bool {
        matches!(self, Cell::Null)
    }

    /// Of numbers.
    pub(super) fn as_f64(self) -> Option<f64> {
        match self {
            Cell::Float(x) => Some(x),
            Cell::Int(i) => Some(i as f64),
            _ => None,
        }
    }

    /// As this type; no value where that makes no sense.
    pub(super) fn cast(self, ty: DataType) -> Cell<'a> {
        match (ty, self) {
            (DataType::Float, Cell::Int(i)) => Cell::Float(i as f64),
            (DataType::Integer, Cell::Float(x)) => Cell::Int(x as i64),
            (DataType::Float, Cell::Float(_))
            | (DataType::Integer, Cell::Int(_))
            | (DataType::Str | DataType::Tag, Cell::Str(_))
            | (DataType::Bool, Cell::Bool(_)) => self,
            _ => Cell::Null,
        }
    }
}
