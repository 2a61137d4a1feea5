//! Functions from many points to one: aggregates and selectors.

use std::cmp::Ordering;

use super::middle;
use crate::query::Cell;
use crate::query::exec::Pt;
use crate::query::plan::Reduce;

/// The one point for all these, in the order of the query; none if they have none.
pub(in crate::query) fn reduce<'a>(function: Reduce, points: &[Pt<'a>]) -> Option<Pt<'a>> {
    let first = points.first()?;
    Some(match function {
        Reduce::Count => Pt::made(Cell::Int(points.len() as i64)),
        Reduce::Sum => Pt::made(sum(points)),
        Reduce::Mean => mean(points),
        Reduce::Min => best(points, first, |a, b| a.is_lt() || a.is_eq() && b),
        Reduce::Max => best(points, first, |a, b| a.is_gt() || a.is_eq() && b),
        Reduce::First => edge(points, first, |time| time.is_lt(), Ordering::is_lt),
        Reduce::Last => edge(points, first, |time| time.is_gt(), Ordering::is_gt),
        Reduce::Median => middle::median(points),
        Reduce::Mode => middle::mode(points)?,
        Reduce::Spread => spread(points),
        Reduce::Stddev => stddev(points),
        Reduce::Percentile(percent) => return middle::percentile(points, percent),
    })
}

/// Brings together what [`reduce`] made of parts.
pub(in crate::query) fn combine<'a>(function: Reduce, parts: &[Pt<'a>]) -> Option<Pt<'a>> {
    match function {
        Reduce::Count => Some(Pt::made(sum(parts))),
        other => reduce(other, parts),
    }
}

/// How two values of one type compare.
pub(super) fn order(a: Cell<'_>, b: Cell<'_>) -> Ordering {
    match (a, b) {
        (Cell::Int(a), Cell::Int(b)) => a.cmp(&b),
        (Cell::Str(a), Cell::Str(b)) => a.cmp(b),
        (Cell::Bool(a), Cell::Bool(b)) => a.cmp(&b),
        _ => match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) => a.partial_cmp(&b).unwrap_or(Ordering::Equal),
            _ => Ordering::Equal,
        },
    }
}

fn sum<'a>(points: &[Pt<'a>]) -> Cell<'a> {
    if let Some(Cell::Int(_)) = points.first().map(|p| p.value) {
        let int = |p: &Pt<'_>| if let Cell::Int(i) = p.value { i } else { 0 };
        return Cell::Int(points.iter().map(int).fold(0, i64::wrapping_add));
    }
    Cell::Float(points.iter().filter_map(|p| p.value.as_f64()).fold(0.0, |sum, x| sum + x))
}

/// A mean of means weighs each with the number of its points.
fn mean<'a>(points: &[Pt<'a>]) -> Pt<'a> {
    let count: u64 = points.iter().map(|p| p.weight()).sum();
    let total = match sum_of_ints(points) {
        Some(total) => total as f64,
        None => points.iter().fold(0.0, |sum, p| {
            let value = p.value.as_f64().unwrap_or_default();
            sum + if p.weight() > 1 { value * p.weight() as f64 } else { value }
        }),
    };
    Pt { count, ..Pt::made(Cell::Float(total / count as f64)) }
}

fn sum_of_ints(points: &[Pt<'_>]) -> Option<i64> {
    points.iter().try_fold(0i64, |sum, p| match p.value {
        Cell::Int(i) => Some(sum.wrapping_add(i)),
        _ => None,
    })
}

/// The point whose value `wins` over all others, told also whether it is the earlier one.
fn best<'a>(points: &[Pt<'a>], first: &Pt<'a>, wins: impl Fn(Ordering, bool) -> bool) -> Pt<'a> {
    let mut best = first;
    for point in points.iter().skip(1) {
        if wins(order(point.value, best.value), point.time < best.time) {
            best = point;
        }
    }
    best.clone()
}

/// The earliest or latest point; of several the one with the larger value, of truth values for the earliest the
/// smaller one.
fn edge<'a>(
    points: &[Pt<'a>],
    first: &Pt<'a>,
    wins: impl Fn(Ordering) -> bool,
    of_bools: impl Fn(Ordering) -> bool,
) -> Pt<'a> {
    let mut best = first;
    for point in points.iter().skip(1) {
        let time = point.time.cmp(&best.time);
        let value = order(point.value, best.value);
        let larger = if matches!(point.value, Cell::Bool(_)) { of_bools(value) } else { value.is_gt() };
        if wins(time) || time.is_eq() && larger {
            best = point;
        }
    }
    best.clone()
}

fn spread<'a>(points: &[Pt<'a>]) -> Pt<'a> {
    let Some((min, max)) = points.iter().fold(None, |range: Option<(Cell<'a>, Cell<'a>)>, p| {
        let (min, max) = range.unwrap_or((p.value, p.value));
        let min = if order(p.value, min).is_lt() { p.value } else { min };
        let max = if order(p.value, max).is_gt() { p.value } else { max };
        Some((min, max))
    }) else {
        return Pt::made(Cell::Null);
    };
    Pt::made(match (min, max) {
        (Cell::Int(min), Cell::Int(max)) => Cell::Int(max.wrapping_sub(min)),
        _ => match (min.as_f64(), max.as_f64()) {
            (Some(min), Some(max)) => Cell::Float(max - min),
            _ => Cell::Null,
        },
    })
}

/// Of a sample: divided by one less than the number of points; a single one has none.
fn stddev<'a>(points: &[Pt<'a>]) -> Pt<'a> {
    let values: Vec<f64> = points.iter().filter_map(|p| p.value.as_f64()).collect();
    if values.len() < 2 {
        return Pt::made(Cell::Null);
    }
    let (mut mean, mut count) = (0.0, 0.0);
    for x in values.iter().filter(|x| !x.is_nan()) {
        count += 1.0;
        mean += (x - mean) / count;
    }
    let variance: f64 =
        values.iter().filter(|x| !x.is_nan()).fold(0.0, |sum, x| sum + (x - mean) * (x - mean));
    Pt::made(Cell::Float((variance / (count - 1.0)).sqrt()))
}
