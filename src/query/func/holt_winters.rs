//! The damped Holt-Winters method, its parameters fitted to the points.

mod nelder_mead;

use crate::query::Cell;
use crate::query::exec::Pt;

/// Where the search for parameters begins, and how far it goes on from there.
const GUESSES: [f64; 2] = [0.3, 0.3 + 0.4];
const EPSILON: f64 = 1.0e-4;

/// What is asked for: how many values ahead, how many make a season (below 2 for none), how far they are apart.
#[derive(Clone, Copy, Debug)]
pub(in crate::query) struct Forecast {
    pub(in crate::query) ahead: usize,
    pub(in crate::query) season: usize,
    pub(in crate::query) every: i64,
    pub(in crate::query) with_fit: bool,
}

impl Forecast {
    fn is_seasonal(&self) -> bool {
        self.season >= 2
    }

    /// The values that are foreseen; before them those that fit the points, if they are asked for.
    pub(in crate::query) fn of<'a>(&self, points: &[Pt<'a>]) -> Vec<Pt<'a>> {
        let points: Vec<(i64, f64)> =
            points.iter().filter_map(|p| p.value.as_f64().map(|value| (p.time, value))).collect();
        let (Some(first), Some(last)) = (points.first(), points.last()) else { return Vec::new() };
        let spans = self.every > 0 && first.0 != last.0;
        if points.len() < 2 || self.is_seasonal() && points.len() < self.season || self.ahead == 0 || !spans {
            return Vec::new();
        }
        let series = self.buckets(&points);
        let mut parameters = self.fit(&series);
        let values = self.forecast(&series, self.ahead, &mut parameters);
        let (from, skipped) = if self.with_fit {
            (self.round(first.0), 0)
        } else {
            (self.round(last.0).wrapping_add(self.every), series.len())
        };
        values
            .iter()
            .skip(skipped)
            .enumerate()
            .filter(|(_, value)| !value.is_nan())
            .map(|(i, value)| {
                Pt::at(from.wrapping_add(self.every.wrapping_mul(i as i64)), Cell::Float(*value))
            })
            .collect()
    }

    /// The nearest multiple of the distance.
    fn round(&self, time: i64) -> i64 {
        let rest = time.rem_euclid(self.every);
        if rest <= self.every / 2 { time - rest } else { time - rest + self.every }
    }

    /// A value for each multiple of the distance; none (NaN) where points are missing.
    fn buckets(&self, points: &[(i64, f64)]) -> Vec<f64> {
        const MOST: i64 = 10_000_000;
        let mut values = Vec::new();
        let mut next = 0;
        for (time, value) in points {
            let at = self.round(*time);
            if !values.is_empty() {
                if at < next {
                    continue;
                }
                let gap = ((at - next) / self.every).min(MOST);
                values.extend((0..gap).map(|_| f64::NAN));
            }
            values.push(*value);
            next = at.wrapping_add(self.every);
        }
        values
    }

    /// Smoothing of level, trend and season; damping; the first level and trend; the first season.
    fn fit(&self, series: &[f64]) -> Vec<f64> {
        let at = |i: usize| series.get(i).copied().unwrap_or(f64::NAN);
        let season = if self.is_seasonal() { self.season } else { 0 };
        let (mut level, mut trend) = (0.5 * at(0), 0.5 * (at(1) - at(0)));
        if self.is_seasonal() {
            let present = |x: f64| if x.is_nan() { 0.0 } else { x };
            let m = season as f64;
            level = (0..season).map(|i| present(at(i) / m)).sum();
            trend = (0..season)
                .filter(|i| season + i < series.len())
                .map(|i| present((at(season + i) - at(i)) / (m * m)))
                .sum();
        }
        if trend.is_nan() {
            trend = 0.0;
        }
        let mut start = vec![0.0, 0.0, 0.0, 0.0, level, trend];
        start.extend((0..season).map(|i| {
            let share = at(i) / level;
            if share.is_nan() { 0.0 } else { share }
        }));
        self.search(series, start)
    }

    /// The best of the searches from several guesses.
    fn search(&self, series: &[f64], mut start: Vec<f64>) -> Vec<f64> {
        let mut best: Option<(f64, Vec<f64>)> = None;
        let mut objective = |parameters: &mut [f64]| {
            let values = self.forecast(series, 0, parameters);
            squares(series, &values)
        };
        for guess in 0..16usize {
            for (place, digit) in [3, 2, 1, 0].iter().enumerate() {
                if let (Some(slot), Some(value)) = (start.get_mut(place), GUESSES.get(guess >> digit & 1)) {
                    *slot = *value;
                }
            }
            let (error, found) = nelder_mead::minimise(&mut objective, &start, EPSILON, 1.0);
            if best.as_ref().is_none_or(|(least, _)| error < *least) {
                best = Some((error, found));
            }
        }
        best.map_or(start, |(_, parameters)| parameters)
    }

    /// The values of the series as the parameters see them, and `ahead` more. The parameters are held
    /// in their bounds, and those of the season move on: the search goes on from where they end.
    fn forecast(&self, series: &[f64], ahead: usize, parameters: &mut [f64]) -> Vec<f64> {
        let count = series.len() + ahead;
        let Some((fixed, season)) = parameters.split_first_chunk_mut::<6>() else { return Vec::new() };
        fixed.iter_mut().take(4).for_each(|p| *p = p.clamp(0.0, 1.0));
        let [alpha, beta, gamma, phi, mut level, mut trend] = *fixed;
        let first = series.first().copied().unwrap_or_default();
        let mut values = Vec::with_capacity(count);
        values.push(first);
        let (mut value, mut damping) = (first, phi);
        let m = self.season;
        let mut offset = m.wrapping_sub(1);
        for t in 1..count {
            let (now, then, at) = if self.is_seasonal() {
                let at = (t + offset) % m;
                let get = |i: usize| season.get(i).copied().unwrap_or(1.0);
                (get(at), get((t + t % m + offset) % m), at)
            } else {
                (1.0, 1.0, 0)
            };
            let above = level + phi * trend;
            let new_level = alpha * (value / now) + (1.0 - alpha) * above;
            let new_trend = beta * (new_level - level) + (1.0 - beta) * phi * trend;
            let new_season = gamma * (value / above) + (1.0 - gamma) * now;
            value = (new_level + damping * new_trend) * then;
            damping += phi.powf(t as f64);
            values.push(value);
            (level, trend) = (new_level, new_trend);
            if self.is_seasonal() {
                if let Some(slot) = season.get_mut(at) {
                    *slot = new_season;
                }
                offset += 1;
            }
        }
        values
    }
}

/// The sum of the squares of the errors; infinite if a value is missing.
fn squares(series: &[f64], values: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (y, value) in series.iter().zip(values) {
        if y.is_nan() {
            continue;
        }
        if value.is_nan() {
            return f64::INFINITY;
        }
        sum += (value - y) * (value - y);
    }
    sum
}
