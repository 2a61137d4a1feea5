//! The values of one field of one series, by time.

use std::ops::Range;

use super::Cell;
use crate::data::{Sym, Symbols};
use crate::pipeline::influxql::DataType;

/// Times and values, one type.
pub(super) struct Column {
    times: Vec<i64>,
    values: Values,
    sorted: bool,
}

enum Values {
    Float(Vec<f64>),
    Int(Vec<i64>),
    Bool(Vec<bool>),
    Str(Vec<Sym>),
}

impl Column {
    /// Without values yet.
    pub(super) fn new(ty: DataType) -> Column {
        let values = match ty {
            DataType::Integer | DataType::Unsigned => Values::Int(Vec::new()),
            DataType::Bool => Values::Bool(Vec::new()),
            DataType::Float => Values::Float(Vec::new()),
            DataType::Str | DataType::Tag | DataType::AnyField => Values::Str(Vec::new()),
        };
        Column { times: Vec::new(), values, sorted: true }
    }

    /// Adds a value of the column's type. Of the same time as the last one, it replaces it. Says whether the values
    /// are still in the order of time.
    pub(super) fn push(&mut self, time: i64, cell: Cell<'_>, symbols: &mut Symbols) -> bool {
        if self.sorted && self.times.last() == Some(&time) {
            self.times.pop();
            self.values.pop();
        }
        if self.times.last().is_some_and(|last| *last >= time) {
            self.sorted = false;
        }
        match (&mut self.values, cell) {
            (Values::Float(v), Cell::Float(x)) => v.push(x),
            (Values::Int(v), Cell::Int(x)) => v.push(x),
            (Values::Bool(v), Cell::Bool(x)) => v.push(x),
            (Values::Str(v), Cell::Str(x)) => v.push(symbols.intern(x)),
            // A value of another type is not added; the column keeps its order.
            _ => return self.sorted,
        }
        self.times.push(time);
        self.sorted
    }

    /// Brings the values into the order of time; of those of one time, the last added stays.
    pub(super) fn sort(&mut self) {
        if self.sorted {
            return;
        }
        let mut order: Vec<u32> = (0..self.times.len() as u32).collect();
        let time = |i: u32| self.times.get(i as usize).copied().unwrap_or_default();
        order.sort_by_key(|&i| time(i));
        let next = order.iter().skip(1).map(|&i| Some(time(i))).chain([None]);
        let kept: Vec<u32> =
            order.iter().zip(next).filter(|(i, next)| *next != Some(time(**i))).map(|(i, _)| *i).collect();
        match &mut self.values {
            Values::Float(v) => pick(v, &kept),
            Values::Int(v) => pick(v, &kept),
            Values::Bool(v) => pick(v, &kept),
            Values::Str(v) => pick(v, &kept),
        }
        pick(&mut self.times, &kept);
        self.sorted = true;
    }

    /// The times, in order once sorted.
    pub(super) fn times(&self) -> &[i64] {
        &self.times
    }

    /// The places of the values from one time to another, both included.
    pub(super) fn between(&self, start: i64, end: i64) -> Range<usize> {
        let from = self.times.partition_point(|t| *t < start);
        let to = self.times.partition_point(|t| *t <= end);
        from..to.max(from)
    }

    /// Whether its values make sense as this type.
    pub(super) fn casts_to(&self, ty: DataType) -> bool {
        match self.values {
            Values::Float(_) | Values::Int(_) => matches!(ty, DataType::Float | DataType::Integer),
            Values::Bool(_) => ty == DataType::Bool,
            Values::Str(_) => ty == DataType::Str,
        }
    }

    /// The value at a place.
    pub(super) fn get<'a>(&self, place: usize, symbols: &'a Symbols) -> Cell<'a> {
        match &self.values {
            Values::Float(v) => v.get(place).map(|x| Cell::Float(*x)),
            Values::Int(v) => v.get(place).map(|x| Cell::Int(*x)),
            Values::Bool(v) => v.get(place).map(|x| Cell::Bool(*x)),
            Values::Str(v) => v.get(place).map(|s| Cell::Str(symbols.name(*s))),
        }
        .unwrap_or_default()
    }
}

impl Values {
    fn pop(&mut self) {
        match self {
            Values::Float(v) => drop(v.pop()),
            Values::Int(v) => drop(v.pop()),
            Values::Bool(v) => drop(v.pop()),
            Values::Str(v) => drop(v.pop()),
        }
    }
}

fn pick<T: Copy>(values: &mut Vec<T>, kept: &[u32]) {
    *values = kept.iter().filter_map(|&i| values.get(i as usize).copied()).collect();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_and_repeated_values_find_their_place() {
        let mut symbols = Symbols::default();
        let mut column = Column::new(DataType::Str);
        for (time, text) in [(5, "a"), (5, "b"), (2, "c"), (9, "d"), (2, "e"), (5, "f")] {
            column.push(time, Cell::Str(text), &mut symbols);
        }
        column.sort();
        assert_eq!(column.times(), [2, 5, 9]);
        let texts: Vec<_> = (0..4).map(|i| column.get(i, &symbols)).collect();
        assert_eq!(texts, [Cell::Str("e"), Cell::Str("f"), Cell::Str("d"), Cell::Null]);
        assert_eq!((column.between(2, 4), column.between(3, 9), column.between(7, 1)), (0..1, 1..3, 2..2));
    }
}
