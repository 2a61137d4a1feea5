//! The buckets of `GROUP BY time(…)`.

use crate::value::Zone;

/// The earliest time of a query.
pub(super) const MIN_TIME: i64 = i64::MIN + 2;
/// The latest.
pub(super) const MAX_TIME: i64 = i64::MAX - 1;

const SECOND: i64 = 1_000_000_000;

/// Length and place of buckets.
#[derive(Clone, Debug, Default)]
pub(super) struct Windows {
    /// 0 for one bucket from start to end.
    pub(super) every: i64,
    pub(super) offset: i64,
    pub(super) zone: Option<Zone>,
    /// Of the query, both included.
    pub(super) start: i64,
    pub(super) end: i64,
}

impl Windows {
    pub(super) fn is_one(&self) -> bool {
        self.every == 0
    }

    /// Nanoseconds east of Greenwich.
    pub(super) fn shift(&self, time: i64) -> i64 {
        self.zone.as_ref().map_or(0, |zone| i64::from(zone.offset(time)) * SECOND)
    }

    /// Start and end (excluded) of the bucket that a time is in. A bucket begins at a multiple of its length in
    /// local time; that around a change of the clocks is longer or shorter.
    pub(super) fn of(&self, time: i64) -> (i64, i64) {
        if self.is_one() {
            return (self.start, self.end.saturating_add(1));
        }
        let time = time.saturating_sub(self.offset);
        let shift = self.shift(time);
        let into = time.saturating_add(shift).rem_euclid(self.every);
        let start = if MIN_TIME.saturating_add(into) >= time { MIN_TIME } else { time - into };
        let left = self.every - into;
        let end = if MAX_TIME - left <= time { MAX_TIME } else { time + left };
        let edge = |edge: i64| match edge {
            MIN_TIME | MAX_TIME => edge,
            edge => self.at_clock(edge, shift).saturating_add(self.offset),
        };
        (edge(start), edge(end))
    }

    pub(super) fn start_of(&self, time: i64) -> i64 {
        self.of(time).0
    }

    /// An edge worked out under one offset from UTC, under the one that holds there.
    fn at_clock(&self, edge: i64, shift: i64) -> i64 {
        let change = shift - self.shift(edge);
        if change != 0 && change.abs() < self.every { edge.saturating_add(change) } else { edge }
    }
}
