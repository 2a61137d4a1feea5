//! Expressions as InfluxDB's messages print them.

use crate::pipeline::influxql::{DataType, Expr};
use crate::value::duration::push_influx;

/// The expression as a query would have it.
pub(in crate::query) fn of(expr: &Expr) -> String {
    match expr {
        Expr::Ref { name, ty } => match ty {
            Some(ty) => format!("{}::{}", ident(name), type_name(*ty)),
            None => ident(name),
        },
        Expr::Call { name, args } => {
            let args: Vec<String> = args.iter().map(of).collect();
            format!("{name}({})", args.join(", "))
        }
        Expr::Distinct(name) => format!("DISTINCT {}", ident(name)),
        Expr::Str(text) => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
        Expr::Number(x) => format!("{x:.3}"),
        Expr::Int(i) => i.to_string(),
        Expr::Unsigned(u) => u.to_string(),
        Expr::Bool(b) => b.to_string(),
        Expr::Duration(d) => duration(*d),
        Expr::Wildcard(None) => "*".to_owned(),
        Expr::Wildcard(Some(ty)) => format!("*::{}", type_name(*ty)),
        Expr::Regex(pattern) => format!("/{}/", pattern.replace('/', "\\/")),
        Expr::Paren(inner) => format!("({})", of(inner)),
        Expr::Binary { op, left, right } => format!("{} {} {}", of(left), op.symbol(), of(right)),
    }
}

/// `90s`, `1h`
pub(in crate::query) fn duration(ns: i64) -> String {
    let mut text = String::new();
    push_influx(&mut text, ns);
    text
}

fn ident(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty();
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")) }
}

/// What `::` calls a type.
pub(in crate::query) fn type_name(ty: DataType) -> &'static str {
    match ty {
        DataType::Float => "float",
        DataType::Integer => "integer",
        DataType::Unsigned => "unsigned",
        DataType::Str => "string",
        DataType::Bool => "boolean",
        DataType::AnyField => "field",
        DataType::Tag => "tag",
    }
}

/// The name of its kind in InfluxDB's program.
pub(in crate::query) fn kind(expr: &Expr) -> &'static str {
    match expr {
        Expr::Ref { .. } => "*influxql.VarRef",
        Expr::Call { .. } => "*influxql.Call",
        Expr::Distinct(_) => "*influxql.Distinct",
        Expr::Str(_) => "*influxql.StringLiteral",
        Expr::Number(_) => "*influxql.NumberLiteral",
        Expr::Int(_) => "*influxql.IntegerLiteral",
        Expr::Unsigned(_) => "*influxql.UnsignedLiteral",
        Expr::Bool(_) => "*influxql.BooleanLiteral",
        Expr::Duration(_) => "*influxql.DurationLiteral",
        Expr::Wildcard(_) => "*influxql.Wildcard",
        Expr::Regex(_) => "*influxql.RegexLiteral",
        Expr::Paren(_) => "*influxql.ParenExpr",
        Expr::Binary { .. } => "*influxql.BinaryExpr",
    }
}
