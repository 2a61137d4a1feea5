//! The forecast of Holt and Winters: damped, multiplicative, its parameters fitted. Queries and nodes share it.

use super::math::whole_power;
use super::simplex::smallest;

/// Where the smoothing parameters begin, and how far off the second try of each begins.
const FIRST_GUESS: f64 = 0.3;
const SECOND_GUESS: f64 = 0.4;
/// More values, known or foreseen, are not reckoned with.
pub(crate) const MOST: i64 = 1_000_000;

/// What the script asks for.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Forecast {
    /// How many values are foreseen.
    pub(crate) ahead: i64,
    /// Length of a season in values; there is none below 2.
    pub(crate) season: i64,
    /// Time between two values, in nanoseconds.
    pub(crate) interval: i64,
    /// The fitted values go out too.
    pub(crate) fit: bool,
}

impl Forecast {
    /// The foreseen values with their times, from values with theirs; none if there is too little to go by.
    pub(crate) fn of(&self, samples: &[(i64, f64)]) -> Vec<(i64, f64)> {
        let (Some(first), Some(last)) = (samples.first(), samples.last()) else { return Vec::new() };
        let season = if self.season >= 2 { self.season as usize } else { 0 };
        let span = self.round(last.0).saturating_sub(self.round(first.0)) / self.interval;
        if samples.len() < season || self.ahead <= 0 || !(1..MOST).contains(&span) {
            return Vec::new();
        }
        let values = self.buckets(samples);
        let model = Model { values: &values, season };
        let mut params = model.fit();
        let mut foreseen = vec![0.0; values.len() + self.ahead as usize];
        model.forecast(&mut params, &mut foreseen);
        let (skip, start) = if self.fit { (0, first.0) } else { (values.len(), last.0) };
        let at = |i: usize| {
            let steps = i as i64 + i64::from(!self.fit);
            start.wrapping_add(self.interval.wrapping_mul(steps))
        };
        let foreseen = foreseen[skip..].iter().enumerate().map(|(i, &value)| (at(i), value));
        foreseen.filter(|(_, value)| !value.is_nan()).collect()
    }

    /// One value for each interval: the first of it; not a number where there is none.
    fn buckets(&self, samples: &[(i64, f64)]) -> Vec<f64> {
        let mut values = Vec::new();
        let mut bucket = 0;
        for (time, value) in samples {
            let next = self.round(*time);
            if !values.is_empty() {
                if next <= bucket {
                    continue;
                }
                let gaps = (next - bucket) / self.interval - 1;
                // Of points out of order one may lie far behind the last.
                let gaps = gaps.min(MOST - values.len() as i64).max(0);
                values.extend(std::iter::repeat_n(f64::NAN, gaps as usize));
            }
            values.push(*value);
            bucket = next;
        }
        values
    }

    /// The nearest multiple of the interval.
    fn round(&self, time: i64) -> i64 {
        let rest = time % self.interval;
        if rest <= self.interval / 2 { time - rest } else { time.saturating_add(self.interval - rest) }
    }
}

/// The model: parameters α, β, γ, φ, the first level and trend, and the seasons.
struct Model<'v> {
    values: &'v [f64],
    season: usize,
}

impl Model<'_> {
    /// Level, trend and seasons to begin with.
    fn start(&self) -> Vec<f64> {
        let (y, m) = (self.values, self.season);
        if m == 0 {
            let [y0, y1] = [0, 1].map(|i| y.get(i).copied().unwrap_or(f64::NAN));
            let trend = 0.5 * (y1 - y0);
            return vec![0.5 * y0, if y1.is_nan() { 0.0 } else { trend }];
        }
        let (mut level, mut trend) = (0.0, 0.0);
        for (i, value) in y.iter().take(m).enumerate() {
            if !value.is_nan() {
                level += (1.0 / m as f64) * value;
            }
            if let Some(later) = y.get(m + i).filter(|later| !later.is_nan() && !value.is_nan()) {
                trend += 1.0 / (m * m) as f64 * (later - value);
            }
        }
        let season = |value: &f64| if value.is_nan() { 0.0 } else { value / level };
        [level, trend].into_iter().chain(y.iter().take(m).map(season)).collect()
    }

    /// The parameters with the least error, sought from sixteen starts.
    fn fit(&self) -> Vec<f64> {
        let start = self.start();
        let mut best: Option<(f64, Vec<f64>)> = None;
        for guess in 0..16_u8 {
            let smoothing =
                [8, 4, 2, 1].map(|bit| FIRST_GUESS + if guess & bit > 0 { SECOND_GUESS } else { 0.0 });
            let from: Vec<f64> = smoothing.into_iter().chain(start.iter().copied()).collect();
            let (error, params) = smallest(&from, |params| self.error(params));
            if best.as_ref().is_none_or(|(least, _)| error < *least) {
                best = Some((error, params));
            }
        }
        best.map(|(_, params)| params).unwrap_or_default()
    }

    /// The sum of squared errors.
    fn error(&self, params: &mut [f64]) -> f64 {
        let mut foreseen = vec![0.0; self.values.len()];
        self.forecast(params, &mut foreseen);
        let mut error = 0.0;
        for (value, foreseen) in self.values.iter().zip(foreseen) {
            if value.is_nan() {
                continue;
            }
            if foreseen.is_nan() {
                return f64::INFINITY;
            }
            let off = foreseen - value;
            error += off * off;
        }
        error
    }

    /// Foresees values from the first on. It moves the smoothing parameters into their range and the seasons
    /// on, in place: the search is meant to see that.
    fn forecast(&self, params: &mut [f64], out: &mut [f64]) {
        let Some((smoothing, rest)) = params.split_first_chunk_mut::<4>() else { return };
        let Some((start, seasons)) = rest.split_first_chunk_mut::<2>() else { return };
        for x in smoothing.iter_mut() {
            *x = x.clamp(0.0, 1.0);
        }
        let [alpha, beta, gamma, phi] = *smoothing;
        let [mut level, mut trend] = *start;
        let m = self.season;
        let mut y = self.values.first().copied().unwrap_or(f64::NAN);
        let mut damping = phi;
        let (mut before, mut after) = (1.0, 1.0);
        let mut turn = m.wrapping_sub(1);
        for (t, out) in out.iter_mut().enumerate() {
            if t == 0 {
                *out = y;
                continue;
            }
            if m > 0 {
                before = seasons[(t + turn - m) % m];
                after = seasons[(t + t % m + turn) % m];
            }
            let expected = level + phi * trend;
            let next = alpha * (y / before) + (1.0 - alpha) * expected;
            trend = beta * (next - level) + (1.0 - beta) * phi * trend;
            let season = gamma * (y / expected) + (1.0 - gamma) * before;
            level = next;
            y = (level + damping * trend) * after;
            damping += whole_power(phi, t as u64);
            if m > 0 {
                seasons[(t + turn) % m] = season;
                turn += 1;
            }
            *out = y;
        }
    }
}
