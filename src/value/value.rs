//! A value on its own: in events, templates and traces, away from the hot path.

/// A field's value that owns its text.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Value {
    /// Present, without a value.
    #[default]
    Null,
    /// 64-bit float.
    Float(f64),
    /// 64-bit signed integer.
    Int(i64),
    /// Truth value.
    Bool(bool),
    /// Text.
    Str(Box<str>),
    /// Nanoseconds.
    Duration(i64),
}
