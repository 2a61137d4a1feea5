//! Parts of InfluxDB's messages.

use crate::pipeline::influxql::Expr;
use crate::value::duration::push_influx;

/// `90s`, `1h`
pub(in crate::query) fn duration(ns: i64) -> String {
    let mut text = String::new();
    push_influx(&mut text, ns);
    text
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
