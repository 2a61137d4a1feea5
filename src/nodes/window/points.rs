//! HOT: what a window keeps of its points: the points themselves, or less if that is enough for what reads them.

use crate::data::{Head, Keep, Row, Shelf, Sym};
use crate::nodes::{Cx, Msg};

/// The kept points of a group.
pub(in crate::nodes) trait Points: Keep {
    /// What is the same for all groups.
    type Plan;

    /// Without points.
    fn new(plan: &Self::Plan) -> Self;

    /// Keeps a point.
    fn push(&mut self, row: &Row, plan: &Self::Plan, cx: &mut Cx<'_>);

    /// How many are kept.
    fn len(&self) -> usize;

    /// The time of the oldest; none if single points are not kept.
    fn oldest(&self) -> Option<i64>;

    /// Forgets the oldest.
    fn pop(&mut self);

    /// Forgets all.
    fn clear(&mut self);

    /// The message at an index of those that stand for the points of a batch.
    fn give(&mut self, at: usize, head: &Head, plan: &Self::Plan, cx: &mut Cx<'_>) -> Option<Msg>;
}

/// Keeps whole points.
pub(in crate::nodes) struct Whole {
    /// Fields that the script does not name are kept too.
    pub(in crate::nodes) all_fields: bool,
}

impl Points for Shelf {
    type Plan = Whole;

    fn new(_: &Whole) -> Shelf {
        Shelf::default()
    }

    #[inline]
    fn push(&mut self, row: &Row, plan: &Whole, cx: &mut Cx<'_>) {
        cx.keep(row, self, plan.all_fields);
    }

    #[inline]
    fn len(&self) -> usize {
        Shelf::len(self)
    }

    #[inline]
    fn oldest(&self) -> Option<i64> {
        self.time(0)
    }

    #[inline]
    fn pop(&mut self) {
        Shelf::pop(self);
    }

    fn clear(&mut self) {
        Shelf::clear(self);
    }

    fn give(&mut self, at: usize, _: &Head, _: &Whole, cx: &mut Cx<'_>) -> Option<Msg> {
        let row = self.load(at, cx.tape)?;
        // In a batch a point has neither database nor retention policy.
        Some(Msg::Item(Row { db: Sym::EMPTY, rp: Sym::EMPTY, ..row }))
    }
}
