//! From a value of a file to the type of a default.

use crate::data::line::push_float;
use crate::value::Value;

/// The value as one of the default's type.
///
/// # Errors
/// If it cannot be that.
pub(super) fn convert(value: &Value, like: &Value) -> Result<Value, String> {
    let converted = match like {
        Value::Int(_) => int(value).map(Value::Int),
        Value::Float(_) => float(value).map(Value::Float),
        Value::Bool(_) => bool(value).map(Value::Bool),
        _ => text(value).map(|text| Value::Str(text.into())),
    };
    converted.ok_or_else(|| {
        let shown = text(value).map(|text| format!(" {text:?}")).unwrap_or_default();
        format!("cannot convert value{shown} of type {} to {}", go_type(value), go_type(like))
    })
}

fn go_type(value: &Value) -> &'static str {
    match value {
        Value::Float(_) => "float64",
        Value::Int(_) => "int64",
        Value::Bool(_) => "bool",
        Value::Str(_) => "string",
        Value::Duration(_) => "time.Duration",
        Value::Null => "interface {}",
    }
}

fn int(value: &Value) -> Option<i64> {
    match value {
        Value::Int(n) => Some(*n),
        // Between these bounds the conversion is exact.
        Value::Float(x) if x.fract() == 0.0 && (-9.2e18..=9.2e18).contains(x) => Some(*x as i64),
        Value::Str(text) => text.parse().ok(),
        _ => None,
    }
}

fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Int(n) => Some(*n as f64),
        Value::Float(x) => Some(*x),
        Value::Str(text) => text.parse().ok(),
        _ => None,
    }
}

fn bool(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(b) => Some(*b),
        Value::Str(text) => match &**text {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Str(text) => Some(text.to_string()),
        Value::Int(n) => Some(n.to_string()),
        Value::Bool(b) => Some(b.to_string()),
        Value::Float(x) => {
            let mut text = String::new();
            push_float(&mut text, *x);
            Some(text)
        }
        Value::Duration(_) | Value::Null => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_what_the_default_is() {
        let (int, float, bool, text) =
            (Value::Int(0), Value::Float(0.0), Value::Bool(false), Value::Str("".into()));
        let str = |t: &str| Value::Str(t.into());
        for (value, like, expected) in [
            (Value::Float(7.0), &int, Some(Value::Int(7))),
            (Value::Float(7.5), &int, None),
            (Value::Float(1e300), &int, None),
            (str("-12"), &int, Some(Value::Int(-12))),
            (str("12.0"), &int, None),
            (str("1e3"), &float, Some(Value::Float(1000.0))),
            (Value::Bool(true), &float, None),
            (str("T"), &bool, Some(Value::Bool(true))),
            (str("yes"), &bool, None),
            (Value::Float(1.0), &bool, None),
            (Value::Float(1e21), &text, Some(str("1000000000000000000000"))),
            (Value::Bool(false), &text, Some(str("false"))),
            (Value::Null, &text, None),
        ] {
            assert_eq!(convert(&value, like).ok(), expected, "{value:?} {like:?}");
        }
        assert_eq!(
            convert(&str("x"), &int),
            Err("cannot convert value \"x\" of type string to int64".to_owned())
        );
    }
}
