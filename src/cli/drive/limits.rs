//! `--max-groups` and `--max-memory`: a run is stopped with a clear word before the machine stops it.
//!
//! Groups are counted at points, so the same data always stop at the same line. As one point brings a node one
//! group at most, there is no need to count before as many points have come as groups are free. Memory is what
//! the system says that the process holds, asked once for each block of the input: what an allocator counts would
//! leave out what it keeps for itself, and that is what a machine runs out of.

use super::memory::{Size, resident};
use crate::engine::Engine;

/// What a run may hold.
#[derive(clap::Args, Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Limits {
    /// Stop with status 3 when a node holds more groups than this: a tag has more values than it should have
    #[arg(long, value_name = "N", value_parser = super::options::positive, help_heading = "Limits")]
    pub(crate) max_groups: Option<usize>,

    /// Stop with status 3 when the process holds more memory than this: `512MiB`, `2GB`, or a number of bytes
    #[arg(long, value_name = "SIZE", value_parser = Size::parse, help_heading = "Limits")]
    pub(crate) max_memory: Option<Size>,
}

/// A limit that was met.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Hit {
    /// `--max-groups`
    Groups(usize),
    /// `--max-memory`, and what the process held.
    Memory(Size, Size),
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

    /// Asks how much memory the process holds.
    pub(super) fn memory(&self) -> Option<Hit> {
        let max = self.limits.max_memory?;
        let held = resident()?;
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
    fn a_process_holds_more_than_a_byte() {
        let limits = |bytes| Limits { max_groups: None, max_memory: Size::parse(bytes).ok() };
        assert!(matches!(Guard::new(limits("1")).memory(), Some(Hit::Memory(..))));
        assert_eq!(Guard::new(limits("1000TiB")).memory(), None);
    }
}
