//! What a run may hold. Groups are counted at points, so the same data always stop at the same line.
//!
//! As one point brings a node one group at most, there is no need to count before as many points have come as groups
//! are free.

use crate::engine::Engine;

/// Limits of a run.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Limits {
    /// Groups of a node.
    pub max_groups: Option<usize>,
    /// Bytes of the process.
    pub max_memory: Option<u64>,
}

/// A limit that was met.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hit {
    /// A node holds more groups than this.
    Groups(usize),
    /// The process may hold as many bytes as the first says, and holds as many as the second.
    Memory(u64, u64),
}

/// Where a run was when it was stopped.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Place {
    /// The time of the data, if there were any.
    pub time: Option<i64>,
    /// File and line, if it was at one.
    pub line: Option<String>,
}

/// Looks after the limits of a run.
#[derive(Debug)]
pub(super) struct Guard {
    limits: Limits,
    /// Points of the run before groups are counted again.
    look: u64,
}

impl Guard {
    pub(super) fn new(limits: Limits) -> Guard {
        let look = limits.max_groups.map_or(u64::MAX, |max| max as u64);
        Guard { limits, look }
    }

    /// Whether groups are to be counted after so many points.
    #[inline]
    pub(super) fn is_due(&self, points: u64) -> bool {
        points > self.look
    }

    /// Counts groups.
    #[cold]
    pub(super) fn groups(&mut self, points: u64, engine: &Engine) -> Option<Hit> {
        let max = self.limits.max_groups?;
        let free = max.checked_sub(engine.most_groups());
        self.look = points.saturating_add(free.unwrap_or_default() as u64);
        free.is_none().then_some(Hit::Groups(max))
    }

    /// Looks at the bytes that the process holds, which are asked for only if they are limited.
    pub(super) fn memory(&self, held: impl FnOnce() -> Option<u64>) -> Option<Hit> {
        let max = self.limits.max_memory?;
        let held = held()?;
        (held > max).then_some(Hit::Memory(max, held))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Zone;

    #[test]
    fn groups_are_counted_when_there_may_be_too_many() {
        let engine = Engine::new(Zone::utc(), None);
        let mut guard = Guard::new(Limits { max_groups: Some(3), max_memory: None });
        assert_eq!([3, 4].map(|points| guard.is_due(points)), [false, true]);
        assert_eq!(guard.groups(4, &engine), None);
        assert_eq!([7, 8].map(|points| guard.is_due(points)), [false, true], "none of three is taken");
        assert!(!Guard::new(Limits::default()).is_due(u64::MAX), "without a limit nothing is counted");
    }

    #[test]
    fn memory_is_asked_for_only_if_it_is_limited() {
        let guard = |max_memory| Guard::new(Limits { max_groups: None, max_memory });
        assert_eq!(guard(None).memory(|| panic!("nobody wants to know")), None);
        let held = [Some(9), Some(10), Some(11), None];
        let hits = held.map(|held| guard(Some(10)).memory(|| held));
        assert_eq!(hits, [None, None, Some(Hit::Memory(10, 11)), None]);
    }
}
