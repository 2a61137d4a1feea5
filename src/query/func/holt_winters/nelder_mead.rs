//! The smallest value of a function of several numbers, after Nelder and Mead.

const MOST_ROUNDS: usize = 1000;
const REFLECTION: f64 = 1.0;
const CONTRACTION: f64 = 0.5;
const EXPANSION: f64 = 2.0;

/// The least value found and where it is. The function may move the point that it is asked about.
pub(super) fn minimise(
    function: &mut impl FnMut(&mut [f64]) -> f64,
    start: &[f64],
    epsilon: f64,
    scale: f64,
) -> (f64, Vec<f64>) {
    let n = start.len();
    let size = n as f64;
    let root = (size + 1.0).sqrt() - 1.0;
    let far = scale * (root + size) / (size * 2.0f64.sqrt());
    let near = scale * root / (size * 2.0f64.sqrt());
    let mut corners: Vec<Vec<f64>> = (0..=n)
        .map(|i| {
            let step = |j: usize| match i {
                0 => 0.0,
                _ if j + 1 == i => far,
                _ => near,
            };
            start.iter().enumerate().map(|(j, x)| x + step(j)).collect()
        })
        .collect();
    let mut values: Vec<f64> = corners.iter_mut().map(|corner| function(corner)).collect();
    for _ in 0..MOST_ROUNDS {
        let (worst, second, best) = ranks(&values);
        let centre = centre_without(&corners, worst);
        let value_at = |i: usize, values: &[f64]| values.get(i).copied().unwrap_or(f64::INFINITY);
        let toward = |from: &[f64], factor: f64| -> Vec<f64> {
            centre.iter().zip(from).map(|(c, x)| c + factor * (x - c)).collect()
        };
        let from_worst = |factor: f64| -> Vec<f64> {
            let away = corners.get(worst).map(Vec::as_slice).unwrap_or_default();
            centre.iter().zip(away).map(|(c, x)| c + factor * (c - x)).collect()
        };
        let mut reflected = from_worst(REFLECTION);
        let reflected_value = function(&mut reflected);
        let (least, next, most) =
            (value_at(best, &values), value_at(second, &values), value_at(worst, &values));
        let mut taken: Option<(Vec<f64>, f64)> = None;
        let mut shrink = false;
        if reflected_value < next && reflected_value >= least {
            taken = Some((reflected, reflected_value));
        } else if reflected_value < least {
            let mut expanded = toward(&reflected, EXPANSION);
            let value = function(&mut expanded);
            taken =
                Some(if value < reflected_value { (expanded, value) } else { (reflected, reflected_value) });
        } else if reflected_value >= next {
            let outside = reflected_value < most;
            let mut contracted =
                if outside { toward(&reflected, CONTRACTION) } else { from_worst(-CONTRACTION) };
            let value = function(&mut contracted);
            shrink = value >= most;
            if value < most {
                taken = Some((contracted, value));
            }
        }
        if let Some((corner, value)) = taken {
            replace(&mut corners, worst, corner);
            replace(&mut values, worst, value);
        } else if shrink {
            let target = corners.get(best).cloned().unwrap_or_default();
            for (i, corner) in corners.iter_mut().enumerate() {
                if i != best {
                    corner.iter_mut().zip(&target).for_each(|(x, t)| *x = t + (*x - t) / 2.0);
                }
            }
            for i in [worst, second] {
                if let Some(corner) = corners.get_mut(i) {
                    let value = function(corner);
                    replace(&mut values, i, value);
                }
            }
        }
        if deviation(&values) < epsilon {
            break;
        }
    }
    let (_, _, best) = ranks(&values);
    let mut found = corners.get(best).cloned().unwrap_or_default();
    let kept = found.clone();
    (function(&mut found), kept)
}

fn replace<T>(all: &mut [T], i: usize, new: T) {
    if let Some(slot) = all.get_mut(i) {
        *slot = new;
    }
}

/// The largest value, the largest but for that one (and those equal to it), and the smallest.
fn ranks(values: &[f64]) -> (usize, usize, usize) {
    let at = |i: usize| values.get(i).copied().unwrap_or(f64::NAN);
    let (mut worst, mut best) = (0, 0);
    for i in 0..values.len() {
        if at(i) > at(worst) {
            worst = i;
        }
        if at(i) < at(best) {
            best = i;
        }
    }
    let mut second = best;
    for i in 0..values.len() {
        if at(i) > at(second) && at(i) < at(worst) {
            second = i;
        }
    }
    (worst, second, best)
}

fn centre_without(corners: &[Vec<f64>], left_out: usize) -> Vec<f64> {
    let n = corners.len() - 1;
    let coordinate = |j: usize| {
        let others = corners.iter().enumerate().filter(|(i, _)| *i != left_out);
        let sum = others.fold(0.0, |sum, (_, corner)| sum + corner.get(j).copied().unwrap_or_default());
        sum / n as f64
    };
    (0..n).map(coordinate).collect()
}

fn deviation(values: &[f64]) -> f64 {
    let n = (values.len() - 1) as f64;
    let mean = values.iter().fold(0.0, |sum, x| sum + x) / (n + 1.0);
    let squares = values.iter().fold(0.0, |sum, x| sum + (x - mean) * (x - mean));
    (squares / n).sqrt()
}
