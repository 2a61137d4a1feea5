//! HOT: where a field goes that a node makes under a name of its own.

use super::{Cx, TaskInfo};
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
    /// The place of a name; `whole` if fields that the script does not name are read.
    pub(super) fn of(name: Sym, whole: bool, task: &TaskInfo) -> Place {
        match task.by_name.get(&name) {
            Some(&slot) => Place::Slot(slot),
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
