//! What InfluxDB refuses before it looks at any data.

use super::text;
use crate::pipeline::influxql::{Expr, Field, Fill, Select};
use crate::query::error::{QueryError, refuse};
use crate::query::func::math::MathFn;

/// What the fields of a statement are made of.
#[derive(Default)]
struct Seen {
    calls: Vec<Expr>,
    /// Fields and tags outside of calls.
    has_plain: bool,
    has_others_than_selectors: bool,
    has_distinct: bool,
    top_or_bottom: Option<String>,
}

struct Checker {
    seen: Seen,
    /// Whether a wildcard may stand where it is looked.
    may_be_wild: bool,
    /// Buckets of the statement itself.
    every: i64,
    /// Buckets of the statement around it.
    inherited: bool,
    limit: i64,
}

/// Checks the fields of a statement with buckets of this length.
pub(super) fn fields(
    select: &Select,
    fields: &[Field],
    every: i64,
    inherited: bool,
) -> Result<(), QueryError> {
    let mut checker =
        Checker { seen: Seen::default(), may_be_wild: true, every, inherited, limit: select.limit };
    for field in fields {
        checker.field(&field.expr)?;
    }
    let seen = checker.seen;
    if fields.is_empty() {
        return refuse("at least 1 non-time field must be queried");
    }
    if let Some(name) = seen.top_or_bottom.as_ref().filter(|_| seen.calls.len() > 1) {
        return refuse(format!("selector function {name}() cannot be combined with other functions"));
    }
    if seen.calls.is_empty() {
        match select.fill {
            Fill::None => return refuse("fill(none) must be used with a function"),
            Fill::Linear => return refuse("fill(linear) must be used with a function"),
            _ => {}
        }
        if every != 0 && !inherited {
            return refuse("GROUP BY requires at least one aggregate function");
        }
    }
    if seen.has_distinct && (seen.calls.len() != 1 || seen.has_plain) {
        return refuse("aggregate function distinct() cannot be combined with other functions or fields");
    }
    if seen.has_plain && seen.has_others_than_selectors {
        return refuse("mixing aggregate and non-aggregate queries is not supported");
    }
    if seen.has_plain && seen.calls.len() > 1 {
        return refuse("mixing multiple selector functions with tags or fields is not supported");
    }
    Ok(())
}

impl Checker {
    fn field(&mut self, expr: &Expr) -> Result<(), QueryError> {
        match expr {
            Expr::Ref { .. } | Expr::Wildcard(_) | Expr::Regex(_) => {
                self.seen.has_plain = true;
                Ok(())
            }
            Expr::Call { name, args } => match MathFn::of(name) {
                Some(function) => self.math(function, name, args),
                None => self.call(expr, name, args),
            },
            Expr::Binary { left, right, .. } => {
                let before = std::mem::replace(&mut self.may_be_wild, false);
                let result = self.operands(left, right);
                self.may_be_wild = before;
                result
            }
            Expr::Paren(inner) => self.field(inner),
            _ => refuse("field must contain at least one variable"),
        }
    }

    fn operands(&mut self, left: &Expr, right: &Expr) -> Result<(), QueryError> {
        if is_literal(left) && is_literal(right) {
            return refuse("field must contain at least one variable");
        }
        for side in [left, right] {
            match side {
                Expr::Wildcard(_) => return refuse("unable to use wildcard in a binary expression"),
                Expr::Regex(_) => return refuse("unable to use regex in a binary expression"),
                side if is_literal(side) => {}
                side => self.field(side)?,
            }
        }
        Ok(())
    }

    fn math(&mut self, function: MathFn, name: &str, args: &[Expr]) -> Result<(), QueryError> {
        let wanted = function.arguments();
        if args.len() != wanted {
            return count_error(name, wanted, args.len());
        }
        let mut literals = 0;
        for arg in args {
            if is_literal(arg) {
                literals += 1;
            } else {
                self.field(arg)?;
            }
        }
        if literals == args.len() { refuse("field must contain at least one variable") } else { Ok(()) }
    }

    fn call(&mut self, expr: &Expr, name: &str, args: &[Expr]) -> Result<(), QueryError> {
        if !self.seen.calls.contains(expr) {
            self.seen.calls.push(expr.clone());
        }
        match name {
            "max" | "min" | "first" | "last" => {
                count_is(name, args, 1)?;
                self.symbol(name, args.first())
            }
            "count" | "sum" | "mean" | "median" | "mode" | "stddev" | "spread" => {
                self.seen.has_others_than_selectors = true;
                count_is(name, args, 1)?;
                match args.first() {
                    Some(Expr::Call { name: inner, args }) if name == "count" && inner == "distinct" => {
                        self.distinct(args, true)
                    }
                    Some(Expr::Distinct(_)) if name == "count" => Ok(()),
                    first => self.symbol(name, first),
                }
            }
            "percentile" => {
                count_is(name, args, 2)?;
                self.symbol(name, args.first())?;
                match args.get(1) {
                    Some(Expr::Int(_) | Expr::Number(_)) => Ok(()),
                    _ => refuse("expected float argument in percentile()"),
                }
            }
            "sample" => {
                count_is(name, args, 2)?;
                self.symbol(name, args.first())?;
                match args.get(1) {
                    Some(Expr::Int(n)) if *n <= 0 => {
                        refuse(format!("sample window must be greater than 1, got {n}"))
                    }
                    Some(Expr::Int(_)) => Ok(()),
                    _ => refuse("expected integer argument in sample()"),
                }
            }
            "distinct" => self.distinct(args, false),
            "top" | "bottom" => self.top(name, args),
            "derivative" | "non_negative_derivative" | "elapsed" => {
                self.seen.has_others_than_selectors = true;
                self.optional_unit(name, args)?;
                if let Some(second) = args.get(1) {
                    unit(second, &format!("second argument to {name} must be a duration, got "))?;
                }
                self.transformed(name, args.first())
            }
            "difference" | "non_negative_difference" | "cumulative_sum" => {
                self.seen.has_others_than_selectors = true;
                count_is(name, args, 1)?;
                self.transformed(name, args.first())
            }
            "moving_average" => {
                self.seen.has_others_than_selectors = true;
                count_is(name, args, 2)?;
                match args.get(1) {
                    Some(Expr::Int(n)) if *n <= 1 => {
                        return refuse(format!("moving_average window must be greater than 1, got {n}"));
                    }
                    Some(Expr::Int(_)) => {}
                    other => {
                        let kind = other.map(text::kind).unwrap_or_default();
                        return refuse(format!(
                            "second argument for moving_average must be an integer, got {kind}"
                        ));
                    }
                }
                self.transformed(name, args.first())
            }
            "integral" => {
                self.seen.has_others_than_selectors = true;
                self.optional_unit(name, args)?;
                match args.get(1) {
                    None => {}
                    Some(Expr::Duration(d)) if *d > 0 => {}
                    Some(Expr::Duration(d)) => {
                        let d = text::duration(*d);
                        return refuse(format!("duration argument must be positive, got {d}"));
                    }
                    Some(_) => return refuse("second argument must be a duration"),
                }
                self.symbol(name, args.first())
            }
            "holt_winters" | "holt_winters_with_fit" => self.holt_winters(name, args),
            _ => refuse(format!("undefined function {name}()")),
        }
    }

    fn optional_unit(&self, name: &str, args: &[Expr]) -> Result<(), QueryError> {
        if (1..=2).contains(&args.len()) {
            return Ok(());
        }
        let got = args.len();
        refuse(format!(
            "invalid number of arguments for {name}, expected at least 1 but no more than 2, got {got}"
        ))
    }

    fn distinct(&mut self, args: &[Expr], nested: bool) -> Result<(), QueryError> {
        match args {
            [] => return refuse("distinct function requires at least one argument"),
            [Expr::Ref { .. }] => {}
            [_] => return refuse("expected field argument in distinct()"),
            _ => return refuse("distinct function can only have one argument"),
        }
        self.seen.has_others_than_selectors = true;
        if !nested {
            self.seen.has_distinct = true;
        }
        Ok(())
    }

    fn top(&mut self, name: &str, args: &[Expr]) -> Result<(), QueryError> {
        if let Some(name) = &self.seen.top_or_bottom {
            return refuse(format!("selector function {name}() cannot be combined with other functions"));
        }
        let [first, between @ .., last] = args else {
            return refuse(format!(
                "invalid number of arguments for {name}, expected at least 2, got {}",
                args.len()
            ));
        };
        let Expr::Int(n) = last else {
            return refuse(format!("expected integer as last argument in {name}(), found {last}"));
        };
        if *n <= 0 {
            return refuse(format!("limit ({n}) in {name} function must be at least 1"));
        }
        if self.limit > 0 && *n > self.limit {
            return refuse(format!(
                "limit ({n}) in {name} function can not be larger than the LIMIT ({}) in the select statement",
                self.limit
            ));
        }
        if !matches!(first, Expr::Ref { .. }) {
            return refuse(format!("expected first argument to be a field in {name}(), found {first}"));
        }
        if let Some(wrong) = between.iter().find(|arg| !matches!(arg, Expr::Ref { .. })) {
            return refuse(format!("only fields or tags are allowed in {name}(), found {wrong}"));
        }
        self.seen.top_or_bottom = Some(name.to_owned());
        Ok(())
    }

    /// The first argument of a function from point to point.
    fn transformed(&mut self, name: &str, first: Option<&Expr>) -> Result<(), QueryError> {
        match first {
            Some(inner @ Expr::Call { .. }) => {
                if self.every == 0 && !self.inherited {
                    return refuse(format!("{name} aggregate requires a GROUP BY interval"));
                }
                self.nested(inner)
            }
            other => {
                if self.every != 0 && !self.inherited {
                    return refuse(format!("aggregate function required inside the call to {name}"));
                }
                self.symbol(name, other)
            }
        }
    }

    /// The field that a function is of.
    fn symbol(&self, name: &str, arg: Option<&Expr>) -> Result<(), QueryError> {
        match arg {
            Some(Expr::Ref { .. }) => Ok(()),
            Some(Expr::Wildcard(_) | Expr::Regex(_)) if self.may_be_wild => Ok(()),
            Some(Expr::Wildcard(_)) => refuse(format!("unsupported expression with wildcard: {name}()")),
            Some(Expr::Regex(_)) => refuse(format!("unsupported expression with regex field: {name}()")),
            _ => refuse(format!("expected field argument in {name}()")),
        }
    }

    /// A call within a call counts for nothing of the statement's own.
    fn nested(&mut self, inner: &Expr) -> Result<(), QueryError> {
        let seen = std::mem::take(&mut self.seen);
        let result = self.field(inner);
        self.seen = seen;
        result
    }

    fn holt_winters(&mut self, name: &str, args: &[Expr]) -> Result<(), QueryError> {
        self.seen.has_others_than_selectors = true;
        let [first, ahead, season] = args else { return count_error(name, 3, args.len()) };
        match ahead {
            Expr::Int(n) if *n <= 0 => {
                return refuse(format!("second arg to {name} must be greater than 0, got {n}"));
            }
            Expr::Int(_) => {}
            _ => return refuse(format!("expected integer argument as second arg in {name}")),
        }
        match season {
            Expr::Int(n) if *n < 0 => {
                return refuse(format!("third arg to {name} cannot be negative, got {n}"));
            }
            Expr::Int(_) => {}
            _ => return refuse(format!("expected integer argument as third arg in {name}")),
        }
        if !matches!(first, Expr::Call { .. }) {
            return refuse(format!("must use aggregate function with {name}"));
        }
        if self.every == 0 {
            return refuse(format!("{name} aggregate requires a GROUP BY interval"));
        }
        self.nested(first)
    }
}

fn is_literal(expr: &Expr) -> bool {
    match expr {
        Expr::Str(_)
        | Expr::Number(_)
        | Expr::Int(_)
        | Expr::Unsigned(_)
        | Expr::Bool(_)
        | Expr::Duration(_) => true,
        Expr::Paren(inner) => is_literal(inner),
        Expr::Binary { left, right, .. } => is_literal(left) && is_literal(right),
        _ => false,
    }
}

fn unit(expr: &Expr, otherwise: &str) -> Result<(), QueryError> {
    match expr {
        Expr::Duration(d) if *d > 0 => Ok(()),
        Expr::Duration(d) => {
            refuse(format!("duration argument must be positive, got {}", text::duration(*d)))
        }
        other => refuse(format!("{otherwise}{}", text::kind(other))),
    }
}

fn count_is(name: &str, args: &[Expr], wanted: usize) -> Result<(), QueryError> {
    if args.len() == wanted { Ok(()) } else { count_error(name, wanted, args.len()) }
}

fn count_error<T>(name: &str, wanted: usize, got: usize) -> Result<T, QueryError> {
    refuse(format!("invalid number of arguments for {name}, expected {wanted}, got {got}"))
}
