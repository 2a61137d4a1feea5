//! Which of the things that were expected is which of those that were seen.

use super::model::Expected;
use super::pattern::{Mismatch, Strictness, mismatches};
use super::record::Seen;

/// Larger tables of pairs are gone through without changing one's mind.
const MAX_PAIRS: usize = 1 << 20;

/// Expected and seen things, paired.
#[derive(Debug, Default)]
pub(super) struct Pairing {
    /// For each expected thing the seen one that it is.
    pub(super) met: Vec<Option<usize>>,
    /// For each expected thing that was not seen the seen one that it was perhaps meant to be.
    pub(super) near: Vec<Option<usize>>,
    /// Seen things that are no expected one.
    pub(super) spare: Vec<usize>,
}

/// Whether a seen thing is what was expected.
pub(super) fn fits(expected: &Expected, seen: &Seen, start: i64, tolerance: f64) -> bool {
    expected.when.holds(seen.time, start) && differences(expected, seen, tolerance).is_empty()
}

/// What of an expected thing a seen one has otherwise, time apart.
pub(super) fn differences<'e>(expected: &'e Expected, seen: &Seen, tolerance: f64) -> Vec<Mismatch<'e>> {
    let mut found = Vec::new();
    let how = Strictness { tolerance, exact: expected.exact };
    mismatches(&expected.entries, &seen.keys, how, "", &mut found);
    found
}

/// Pairs as many as possible: who is described loosely leaves the thing to who is described narrowly.
pub(super) fn pair(expected: &[Expected], seen: &[Seen], start: i64, tolerance: f64) -> Pairing {
    let fitting: Vec<Vec<usize>> = expected
        .iter()
        .map(|e| {
            (0..seen.len()).filter(|s| seen.get(*s).is_some_and(|s| fits(e, s, start, tolerance))).collect()
        })
        .collect();
    let mut taken: Vec<Option<usize>> = vec![None; seen.len()];
    let patient = expected.len().saturating_mul(seen.len()) <= MAX_PAIRS;
    for at in 0..expected.len() {
        let mut tried = vec![false; seen.len()];
        let depth = if patient { expected.len() } else { 0 };
        place(at, &fitting, &mut taken, &mut tried, depth);
    }
    let mut pairing =
        Pairing { met: vec![None; expected.len()], near: vec![None; expected.len()], spare: Vec::new() };
    for (s, e) in taken.iter().enumerate() {
        match e.and_then(|e| pairing.met.get_mut(e)) {
            Some(met) => *met = Some(s),
            None => pairing.spare.push(s),
        }
    }
    pairing.guess(expected, seen, start, tolerance);
    pairing
}

/// Finds a place for an expected thing, moving others if that must be; without recursion, as lists may be long.
fn place(at: usize, fitting: &[Vec<usize>], taken: &mut [Option<usize>], tried: &mut [bool], depth: usize) {
    // The way so far: who looks for a place, and which of its places is looked at.
    let mut way: Vec<(usize, usize)> = vec![(at, 0)];
    let mut held: Vec<usize> = Vec::new();
    while let Some((who, next)) = way.last_mut() {
        let Some(&spot) = fitting.get(*who).and_then(|spots| spots.get(*next)) else {
            way.pop();
            held.pop();
            continue;
        };
        *next += 1;
        match (tried.get_mut(spot), taken.get(spot)) {
            (Some(tried), Some(owner)) if !*tried => {
                *tried = true;
                held.push(spot);
                match owner {
                    None => {
                        for ((who, _), spot) in way.iter().zip(&held) {
                            if let Some(taken) = taken.get_mut(*spot) {
                                *taken = Some(*who);
                            }
                        }
                        return;
                    }
                    Some(owner) if way.len() <= depth => way.push((*owner, 0)),
                    Some(_) => drop(held.pop()),
                }
            }
            _ => {}
        }
    }
}

impl Pairing {
    /// Pairs what is left with what it was probably meant to be.
    fn guess(&mut self, expected: &[Expected], seen: &[Seen], start: i64, tolerance: f64) {
        let mut guesses: Vec<(u32, u64, usize, usize)> = Vec::new();
        let open = |met: &[Option<usize>], e: usize| met.get(e).is_some_and(Option::is_none);
        for (e, want) in expected.iter().enumerate().filter(|(e, _)| open(&self.met, *e)) {
            for &s in &self.spare {
                let Some(seen) = seen.get(s) else { continue };
                let score = likeness(want, seen, start, tolerance);
                let far = want.when.begin(start).map_or(0, |begin| begin.abs_diff(seen.time));
                if score > 0 {
                    guesses.push((score, far, e, s));
                }
            }
        }
        guesses.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then((a.2, a.3).cmp(&(b.2, b.3))));
        for (_, _, e, s) in guesses {
            let Some(at) = self.spare.iter().position(|spare| *spare == s) else { continue };
            if let Some(near @ None) = self.near.get_mut(e) {
                *near = Some(s);
                self.spare.remove(at);
            }
        }
    }
}

/// How much alike they are; 0 if they have nothing to do with each other.
fn likeness(expected: &Expected, seen: &Seen, start: i64, tolerance: f64) -> u32 {
    let how = Strictness { tolerance, exact: false };
    let same = |key: &str| expected.get(key).map(|want| want.matches(seen.keys.get(key), how));
    let at_time = expected.when.holds(seen.time, start);
    let who = ["id", "kind", "tags"].map(same);
    if who.contains(&Some(false)) {
        return 0;
    }
    let named = who.iter().flatten().count() as u32;
    let level = u32::from(same("level") == Some(true));
    match (at_time, named) {
        (true, named) => 10 + 2 * named + level,
        (false, 0) => 0,
        // The same one at another time: only if it says the same.
        (false, named) if same("level") != Some(false) => 2 * named + level,
        _ => 0,
    }
}
