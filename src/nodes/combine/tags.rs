//! HOT: the tags of a combination: dimensions under their names, all others with the prefix of their side.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use crate::data::{GroupId, Row, Sym, TagsId, World};
use crate::nodes::Build;
use crate::pipeline::NodeDef;

/// Works out the tags of each combination of tags once.
pub(super) struct Tags {
    /// Prefix and delimiter, for each side.
    heads: Vec<String>,
    /// By the group and the tags of all sides.
    known: HashMap<Box<[usize]>, TagsId, FixedState>,
    key: Vec<usize>,
}

impl Tags {
    pub(super) fn new(node: &NodeDef, _: &mut Build<'_>) -> Tags {
        let delimiter = node.str("delimiter").unwrap_or(".");
        let names = node.strs("as").unwrap_or_default();
        let heads = names.iter().map(|name| format!("{name}{delimiter}")).collect();
        Tags { heads, known: HashMap::with_hasher(FixedState::default()), key: Vec::new() }
    }

    /// The tags of the point that these make, in order of their sides.
    pub(super) fn of(&mut self, group: GroupId, rows: &[Row], world: &mut World) -> TagsId {
        self.key.clear();
        self.key.push(group.index());
        self.key.extend(rows.iter().map(|row| row.tags.index()));
        if let Some(&tags) = self.known.get(&*self.key) {
            return tags;
        }
        let tags = self.work_out(group, rows, world);
        self.known.insert(self.key.as_slice().into(), tags);
        tags
    }

    #[cold]
    fn work_out(&self, group: GroupId, rows: &[Row], world: &mut World) -> TagsId {
        let dims = world.groups.dims(world.groups.get(group).dims).names.clone();
        let mut pairs: Vec<(Sym, Sym)> = Vec::new();
        for (row, head) in rows.iter().zip(&self.heads) {
            for (key, value) in world.tags.pairs(row.tags).to_vec() {
                let key = match dims.contains(&key) {
                    true => key,
                    false => {
                        let name = format!("{head}{}", world.symbols.name(key));
                        world.symbols.intern(&name)
                    }
                };
                pairs.push((key, value));
            }
        }
        world.tags.intern(&pairs, &world.symbols)
    }
}
