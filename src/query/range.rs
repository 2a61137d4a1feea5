//! The time range of a query, taken out of its condition.

use super::error::{QueryError, refuse};
use super::window::{MAX_TIME, MIN_TIME};
use crate::pipeline::influxql::{BinaryOp, Expr};
use crate::value::Zone;
use crate::value::time::parse_rfc3339;

/// Bounds of time, both included; `None` where there is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct TimeRange {
    pub(super) start: Option<i64>,
    pub(super) end: Option<i64>,
}

impl TimeRange {
    pub(super) fn intersect(self, other: TimeRange) -> TimeRange {
        let both = |a: Option<i64>, b: Option<i64>, pick: fn(i64, i64) -> i64| match (a, b) {
            (Some(a), Some(b)) => Some(pick(a, b)),
            (a, b) => a.or(b),
        };
        TimeRange { start: both(self.start, other.start, i64::max), end: both(self.end, other.end, i64::min) }
    }
}

/// What times are read with.
pub(super) struct Clock<'c> {
    pub(super) now: i64,
    pub(super) zone: Option<&'c Zone>,
}

/// A condition without its times, and the range that they give. InfluxDB does not tell AND from OR here.
pub(super) fn split(condition: &Expr, clock: &Clock<'_>) -> Result<(Option<Expr>, TimeRange), QueryError> {
    match condition {
        Expr::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), left, right } => {
            let (left, first) = split(left, clock)?;
            let (right, second) = split(right, clock)?;
            let rest = match (left, right) {
                (Some(left), Some(right)) => {
                    Some(Expr::Binary { op: *op, left: Box::new(left), right: Box::new(right) })
                }
                (left, right) => left.or(right),
            };
            Ok((rest, first.intersect(second)))
        }
        Expr::Binary { op, left, right } => {
            let bounds = if is_time(left) {
                bounds(*op, right, clock)?
            } else if is_time(right) {
                bounds(mirrored(*op), left, clock)?
            } else {
                return Ok((Some(condition.clone()), TimeRange::default()));
            };
            Ok((None, bounds))
        }
        Expr::Paren(inner) => {
            let (rest, range) = split(inner, clock)?;
            Ok((rest.map(|rest| Expr::Paren(Box::new(rest))), range))
        }
        Expr::Bool(_) => Ok((Some(condition.clone()), TimeRange::default())),
        other => refuse(format!("invalid condition expression: {}", other)),
    }
}

fn is_time(expr: &Expr) -> bool {
    matches!(expr, Expr::Ref { name, .. } if name.eq_ignore_ascii_case("time"))
}

fn mirrored(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Lt => BinaryOp::Gt,
        BinaryOp::Le => BinaryOp::Ge,
        BinaryOp::Gt => BinaryOp::Lt,
        BinaryOp::Ge => BinaryOp::Le,
        other => other,
    }
}

fn bounds(op: BinaryOp, value: &Expr, clock: &Clock<'_>) -> Result<TimeRange, QueryError> {
    let at = match moment(value, clock)? {
        Amount::Time(at) | Amount::Length(at) => at,
    };
    let at = at.clamp(MIN_TIME, MAX_TIME);
    Ok(match op {
        BinaryOp::Gt => TimeRange { start: Some(at.saturating_add(1)), end: None },
        BinaryOp::Ge => TimeRange { start: Some(at), end: None },
        BinaryOp::Lt => TimeRange { start: None, end: Some(at.saturating_sub(1)) },
        BinaryOp::Le => TimeRange { start: None, end: Some(at) },
        BinaryOp::Eq => TimeRange { start: Some(at), end: Some(at) },
        other => return refuse(format!("invalid time comparison operator: {}", other.symbol())),
    })
}

enum Amount {
    Time(i64),
    Length(i64),
}

/// What time is compared with: texts, numbers of nanoseconds, `now()`, and durations added to or taken from them.
fn moment(expr: &Expr, clock: &Clock<'_>) -> Result<Amount, QueryError> {
    match expr {
        Expr::Paren(inner) => moment(inner, clock),
        Expr::Int(at) => Ok(Amount::Time(*at)),
        Expr::Number(at) => Ok(Amount::Time(*at as i64)),
        Expr::Duration(length) => Ok(Amount::Length(*length)),
        Expr::Str(text) => match parse_time(text, clock.zone) {
            Some(at) => Ok(Amount::Time(at)),
            None => refuse(not_a_time(text)),
        },
        Expr::Call { name, args } if name == "now" && args.is_empty() => Ok(Amount::Time(clock.now)),
        Expr::Binary { op: op @ (BinaryOp::Add | BinaryOp::Sub), left, right } => {
            let add = |a: i64, b: i64| {
                if *op == BinaryOp::Add { a.saturating_add(b) } else { a.saturating_sub(b) }
            };
            Ok(match (moment(left, clock)?, moment(right, clock)?) {
                (Amount::Length(a), Amount::Length(b)) => Amount::Length(add(a, b)),
                (Amount::Time(a) | Amount::Length(a), Amount::Time(b) | Amount::Length(b)) => {
                    Amount::Time(add(a, b))
                }
            })
        }
        Expr::Binary { op: BinaryOp::Mul, left, right } => match (left.as_ref(), right.as_ref()) {
            (Expr::Duration(length), Expr::Int(times)) | (Expr::Int(times), Expr::Duration(length)) => {
                Ok(Amount::Length(length.saturating_mul(*times)))
            }
            _ => incompatible(expr),
        },
        other => incompatible(other),
    }
}

/// Why a text is no time.
fn not_a_time(text: &str) -> String {
    let is_date = |c: (usize, char)| if matches!(c.0, 4 | 7) { c.1 == '-' } else { c.1.is_ascii_digit() };
    let head = text.get(..10).filter(|head| head.char_indices().all(is_date));
    let whole = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
    match head.and_then(|head| head.get(..4)) {
        None => "invalid operation: time and *influxql.StringLiteral are not compatible".to_owned(),
        Some(year) if year >= "2262" => format!("time {whole} overflows time literal"),
        Some(year) if year <= "1677" => format!("time {whole} underflows time literal"),
        Some(_) => "invalid timestamp string".to_owned(),
    }
}

fn incompatible<T>(expr: &Expr) -> Result<T, QueryError> {
    refuse(format!("invalid operation: time and {} are not compatible", super::compile::text::kind(expr)))
}

/// `2020-09-13`, `2020-09-13 12:26:40.5`, `2020-09-13T12:26:40.5Z`; the first two in local time.
pub(super) fn parse_time(text: &str, zone: Option<&Zone>) -> Option<i64> {
    let whole;
    let whole = match text.len() {
        10 => {
            whole = format!("{text}T00:00:00Z");
            &whole
        }
        _ if text.get(10..11) == Some(" ") => {
            whole = format!("{}T{}Z", text.get(..10)?, text.get(11..)?);
            &whole
        }
        _ => return parse_rfc3339(text),
    };
    let local = parse_rfc3339(whole)?;
    let Some(zone) = zone else { return Some(local) };
    let shift = |at: i64| i64::from(zone.offset(at)) * 1_000_000_000;
    // The offset at a time that is an offset away may be another: the second guess settles it.
    let guess = local.saturating_sub(shift(local));
    Some(local.saturating_sub(shift(guess)))
}
