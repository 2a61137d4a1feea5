//! HOT: where a field goes that a node makes under a name of its own.

use super::Cx;
use crate::data::{Row, Sym, Val};

/// Where a field goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// Nobody reads it.
    Nowhere,
    /// The script names it.
    Slot(u32),
    /// It has no slot, but whole points are read.
    Extra(Sym),
}

impl Place {
    /// The place of a name, where these names have slots; `whole` if fields that the script does not name are read.
    #[cold]
    pub(super) fn of(name: Sym, whole: bool, slots: &[Sym]) -> Place {
        match slots.iter().position(|slot| *slot == name) {
            Some(slot) => Place::Slot(slot as u32),
            None if whole => Place::Extra(name),
            None => Place::Nowhere,
        }
    }

    /// Gives the field to a row that was made last.
    #[inline]
    pub(super) fn put(self, val: Val, out: &mut Row, cx: &mut Cx<'_>) {
        match self {
            Place::Slot(slot) => cx.set(out, slot, val),
            Place::Extra(name) => cx.add_extra(out, name, val),
            Place::Nowhere => {}
        }
    }
}
