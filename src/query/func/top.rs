//! `top` and `bottom`.

use std::cmp::Ordering;

use super::reduce::order;
use crate::query::exec::Pt;
use crate::query::plan::Best;

/// The `n` best points, by time; of equal ones the earliest.
pub(in crate::query) fn top<'a>(points: &[Pt<'a>], best: Best, n: usize) -> Vec<Pt<'a>> {
    let mut sorted: Vec<&Pt<'a>> = points.iter().collect();
    sorted.sort_by(|a, b| rank(best, a, b));
    sorted.truncate(n);
    sorted.sort_by_key(|p| p.time);
    sorted.into_iter().cloned().collect()
}

/// The better one first.
fn rank(best: Best, a: &Pt<'_>, b: &Pt<'_>) -> Ordering {
    let value = order(a.value, b.value);
    let value = if best == Best::Top { value.reverse() } else { value };
    value.then(a.time.cmp(&b.time))
}
