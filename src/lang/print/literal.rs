//! Values as they are written.

use crate::lang::ast::ExprKind;

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

/// In the largest unit that leaves no rest.
fn duration(value: i64) -> String {
    const UNITS: [(i64, &str); 7] = [
        (7 * 24 * 3_600_000_000_000, "w"),
        (24 * 3_600_000_000_000, "d"),
        (3_600_000_000_000, "h"),
        (60_000_000_000, "m"),
        (1_000_000_000, "s"),
        (1_000_000, "ms"),
        (1_000, "u"),
    ];
    let fitting = UNITS.iter().find(|(size, _)| value % size == 0);
    match fitting {
        _ if value == 0 => "0s".into(),
        Some((size, unit)) => format!("{}{unit}", value / size),
        None => format!("{value}ns"),
    }
}
