//! Several runs of points into one. InfluxDB merges with a binary heap that is not stable: which of equal ones
//! comes first depends on the shape of the heap, so its moves are these here.

/// Merges sorted runs; `less` is about the heads of two of them.
pub(super) fn merge<T>(runs: Vec<Vec<T>>, less: impl Fn(&T, &T) -> bool) -> Vec<T> {
    let mut runs: Vec<Vec<T>> = runs.into_iter().filter(|run| !run.is_empty()).collect();
    if runs.len() < 2 {
        return runs.pop().unwrap_or_default();
    }
    let mut out = Vec::with_capacity(runs.iter().map(Vec::len).sum());
    let mut heap: Vec<Head<T>> = runs
        .into_iter()
        .filter_map(|run| {
            let mut rest = run.into_iter();
            rest.next().map(|first| Head { first, rest })
        })
        .collect();
    let less = |a: &Head<T>, b: &Head<T>| less(&a.first, &b.first);
    for at in (0..heap.len() / 2).rev() {
        sink(&mut heap, at, &less);
    }
    while !heap.is_empty() {
        let last = heap.len() - 1;
        heap.swap(0, last);
        let Some(Head { first, mut rest }) = heap.pop() else { break };
        sink(&mut heap, 0, &less);
        out.push(first);
        if let Some(first) = rest.next() {
            heap.push(Head { first, rest });
            rise(&mut heap, &less);
        }
    }
    out
}

struct Head<T> {
    first: T,
    rest: std::vec::IntoIter<T>,
}

fn sink<T>(heap: &mut [T], mut at: usize, less: &impl Fn(&T, &T) -> bool) {
    loop {
        let left = 2 * at + 1;
        let Some(mut child) = heap.get(left) else { return };
        let mut place = left;
        if let Some(right) = heap.get(left + 1).filter(|right| less(right, child)) {
            (place, child) = (left + 1, right);
        }
        if !heap.get(at).is_some_and(|parent| less(child, parent)) {
            return;
        }
        heap.swap(at, place);
        at = place;
    }
}

fn rise<T>(heap: &mut [T], less: &impl Fn(&T, &T) -> bool) {
    let mut at = heap.len() - 1;
    while at > 0 {
        let parent = (at - 1) / 2;
        match (heap.get(at), heap.get(parent)) {
            (Some(child), Some(above)) if less(child, above) => heap.swap(at, parent),
            _ => return,
        }
        at = parent;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_interleave() {
        let runs = vec![vec![(0, 'a'), (2, 'a')], vec![], vec![(0, 'b'), (1, 'b')], vec![(0, 'c')]];
        let merged = merge(runs, |a, b| a.0 < b.0);
        assert_eq!(merged.iter().map(|p| p.0).collect::<Vec<_>>(), [0, 0, 0, 1, 2]);
        assert_eq!(merged[0], (0, 'a'));
    }
}
