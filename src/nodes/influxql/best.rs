//! HOT: the best of a window that slides, without looking at all of it.

use crate::data::Fifo;

/// Places that may still become the best, the best first: each is worse than the one before, and newer.
#[derive(Default)]
pub(super) struct Best(Fifo<u64>);

impl Best {
    /// A new place comes in; it may beat those before it. There may be as many places as values one day,
    /// for which the caller says that it has room.
    #[inline]
    pub(super) fn push(&mut self, at: u64, room: usize, beats: impl Fn(u64) -> bool) {
        self.0.make_room(room);
        while self.0.kept().last().is_some_and(|&last| beats(last)) {
            self.0.pop_back();
        }
        self.0.push(at);
    }

    /// Forgets the places before one.
    #[inline]
    pub(super) fn forget(&mut self, before: u64) {
        while self.0.kept().first().is_some_and(|&first| first < before) {
            self.0.drop_front(1);
        }
    }

    /// The best place.
    pub(super) fn best(&self) -> Option<u64> {
        self.0.kept().first().copied()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
