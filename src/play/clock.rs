//! Where the data's times are mapped to, what comes between them, and when the run's clock stops.

use super::player::Score;
use crate::value::{duration, time};

/// `--until`
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Until {
    /// A moment.
    At(i64),
    /// So many nanoseconds after the clock has begun.
    After(i64),
}

/// Which part of a run counts: what comes before only leads to the state of its tasks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Counted {
    /// The whole.
    #[default]
    All,
    /// What happens from a moment on.
    From {
        /// The moment.
        from: i64,
        /// How much before it is played, in nanoseconds; all that there is without.
        warmup: Option<i64>,
    },
    /// What happens once the run has gone on for so many nanoseconds.
    After(i64),
}

/// A moment, or a duration with or without a plus.
pub fn until(text: &str) -> Result<Until, String> {
    let after = duration::parse_influx(text.strip_prefix('+').unwrap_or(text)).ok().filter(|n| *n >= 0);
    let at = || time::parse_rfc3339(text).map(Until::At);
    after.map(Until::After).or_else(at).ok_or_else(|| {
        "expected a duration such as `+1h30m`, or a time such as `2020-01-01T00:00:00Z`".to_owned()
    })
}

/// The clock of a run, as far as its data decide.
pub(super) struct Clock {
    pub(super) begun: bool,
    /// When it began.
    pub(super) begin: i64,
    shift: i64,
    /// The shift is known.
    shifted: bool,
    /// When it begins to count, until that has been told.
    pub(super) counts: Option<i64>,
    /// How long after the beginning the input that begins the clock is held back.
    pub(super) waits: Option<i64>,
    /// How long after the beginning the next input is due.
    alarm: Option<i64>,
    /// When the next recorded batch is due.
    pub(super) recorded: i64,
    /// No point from this time on is played before something else is done.
    pub(super) next: i64,
    /// No point before this time is played.
    first: i64,
    /// When it stops.
    pub(super) end: Option<i64>,
    /// The latest time of a point.
    pub(super) last: i64,
}

impl Default for Clock {
    fn default() -> Clock {
        let (waits, alarm, end) = (None, None, None);
        Clock {
            begun: false,
            begin: 0,
            shift: 0,
            shifted: false,
            counts: None,
            waits,
            alarm,
            recorded: i64::MAX,
            next: i64::MAX,
            first: i64::MIN,
            end,
            last: 0,
        }
    }
}

impl Clock {
    /// So long after the beginning.
    pub(super) fn after(&self, delay: i64) -> i64 {
        self.begin.saturating_add(delay)
    }

    pub(super) fn set_alarm(&mut self, delay: Option<i64>) {
        self.alarm = delay;
        self.next = match (self.begun, self.waits, delay) {
            (true, Some(_), _) => i64::MIN,
            (true, None, Some(delay)) => self.after(delay),
            _ => i64::MAX,
        };
        self.next = self.next.min(self.recorded).min(self.counts.unwrap_or(i64::MAX));
    }

    pub(super) fn start(&mut self, begin: i64, score: &Score) {
        self.begun = true;
        self.counts = Some(match score.counted {
            Counted::All => begin,
            Counted::From { from, .. } => from.max(begin),
            Counted::After(nanos) => begin.saturating_add(nanos),
        });
        self.end = score.until.map(|until| match until {
            Until::At(end) => end,
            Until::After(nanos) => begin.saturating_add(nanos),
        });
        (self.begin, self.last) = (begin, begin);
        self.set_alarm(self.alarm);
    }

    /// Begins at the epoch, if there was no point but the end is known; gives when that is.
    pub(super) fn begin_alone(&mut self, score: &Score) -> Option<i64> {
        let begin = score.epoch.filter(|_| !self.begun && score.until.is_some())?;
        self.start(begin, score);
        Some(begin)
    }

    /// Whether it stops before something comes that is held back for so long.
    pub(super) fn is_over(&self, delay: i64, score: &Score) -> bool {
        match (score.until, self.begun) {
            (Some(Until::After(nanos)), _) => delay > nanos,
            (Some(Until::At(end)), true) => self.after(delay) > end,
            _ => false,
        }
    }

    /// When a point is played; `None` if that is before what is played begins, or after its end.
    pub(super) fn time(&mut self, time: i64, score: &Score) -> Option<i64> {
        if !self.begun {
            self.begin_with(time, score);
        }
        let time = time.saturating_add(self.shift);
        match self.end {
            Some(end) if time > end => None,
            _ if time < self.first => None,
            _ => Some(time),
        }
    }

    /// Begins with the first point that is played.
    #[cold]
    fn begin_with(&mut self, time: i64, score: &Score) {
        if !self.shifted {
            self.shifted = true;
            self.shift = score.epoch.map_or(0, |epoch| epoch.saturating_sub(time));
            self.first = score.first();
        }
        let time = time.saturating_add(self.shift);
        if time >= self.first {
            self.start(time, score);
        }
    }

    /// Whether a point that is not played comes before what is.
    pub(super) fn is_before(&self, time: i64) -> bool {
        time.saturating_add(self.shift) < self.first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_begins_at_the_epoch_and_ends_on_time() {
        let score = Score { epoch: Some(1000), until: Some(Until::After(10)), ..Score::default() };
        let mut clock = Clock::default();
        let times = [50, 55, 60, 61, 49].map(|t| clock.time(t, &score));
        assert_eq!(times, [Some(1000), Some(1005), Some(1010), None, Some(999)]);
        assert_eq!((clock.begin_alone(&score), clock.end), (None, Some(1010)));
        assert_eq!([10, 11].map(|delay| clock.is_over(delay, &score)), [false, true]);
        let mut free = Clock::default();
        assert_eq!([7, 9].map(|t| free.time(t, &Score::default())), [Some(7), Some(9)]);
        assert_eq!(free.end, None);
    }

    #[test]
    fn what_comes_before_is_played_to_warm_up() {
        let counted = Counted::From { from: 100, warmup: Some(10) };
        let score = Score { counted, ..Score::default() };
        let mut clock = Clock::default();
        let times = [50, 89, 90, 105, 80].map(|t| clock.time(t, &score));
        assert_eq!(times, [None, None, Some(90), Some(105), None]);
        assert_eq!((clock.begin, clock.counts, clock.next), (90, Some(100), 100));
        assert!(clock.is_before(80) && !clock.is_before(90));
        for (counted, counts) in [
            (Counted::All, 7),
            (Counted::After(5), 12),
            (Counted::From { from: 3, warmup: None }, 7),
            (Counted::From { from: 30, warmup: None }, 30),
        ] {
            let (mut clock, score) = (Clock::default(), Score { counted, ..Score::default() });
            assert_eq!((clock.time(7, &score), clock.counts), (Some(7), Some(counts)), "{counted:?}");
        }
    }

    #[test]
    fn without_points_the_epoch_is_the_beginning() {
        let score = Score { epoch: Some(1000), until: Some(Until::At(1010)), ..Score::default() };
        let mut clock = Clock::default();
        assert_eq!((clock.begin_alone(&score), clock.end), (Some(1000), Some(1010)));
        assert_eq!([10, 11].map(|delay| clock.is_over(delay, &score)), [false, true]);
        for score in [
            Score { until: Some(Until::At(10)), ..Score::default() },
            Score { epoch: Some(5), ..Score::default() },
        ] {
            let mut clock = Clock::default();
            assert_eq!((clock.begin_alone(&score), clock.end), (None, None));
        }
    }

    #[test]
    fn ends_are_durations_or_times() {
        let minute = Ok(Until::After(60_000_000_000));
        assert_eq!((until("1m"), until("+60s")), (minute.clone(), minute));
        assert_eq!(until("1970-01-01T00:00:01Z"), Ok(Until::At(1_000_000_000)));
        for text in ["", "+", "-5s", "+-5s", "soon", "2020-01-01", "+2020-01-01T00:00:00Z"] {
            assert!(until(text).is_err(), "{text}");
        }
    }
}
