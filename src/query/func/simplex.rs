//! The search of Nelder and Mead for the smallest value of a function, with the steps InfluxDB takes.

const ROUNDS: usize = 1000;
const REFLECT: f64 = 1.0;
const CONTRACT: f64 = 0.5;
const EXPAND: f64 = 2.0;
const ENOUGH: f64 = 1e-4;

/// Looks for the smallest value of `of` around a start. `of` may change the point that it is asked for, as
/// the model of Holt and Winters does, and the search goes on with the changed one.
pub(super) fn smallest(start: &[f64], of: impl Fn(&mut [f64]) -> f64) -> (f64, Vec<f64>) {
    let mut simplex = Simplex::around(start);
    let mut values: Vec<f64> = simplex.points.iter_mut().map(|p| of(p)).collect();
    for _ in 0..ROUNDS {
        let rank = Rank::of(&values);
        simplex.step(&mut values, &rank, &of);
        if settled(&values) {
            break;
        }
    }
    let best = Rank::of(&values).least;
    let found = simplex.points[best].clone();
    (of(&mut simplex.points[best]), found)
}

/// Whether the values hardly differ.
fn settled(values: &[f64]) -> bool {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let n = (values.len() - 1) as f64;
    let spread = values.iter().fold(0.0, |sum, v| sum + (v - mean) * (v - mean) / n);
    spread.sqrt() < ENOUGH
}

/// The vertices with the greatest, the second greatest and the least value.
struct Rank {
    greatest: usize,
    second: usize,
    least: usize,
}

impl Rank {
    fn of(values: &[f64]) -> Rank {
        let (mut greatest, mut least) = (0, 0);
        for (at, value) in values.iter().enumerate() {
            if *value > values[greatest] {
                greatest = at;
            }
            if *value < values[least] {
                least = at;
            }
        }
        let mut second = least;
        for (at, value) in values.iter().enumerate() {
            if *value > values[second] && *value < values[greatest] {
                second = at;
            }
        }
        Rank { greatest, second, least }
    }
}

struct Simplex {
    points: Vec<Vec<f64>>,
}

impl Simplex {
    /// The start, and a vertex off it along each axis.
    fn around(start: &[f64]) -> Simplex {
        let n = start.len() as f64;
        let p = ((n + 1.0).sqrt() - 1.0 + n) / (n * std::f64::consts::SQRT_2);
        let q = ((n + 1.0).sqrt() - 1.0) / (n * std::f64::consts::SQRT_2);
        let vertex = |axis: usize| {
            let off = |(i, x): (usize, &f64)| x + if i == axis { p } else { q };
            start.iter().enumerate().map(off).collect()
        };
        let mut points = vec![start.to_vec()];
        points.extend((0..start.len()).map(vertex));
        Simplex { points }
    }

    /// The middle of all vertices but one.
    fn centre(&self, without: usize) -> Vec<f64> {
        let n = self.points.len() - 1;
        let coordinate = |i: usize| {
            let others = self.points.iter().enumerate().filter(|(at, _)| *at != without);
            others.fold(0.0, |sum, (_, p)| sum + p[i]) / n as f64
        };
        (0..n).map(coordinate).collect()
    }

    /// One round. Each of its parts looks at the values that the part before it has left.
    fn step(&mut self, values: &mut [f64], rank: &Rank, of: &impl Fn(&mut [f64]) -> f64) {
        let Rank { greatest, second, least } = *rank;
        let centre = self.centre(greatest);
        let from_centre = |x: &[f64], by: f64| -> Vec<f64> {
            centre.iter().zip(x).map(|(c, x)| c + by * (x - c)).collect()
        };
        let mut reflected = from_centre(&self.points[greatest], -REFLECT);
        let value = of(&mut reflected);
        if value < values[second] && value >= values[least] {
            self.put(values, greatest, reflected.clone(), value);
        }
        if value < values[least] {
            let mut expanded = from_centre(&reflected, EXPAND);
            let further = of(&mut expanded);
            let (point, value) =
                if further < value { (expanded, further) } else { (reflected.clone(), value) };
            self.put(values, greatest, point, value);
        }
        if value >= values[second] {
            let outside = value < values[greatest];
            let mut nearer = from_centre(if outside { &reflected } else { &self.points[greatest] }, CONTRACT);
            let near = of(&mut nearer);
            if near < values[greatest] {
                self.put(values, greatest, nearer, near);
            } else {
                self.shrink(least);
                values[greatest] = of(&mut self.points[greatest]);
                values[second] = of(&mut self.points[second]);
            }
        }
    }

    fn put(&mut self, values: &mut [f64], at: usize, point: Vec<f64>, value: f64) {
        self.points[at] = point;
        values[at] = value;
    }

    /// Moves all vertices half the way to one of them.
    fn shrink(&mut self, to: usize) {
        let middle = self.points[to].clone();
        for (at, point) in self.points.iter_mut().enumerate() {
            if at != to {
                for (x, m) in point.iter_mut().zip(&middle) {
                    *x = m + (*x - m) / 2.0;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_bottom_of_a_bowl() {
        let (value, at) = smallest(&[5.0, -3.0], |p| (p[0] - 1.0).powi(2) + 2.0 * (p[1] - 2.0).powi(2));
        assert!(
            value < 1e-3 && (at[0] - 1.0).abs() < 0.05 && (at[1] - 2.0).abs() < 0.05,
            "{value} at {at:?}"
        );
    }
}
