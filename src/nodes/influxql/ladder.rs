//! HOT: `top` and `bottom`: the best n values, kept while they come.

use std::cmp::Ordering;

use super::order::order;
use crate::data::{Damaged, Keep, Loader, Saver, TagsId, Val};

/// A value with what goes on with it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rung {
    pub(super) val: Val,
    pub(super) time: i64,
    pub(super) tags: TagsId,
    at: u64,
}

/// The best values so far: a heap with the worst at its root.
pub(super) struct Ladder {
    /// The largest values are the best, not the smallest.
    top: bool,
    n: usize,
    rungs: Vec<Rung>,
    seen: u64,
}

impl Ladder {
    pub(super) fn new(top: bool, n: usize) -> Ladder {
        Ladder { top, n, rungs: Vec::new(), seen: 0 }
    }

    pub(super) fn clear(&mut self) {
        self.rungs.clear();
        self.seen = 0;
    }

    /// The better one is less: by value, then the earlier time, then what came first.
    fn order(&self, a: &Rung, b: &Rung) -> Ordering {
        let by_value = if self.top { order(b.val, a.val) } else { order(a.val, b.val) };
        by_value.then(a.time.cmp(&b.time)).then(a.at.cmp(&b.at))
    }

    fn worse(&self, a: usize, b: usize) -> bool {
        self.order(&self.rungs[a], &self.rungs[b]) == Ordering::Greater
    }

    pub(super) fn offer(&mut self, val: Val, time: i64, tags: TagsId) {
        let rung = Rung { val, time, tags, at: self.seen };
        self.seen += 1;
        if self.rungs.len() < self.n {
            self.rungs.push(rung);
            self.rise();
        } else if self.rungs.first().is_some_and(|worst| self.order(&rung, worst) == Ordering::Less) {
            self.rungs[0] = rung;
            self.sink();
        }
    }

    /// Moves the last one up to where it belongs.
    fn rise(&mut self) {
        let mut at = self.rungs.len() - 1;
        while at > 0 && self.worse(at, (at - 1) / 2) {
            self.rungs.swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    /// Moves the first one down to where it belongs.
    fn sink(&mut self) {
        let mut at = 0;
        loop {
            let mut worst = at;
            for child in [2 * at + 1, 2 * at + 2] {
                if child < self.rungs.len() && self.worse(child, worst) {
                    worst = child;
                }
            }
            if worst == at {
                return;
            }
            self.rungs.swap(at, worst);
            at = worst;
        }
    }

    /// The best values, the best first.
    pub(super) fn sorted(&mut self) -> &[Rung] {
        let mut rungs = std::mem::take(&mut self.rungs);
        rungs.sort_unstable_by(|a, b| self.order(a, b));
        self.rungs = rungs;
        &self.rungs
    }
}

impl Keep for Ladder {
    fn save(&self, out: &mut Saver<'_>) {
        out.number(self.seen);
        out.count(self.rungs.len());
        for &Rung { val, time, tags, at } in &self.rungs {
            out.bare(val);
            out.time(time);
            out.tags(tags);
            out.number(at);
        }
    }

    /// The heap comes as it was.
    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        self.clear();
        self.seen = from.number()?;
        for _ in 0..from.count()? {
            let (val, time) = (from.bare()?, from.time()?);
            self.rungs.push(Rung { val, time, tags: from.tags()?, at: from.number()? });
        }
        if self.rungs.len() <= self.n { Ok(()) } else { Err(Damaged) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(top: bool, n: usize, vals: &[i64]) -> Vec<(Val, i64)> {
        let mut ladder = Ladder::new(top, n);
        for (at, &val) in vals.iter().enumerate() {
            ladder.offer(Val::Int(val), at as i64, TagsId::EMPTY);
        }
        ladder.sorted().iter().map(|r| (r.val, r.time)).collect()
    }

    #[test]
    fn the_best_come_first_and_of_equals_the_earlier() {
        let vals = [3, 9, 1, 9, 7, 9, 0];
        assert_eq!(best(true, 2, &vals), [(Val::Int(9), 1), (Val::Int(9), 3)]);
        assert_eq!(best(false, 3, &vals), [(Val::Int(0), 6), (Val::Int(1), 2), (Val::Int(3), 0)]);
        assert_eq!(best(true, 100, &vals[..2]), [(Val::Int(9), 1), (Val::Int(3), 0)]);
    }
}
