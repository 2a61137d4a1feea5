//! A point between the functions of a query.

use crate::query::Cell;

/// A value with its time, and the other fields of the point where a selector keeps them.
#[derive(Clone, Debug)]
pub(in crate::query) struct Pt<'a> {
    pub(in crate::query) time: i64,
    pub(in crate::query) value: Cell<'a>,
    /// Of how many points a mean is; 0 counts as one.
    pub(in crate::query) count: u64,
    pub(in crate::query) aux: Box<[Cell<'a>]>,
}

/// The time of what has none of its own: the start of the bucket is put in.
pub(in crate::query) const NO_TIME: i64 = i64::MIN;

impl<'a> Pt<'a> {
    /// A value at a time.
    pub(in crate::query) fn at(time: i64, value: Cell<'a>) -> Pt<'a> {
        Pt { time, value, count: 0, aux: Box::default() }
    }

    /// A value of many points.
    pub(in crate::query) fn made(value: Cell<'a>) -> Pt<'a> {
        Pt::at(NO_TIME, value)
    }

    pub(in crate::query) fn weight(&self) -> u64 {
        self.count.max(1)
    }
}
