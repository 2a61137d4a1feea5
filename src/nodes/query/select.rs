//! From the text of a query to what is asked at a time: its range and its grouping come from the properties.

use std::ops::Range;

use super::spec::single_select;
use crate::pipeline::influxql::{BinaryOp, Expr, Field, Fill, Select, Source};
use crate::pipeline::{Arg, Fault, NodeDef};
use crate::value::time::push_rfc3339_nano;

/// A query without its time range.
pub(super) struct Template {
    select: Select,
    /// Index of the bucket's dimension, with its length.
    bucket: Option<(usize, i64)>,
    align_group: bool,
}

impl Template {
    pub(super) fn new(node: &NodeDef) -> Result<Template, Fault> {
        let text = match node.args.first() {
            Some(Arg::Str(text)) => text.as_str(),
            _ => "",
        };
        let mut select = single_select(text)?;
        let args = node.prop("groupBy").map_or(&[][..], |p| &p.args);
        select.dimensions = args.iter().filter_map(dimension).collect();
        let bucket = args.iter().filter(|a| dimension(a).is_some()).enumerate().find_map(|(i, a)| match a {
            Arg::Duration(length) | Arg::TimeDim { length, .. } => Some((i, *length)),
            _ => None,
        });
        if let Some(fill) = node.arg("fill").and_then(fill) {
            select.fill = fill;
        }
        Ok(Template { select, bucket, align_group: node.prop("alignGroup").is_some() })
    }

    /// Whether the answer comes in buckets of time.
    pub(super) fn has_buckets(&self) -> bool {
        self.bucket.is_some()
    }

    /// The query for a range of time.
    pub(super) fn at(&self, range: &Range<i64>) -> Select {
        let mut select = self.select.clone();
        if let Some((at, length)) = self.bucket.filter(|b| self.align_group && b.1 > 0)
            && let Some(place) = select.dimensions.get_mut(at)
        {
            *place = time(length, range.start.rem_euclid(length));
        }
        let limits = and(limit(BinaryOp::Ge, range.start), limit(BinaryOp::Lt, range.end));
        select.condition = Some(match select.condition.take() {
            Some(condition) => and_last(condition, limits),
            None => limits,
        });
        select
    }

    /// The fields and tags that answering needs; `None` for all.
    pub(super) fn names(&self) -> Option<Vec<String>> {
        let mut names = Some(Vec::new());
        select_names(&self.select, &mut names);
        names
    }
}

fn dimension(arg: &Arg) -> Option<Expr> {
    Some(match arg {
        Arg::Str(name) => Expr::Ref { name: name.clone(), ty: None },
        Arg::Star => Expr::Wildcard(None),
        Arg::Duration(length) => time(*length, 0),
        Arg::TimeDim { length, offset } => time(*length, *offset),
        _ => return None,
    })
}

fn time(length: i64, offset: i64) -> Expr {
    Expr::Call { name: "time".to_owned(), args: vec![Expr::Duration(length), Expr::Duration(offset)] }
}

fn fill(arg: &Arg) -> Option<Fill> {
    Some(match arg {
        Arg::Str(text) => match text.as_str() {
            "none" => Fill::None,
            "previous" => Fill::Previous,
            "linear" => Fill::Linear,
            _ => Fill::Null,
        },
        Arg::Int(x) => Fill::Number(*x as f64),
        Arg::Float(x) => Fill::Number(*x),
        _ => return None,
    })
}

fn limit(op: BinaryOp, ns: i64) -> Expr {
    let mut text = String::new();
    push_rfc3339_nano(&mut text, ns);
    let left = Box::new(Expr::Ref { name: "time".to_owned(), ty: None });
    Expr::Binary { op, left, right: Box::new(Expr::Str(text)) }
}

fn and(left: Expr, right: Expr) -> Expr {
    Expr::Binary { op: BinaryOp::And, left: Box::new(left), right: Box::new(right) }
}

/// Kapacitor appends the limits to the text of a condition, where AND binds tighter than OR: without
/// parentheses only the last alternative is limited.
fn and_last(condition: Expr, limits: Expr) -> Expr {
    match condition {
        Expr::Binary { op: BinaryOp::Or, left, right } => {
            let right = Box::new(and_last(*right, limits));
            Expr::Binary { op: BinaryOp::Or, left, right }
        }
        other => and(other, limits),
    }
}

fn select_names(select: &Select, names: &mut Option<Vec<String>>) {
    for Field { expr, .. } in &select.fields {
        expr_names(expr, names);
    }
    select.condition.iter().chain(&select.dimensions).for_each(|e| expr_names(e, names));
    for source in &select.sources {
        if let Source::Subquery(inner) = source {
            select_names(inner, names);
        }
    }
}

fn expr_names(expr: &Expr, names: &mut Option<Vec<String>>) {
    match expr {
        Expr::Ref { name, .. } | Expr::Distinct(name) => names.iter_mut().for_each(|n| n.push(name.clone())),
        Expr::Wildcard(_) | Expr::Regex(_) => *names = None,
        Expr::Call { args, .. } => args.iter().for_each(|a| expr_names(a, names)),
        Expr::Paren(inner) => expr_names(inner, names),
        Expr::Binary { left, right, op } => {
            expr_names(left, names);
            // The pattern of a condition is for values, not for names.
            if !matches!(op, BinaryOp::Match | BinaryOp::NotMatch) {
                expr_names(right, names);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::influxql::{Statement, parse};

    fn parsed(text: &str) -> Select {
        match parse(text).unwrap().pop() {
            Some(Statement::Select(select)) => *select,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn only_the_last_alternative_is_limited() {
        let select = parsed("SELECT v FROM m WHERE a = 1 OR b = 2");
        let whole = and_last(select.condition.unwrap(), limit(BinaryOp::Ge, 0));
        let want = parsed("SELECT v FROM m WHERE a = 1 OR b = 2 AND time >= '1970-01-01T00:00:00Z'");
        assert_eq!(Some(whole), want.condition);
    }

    #[test]
    fn names_that_answering_needs() {
        let names = |text: &str| {
            let mut names = Some(Vec::new());
            select_names(&parsed(text), &mut names);
            names
        };
        let some = |all: &[&str]| Some(all.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>());
        assert_eq!(names("SELECT mean(a) + b FROM m WHERE h =~ /x/"), some(&["a", "b", "h"]));
        assert_eq!(names("SELECT max(x) FROM (SELECT mean(a) AS x FROM m)"), some(&["x", "a"]));
        assert_eq!(names("SELECT * FROM m"), None);
        assert_eq!(names("SELECT mean(/^u/) FROM m"), None);
    }
}
