//! Groups: what `groupBy` makes of a point's tags, found once and then by index.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use super::index::Index;
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
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
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
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Group {
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
    /// The dimensions last asked for by the keys of a point.
    recent: usize,
    groups: Vec<Group>,
    index: Index,
    hash: FixedState,
    /// Used again for each new group.
    pairs: Vec<(Sym, Sym)>,
}

impl Default for Groups {
    fn default() -> Self {
        Groups {
            dims: vec![Dims::default()],
            recent: 0,
            groups: vec![Group { dims: DimsId::NONE, name: None, tags: TagsId::EMPTY }],
            index: Index::default(),
            hash: FixedState::with_seed(0x9206),
            pairs: Vec::new(),
        }
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

    /// The id of the dimensions that are all these tags. Series of one measurement mostly have the same.
    pub fn dims_of(
        &mut self,
        by_name: bool,
        keys: impl Iterator<Item = Sym> + Clone,
        symbols: &Symbols,
    ) -> DimsId {
        let recent = &self.dims[self.recent];
        if recent.by_name == by_name && recent.names.iter().copied().eq(keys.clone()) {
            return DimsId(self.recent as u32);
        }
        let id = self.dims_id(Dims { by_name, names: keys.collect() }, symbols);
        self.recent = id.0 as usize;
        id
    }

    /// What an id stands for.
    pub fn dims(&self, id: DimsId) -> &Dims {
        &self.dims[id.0 as usize]
    }

    /// What is known of a group.
    pub fn get(&self, id: GroupId) -> &Group {
        &self.groups[id.index()]
    }

    /// The group with this index, if there is one.
    pub fn at(&self, index: u32) -> Option<GroupId> {
        ((index as usize) < self.groups.len()).then_some(GroupId(index))
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
        let name = wanted.by_name.then_some(name);
        let tags = if wanted.names.iter().eq(sets.pairs(tags).iter().map(|p| &p.0)) {
            tags
        } else {
            let value = |key| sets.get(tags, key).unwrap_or(Sym::EMPTY);
            self.pairs.clear();
            self.pairs.extend(wanted.names.iter().map(|&key| (key, value(key))));
            sets.intern(&self.pairs, symbols)
        };
        let hash = self.hash.hash_one((dims, name, tags));
        let group = Group { dims, name, tags };
        if let Some(id) = self.index.find(hash, |id| self.groups[id] == group) {
            return GroupId(id);
        }
        let id = self.groups.len() as u32;
        self.groups.push(group);
        self.index.insert(hash, id);
        GroupId(id)
    }

    /// Appends a group's id as Kapacitor writes it: `cpu=cpu0,host=a`, led by the name and a newline if
    /// grouped by it.
    pub(super) fn push_id(&self, id: GroupId, sets: &TagSets, symbols: &Symbols, out: &mut String) {
        let group = self.get(id);
        let names = &self.dims(group.dims).names;
        if let Some(name) = group.name {
            out.push_str(symbols.name(name));
            if !names.is_empty() {
                out.push('\n');
            }
        }
        for (i, &key) in names.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            out.push_str(symbols.name(key));
            out.push('=');
            out.push_str(symbols.name(sets.get(group.tags, key).unwrap_or(Sym::EMPTY)));
        }
    }
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
        assert_eq!(w.group_id(g), "core=,host=a");
        assert_eq!(w.group(dims, cpu, tags), g);
        let named = w.groups.dims_id(Dims { by_name: true, names: vec![host] }, &w.symbols);
        let g = w.group(named, cpu, tags);
        assert_eq!(w.group_id(g), "cpu\nhost=a");
        assert_eq!(w.group(DimsId::NONE, cpu, tags), GroupId::NIL);
    }
}
