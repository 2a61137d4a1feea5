//! Empty buckets.

use super::point::Pt;
use super::scope::Scope;
use crate::pipeline::influxql::{DataType, Fill};
use crate::query::Cell;
use crate::query::error::{QueryError, refuse};
use crate::query::window::{MAX_TIME, MIN_TIME};

/// How many buckets a group may have.
const MOST_BUCKETS: i128 = 10_000_000;

/// Puts a point into each bucket of the range that has none; `points` are not empty and in the order of the query.
pub(super) fn fill<'a>(
    scope: &Scope<'a>,
    fill: Fill,
    ty: Option<DataType>,
    aux: usize,
    points: Vec<Pt<'a>>,
) -> Result<Vec<Pt<'a>>, QueryError> {
    let windows = &scope.windows;
    let ascending = scope.plan.ascending;
    let (from, to) = if ascending { (windows.start, windows.end) } else { (windows.end, windows.start) };
    let (mut at, last) = (windows.start_of(from), windows.start_of(to));
    let first = points.first().map_or(at, |p| p.time);
    let unbounded = if ascending { windows.start == MIN_TIME } else { windows.end == MAX_TIME };
    if unbounded {
        at = windows.start_of(first);
    }
    let buckets = (i128::from(last) - i128::from(at)).abs() / i128::from(windows.every.max(1));
    if buckets > MOST_BUCKETS {
        return refuse(format!("max-select-buckets limit exceeded: ({buckets}/{MOST_BUCKETS})"));
    }
    let before = |a: i64, b: i64| if ascending { a < b } else { a > b };
    let next_of = |at: i64| {
        let (start, end) = windows.of(at);
        if ascending { end } else { windows.start_of(start.saturating_sub(1)) }
    };
    let mut out: Vec<Pt<'a>> = Vec::with_capacity(points.len());
    let mut previous: Option<Pt<'a>> = None;
    let mut rest = points.into_iter().peekable();
    loop {
        let next = rest.peek();
        let missing = match next {
            Some(next) => before(at, next.time),
            None => !before(last, at) && last != MIN_TIME,
        };
        if missing {
            let value = match (fill, &previous) {
                (Fill::Number(x), _) => number(x, ty),
                (Fill::Previous, Some(previous)) => previous.value,
                (Fill::Linear, Some(previous)) => next.map_or(Cell::Null, |next| {
                    linear(at, (previous.time, previous.value), (next.time, next.value), windows.every)
                }),
                _ => Cell::Null,
            };
            out.push(Pt { time: at, value, count: 0, aux: vec![Cell::Null; aux].into() });
            at = next_of(at);
            continue;
        }
        let Some(point) = rest.next() else { return Ok(out) };
        if !before(point.time, at) {
            at = next_of(point.time);
        }
        previous = Some(point.clone());
        out.push(point);
    }
}

/// A number of that type.
pub(super) fn number<'a>(x: f64, ty: Option<DataType>) -> Cell<'a> {
    match ty {
        Some(DataType::Integer | DataType::Unsigned) => Cell::Int(x as i64),
        Some(DataType::Bool) => Cell::Bool(false),
        Some(DataType::Str | DataType::Tag) => Cell::Str(""),
        _ => Cell::Float(x),
    }
}

fn linear<'a>(at: i64, a: (i64, Cell<'a>), b: (i64, Cell<'a>), every: i64) -> Cell<'a> {
    let (Some(first), Some(second)) = (a.1.as_f64(), b.1.as_f64()) else { return Cell::Null };
    let bucket = |time: i64| (time / every) as f64;
    let slope = (second - first) / (bucket(b.0) - bucket(a.0));
    let value = slope * (bucket(at) - bucket(a.0)) + first;
    match a.1 {
        Cell::Int(_) => Cell::Int(value as i64),
        _ => Cell::Float(value),
    }
}
