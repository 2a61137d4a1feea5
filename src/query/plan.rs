//! A compiled SELECT: names are resolved, types are known, wildcards are gone.

use super::eval::Eval;
use super::window::Windows;
use crate::pipeline::influxql::{DataType, Fill};

/// A field or tag that is read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Ref {
    pub(super) name: String,
    /// None if no source has it.
    pub(super) ty: Option<DataType>,
}

/// A SELECT, ready to be run.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) sources: Vec<Source>,
    pub(super) columns: Vec<Output>,
    /// What the time is called.
    pub(super) time: String,
    /// Slots of a row: first the calls, then these.
    pub(super) calls: Vec<Call>,
    pub(super) aux: Vec<Ref>,
    pub(super) filter: Option<Filter>,
    pub(super) windows: Windows,
    /// Sorted.
    pub(super) dims: Vec<String>,
    pub(super) fill: Fill,
    pub(super) ascending: bool,
    pub(super) limit: usize,
    pub(super) offset: usize,
    pub(super) slimit: usize,
    pub(super) soffset: usize,
    /// A single selector: rows keep the time and the other fields of the point.
    pub(super) is_selector: bool,
}

/// Where points come from.
#[derive(Debug)]
pub(super) enum Source {
    Measurement { database: String, retention_policy: String, name: String },
    Subquery(Box<Plan>),
}

/// A column of the result.
#[derive(Debug)]
pub(super) struct Output {
    /// As the result has it: no name twice.
    pub(super) name: String,
    /// As an outer query knows it.
    pub(super) short: String,
    pub(super) expr: Eval,
    pub(super) ty: Option<DataType>,
}

/// A condition over the values of these fields and tags.
#[derive(Debug)]
pub(super) struct Filter {
    pub(super) expr: Eval,
    pub(super) refs: Vec<Ref>,
}

/// A function over points.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Call {
    /// One value for each bucket.
    Reduce(Reduce, Ref),
    CountDistinct(Ref),
    Distinct(Ref),
    /// The best of each bucket; with tags, of the best of each of their values.
    Top {
        best: Best,
        of: Ref,
        tags: Vec<String>,
        n: usize,
    },
    Sample(Ref, usize),
    Integral(Ref, i64),
    /// From point to point.
    Transform(Transform, Box<Input>),
    HoltWinters {
        of: Box<Call>,
        ahead: i64,
        season: i64,
        with_fit: bool,
    },
}

/// What a transformation goes over.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Input {
    Points(Ref),
    Call(Call),
}

/// Functions from many points to one.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Reduce {
    Count,
    Sum,
    Mean,
    Min,
    Max,
    First,
    Last,
    Median,
    Mode,
    Spread,
    Stddev,
    Percentile(f64),
}

/// Largest or smallest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Best {
    Top,
    Bottom,
}

/// Functions from point to point.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Transform {
    Derivative { unit: i64, non_negative: bool },
    Difference { non_negative: bool },
    CumulativeSum,
    MovingAverage(usize),
    Elapsed(i64),
}

impl Reduce {
    /// Whether it picks a point rather than making one.
    pub(super) fn is_selector(self) -> bool {
        matches!(self, Reduce::Min | Reduce::Max | Reduce::First | Reduce::Last | Reduce::Percentile(_))
    }

    /// Whether the results for each series are results for all after the same function.
    pub(super) fn is_partial(self) -> bool {
        matches!(
            self,
            Reduce::Count
                | Reduce::Sum
                | Reduce::Mean
                | Reduce::Min
                | Reduce::Max
                | Reduce::First
                | Reduce::Last
        )
    }
}

impl Call {
    /// The type of what it makes.
    pub(super) fn ty(&self) -> Option<DataType> {
        match self {
            Call::Reduce(Reduce::Count, _) | Call::CountDistinct(_) => Some(DataType::Integer),
            Call::Reduce(Reduce::Mean | Reduce::Median | Reduce::Stddev, _)
            | Call::Integral(..)
            | Call::HoltWinters { .. }
            | Call::Transform(Transform::Derivative { .. } | Transform::MovingAverage(_), _) => {
                Some(DataType::Float)
            }
            Call::Transform(Transform::Elapsed(_), _) => Some(DataType::Integer),
            Call::Reduce(_, of) | Call::Distinct(of) | Call::Top { of, .. } | Call::Sample(of, _) => of.ty,
            Call::Transform(_, input) => match input.as_ref() {
                Input::Points(of) => of.ty,
                Input::Call(call) => call.ty(),
            },
        }
    }

    /// Whether it makes points of buckets, not of points as they come.
    pub(super) fn is_of_windows(&self) -> bool {
        !matches!(self, Call::Transform(..) | Call::HoltWinters { .. })
    }

    /// Whether it may keep other fields of the points it picks.
    pub(super) fn is_selector(&self) -> bool {
        match self {
            Call::Reduce(reduce, _) => reduce.is_selector(),
            Call::Top { .. } | Call::Sample(..) => true,
            _ => false,
        }
    }
}
