//! HOT: functions that need all values at once: median, mode, standard deviation, percentile.

use std::cmp::Ordering;

use super::acc::Found;
use super::order::order;
use crate::data::{Damaged, Keep, Loader, Saver, Val};

/// A number with its time, and how many came before it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Sample {
    pub(super) val: Val,
    pub(super) time: i64,
    pub(super) at: u32,
}

impl Sample {
    /// Its value; not a number if it is none.
    pub(super) fn float(&self) -> f64 {
        match self.val {
            Val::Float(x) => x,
            Val::Int(n) => n as f64,
            _ => f64::NAN,
        }
    }

    /// By value; equal ones in order of arrival.
    fn order(&self, other: &Sample) -> Ordering {
        order(self.val, other.val).then(self.at.cmp(&other.at))
    }
}

/// Numbers in order of arrival, until a function sorts them.
#[derive(Default)]
pub(super) struct Samples(Vec<Sample>);

impl Samples {
    #[inline]
    pub(super) fn push(&mut self, val: Val, time: i64) {
        self.0.push(Sample { val, time, at: self.0.len() as u32 });
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Sample> + Clone {
        self.0.iter()
    }

    pub(super) fn as_slice(&self) -> &[Sample] {
        &self.0
    }
}

/// The middle value, or what lies between the two middle ones.
pub(super) fn median(samples: &mut Samples) -> Option<Found> {
    let all = &mut samples.0;
    if let [only] = all.as_slice() {
        // Kapacitor hands a single float on as it is, with its time.
        let time = matches!(only.val, Val::Float(_)).then_some(only.time);
        return Some(Found { val: Val::Float(only.float()), time });
    }
    let middle = all.len() / 2;
    let even = all.len().is_multiple_of(2);
    if all.is_empty() {
        return None;
    }
    let (below, high, _) = all.select_nth_unstable_by(middle, Sample::order);
    let high = *high;
    let median = match below.iter().max_by(|a, b| a.order(b)).filter(|_| even) {
        None => high.float(),
        Some(low) => match (low.val, high.val) {
            (Val::Int(low), Val::Int(high)) => low as f64 + high.wrapping_sub(low) as f64 / 2.0,
            _ => low.float() + (high.float() - low.float()) / 2.0,
        },
    };
    Some(Found::new(Val::Float(median)))
}

/// The most frequent value.
pub(super) fn mode(samples: &mut Samples) -> Option<Found> {
    let all = &mut samples.0;
    if let [only] = all.as_slice() {
        return Some(Found { val: only.val, time: Some(only.time) });
    }
    all.sort_unstable_by(Sample::order);
    let first = all.first()?;
    // Of the run at hand the first time counts, of the best run the last counted one: with equal
    // frequencies the value that was seen earlier mostly wins.
    let (mut run, mut count) = (*first, 0);
    let (mut best, mut most) = (*first, 0);
    for sample in all.iter() {
        if sample.val != run.val {
            (run, count) = (*sample, 1);
            continue;
        }
        count += 1;
        if count > most || (count == most && run.time <= best.time) {
            (best, most) = (*sample, count);
        }
    }
    Some(Found::new(best.val))
}

/// The standard deviation of a sample: about a running mean, as InfluxDB reckons, and so bit by bit the same.
pub(super) fn stddev(values: impl Iterator<Item = f64> + Clone) -> f64 {
    if values.clone().nth(1).is_none() {
        return f64::NAN;
    }
    let numbers = values.filter(|x| !x.is_nan());
    let (mut mean, mut n) = (0.0, 0_i64);
    for x in numbers.clone() {
        n += 1;
        mean += (x - mean) / n as f64;
    }
    let variance: f64 = numbers.fold(0.0, |sum, x| sum + (x - mean) * (x - mean));
    (variance / (n - 1) as f64).sqrt()
}

/// The sample below which that percentage lies; none if that is outside.
pub(super) fn percentile(samples: &mut Samples, percent: f64) -> Option<Sample> {
    let all = &mut samples.0;
    let rank = (all.len() as f64 * percent / 100.0 + 0.5).floor();
    if !(1.0..=all.len() as f64).contains(&rank) {
        return None;
    }
    let (_, found, _) = all.select_nth_unstable_by(rank as usize - 1, Sample::order);
    Some(*found)
}

/// Before a function sorts them: samples lie in order of arrival.
impl Keep for Samples {
    fn save(&self, out: &mut Saver<'_>) {
        out.count(self.0.len());
        for sample in &self.0 {
            out.bare(sample.val);
            out.time(sample.time);
        }
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        self.clear();
        for _ in 0..from.count()? {
            let (val, time) = (from.bare()?, from.time()?);
            self.push(val, time);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(vals: &[Val]) -> Samples {
        let mut samples = Samples::default();
        vals.iter().enumerate().for_each(|(i, &v)| samples.push(v, i as i64 + 3));
        samples
    }

    fn floats(vals: &[f64]) -> Samples {
        of(&vals.iter().map(|&x| Val::Float(x)).collect::<Vec<_>>())
    }

    fn ints(vals: &[i64]) -> Samples {
        of(&vals.iter().map(|&x| Val::Int(x)).collect::<Vec<_>>())
    }

    #[test]
    fn median_is_the_middle_or_between() {
        let median = |mut s: Samples| median(&mut s);
        assert_eq!(median(floats(&[5.0, 1.0, 3.0])), Some(Found::new(Val::Float(3.0))));
        assert_eq!(median(floats(&[5.0, 1.0, 4.0, 3.0])), Some(Found::new(Val::Float(3.5))));
        assert_eq!(median(ints(&[4, 1])), Some(Found::new(Val::Float(2.5))));
        assert_eq!(median(floats(&[7.5])), Some(Found { val: Val::Float(7.5), time: Some(3) }));
        assert_eq!(median(ints(&[7])), Some(Found::new(Val::Float(7.0))));
        assert_eq!(median(floats(&[])), None);
    }

    #[test]
    fn mode_prefers_what_came_earlier() {
        let mode = |mut s: Samples| mode(&mut s).map(|f| f.val);
        assert_eq!(mode(ints(&[2, 2, 1, 1])), Some(Val::Int(2)));
        assert_eq!(mode(ints(&[3, 1, 2])), Some(Val::Int(1)));
        assert_eq!(mode(ints(&[3, 1, 3, 2])), Some(Val::Int(3)));
        assert_eq!(mode(ints(&[])), None);
    }

    #[test]
    fn deviation_needs_two_and_skips_what_is_no_number() {
        assert!(stddev([1.0].into_iter()).is_nan());
        assert_eq!(stddev([1.0, 3.0].into_iter()), 2.0_f64.sqrt());
        assert_eq!(
            stddev([2.0, f64::NAN, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0].into_iter()),
            (32.0_f64 / 7.0).sqrt()
        );
    }

    #[test]
    fn percentile_has_no_point_outside() {
        let at = |percent: f64| percentile(&mut ints(&[30, 10, 20]), percent).map(|s| (s.val, s.time));
        assert_eq!(at(100.0), Some((Val::Int(30), 3)));
        assert_eq!(at(50.0), Some((Val::Int(20), 5)));
        assert_eq!((at(1.0), at(120.0), at(f64::NAN)), (None, None, None));
    }
}
