//! HOT: functions whose result needs no more than two numbers to go on from: count, sum, mean, spread.

use super::field::Kind;
use super::func::Func;
use crate::data::{Damaged, Keep, Loader, Saver, Val};

/// What a function gives.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(in crate::nodes) struct Found {
    pub(super) val: Val,
    /// Its own time, if it has one.
    pub(super) time: Option<i64>,
}

impl Found {
    /// A result without a time of its own.
    pub(super) fn new(val: Val) -> Found {
        Found { val, time: None }
    }
}

/// A reduction under way.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(in crate::nodes) enum Acc {
    Count(i64),
    SumFloat(f64),
    SumInt(i64),
    MeanFloat {
        sum: f64,
        n: i64,
    },
    MeanInt {
        sum: i64,
        n: i64,
    },
    SpreadFloat {
        min: f64,
        max: f64,
    },
    SpreadInt {
        min: i64,
        max: i64,
    },
    /// What was worked out elsewhere.
    Done(Val),
}

impl Acc {
    /// Before the first value.
    pub(super) fn new(func: Func, kind: Kind) -> Acc {
        match (func, kind) {
            (Func::Sum, Kind::Int) => Acc::SumInt(0),
            (Func::Sum, _) => Acc::SumFloat(0.0),
            (Func::Mean, Kind::Int) => Acc::MeanInt { sum: 0, n: 0 },
            (Func::Mean, _) => Acc::MeanFloat { sum: 0.0, n: 0 },
            (Func::Spread, Kind::Int) => Acc::SpreadInt { min: i64::MAX, max: i64::MIN },
            (Func::Spread, _) => Acc::SpreadFloat { min: f64::INFINITY, max: f64::NEG_INFINITY },
            _ => Acc::Count(0),
        }
    }

    /// Adds a value of the kind it was made for.
    #[inline]
    pub(super) fn add(&mut self, val: Val) {
        match (self, val) {
            (Acc::Count(n), _) => *n += 1,
            (Acc::SumFloat(sum), Val::Float(x)) => *sum += x,
            (Acc::SumInt(sum), Val::Int(x)) => *sum = sum.wrapping_add(x),
            (Acc::MeanFloat { sum, n }, Val::Float(x)) => {
                *sum += x;
                *n += 1;
            }
            (Acc::MeanInt { sum, n }, Val::Int(x)) => {
                *sum = sum.wrapping_add(x);
                *n += 1;
            }
            (Acc::SpreadFloat { min, max }, Val::Float(x)) => {
                *min = go_min(*min, x);
                *max = go_max(*max, x);
            }
            (Acc::SpreadInt { min, max }, Val::Int(x)) => {
                *min = x.min(*min);
                *max = x.max(*max);
            }
            _ => {}
        }
    }

    /// What it comes to. A sum has the time 0, and so has the count of nothing.
    pub(super) fn found(self) -> Found {
        match self {
            Acc::Count(n) => Found { val: Val::Int(n), time: (n == 0).then_some(0) },
            Acc::SumFloat(sum) => Found { val: Val::Float(sum), time: Some(0) },
            Acc::SumInt(sum) => Found { val: Val::Int(sum), time: Some(0) },
            Acc::MeanFloat { sum, n } => Found::new(Val::Float(sum / n as f64)),
            Acc::MeanInt { sum, n } => Found::new(Val::Float(sum as f64 / n as f64)),
            Acc::SpreadFloat { min, max } => Found::new(Val::Float(max - min)),
            Acc::SpreadInt { min, max } => Found::new(Val::Int(max.wrapping_sub(min))),
            Acc::Done(val) => Found::new(val),
        }
    }
}

/// The smaller one as Go has it: what is not a number wins over all but the infinite.
fn go_min(a: f64, b: f64) -> f64 {
    if a == f64::NEG_INFINITY || b == f64::NEG_INFINITY {
        f64::NEG_INFINITY
    } else if a.is_nan() || b.is_nan() {
        f64::NAN
    } else {
        a.min(b)
    }
}

fn go_max(a: f64, b: f64) -> f64 {
    -go_min(-a, -b)
}

impl Keep for Acc {
    fn save(&self, out: &mut Saver<'_>) {
        match self {
            Acc::Count(n) => out.variant(0, n),
            Acc::SumFloat(sum) => out.variant(1, sum),
            Acc::SumInt(sum) => out.variant(2, sum),
            Acc::MeanFloat { sum, n } => out.variant(3, &(*sum, *n)),
            Acc::MeanInt { sum, n } => out.variant(4, &(*sum, *n)),
            Acc::SpreadFloat { min, max } => out.variant(5, &(*min, *max)),
            Acc::SpreadInt { min, max } => out.variant(6, &(*min, *max)),
            Acc::Done(val) => {
                out.byte(7);
                out.bare(*val);
            }
        }
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        *self = match from.byte()? {
            0 => Acc::Count(from.get()?),
            1 => Acc::SumFloat(from.get()?),
            2 => Acc::SumInt(from.get()?),
            3 => Acc::MeanFloat { sum: from.get()?, n: from.get()? },
            4 => Acc::MeanInt { sum: from.get()?, n: from.get()? },
            5 => Acc::SpreadFloat { min: from.get()?, max: from.get()? },
            6 => Acc::SpreadInt { min: from.get()?, max: from.get()? },
            7 => Acc::Done(from.bare()?),
            _ => return Err(Damaged),
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn over(func: Func, kind: Kind, vals: &[Val]) -> Found {
        let mut acc = Acc::new(func, kind);
        vals.iter().for_each(|&v| acc.add(v));
        acc.found()
    }

    #[test]
    fn integers_wrap_and_become_floats_only_in_the_mean() {
        let vals = [Val::Int(i64::MAX), Val::Int(1)];
        assert_eq!(over(Func::Sum, Kind::Int, &vals).val, Val::Int(i64::MIN));
        assert_eq!(over(Func::Mean, Kind::Int, &vals).val, Val::Float(i64::MIN as f64 / 2.0));
        assert_eq!(over(Func::Spread, Kind::Int, &vals).val, Val::Int(i64::MAX - 1));
        assert_eq!(over(Func::Spread, Kind::Int, &[]).val, Val::Int(1));
    }

    #[test]
    fn only_sums_and_the_count_of_nothing_have_a_time() {
        assert_eq!(over(Func::Count, Kind::Str, &[]), Found { val: Val::Int(0), time: Some(0) });
        assert_eq!(over(Func::Count, Kind::Float, &[Val::Float(2.0)]), Found::new(Val::Int(1)));
        assert_eq!(over(Func::Sum, Kind::Float, &[Val::Float(-0.0)]).time, Some(0));
        let Val::Float(mean) = over(Func::Mean, Kind::Float, &[]).val else { panic!("a float") };
        assert!(mean.is_nan());
    }

    #[test]
    fn spread_meets_the_infinite_before_what_is_no_number() {
        let vals = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY].map(Val::Float);
        assert_eq!(over(Func::Spread, Kind::Float, &vals).val, Val::Float(f64::INFINITY));
        let Val::Float(x) = over(Func::Spread, Kind::Float, &vals[..1]).val else { panic!("a float") };
        assert!(x.is_nan());
    }
}
