//! Functions of the values in their order: median, mode, percentile, distinct values.

use super::reduce::order;
use crate::query::Cell;
use crate::query::exec::Pt;

fn sorted<'a, 'p>(points: &'p [Pt<'a>]) -> Vec<&'p Pt<'a>> {
    let mut sorted: Vec<&Pt<'a>> = points.iter().collect();
    sorted.sort_by(|a, b| order(a.value, b.value));
    sorted
}

/// The middle value, or the middle of the two middle ones.
pub(super) fn median<'a>(points: &[Pt<'a>]) -> Pt<'a> {
    let sorted = sorted(points);
    let at = |i: usize| sorted.get(i).and_then(|p| p.value.as_f64()).unwrap_or_default();
    let middle = sorted.len() / 2;
    Pt::made(Cell::Float(if sorted.len() % 2 == 1 {
        at(middle)
    } else {
        let (low, high) = (at(middle.saturating_sub(1)), at(middle));
        low + (high - low) / 2.0
    }))
}

/// The most frequent value. Of several it is mostly the one that is seen first: a run of equal values takes over
/// as soon as it is as long as the best one, unless it begins later than the best one ends.
pub(super) fn mode<'a>(points: &[Pt<'a>]) -> Option<Pt<'a>> {
    if let Some(Cell::Bool(_)) = points.first().map(|p| p.value) {
        let yes = points.iter().filter(|p| p.value == Cell::Bool(true)).count();
        return Some(Pt::made(Cell::Bool(yes >= points.len() - yes)));
    }
    let sorted = sorted(points);
    let first = *sorted.first()?;
    let (mut value, mut count, mut time) = (first.value, 0usize, first.time);
    let (mut best, mut best_count, mut best_time) = (first.value, 0usize, first.time);
    for point in &sorted {
        if point.value != value {
            (value, count, time) = (point.value, 1, point.time);
            continue;
        }
        count += 1;
        if count < best_count || count == best_count && time > best_time {
            continue;
        }
        (best, best_count, best_time) = (value, count, point.time);
    }
    Some(Pt::made(best))
}

/// The point at that place among the sorted ones.
pub(super) fn percentile<'a>(points: &[Pt<'a>], percent: f64) -> Option<Pt<'a>> {
    let sorted = sorted(points);
    let place = ((sorted.len() as f64 * percent / 100.0 + 0.5).floor() as i64).saturating_sub(1);
    sorted.get(usize::try_from(place).ok()?).map(|p| (*p).clone())
}

/// The first point of each value in the order of the query, by time and then by value.
pub(in crate::query) fn distinct<'a>(points: &[Pt<'a>]) -> Vec<Pt<'a>> {
    let mut sorted = sorted(points);
    sorted.dedup_by(|later, first| later.value == first.value);
    sorted.sort_by(|a, b| a.time.cmp(&b.time).then(order(a.value, b.value)));
    sorted.into_iter().cloned().collect()
}
