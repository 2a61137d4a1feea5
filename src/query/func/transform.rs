//! Functions from point to point.

use std::collections::VecDeque;

use crate::query::Cell;
use crate::query::exec::Pt;
use crate::query::plan::Transform;

/// Goes over the points of a group in the order of the query; those without a value are left out.
pub(in crate::query) fn transform<'a>(
    function: Transform,
    points: &[Pt<'a>],
    ascending: bool,
) -> Vec<Pt<'a>> {
    let points = points.iter().filter(|p| !p.value.is_null());
    match function {
        Transform::CumulativeSum => {
            let mut sum = None;
            points.map(|p| Pt::at(p.time, *sum.insert(add(sum, p.value)))).collect()
        }
        Transform::MovingAverage(n) => moving_average(points, n),
        Transform::Elapsed(unit) => {
            let elapsed =
                |a: &Pt<'a>, b: &Pt<'a>| Some(Cell::Int(b.time.wrapping_sub(a.time).wrapping_div(unit)));
            pairs(points, elapsed, false)
        }
        Transform::Difference { non_negative } => {
            let difference = |a: &Pt<'a>, b: &Pt<'a>| {
                let difference = subtract(b.value, a.value);
                (!non_negative || !is_negative(difference)).then_some(difference)
            };
            pairs(points, difference, true)
        }
        Transform::Derivative { unit, non_negative } => {
            let derivative = |a: &Pt<'a>, b: &Pt<'a>| {
                let difference = subtract(b.value, a.value).as_f64()?;
                if non_negative && difference < 0.0 {
                    return None;
                }
                let elapsed = b.time.wrapping_sub(a.time);
                let elapsed = if ascending { elapsed } else { -elapsed };
                Some(Cell::Float(difference / (elapsed as f64 / unit as f64)))
            };
            pairs(points, derivative, true)
        }
    }
}

/// What `of` makes of each point and the one before; with `advancing`, points of the same time as the one before
/// are left out.
fn pairs<'a: 'p, 'p>(
    points: impl Iterator<Item = &'p Pt<'a>>,
    of: impl Fn(&Pt<'a>, &Pt<'a>) -> Option<Cell<'a>>,
    advancing: bool,
) -> Vec<Pt<'a>> {
    let mut before: Option<&Pt<'a>> = None;
    let mut out = Vec::new();
    for point in points {
        if let Some(before) = before {
            if advancing && before.time == point.time {
                continue;
            }
            out.extend(of(before, point).map(|value| Pt::at(point.time, value)));
        }
        before = Some(point);
    }
    out
}

fn moving_average<'a: 'p, 'p>(points: impl Iterator<Item = &'p Pt<'a>>, n: usize) -> Vec<Pt<'a>> {
    let mut last = VecDeque::new();
    let mut sum = Cell::Int(0);
    let mut out = Vec::new();
    for point in points {
        sum = if last.is_empty() { point.value } else { add(Some(sum), point.value) };
        last.push_back(point.value);
        if last.len() > n {
            sum = subtract(sum, last.pop_front().unwrap_or_default());
        }
        if let Some(sum) = sum.as_f64().filter(|_| last.len() == n) {
            out.push(Pt::at(point.time, Cell::Float(sum / n as f64)));
        }
    }
    out
}

fn add<'a>(sum: Option<Cell<'a>>, value: Cell<'a>) -> Cell<'a> {
    match (sum, value) {
        (Some(Cell::Int(a)), Cell::Int(b)) => Cell::Int(a.wrapping_add(b)),
        (Some(Cell::Float(a)), Cell::Float(b)) => Cell::Float(a + b),
        _ => value,
    }
}

fn subtract<'a>(a: Cell<'a>, b: Cell<'a>) -> Cell<'a> {
    match (a, b) {
        (Cell::Int(a), Cell::Int(b)) => Cell::Int(a.wrapping_sub(b)),
        (Cell::Float(a), Cell::Float(b)) => Cell::Float(a - b),
        _ => Cell::Null,
    }
}

fn is_negative(value: Cell<'_>) -> bool {
    match value {
        Cell::Int(i) => i < 0,
        Cell::Float(x) => x < 0.0,
        _ => false,
    }
}
