//! HOT: the names of flattened fields, made of tag values and field names, and where they go.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::{drops_names, reads_all};
use crate::data::{Slots, Sym, TagsId, World};
use crate::nodes::place::Place;
use crate::nodes::{Build, Cx};
use crate::pipeline::NodeDef;

/// Works out each name once.
pub(super) struct Keys {
    on: Vec<Sym>,
    delimiter: String,
    /// The names of fields are left out.
    pub(super) drops_names: bool,
    reads_all: bool,
    /// Fields that the script does not name are read behind the node.
    whole: bool,
    /// What several tags make, or which of them is missing.
    prefixes: HashMap<TagsId, Result<Sym, Sym>, FixedState>,
    /// The full name of a prefix and a field, and where it goes.
    known: HashMap<(Sym, Sym), (Sym, Place), FixedState>,
}

impl Keys {
    pub(super) fn new(node: &NodeDef, b: &mut Build<'_>) -> Keys {
        Keys {
            on: node.strs("on").unwrap_or_default().into_iter().map(|tag| b.sym(tag)).collect(),
            delimiter: node.str("delimiter").unwrap_or(".").to_owned(),
            drops_names: drops_names(node),
            reads_all: reads_all(node),
            whole: b.whole,
            prefixes: HashMap::with_hasher(FixedState::default()),
            known: HashMap::with_hasher(FixedState::default()),
        }
    }

    /// Asks for the fields that are read behind the node with tags before them. Tag values may contain the
    /// delimiter too, so the field may begin after any of them.
    pub(super) fn sources(&self, slots: &mut Slots) {
        if self.reads_all {
            return;
        }
        for at in 0..slots.names().len() {
            let full = slots.names()[at].clone();
            for (end, delimiter) in full.match_indices(&self.delimiter) {
                let name = &full[end + delimiter.len()..];
                if !name.is_empty() {
                    slots.slot(name);
                }
            }
        }
    }

    /// Whether fields without a slot have to be looked at.
    pub(super) fn reads_rest(&self) -> bool {
        self.whole || self.reads_all
    }

    /// What the tags of a point put before its fields, or the tag that it lacks.
    pub(super) fn prefix(&mut self, tags: TagsId, world: &mut World) -> Result<Sym, Sym> {
        match *self.on {
            [] => Ok(Sym::EMPTY),
            [tag] => world.tags.get(tags, tag).ok_or(tag),
            _ => match self.prefixes.get(&tags) {
                Some(known) => *known,
                None => {
                    let prefix = self.joined(tags, world);
                    self.prefixes.insert(tags, prefix);
                    prefix
                }
            },
        }
    }

    #[cold]
    fn joined(&self, tags: TagsId, world: &mut World) -> Result<Sym, Sym> {
        let mut text = String::new();
        for (i, &tag) in self.on.iter().enumerate() {
            if i > 0 {
                text.push_str(&self.delimiter);
            }
            text.push_str(world.symbols.name(world.tags.get(tags, tag).ok_or(tag)?));
        }
        Ok(world.symbols.intern(&text))
    }

    /// The full name of a field, and where it goes.
    #[inline]
    pub(super) fn of(&mut self, prefix: Sym, name: Sym, cx: &mut Cx<'_>) -> (Sym, Place) {
        match self.known.get(&(prefix, name)) {
            Some(known) => *known,
            None => self.work_out(prefix, name, cx),
        }
    }

    /// Where a field of a full name goes, where these names have slots.
    pub(super) fn place(&self, full: Sym, slots: &[Sym]) -> Place {
        Place::of(full, self.whole, slots)
    }

    #[cold]
    fn work_out(&mut self, prefix: Sym, name: Sym, cx: &mut Cx<'_>) -> (Sym, Place) {
        let symbols = &mut cx.world.symbols;
        let full = match (self.drops_names, prefix) {
            (true, _) => prefix,
            (false, Sym::EMPTY) => name,
            (false, _) => {
                let full = format!("{}{}{}", symbols.name(prefix), self.delimiter, symbols.name(name));
                symbols.intern(&full)
            }
        };
        let place = self.place(full, &cx.task.slots);
        self.known.insert((prefix, name), (full, place));
        (full, place)
    }
}
