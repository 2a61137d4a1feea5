//! Where the data's times are mapped to, and when the run's clock stops.

use super::play::Score;
use crate::value::{duration, time};

/// `--until`
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Until {
    /// A moment.
    At(i64),
    /// So many nanoseconds after the clock has begun.
    After(i64),
}

/// A moment, or a duration with or without a plus.
pub(crate) fn until(text: &str) -> Result<Until, String> {
    let after = duration::parse_influx(text.strip_prefix('+').unwrap_or(text)).ok().filter(|n| *n >= 0);
    let at = || time::parse_rfc3339(text).map(Until::At);
    after.map(Until::After).or_else(at).ok_or_else(|| {
        "expected a duration such as `+1h30m`, or a time such as `2020-01-01T00:00:00Z`".to_owned()
    })
}

/// `--epoch`
pub(crate) fn moment(text: &str) -> Result<i64, String> {
    time::parse_rfc3339(text).ok_or_else(|| "expected a time such as `2020-01-01T00:00:00Z`".to_owned())
}

/// The clock of a run, as far as its data decide.
#[derive(Default)]
pub(super) struct Clock {
    begun: bool,
    shift: i64,
    /// When it stops.
    end: Option<i64>,
}

impl Clock {
    /// When a point is played; `None` if that is after the end.
    pub(super) fn time(&mut self, time: i64, score: &Score) -> Option<i64> {
        if !self.begun {
            self.shift = score.epoch.map_or(0, |epoch| epoch.saturating_sub(time));
            self.begin(time.saturating_add(self.shift), score);
        }
        let time = time.saturating_add(self.shift);
        match self.end {
            Some(end) if time > end => None,
            _ => Some(time),
        }
    }

    /// When the clock stops, if that was said: without any point, it begins at the epoch.
    pub(super) fn end(&mut self, score: &Score) -> Option<i64> {
        if let (false, Some(epoch)) = (self.begun, score.epoch) {
            self.begin(epoch, score);
        }
        self.end
    }

    /// When it begins without a point.
    pub(super) fn begin_alone(&self, score: &Score) -> Option<i64> {
        if self.begun { None } else { score.epoch.filter(|_| score.until.is_some()) }
    }

    fn begin(&mut self, at: i64, score: &Score) {
        self.begun = true;
        self.end = score.until.map(|until| match until {
            Until::At(end) => end,
            Until::After(nanos) => at.saturating_add(nanos),
        });
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
        assert_eq!((clock.begin_alone(&score), clock.end(&score)), (None, Some(1010)));
        let mut free = Clock::default();
        assert_eq!([7, 9].map(|t| free.time(t, &Score::default())), [Some(7), Some(9)]);
        assert_eq!(free.end(&Score::default()), None);
    }

    #[test]
    fn without_points_the_epoch_is_the_beginning() {
        let score = Score { epoch: Some(1000), until: Some(Until::After(10)), ..Score::default() };
        let mut clock = Clock::default();
        assert_eq!((clock.begin_alone(&score), clock.end(&score)), (Some(1000), Some(1010)));
        let no_epoch = Score { until: Some(Until::At(10)), ..Score::default() };
        let mut clock = Clock::default();
        assert_eq!((clock.begin_alone(&no_epoch), clock.end(&no_epoch)), (None, None));
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
