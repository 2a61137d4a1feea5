//! HOT: which points of one time go together: every choice of as many as there are conditions.

/// Goes through the choices in lexicographic order.
#[derive(Default)]
pub(super) struct Choice {
    points: usize,
    /// The points chosen, ascending.
    chosen: Vec<usize>,
    started: bool,
    /// Whether each point satisfies each condition: all conditions of the first point, then of the second.
    matches: Vec<bool>,
    /// Which of the chosen points each condition took.
    taken: Vec<usize>,
}

/// How many choices of `k` out of `n` there are; at most what fits.
pub(super) fn count(n: usize, k: usize) -> u128 {
    let factor = |all: u128, i: usize| all.saturating_mul((n - i) as u128) / (i as u128 + 1);
    if k > n { 0 } else { (0..k.min(n - k)).fold(1, factor) }
}

impl Choice {
    /// Begins anew with so many points and conditions.
    pub(super) fn begin(&mut self, points: usize, conditions: usize) {
        self.points = points;
        self.started = false;
        self.matches.clear();
        self.chosen.clear();
        self.chosen.extend(0..conditions);
    }

    /// Whether the next point satisfies the next condition.
    pub(super) fn satisfies(&mut self, does: bool) {
        self.matches.push(does);
    }

    /// The next choice that satisfies all conditions: the point of each. A condition takes the first point
    /// left that satisfies it, and does not give it back, as in Kapacitor.
    pub(super) fn next(&mut self) -> Option<&[usize]> {
        while self.advance() {
            if self.assign() {
                return Some(&self.taken);
            }
        }
        None
    }

    fn advance(&mut self) -> bool {
        let k = self.chosen.len();
        if !self.started {
            self.started = true;
            return k > 0 && k <= self.points;
        }
        let room = |i: &usize| self.chosen[*i] < self.points - (k - i);
        let Some(at) = (0..k).rev().find(room) else { return false };
        let first = self.chosen[at] + 1;
        for (later, chosen) in self.chosen[at..].iter_mut().enumerate() {
            *chosen = first + later;
        }
        true
    }

    fn assign(&mut self) -> bool {
        let k = self.chosen.len();
        self.taken.clear();
        for condition in 0..k {
            let fits = |p: &&usize| self.matches[**p * k + condition] && !self.taken.contains(p);
            let Some(&point) = self.chosen.iter().find(fits) else { return false };
            self.taken.push(point);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(matches: &[&[bool]]) -> Vec<Vec<usize>> {
        let mut choice = Choice::default();
        choice.begin(matches.len(), matches[0].len());
        matches.iter().flat_map(|m| m.iter()).for_each(|&m| choice.satisfies(m));
        let mut found = Vec::new();
        while let Some(taken) = choice.next() {
            found.push(taken.to_vec());
        }
        found
    }

    #[test]
    fn choices_come_in_order_and_greedily() {
        let any = [true; 3];
        let triples = all(&[&any, &any, &any, &any]);
        assert_eq!(triples, [[0, 1, 2], [0, 1, 3], [0, 2, 3], [1, 2, 3]]);
        let (lb, app) = ([true, true], [false, true]);
        assert_eq!(all(&[&lb, &app, &app]), [[0, 1], [0, 2]]);
        assert_eq!(all(&[&app, &lb]), [[1, 0]]);
        // The first condition is true of all, and takes the one point that the second needs.
        assert!(all(&[&[true, true], &[true, false]]).is_empty());
        assert!(all(&[&any, &any]).is_empty(), "fewer points than conditions");
    }

    #[test]
    fn counts() {
        assert_eq!(
            [count(4, 3), count(3, 3), count(2, 3), count(60, 30)],
            [4, 1, 0, 118_264_581_564_861_424]
        );
        assert_eq!(count(1_000_000, 999_999), 1_000_000);
        assert!(count(1_000_000, 500_000) > 1 << 100);
    }
}
