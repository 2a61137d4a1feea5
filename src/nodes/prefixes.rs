//! HOT: what `join` and `combine` call the fields of their inputs: a prefix for each side.
//!
//! Where a field goes is worked out once, for slots when the first point comes, for other fields when
//! they are first seen.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::Cx;
use super::place::Place;
use crate::data::{Rest, Row, Slots, Sym, Val, World};
use crate::pipeline::NodeDef;

/// The prefixes of a node, and where they lead.
pub(super) struct Prefixes {
    /// Prefix and delimiter, for each side.
    heads: Vec<String>,
    /// Fields that the script does not name are read behind the node.
    whole: bool,
    /// Two sides may give a field of one name; the later one counts.
    clash: bool,
    ready: bool,
    /// Slots of fields that are read behind the node under the name of some side.
    slots: Vec<u32>,
    /// Where each of them goes, for all sides one after the other.
    places: Vec<Place>,
    /// Where fields without a slot go, by side.
    extra: HashMap<(u32, Sym), Place, FixedState>,
}

impl Prefixes {
    /// From `.as()` and `.delimiter()`.
    pub(super) fn new(node: &NodeDef, whole: bool) -> Prefixes {
        let delimiter = node.str("delimiter").unwrap_or(".");
        let names = node.strs("as").unwrap_or_default();
        let heads: Vec<String> = names.iter().map(|name| format!("{name}{delimiter}")).collect();
        let begins = |(i, a): (usize, &String)| {
            heads.iter().enumerate().any(|(j, b)| i != j && b.starts_with(a.as_str()))
        };
        let clash = heads.iter().enumerate().any(begins);
        Prefixes {
            heads,
            whole,
            clash,
            ready: false,
            slots: Vec::new(),
            places: Vec::new(),
            extra: HashMap::with_hasher(FixedState::default()),
        }
    }

    /// Asks for the fields that are read behind the node under a prefix.
    pub(super) fn sources(&self, slots: &mut Slots) {
        for at in 0..slots.names().len() {
            for head in &self.heads {
                if let Some(name) = slots.names()[at].strip_prefix(head).filter(|name| !name.is_empty()) {
                    let name = name.to_owned();
                    slots.slot(&name);
                }
            }
        }
    }

    /// To be called before the first use: now all slots are known.
    #[inline]
    pub(super) fn prepare(&mut self, cx: &mut Cx<'_>) {
        if !self.ready {
            self.work_out(&cx.task.slots, cx.world);
        }
    }

    /// The same, with the names that have slots.
    #[cold]
    pub(super) fn work_out(&mut self, slots: &[Sym], world: &mut World) {
        if std::mem::replace(&mut self.ready, true) {
            return;
        }
        let mut rows = Vec::new();
        for (slot, &name) in slots.iter().enumerate() {
            let places: Vec<Place> =
                (0..self.heads.len()).map(|side| self.place(side, name, slots, world)).collect();
            if places.iter().any(|place| *place != Place::Nowhere) {
                self.slots.push(slot as u32);
                rows.push(places);
            }
        }
        for side in 0..self.heads.len() {
            self.places.extend(rows.iter().map(|places| places[side]));
        }
    }

    fn place(&self, side: usize, name: Sym, slots: &[Sym], world: &mut World) -> Place {
        let full = format!("{}{}", self.heads[side], world.symbols.name(name));
        Place::of(world.symbols.intern(&full), self.whole, slots)
    }

    /// The slots worth keeping.
    pub(super) fn slots(&self) -> &[u32] {
        &self.slots
    }

    /// Whether fields without a slot are to be kept too.
    pub(super) fn whole(&self) -> bool {
        self.whole
    }

    /// Gives a field of a side, which is that many-th of the slots worth keeping, to a point.
    #[inline]
    pub(super) fn set(&self, side: usize, nth: usize, val: Val, out: &mut Row, cx: &mut Cx<'_>) {
        self.put(self.places[side * self.slots.len() + nth], val, out, cx);
    }

    /// Gives a field of a side that has no slot to a point.
    pub(super) fn set_extra(&mut self, side: usize, name: Sym, val: Val, out: &mut Row, cx: &mut Cx<'_>) {
        let key = (side as u32, name);
        let place = match self.extra.get(&key) {
            Some(place) => *place,
            None => {
                let place = self.place(side, name, &cx.task.slots, cx.world);
                self.extra.insert(key, place);
                place
            }
        };
        self.put(place, val, out, cx);
    }

    #[inline]
    fn put(&self, place: Place, val: Val, out: &mut Row, cx: &mut Cx<'_>) {
        if self.clash
            && let (Place::Extra(name), Rest::Extra { start, end }) = (place, out.rest)
            && let Some(field) =
                cx.tape.extra[start as usize..end as usize].iter_mut().find(|field| field.0 == name)
        {
            field.1 = val;
            return;
        }
        place.put(val, out, cx);
    }
}
