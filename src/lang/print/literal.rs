//! Values as they are written.

use crate::lang::ast::ExprKind;
use crate::value::duration::push_influx;

/// The text of a value or name; empty for what has parts.
pub(super) fn text(kind: &ExprKind) -> String {
    match kind {
        ExprKind::Int { value, octal: true } => format!("0{value:o}"),
        ExprKind::Int { value, octal: false } => value.to_string(),
        ExprKind::Float(value) => float(*value),
        ExprKind::Duration { value, text } if text.is_empty() => duration(*value),
        ExprKind::Duration { text, .. } => text.clone(),
        ExprKind::Bool(true) => "TRUE".into(),
        ExprKind::Bool(false) => "FALSE".into(),
        ExprKind::Str { value, triple: true } => format!("'''{value}'''"),
        ExprKind::Str { value, triple: false } => string(value),
        ExprKind::Regex { pattern, text } if text.is_empty() => format!("/{}/", pattern.replace('/', "\\/")),
        ExprKind::Regex { text, .. } => format!("/{text}/"),
        ExprKind::Star => "*".into(),
        ExprKind::Ref(name) => reference(name),
        ExprKind::Ident(name) => name.clone(),
        _ => String::new(),
    }
}

/// `"name"`
pub(super) fn reference(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\\\""))
}

/// Three quotes where one could not close it again, for a text that comes from elsewhere.
fn string(value: &str) -> String {
    if value.ends_with('\\') && !value.contains('\'') {
        format!("'''{value}'''")
    } else {
        format!("'{}'", value.replace('\'', "\\'"))
    }
}

/// The shortest decimal that reads back as the same number, never with an exponent.
fn float(value: f64) -> String {
    let digits = value.to_string();
    if digits.contains('.') { digits } else { format!("{digits}.0") }
}

/// As InfluxQL writes it.
fn duration(value: i64) -> String {
    let mut text = String::new();
    push_influx(&mut text, value);
    text
}
