//! HOT: batches that met, point by point.

use super::held::Held;
use super::sets::Message;
use crate::data::GroupId;
use crate::data::{Head, Sym};

/// The batch that is being given: its sides, and how far each of them has been read.
pub(super) struct Open {
    head: Option<Head>,
    sides: Vec<Side>,
    names: Option<u32>,
}

#[derive(Clone, Copy, Default)]
struct Side {
    batch: Option<Message>,
    at: usize,
    /// Its point at the time at hand.
    row: Option<u32>,
}

impl Open {
    pub(super) fn new(parents: usize) -> Open {
        Open { head: None, sides: vec![Side::default(); parents], names: None }
    }

    /// Takes up batches, of which those that are missing have no points.
    pub(super) fn begin(&mut self, head: Head, members: &[Option<Message>], held: &Held) {
        self.head = Some(head);
        for (side, &batch) in self.sides.iter_mut().zip(members) {
            *side = Side { batch, at: 0, row: None };
        }
        let first = |side: &Side| held.point(side.batch?.id, 0).map(|(_, row)| row);
        self.names = self.sides.iter().find_map(first);
    }

    pub(super) fn is_open(&self) -> bool {
        self.head.is_some()
    }

    /// What was given at the beginning.
    pub(super) fn head(&self) -> Head {
        self.head.unwrap_or(Head { name: Sym::EMPTY, group: GroupId::NIL, tmax: 0 })
    }

    /// Goes on to the earliest time at which a side has its next point; none when all are at their ends.
    pub(super) fn step(&mut self, held: &Held) -> Option<i64> {
        let next = |side: &Side| held.point(side.batch?.id, side.at);
        let time = self.sides.iter().filter_map(next).map(|(time, _)| time).min()?;
        for side in &mut self.sides {
            side.row = next(side).filter(|(at, _)| *at == time).map(|(_, row)| row);
            side.at += usize::from(side.row.is_some());
        }
        Some(time)
    }

    /// The point of each side at the time at hand.
    pub(super) fn rows(&self) -> impl Iterator<Item = Option<u32>> + Clone {
        self.sides.iter().map(|side| side.row)
    }

    /// The point whose fields all sides are thought to have: the first of the first batch that has any.
    pub(super) fn names(&self) -> Option<u32> {
        self.names
    }

    /// Ends it; gives back its batches.
    pub(super) fn end(&mut self) -> impl Iterator<Item = Message> {
        self.head = None;
        self.sides.iter_mut().filter_map(|side| side.batch.take())
    }
}
