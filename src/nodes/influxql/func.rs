//! The functions that give one point, and the state of one of them under way.

use super::acc::{Acc, Found};
use super::field::Kind;
use super::pick::{Choice, Pick};
use super::samples::{self, Sample, Samples};
use crate::data::{Damaged, Keep, Loader, Row, Saver, Shelf, Val};
use crate::nodes::Cx;
use crate::pipeline::{Arg, NodeDef};

/// Aggregates and selectors.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(in crate::nodes) enum Func {
    Count,
    Sum,
    Mean,
    Spread,
    Stddev,
    Median,
    Mode,
    Choose(Choice),
    Percentile(f64),
}

impl Func {
    /// The function of a node.
    pub(super) fn new(node: &NodeDef) -> Option<Func> {
        Some(match node.kind {
            "count" => Func::Count,
            "sum" => Func::Sum,
            "mean" => Func::Mean,
            "spread" => Func::Spread,
            "stddev" => Func::Stddev,
            "median" => Func::Median,
            "mode" => Func::Mode,
            "first" => Func::Choose(Choice::First),
            "last" => Func::Choose(Choice::Last),
            "min" => Func::Choose(Choice::Min),
            "max" => Func::Choose(Choice::Max),
            "percentile" => Func::Percentile(match node.args.get(1) {
                Some(Arg::Float(x)) => *x,
                Some(Arg::Int(n)) => *n as f64,
                _ => f64::NAN,
            }),
            _ => return None,
        })
    }

    /// Whether it takes numbers only.
    pub(super) fn numbers(self) -> bool {
        !matches!(self, Func::Count | Func::Choose(Choice::First | Choice::Last))
    }

    /// Whether it has a result for an empty batch.
    pub(super) fn of_nothing(self) -> bool {
        matches!(self, Func::Count | Func::Sum)
    }
}

/// The state of a function under way, used again for the next reduction.
pub(super) enum Tally {
    Acc(Acc),
    Pick(Box<Pick>),
    Samples(Samples),
    /// With the points themselves.
    Points(Samples, Box<Shelf>),
}

/// What a reduction gives: a value, or one of the points it saw.
pub(super) enum Given<'t> {
    Value(Found),
    Point(&'t Shelf, usize, Found),
}

impl Tally {
    pub(super) fn new(func: Func) -> Tally {
        match func {
            Func::Count | Func::Sum | Func::Mean | Func::Spread => Tally::Acc(Acc::Count(0)),
            Func::Choose(choice) => Tally::Pick(Box::new(Pick::new(choice))),
            Func::Stddev | Func::Median | Func::Mode => Tally::Samples(Samples::default()),
            Func::Percentile(_) => Tally::Points(Samples::default(), Box::default()),
        }
    }

    /// Begins anew.
    pub(super) fn reset(&mut self, func: Func, kind: Kind) {
        match self {
            Tally::Acc(acc) => *acc = Acc::new(func, kind),
            Tally::Pick(pick) => pick.clear(),
            Tally::Samples(samples) => samples.clear(),
            Tally::Points(samples, points) => {
                samples.clear();
                points.clear();
            }
        }
    }

    /// Adds a value of the right kind, with the row it comes from.
    #[inline]
    pub(super) fn add(&mut self, val: Val, row: &Row, whole: bool, cx: &mut Cx<'_>) {
        match self {
            Tally::Acc(acc) => acc.add(val),
            Tally::Pick(pick) => pick.offer(val, row, whole, cx),
            Tally::Samples(samples) => samples.push(val, row.time),
            Tally::Points(samples, points) => {
                samples.push(val, row.time);
                cx.keep(row, points, whole);
            }
        }
    }

    /// What the function gives.
    pub(super) fn give(&mut self, func: Func) -> Option<Given<'_>> {
        match self {
            Tally::Acc(acc) => Some(Given::Value(acc.found())),
            Tally::Pick(pick) => {
                let found = pick.found()?;
                Some(Given::Point(pick.shelf(), 0, found))
            }
            Tally::Samples(samples) => {
                let found = match func {
                    Func::Median => samples::median(samples)?,
                    Func::Mode => samples::mode(samples)?,
                    _ => Found::new(Val::Float(samples::stddev(samples.iter().map(Sample::float)))),
                };
                Some(Given::Value(found))
            }
            Tally::Points(samples, points) => {
                let Func::Percentile(percent) = func else { return None };
                let Sample { val, time, at } = samples::percentile(samples, percent)?;
                Some(Given::Point(points, at as usize, Found { val, time: Some(time) }))
            }
        }
    }
}

impl Keep for Tally {
    fn save(&self, out: &mut Saver<'_>) {
        match self {
            Tally::Acc(acc) => acc.save(out),
            Tally::Pick(pick) => pick.save(out),
            Tally::Samples(samples) => samples.save(out),
            Tally::Points(samples, points) => {
                samples.save(out);
                points.save(out);
            }
        }
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        match self {
            Tally::Acc(acc) => acc.restore(from),
            Tally::Pick(pick) => pick.restore(from),
            Tally::Samples(samples) => samples.restore(from),
            Tally::Points(samples, points) => {
                samples.restore(from)?;
                points.restore(from)
            }
        }
    }
}
