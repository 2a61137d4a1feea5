//! Expressions and calls, with their types.

use super::schema::{Schema, regex};
use crate::pipeline::influxql::{BinaryOp, DataType, Expr};
use crate::query::error::{QueryError, refuse};
use crate::query::eval::Eval;
use crate::query::func::math::MathFn;
use crate::query::plan::{Best, Call, Input, Reduce, Ref, Transform};

const SECOND: i64 = 1_000_000_000;

/// Collects what the fields of a statement need.
pub(super) struct Builder<'b> {
    schema: &'b Schema,
    every: i64,
    pub(super) calls: Vec<Call>,
    pub(super) aux: Vec<Ref>,
    /// Slots of `aux` come after those of the calls, whose number is known last.
    in_condition: bool,
}

/// Slots of references before the number of calls is known.
const REFS: usize = usize::MAX / 2;

type Typed = (Eval, Option<DataType>);

impl<'b> Builder<'b> {
    pub(super) fn new(schema: &'b Schema, every: i64) -> Builder<'b> {
        Builder { schema, every, calls: Vec::new(), aux: Vec::new(), in_condition: false }
    }

    /// A column.
    pub(super) fn column(&mut self, expr: &Expr) -> Result<Typed, QueryError> {
        self.expr(expr)
    }

    /// A condition, without its times.
    pub(super) fn condition(&mut self, expr: &Expr) -> Result<Eval, QueryError> {
        self.in_condition = true;
        self.expr(expr).map(|(eval, _)| eval)
    }

    fn expr(&mut self, expr: &Expr) -> Result<Typed, QueryError> {
        Ok(match expr {
            Expr::Paren(inner) => return self.expr(inner),
            Expr::Int(i) => (Eval::Int(*i), Some(DataType::Integer)),
            Expr::Unsigned(u) => (Eval::Float(*u as f64), Some(DataType::Unsigned)),
            Expr::Number(x) => (Eval::Float(*x), Some(DataType::Float)),
            Expr::Duration(d) => (Eval::Int(*d), Some(DataType::Integer)),
            Expr::Str(s) => (Eval::Str(s.clone()), Some(DataType::Str)),
            Expr::Bool(b) => (Eval::Bool(*b), Some(DataType::Bool)),
            Expr::Ref { name, .. } if name == "time" && !self.in_condition => {
                (Eval::Time, Some(DataType::Integer))
            }
            Expr::Ref { name, ty } => {
                let found = self.schema.resolve(name, *ty);
                let ty = found.ty;
                (Eval::Slot(self.reference(found)), ty)
            }
            Expr::Call { name, args } => match MathFn::of(name) {
                Some(function) => self.math(function, args)?,
                None if self.in_condition => {
                    return refuse(format!("invalid function call in condition: {}", expr));
                }
                None => {
                    let call = self.call(name, args)?;
                    let ty = call.ty();
                    (Eval::Slot(self.symbol(call)), ty)
                }
            },
            Expr::Binary { op, left, right } => return self.binary(expr, *op, left, right),
            Expr::Wildcard(_) | Expr::Regex(_) | Expr::Distinct(_) => {
                return refuse(format!("invalid expression: {}", expr));
            }
        })
    }

    fn reference(&mut self, found: Ref) -> usize {
        let base = if self.in_condition { 0 } else { REFS };
        let known = self.aux.iter().position(|r| *r == found);
        base + known.unwrap_or_else(|| {
            self.aux.push(found);
            self.aux.len() - 1
        })
    }

    fn symbol(&mut self, call: Call) -> usize {
        let known = self.calls.iter().position(|c| *c == call);
        known.unwrap_or_else(|| {
            self.calls.push(call);
            self.calls.len() - 1
        })
    }

    fn math(&mut self, function: MathFn, args: &[Expr]) -> Result<Typed, QueryError> {
        let mut evals = Vec::new();
        let mut first = None;
        for arg in args {
            let (eval, ty) = self.expr(arg)?;
            evals.push(eval);
            first = first.or(ty);
        }
        Ok((Eval::Math(function, evals), function.ty(first)))
    }

    fn binary(&mut self, whole: &Expr, op: BinaryOp, left: &Expr, right: &Expr) -> Result<Typed, QueryError> {
        if let (BinaryOp::Match | BinaryOp::NotMatch, Expr::Regex(pattern)) = (op, right) {
            let (text, _) = self.expr(left)?;
            let eval = Eval::Match(Box::new(text), regex(pattern)?, op == BinaryOp::Match);
            return Ok((eval, Some(DataType::Bool)));
        }
        let (a, first) = self.expr(left)?;
        let (b, second) = self.expr(right)?;
        let eval = Eval::Binary(op, Box::new(a), Box::new(b));
        if self.in_condition {
            return Ok((eval, None));
        }
        let ty = match (first, second) {
            (Some(first), Some(second)) => match result(op, first, second) {
                Some(ty) => Some(ty),
                None => {
                    return refuse(format!(
                        "type error: {}: incompatible types: {} and {}",
                        self.typed(whole),
                        first.name(),
                        second.name()
                    ));
                }
            },
            _ => None,
        };
        Ok((eval, ty))
    }

    /// The expression with the types of its references.
    fn typed(&self, expr: &Expr) -> Expr {
        match expr {
            Expr::Ref { name, ty } => Expr::Ref { name: name.clone(), ty: self.schema.resolve(name, *ty).ty },
            Expr::Call { name, args } => {
                Expr::Call { name: name.clone(), args: args.iter().map(|a| self.typed(a)).collect() }
            }
            Expr::Paren(inner) => Expr::Paren(Box::new(self.typed(inner))),
            Expr::Binary { op, left, right } => {
                Expr::Binary { op: *op, left: Box::new(self.typed(left)), right: Box::new(self.typed(right)) }
            }
            other => other.clone(),
        }
    }

    fn call(&mut self, name: &str, args: &[Expr]) -> Result<Call, QueryError> {
        if let Some(reduce) = reduce(name, args) {
            if let (Reduce::Count, Some(of)) = (reduce, args.first().and_then(distinct_of)) {
                return Ok(Call::CountDistinct(self.schema.resolve(&of, None)));
            }
            let of = self.field(args.first())?;
            supported(name, &of, &["count", "first", "last", "mode"], &["min", "max"])?;
            return Ok(Call::Reduce(reduce, of));
        }
        let whole = |i: usize| match args.get(i) {
            Some(Expr::Int(n)) => *n,
            _ => 0,
        };
        let unit = || match args.get(1) {
            Some(Expr::Duration(d)) => Some(*d),
            _ => None,
        };
        Ok(match name {
            "distinct" => Call::Distinct(self.field(args.first())?),
            "sample" => Call::Sample(self.field(args.first())?, usize::try_from(whole(1)).unwrap_or(1)),
            "top" | "bottom" => {
                let of = self.field(args.first())?;
                supported(name, &of, &[], &[])?;
                let best = if name == "top" { Best::Top } else { Best::Bottom };
                let between = args.get(1..args.len().saturating_sub(1)).unwrap_or_default();
                let tags = between.iter().filter_map(|arg| match arg {
                    Expr::Ref { name, .. } => Some(name.clone()),
                    _ => None,
                });
                let n = usize::try_from(whole(args.len().saturating_sub(1))).unwrap_or(1);
                Call::Top { best, of, tags: tags.collect(), n }
            }
            "integral" => {
                let of = self.field(args.first())?;
                supported(name, &of, &[], &[])?;
                Call::Integral(of, unit().unwrap_or(SECOND))
            }
            "holt_winters" | "holt_winters_with_fit" => {
                let Some(Expr::Call { name: inner, args: inside }) = args.first() else {
                    return refuse(format!("must use aggregate function with {name}"));
                };
                let of = Box::new(self.call(inner, inside)?);
                let with_fit = name == "holt_winters_with_fit";
                Call::HoltWinters { of, ahead: whole(1), season: whole(2), with_fit }
            }
            _ => {
                let nested = matches!(args.first(), Some(Expr::Call { .. }));
                let transform = match name {
                    "derivative" | "non_negative_derivative" => {
                        let default = if nested { self.every } else { SECOND };
                        let unit = unit().unwrap_or(if default == 0 { SECOND } else { default });
                        Transform::Derivative { unit, non_negative: name != "derivative" }
                    }
                    "difference" | "non_negative_difference" => {
                        Transform::Difference { non_negative: name != "difference" }
                    }
                    "cumulative_sum" => Transform::CumulativeSum,
                    "moving_average" => {
                        Transform::MovingAverage(usize::try_from(whole(1)).unwrap_or(2).max(2))
                    }
                    "elapsed" => Transform::Elapsed(unit().unwrap_or(1)),
                    _ => return refuse(format!("undefined function {name}()")),
                };
                let input = match args.first() {
                    Some(Expr::Call { name, args }) => Input::Call(self.call(name, args)?),
                    other => Input::Points(self.field(other)?),
                };
                let ty = match &input {
                    Input::Points(of) => of.ty,
                    Input::Call(call) => call.ty(),
                };
                if transform_is_numeric(transform) {
                    number(&name.replace("non_negative_", "").replace('_', " "), ty)?;
                }
                Call::Transform(transform, Box::new(input))
            }
        })
    }

    fn field(&self, arg: Option<&Expr>) -> Result<Ref, QueryError> {
        match arg {
            Some(Expr::Ref { name, ty }) => Ok(self.schema.resolve(name, *ty)),
            Some(other) => refuse(format!("invalid argument: {}", other)),
            None => refuse("missing argument"),
        }
    }

    /// Makes slots of a column's expression final.
    pub(super) fn settle(&self, eval: &mut Eval) {
        match eval {
            Eval::Slot(place) if *place >= REFS => *place = *place - REFS + self.calls.len(),
            Eval::Math(_, args) => args.iter_mut().for_each(|arg| self.settle(arg)),
            Eval::Match(text, ..) => self.settle(text),
            Eval::Binary(_, left, right) => {
                self.settle(left);
                self.settle(right);
            }
            _ => {}
        }
    }
}

fn transform_is_numeric(transform: Transform) -> bool {
    !matches!(transform, Transform::Elapsed(_))
}

fn reduce(name: &str, args: &[Expr]) -> Option<Reduce> {
    Some(match name {
        "count" => Reduce::Count,
        "sum" => Reduce::Sum,
        "mean" => Reduce::Mean,
        "min" => Reduce::Min,
        "max" => Reduce::Max,
        "first" => Reduce::First,
        "last" => Reduce::Last,
        "median" => Reduce::Median,
        "mode" => Reduce::Mode,
        "spread" => Reduce::Spread,
        "stddev" => Reduce::Stddev,
        "percentile" => match args.get(1) {
            Some(Expr::Int(p)) => Reduce::Percentile(*p as f64),
            Some(Expr::Number(p)) => Reduce::Percentile(*p),
            _ => return None,
        },
        _ => return None,
    })
}

fn distinct_of(arg: &Expr) -> Option<String> {
    match arg {
        Expr::Distinct(name) => Some(name.clone()),
        Expr::Call { name, args } if name == "distinct" => match args.first() {
            Some(Expr::Ref { name, .. }) => Some(name.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// Refuses fields of types that a function does not take: some take all, some truth values besides numbers.
fn supported(name: &str, of: &Ref, all: &[&str], bools: &[&str]) -> Result<(), QueryError> {
    let takes_bools = all.contains(&name) || bools.contains(&name);
    match of.ty {
        Some(DataType::Bool) if takes_bools => Ok(()),
        Some(DataType::Str) if all.contains(&name) => Ok(()),
        ty => number(name, ty),
    }
}

fn number(name: &str, ty: Option<DataType>) -> Result<(), QueryError> {
    match ty {
        Some(ty @ (DataType::Str | DataType::Bool)) => {
            let ty = ty.name();
            refuse(format!("unsupported {name} iterator type: *query.{ty}InterruptIterator"))
        }
        _ => Ok(()),
    }
}

/// The type of an operator's result; none if it does not go together.
fn result(op: BinaryOp, left: DataType, right: DataType) -> Option<DataType> {
    use DataType::{Bool, Float, Integer, Unsigned};
    let is_int = |ty: DataType| matches!(ty, Integer | Unsigned);
    match op {
        BinaryOp::BitAnd | BinaryOp::BitOr | BinaryOp::BitXor => match (left, right) {
            (Bool, Bool) => Some(Bool),
            (a, b) if is_int(a) && is_int(b) => Some(Integer),
            _ => None,
        },
        _ => match (left, right) {
            (Float, Float) => Some(Float),
            (Float, b) if is_int(b) => Some(Float),
            (a, Float) if is_int(a) => Some(Float),
            (a, b) if is_int(a) && is_int(b) => Some(if op == BinaryOp::Div { Float } else { Integer }),
            _ => None,
        },
    }
}
