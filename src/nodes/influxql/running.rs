//! HOT: a window whose points are reduced as they come, and not kept.

use super::field::Kind;
use super::fold::{Fold, Outcome, Reading, bare};
use super::func::{Given, Tally};
use crate::data::{Damaged, Head, Keep, Loader, Row, Saver, Shelf, Sym, Val};
use crate::nodes::window::Points;
use crate::nodes::{Cx, Msg};

/// The reduction of the points of a window.
pub(in crate::nodes) struct Running {
    /// Once a value was taken.
    kind: Option<Kind>,
    /// Points seen.
    seen: u32,
    tally: Tally,
    odd: Option<Box<Odd>>,
}

/// What is not as usual: it goes through the function point by point, which tells what is wrong with it.
#[derive(Default)]
struct Odd {
    /// What came before the first value of a kind.
    before: Vec<Val>,
    /// What came after it and is of another.
    after: Vec<Val>,
    /// Points from the first on whose kind the function does not take: what it then does depends on what
    /// it did before.
    points: Shelf,
}

impl Odd {
    fn clear(&mut self) {
        self.before.clear();
        self.after.clear();
        self.points.clear();
    }
}

impl Running {
    /// The first value, or what is in the place of one.
    #[cold]
    fn first(&mut self, val: Val, row: &Row, plan: &Reading, cx: &mut Cx<'_>) {
        let kind = match Kind::of(val) {
            Some(kind) if plan.field.suits(kind) => kind,
            None => return self.odd().before.push(val),
            Some(_) => return cx.keep(row, &mut self.odd().points, plan.all_fields),
        };
        self.kind = Some(kind);
        self.tally.reset(plan.func, kind);
        self.add(kind, val, row, plan, cx);
    }

    #[inline]
    fn add(&mut self, kind: Kind, val: Val, row: &Row, plan: &Reading, cx: &mut Cx<'_>) {
        if kind.takes(val) {
            self.tally.add(val, row, plan.all_fields, cx);
        } else {
            self.odd().after.push(bare(val));
        }
    }

    #[cold]
    fn odd(&mut self) -> &mut Odd {
        self.odd.get_or_insert_with(Box::default)
    }

    /// What the values come to.
    fn fold(&mut self, plan: &Reading, cx: &mut Cx<'_>) -> Option<Msg> {
        let kind = self.kind?;
        let outcome = match self.tally.give(plan.func) {
            Some(Given::Value(found)) => Outcome::Value(found),
            Some(Given::Point(shelf, at, found)) => {
                let row = shelf.load(at, cx.tape)?;
                let val = cx.slots(&row).get(plan.field.slot as usize).copied().unwrap_or(found.val);
                Outcome::Point(row, val)
            }
            // A kind was found, but no value of it.
            None => Outcome::Nothing,
        };
        Some(Msg::Fold(Fold { kind, outcome }))
    }
}

impl Points for Running {
    type Plan = Reading;

    fn new(plan: &Reading) -> Running {
        Running { kind: None, seen: 0, tally: Tally::new(plan.func), odd: None }
    }

    #[inline]
    fn push(&mut self, row: &Row, plan: &Reading, cx: &mut Cx<'_>) {
        self.seen = self.seen.saturating_add(1);
        let val = plan.field.get(row, cx);
        match (self.kind, &mut self.odd) {
            (Some(kind), _) => self.add(kind, val, row, plan, cx),
            (None, Some(odd)) if !odd.points.is_empty() => cx.keep(row, &mut odd.points, plan.all_fields),
            (None, _) => self.first(val, row, plan, cx),
        }
    }

    #[inline]
    fn len(&self) -> usize {
        self.seen as usize
    }

    fn oldest(&self) -> Option<i64> {
        None
    }

    fn pop(&mut self) {}

    fn clear(&mut self) {
        self.kind = None;
        self.seen = 0;
        if let Some(odd) = &mut self.odd {
            odd.clear();
        }
    }

    fn give(&mut self, at: usize, head: &Head, plan: &Reading, cx: &mut Cx<'_>) -> Option<Msg> {
        let Some(odd) = &self.odd else {
            return if at == 0 { self.fold(plan, cx) } else { None };
        };
        if let Some(&val) = odd.before.get(at) {
            return Some(plan.stand_in(val, head, cx));
        }
        let at = at - odd.before.len();
        if self.kind.is_none() {
            let row = odd.points.load(at, cx.tape)?;
            return Some(Msg::Item(Row { db: Sym::EMPTY, rp: Sym::EMPTY, ..row }));
        }
        match at.checked_sub(1) {
            None => self.fold(plan, cx),
            Some(at) => Some(plan.stand_in(*odd.after.get(at)?, head, cx)),
        }
    }
}

impl Keep for Odd {
    fn save(&self, out: &mut Saver<'_>) {
        for vals in [&self.before, &self.after] {
            out.count(vals.len());
            vals.iter().for_each(|&val| out.bare(val));
        }
        self.points.save(out);
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        for vals in [&mut self.before, &mut self.after] {
            for _ in 0..from.count()? {
                vals.push(from.bare()?);
            }
        }
        self.points.restore(from)
    }
}

impl Keep for Running {
    fn save(&self, out: &mut Saver<'_>) {
        self.kind.save(out);
        self.seen.save(out);
        if self.kind.is_some() {
            self.tally.save(out);
        }
        self.odd.save(out);
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        self.kind = from.get()?;
        self.seen = from.get()?;
        if self.kind.is_some() {
            self.tally.restore(from)?;
        }
        self.odd.restore(from)
    }
}
