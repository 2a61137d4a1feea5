//! What an expression remembers from point to point: its stateful functions, and the operand types
//! its arithmetic last saw.

use crate::data::{Damaged, Keep, Loader, Saver, kept};

/// Memory of one copy of an expression: of a group, or of a node where groups share it.
///
/// Empty until a stateful function is called, so it costs nothing where there is none.
#[derive(Clone, Default, Debug)]
pub struct State {
    memory: Option<Box<Memory>>,
    cells: Cells,
}

/// One instance for each stateful function, however often an expression calls it.
#[derive(Clone, Default, Debug)]
pub(super) struct Memory {
    /// Calls of `count`.
    pub(super) count: i64,
    /// Of `sigma`.
    pub(super) sigma: Sigma,
    /// Of `spread`.
    pub(super) spread: Spread,
    /// Of `rand`.
    pub(super) rand: Rand,
}

impl State {
    /// The stateful functions' memory.
    pub(super) fn memory(&mut self) -> &mut Memory {
        self.memory.get_or_insert_default()
    }

    /// What an operator was last chosen for; see [`super::switch`].
    pub(super) fn cell(&self, index: usize) -> u8 {
        match &self.cells {
            Cells::Few(cells) => cells.get(index).copied().unwrap_or(0),
            Cells::Many(cells) => cells.get(index).copied().unwrap_or(0),
        }
    }

    /// Notes what an operator was chosen for.
    pub(super) fn set_cell(&mut self, index: usize, code: u8) {
        if let Cells::Few(cells) = &self.cells
            && index >= cells.len()
        {
            self.cells = Cells::Many(cells.to_vec());
        }
        match &mut self.cells {
            Cells::Few(cells) => {
                if let Some(cell) = cells.get_mut(index) {
                    *cell = code;
                }
            }
            Cells::Many(cells) => {
                if cells.len() <= index {
                    cells.resize(index + 1, 0);
                }
                if let Some(cell) = cells.get_mut(index) {
                    *cell = code;
                }
            }
        }
    }
}

/// One byte for each operator that remembers; most expressions have fewer than eight of them.
#[derive(Clone, Debug)]
enum Cells {
    Few([u8; 8]),
    Many(Vec<u8>),
}

impl Default for Cells {
    fn default() -> Cells {
        Cells::Few([0; 8])
    }
}

/// Running mean and variance (Welford).
#[derive(Clone, Default, Debug)]
pub(super) struct Sigma {
    n: f64,
    mean: f64,
    m2: f64,
}

impl Sigma {
    /// How many standard deviations a value lies from the mean of all so far, itself included.
    pub(super) fn next(&mut self, x: f64) -> f64 {
        self.n += 1.0;
        let delta = x - self.mean;
        self.mean += delta / self.n;
        self.m2 += delta * (x - self.mean);
        let variance = self.m2 / (self.n - 1.0);
        if self.n < 2.0 || variance == 0.0 {
            return 0.0;
        }
        (x - self.mean).abs() / variance.sqrt()
    }
}

/// Running extremes.
#[derive(Clone, Debug)]
pub(super) struct Spread {
    min: f64,
    max: f64,
}

impl Default for Spread {
    fn default() -> Spread {
        Spread { min: f64::INFINITY, max: f64::NEG_INFINITY }
    }
}

impl Spread {
    /// Maximum less minimum of all so far; a NaN counts for neither.
    pub(super) fn next(&mut self, x: f64) -> f64 {
        if x < self.min {
            self.min = x;
        }
        if x > self.max {
            self.max = x;
        }
        self.max - self.min
    }
}

/// SplitMix64 with a fixed seed: two runs over the same data give the same numbers.
#[derive(Clone, Debug)]
pub(super) struct Rand(u64);

impl Default for Rand {
    fn default() -> Rand {
        Rand(0x7469_636b_7363_7269)
    }
}

impl Rand {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform over the non-negative integers.
    pub(super) fn any(&mut self) -> i64 {
        (self.bits() >> 1) as i64
    }

    /// Uniform in `0..n`; 0 for 0. A negative bound counts as the huge unsigned number its bits are.
    pub(super) fn below(&mut self, n: i64) -> i64 {
        let n = n as u64;
        if n == 0 {
            return 0;
        }
        // The high half of a product is uniform but for a bias of 2^-64 of the bound.
        let high = (u128::from(self.bits()) * u128::from(n)) >> 64;
        (high as u64 & i64::MAX as u64) as i64
    }
}

kept!(Memory { count, sigma, spread, rand });
kept!(Sigma { n, mean, m2 });
kept!(Spread { min, max });

impl Keep for Rand {
    fn save(&self, out: &mut Saver<'_>) {
        out.number(self.0);
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        self.0 = from.number()?;
        Ok(())
    }
}

impl Keep for State {
    fn save(&self, out: &mut Saver<'_>) {
        self.memory.save(out);
        let cells: &[u8] = match &self.cells {
            Cells::Few(cells) => cells,
            Cells::Many(cells) => cells,
        };
        let used = cells.iter().rposition(|cell| *cell != 0).map_or(0, |last| last + 1);
        out.bytes(cells.get(..used).unwrap_or_default());
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        *self = State { memory: from.get()?, ..State::default() };
        from.bytes()?.iter().enumerate().for_each(|(at, code)| self.set_cell(at, *code));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sigma_counts_the_value_itself() {
        let mut s = Sigma::default();
        let got: Vec<f64> = [1.0, 2.0, 3.0, 10.0, 2.0].map(|x| s.next(x)).to_vec();
        assert_eq!(got, [0.0, 0.7071067811865475, 1.0, 1.4696938456699067, 0.4387267976856654]);
    }

    #[test]
    fn spread_ignores_nan() {
        let mut s = Spread::default();
        let got: Vec<f64> = [1.0, 2.0, f64::NAN, -3.0, 10.0, 2.0].map(|x| s.next(x)).to_vec();
        assert_eq!(got, [0.0, 1.0, 1.0, 5.0, 13.0, 13.0]);
    }

    #[test]
    fn cells_grow_beyond_eight() {
        let mut s = State::default();
        s.set_cell(3, 7);
        s.set_cell(20, 9);
        assert_eq!([s.cell(3), s.cell(20), s.cell(4), s.cell(99)], [7, 9, 0, 0]);
    }

    #[test]
    fn random_numbers_are_reproducible_and_in_range() {
        let (mut a, mut b) = (Rand::default(), Rand::default());
        for n in [1, 2, 7, 1000, i64::MAX] {
            let x = a.below(n);
            assert_eq!(x, b.below(n));
            assert!((0..n).contains(&x), "{x} below {n}");
        }
        assert_eq!(a.below(0), 0);
        assert!((0..1000).all(|_| a.below(-5) >= 0 && a.any() >= 0));
    }
}
