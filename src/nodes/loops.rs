//! Points that `kapacitorLoopback` feeds back in: they wait here until the point at hand is done.

use std::collections::VecDeque;

use crate::data::{Sym, TagsId};
use crate::value::Value;

/// A point on its way back in.
#[derive(Clone, PartialEq, Debug)]
pub struct Looped {
    /// Database.
    pub db: Sym,
    /// Retention policy.
    pub rp: Sym,
    /// Measurement.
    pub name: Sym,
    /// Tags.
    pub tags: TagsId,
    /// Nanoseconds since 1970.
    pub time: i64,
    /// Measurement and tags as line protocol has them.
    pub key: String,
    /// Fields, sorted by name.
    pub fields: Vec<(String, Value)>,
    /// How often it went round: 1 for a point that comes of an original one.
    round: u32,
}

/// The points that wait, first come first served.
#[derive(Default)]
pub struct Loops {
    waiting: VecDeque<Looped>,
    /// Which time the point at hand goes round; 0 for those of the input.
    round: u32,
    /// Points that were fed back for the point of the input.
    made: usize,
}

/// A point went round too often, or too many came of one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Endless {
    /// A circle of tasks.
    #[error(
        "the point went round {} times, so tasks feed each other in a circle; it is dropped",
        Loops::ROUNDS
    )]
    Rounds,
    /// A circle in which points multiply.
    #[error(
        "{} points came of one, so tasks feed each other in a circle; the rest is dropped",
        Loops::POINTS
    )]
    Points,
}

impl Loops {
    /// How often a point may go round through tasks that feed each other.
    pub const ROUNDS: u32 = 32;
    /// How many points may be fed back for one of the input.
    pub const POINTS: usize = 1_000_000;

    /// Whether none waits.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Adds a point.
    ///
    /// # Errors
    /// If this has gone on for too long, so that it would never end.
    pub fn add(
        &mut self,
        [db, rp, name]: [Sym; 3],
        tags: TagsId,
        time: i64,
        key: String,
        fields: Vec<(String, Value)>,
    ) -> Result<(), Endless> {
        if self.round >= Loops::ROUNDS {
            return Err(Endless::Rounds);
        }
        if self.made >= Loops::POINTS {
            return Err(Endless::Points);
        }
        self.made += 1;
        let round = self.round + 1;
        self.waiting.push_back(Looped { db, rp, name, tags, time, key, fields, round });
        Ok(())
    }

    /// The next one; when there is none, what comes next is of the input.
    pub fn pop(&mut self) -> Option<Looped> {
        let next = self.waiting.pop_front();
        match &next {
            Some(point) => self.round = point.round,
            None => (self.round, self.made) = (0, 0),
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(loops: &mut Loops, time: i64) -> Result<(), Endless> {
        loops.add([Sym::EMPTY; 3], TagsId::EMPTY, time, String::new(), Vec::new())
    }

    #[test]
    fn what_came_first_goes_first_and_circles_end() {
        let mut loops = Loops::default();
        assert_eq!([add(&mut loops, 1), add(&mut loops, 2)], [Ok(()), Ok(())]);
        assert_eq!(loops.pop().map(|p| p.time), Some(1));
        assert_eq!(loops.pop().map(|p| p.time), Some(2));
        assert_eq!(add(&mut loops, 3), Ok(()));
        for _ in 2..Loops::ROUNDS {
            assert!(loops.pop().is_some());
            assert_eq!(add(&mut loops, 4), Ok(()));
        }
        assert!(loops.pop().is_some());
        assert_eq!(add(&mut loops, 5), Err(Endless::Rounds));
        assert_eq!((loops.pop(), add(&mut loops, 6)), (None, Ok(())), "a new point, a new count");
    }
}
