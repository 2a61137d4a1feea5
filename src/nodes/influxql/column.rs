//! HOT: a window of which one field's values are kept, one behind the other.
//!
//! What can be had without looking at all values again is kept up to date as they come and go: counts, sums
//! of integers, the smallest, largest, first and last. A sum of floats cannot, if its last digits are to be
//! those of a sum from left to right; so it is added up anew for each batch.

use super::acc::Acc;
use super::best::Best;
use super::field::Kind;
use super::fold::{Fold, Outcome, Reading, bare};
use super::func::Func;
use super::pick::Choice;
use super::samples;
use crate::data::{Damaged, Fifo, Head, Keep, Loader, Row, Saver, Shelf, Sym, Val};
use crate::nodes::window::Points;
use crate::nodes::{Cx, Msg};

/// The values of a window.
pub(in crate::nodes) struct Column {
    vals: Fifo<Val>,
    times: Fifo<i64>,
    tallies: Tallies,
    func: State,
}

/// How many values there are of each kind.
#[derive(Default)]
struct Tallies {
    kinds: [u32; 4],
    /// Floats that are not numbers, among the floats.
    nans: u32,
    /// Of integers.
    sum: i64,
}

/// What else is needed, by function.
enum State {
    None,
    Spread(Box<(Best, Best)>),
    /// The points, from which one is chosen.
    Choose(Choice, Box<(Best, Shelf)>),
}

impl Tallies {
    #[inline]
    fn add(&mut self, val: Val) {
        if let Some(kind) = kind_of(val) {
            self.kinds[kind as usize] += 1;
        }
        match val {
            Val::Int(n) => self.sum = self.sum.wrapping_add(n),
            Val::Float(x) => self.nans += u32::from(x.is_nan()),
            _ => {}
        }
    }

    #[inline]
    fn take(&mut self, val: Val) {
        if let Some(kind) = kind_of(val) {
            self.kinds[kind as usize] -= 1;
        }
        match val {
            Val::Int(n) => self.sum = self.sum.wrapping_sub(n),
            Val::Float(x) => self.nans -= u32::from(x.is_nan()),
            _ => {}
        }
    }

    /// The kind that all of so many values are of.
    fn kind_of_all(&self, len: usize) -> Option<Kind> {
        let kinds = [Kind::Float, Kind::Int, Kind::Str, Kind::Bool];
        kinds.into_iter().find(|kind| len > 0 && self.kinds[*kind as usize] as usize == len)
    }
}

/// The kind that a value can be added as.
fn kind_of(val: Val) -> Option<Kind> {
    Kind::of(val).filter(|kind| kind.takes(val))
}

impl State {
    #[inline]
    fn push(&mut self, vals: &Fifo<Val>, times: &[i64]) {
        let (start, at, room, vals) = (vals.start(), vals.end() - 1, vals.room(), vals.kept());
        let get = |at: u64| {
            let at = (at - start) as usize;
            (vals[at], times[at])
        };
        match self {
            State::None => {}
            State::Spread(ends) => {
                ends.0.push(at, room, |old| Choice::Min.prefers(get(at), get(old), || false));
                ends.1.push(at, room, |old| Choice::Max.prefers(get(at), get(old), || false));
            }
            State::Choose(choice, state) => {
                state.0.push(at, room, |old| choice.prefers(get(at), get(old), || false));
            }
        }
    }
}

impl Column {
    #[inline]
    fn add(&mut self, val: Val, time: i64) {
        self.vals.push(val);
        self.times.push(time);
        self.tallies.add(val);
        self.func.push(&self.vals, self.times.kept());
    }

    /// Where the best of the values is, of the oldest counted.
    fn chosen(&self, choice: Choice, best: &Best) -> Option<usize> {
        if self.tallies.nans == 0 {
            return Some((best.best()? - self.vals.start()) as usize);
        }
        // What is no number is neither better nor worse, so that the order of coming counts.
        let (vals, times) = (self.vals.kept(), self.times.kept());
        let better = |best: usize, new: usize| {
            let prefers = choice.prefers((vals[new], times[new]), (vals[best], times[best]), || false);
            if prefers { new } else { best }
        };
        (0..vals.len()).reduce(better)
    }

    /// Whether the values are handed over as what they come to; else one by one, for the function tells what
    /// is wrong with them.
    fn folds(&self, plan: &Reading) -> Option<Kind> {
        let kind = self.tallies.kind_of_all(self.vals.kept().len())?;
        let compares_texts = kind == Kind::Str && matches!(plan.func, Func::Choose(_));
        (plan.field.suits(kind) && !compares_texts).then_some(kind)
    }

    fn fold(&self, kind: Kind, plan: &Reading, cx: &mut Cx<'_>) -> Option<Msg> {
        let (vals, n) = (self.vals.kept(), self.vals.kept().len() as i64);
        let acc = match (plan.func, kind) {
            (Func::Count, _) => Acc::Count(n),
            (Func::Sum, Kind::Int) => Acc::SumInt(self.tallies.sum),
            (Func::Sum, _) => Acc::SumFloat(sum(vals)),
            (Func::Mean, Kind::Int) => Acc::MeanInt { sum: self.tallies.sum, n },
            (Func::Mean, _) => Acc::MeanFloat { sum: sum(vals), n },
            (Func::Choose(_), _) => return self.point(kind, cx),
            (Func::Spread, _) => self.spread(kind),
            _ => {
                let floats = vals.iter().map(|val| match val {
                    Val::Float(x) => *x,
                    Val::Int(n) => *n as f64,
                    _ => f64::NAN,
                });
                Acc::Done(Val::Float(samples::stddev(floats)))
            }
        };
        Some(Msg::Fold(Fold { kind, outcome: Outcome::Value(acc.found()) }))
    }

    fn spread(&self, kind: Kind) -> Acc {
        let vals = self.vals.kept();
        let mut acc = Acc::new(Func::Spread, kind);
        match &self.func {
            State::Spread(ends) if self.tallies.nans == 0 => {
                let ends = [&ends.0, &ends.1].into_iter().filter_map(Best::best);
                ends.for_each(|at| acc.add(vals[(at - self.vals.start()) as usize]));
            }
            _ => vals.iter().for_each(|&val| acc.add(val)),
        }
        acc
    }

    fn point(&self, kind: Kind, cx: &mut Cx<'_>) -> Option<Msg> {
        let State::Choose(choice, state) = &self.func else { return None };
        let at = self.chosen(*choice, &state.0)?;
        let row = state.1.load(at, cx.tape)?;
        Some(Msg::Fold(Fold { kind, outcome: Outcome::Point(row, self.vals.kept()[at]) }))
    }
}

/// From left to right.
fn sum(vals: &[Val]) -> f64 {
    let mut sum = 0.0;
    for val in vals {
        if let Val::Float(x) = val {
            sum += x;
        }
    }
    sum
}

impl Points for Column {
    type Plan = Reading;

    fn new(plan: &Reading) -> Column {
        let func = match plan.func {
            Func::Spread => State::Spread(Box::default()),
            Func::Choose(choice) => State::Choose(choice, Box::default()),
            _ => State::None,
        };
        Column { vals: Fifo::default(), times: Fifo::default(), tallies: Tallies::default(), func }
    }

    #[inline]
    fn push(&mut self, row: &Row, plan: &Reading, cx: &mut Cx<'_>) {
        self.add(bare(plan.field.get(row, cx)), row.time);
        if let State::Choose(_, state) = &mut self.func {
            cx.keep(row, &mut state.1, plan.all_fields);
        }
    }

    #[inline]
    fn len(&self) -> usize {
        self.times.kept().len()
    }

    #[inline]
    fn oldest(&self) -> Option<i64> {
        self.times.kept().first().copied()
    }

    fn pop(&mut self) {
        let Some(&val) = self.vals.kept().first() else { return };
        self.tallies.take(val);
        self.vals.drop_front(1);
        self.times.drop_front(1);
        let start = self.vals.start();
        match &mut self.func {
            State::None => {}
            State::Spread(ends) => {
                ends.0.forget(start);
                ends.1.forget(start);
            }
            State::Choose(_, state) => {
                state.0.forget(start);
                state.1.pop();
            }
        }
    }

    fn clear(&mut self) {
        self.vals.clear();
        self.times.clear();
        self.tallies = Tallies::default();
        match &mut self.func {
            State::None => {}
            State::Spread(ends) => {
                ends.0.clear();
                ends.1.clear();
            }
            State::Choose(_, state) => {
                state.0.clear();
                state.1.clear();
            }
        }
    }

    fn give(&mut self, at: usize, head: &Head, plan: &Reading, cx: &mut Cx<'_>) -> Option<Msg> {
        if let Some(kind) = self.folds(plan) {
            return if at == 0 { self.fold(kind, plan, cx) } else { None };
        }
        if let State::Choose(_, state) = &self.func {
            let row = state.1.load(at, cx.tape)?;
            return Some(Msg::Item(Row { db: Sym::EMPTY, rp: Sym::EMPTY, ..row }));
        }
        Some(plan.stand_in(*self.vals.kept().get(at)?, head, cx))
    }
}

/// The values are added again: what is kept up to date with them follows from them.
impl Keep for Column {
    fn save(&self, out: &mut Saver<'_>) {
        out.count(self.len());
        for (&val, &time) in self.vals.kept().iter().zip(self.times.kept()) {
            out.bare(val);
            out.time(time);
        }
        if let State::Choose(_, state) = &self.func {
            state.1.save(out);
        }
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        for _ in 0..from.count()? {
            let (val, time) = (from.bare()?, from.time()?);
            self.add(val, time);
        }
        let len = self.len();
        match &mut self.func {
            State::Choose(_, state) => {
                state.1.restore(from)?;
                if state.1.len() == len { Ok(()) } else { Err(Damaged) }
            }
            _ => Ok(()),
        }
    }
}
