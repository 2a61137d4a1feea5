//! Groups: what `groupBy` makes of a point's tags, found once and then by index.

use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::{Sym, Symbols, TagSets, TagsId};

/// Dimensions, kept once.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct DimsId(u32);

impl DimsId {
    /// No dimensions: everything is one group.
    pub const NONE: DimsId = DimsId(0);
}

/// What points are grouped by.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Dims {
    /// By measurement too.
    pub by_name: bool,
    /// Tag names, sorted by their bytes.
    pub names: Vec<Sym>,
}

/// A group: dense from 0 over the whole run; 0 is the group of ungrouped points.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct GroupId(u32);

impl GroupId {
    /// The one group of ungrouped points.
    pub const NIL: GroupId = GroupId(0);

    /// For state held in vectors.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What is known of a group.
#[derive(Debug)]
pub struct Group {
    /// As Kapacitor writes it: `cpu=cpu0,host=a`, led by the name and a newline if grouped by it.
    pub id: Arc<str>,
    /// What it is grouped by.
    pub dims: DimsId,
    /// The measurement, where grouped by it.
    pub name: Option<Sym>,
    /// The dimensions' tags; absent ones are empty.
    pub tags: TagsId,
}

/// The table of groups.
pub struct Groups {
    dims: Vec<Dims>,
    groups: Vec<Group>,
    table: HashTable<GroupId>,
    hash: FixedState,
}

impl Default for Groups {
    fn default() -> Self {
        let nil = Group { id: "".into(), dims: DimsId::NONE, name: None, tags: TagsId::EMPTY };
        let mut groups = Groups {
            dims: vec![Dims::default()],
            groups: vec![],
            table: HashTable::new(),
            hash: FixedState::with_seed(0x9206),
        };
        groups.insert(nil);
        groups
    }
}

impl Groups {
    /// The id of these dimensions; their names are sorted first.
    pub fn dims_id(&mut self, mut dims: Dims, symbols: &Symbols) -> DimsId {
        dims.names.sort_by(|a, b| symbols.name(*a).as_bytes().cmp(symbols.name(*b).as_bytes()));
        let known = self.dims.iter().position(|d| *d == dims);
        DimsId(known.unwrap_or_else(|| {
            self.dims.push(dims);
            self.dims.len() - 1
        }) as u32)
    }

    /// What an id stands for.
    pub fn dims(&self, id: DimsId) -> &Dims {
        &self.dims[id.0 as usize]
    }

    /// What is known of a group.
    pub fn get(&self, id: GroupId) -> &Group {
        &self.groups[id.index()]
    }

    /// How many groups there are.
    pub fn len(&self) -> usize {
        self.groups.len()
    }

    /// Never: the group of ungrouped points is always there.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// The group of a point with this name and these tags.
    pub(super) fn of(
        &mut self,
        dims: DimsId,
        name: Sym,
        tags: TagsId,
        sets: &mut TagSets,
        symbols: &Symbols,
    ) -> GroupId {
        if dims == DimsId::NONE {
            return GroupId::NIL;
        }
        let wanted = &self.dims[dims.0 as usize];
        let pairs: Vec<(Sym, Sym)> =
            wanted.names.iter().map(|&n| (n, sets.get(tags, n).unwrap_or(Sym::EMPTY))).collect();
        let name = wanted.by_name.then_some(name);
        let tags = sets.intern(&pairs, symbols);
        let hash = self.hash.hash_one((dims, name, tags));
        let same = |g: &Group| g.dims == dims && g.name == name && g.tags == tags;
        if let Some(&id) = self.table.find(hash, |id| same(&self.groups[id.index()])) {
            return id;
        }
        let id = group_id(name, &pairs, symbols);
        self.insert(Group { id: id.into(), dims, name, tags })
    }

    fn insert(&mut self, group: Group) -> GroupId {
        let id = GroupId(self.groups.len() as u32);
        let hash = self.hash.hash_one((group.dims, group.name, group.tags));
        self.groups.push(group);
        let (groups, hasher) = (&self.groups, &self.hash);
        self.table.insert_unique(hash, id, |id| {
            let g = &groups[id.index()];
            hasher.hash_one((g.dims, g.name, g.tags))
        });
        id
    }
}

fn group_id(name: Option<Sym>, pairs: &[(Sym, Sym)], symbols: &Symbols) -> String {
    let mut id = String::new();
    if let Some(name) = name {
        id.push_str(symbols.name(name));
        if !pairs.is_empty() {
            id.push('\n');
        }
    }
    for (i, &(key, value)) in pairs.iter().enumerate() {
        if i > 0 {
            id.push(',');
        }
        id.push_str(symbols.name(key));
        id.push('=');
        id.push_str(symbols.name(value));
    }
    id
}

#[cfg(test)]
mod tests {
    use super::super::World;
    use super::*;

    #[test]
    fn absent_tags_group_under_the_empty_value() {
        let mut w = World::default();
        let s = &mut w.symbols;
        let (cpu, host, core, a) = (s.intern("cpu"), s.intern("host"), s.intern("core"), s.intern("a"));
        let dims = w.groups.dims_id(Dims { by_name: false, names: vec![host, core] }, &w.symbols);
        let tags = w.tags.intern(&[(host, a)], &w.symbols);
        let g = w.group(dims, cpu, tags);
        assert_eq!(&*w.groups.get(g).id, "core=,host=a");
        assert_eq!(w.group(dims, cpu, tags), g);
        let named = w.groups.dims_id(Dims { by_name: true, names: vec![host] }, &w.symbols);
        let g = w.group(named, cpu, tags);
        assert_eq!(&*w.groups.get(g).id, "cpu\nhost=a");
        assert_eq!(w.group(DimsId::NONE, cpu, tags), GroupId::NIL);
    }
}
