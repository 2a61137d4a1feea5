//! Sets of tags, each kept once.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;

use super::index::Index;
use super::{Sym, Symbols};

/// A set of tags.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct TagsId(u32);

impl TagsId {
    /// No tags.
    pub const EMPTY: TagsId = TagsId(0);
    /// No tags either, and JSON says so: `null`. Points of `stats` have it before any group is known.
    pub const NONE: TagsId = TagsId(1);

    /// Dense, from 0 in order of first sight.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

#[derive(Clone, Copy)]
struct TagSet {
    /// Its pairs lie from here on among those of all sets.
    start: u32,
    len: u32,
    /// One bit for each key, so that most absent keys are known without a search.
    mask: u64,
}

fn bit(key: Sym) -> u64 {
    1 << (key.index() & 63)
}

/// The table of tag sets.
pub struct TagSets {
    sets: Vec<TagSet>,
    /// The pairs of all sets.
    pairs: Vec<(Sym, Sym)>,
    index: Index,
    hash: FixedState,
}

impl Default for TagSets {
    fn default() -> Self {
        let mut sets = TagSets {
            sets: Vec::new(),
            pairs: Vec::new(),
            index: Index::default(),
            hash: FixedState::with_seed(0x7a65),
        };
        sets.intern_sorted(&[]);
        sets.sets.push(TagSet { start: 0, len: 0, mask: 0 });
        sets
    }
}

impl TagSets {
    /// The set of these pairs, in any order; of a key given twice the last value counts.
    pub fn intern(&mut self, pairs: &[(Sym, Sym)], symbols: &Symbols) -> TagsId {
        let mut sorted: Vec<(Sym, Sym)> = Vec::with_capacity(pairs.len());
        for &(key, value) in pairs {
            match sorted.iter_mut().find(|p| p.0 == key) {
                Some(pair) => pair.1 = value,
                None => sorted.push((key, value)),
            }
        }
        sorted.sort_by(|a, b| symbols.name(a.0).as_bytes().cmp(symbols.name(b.0).as_bytes()));
        self.intern_sorted(&sorted)
    }

    /// The set of these pairs, which are sorted by the bytes of their keys, each key once.
    pub(super) fn intern_sorted(&mut self, pairs: &[(Sym, Sym)]) -> TagsId {
        let mut hasher = self.hash.build_hasher();
        for &(key, value) in pairs {
            hasher.write_u64((key.index() as u64) << 32 | value.index() as u64);
        }
        let hash = hasher.finish();
        if let Some(id) = self.index.find(hash, |id| self.of(&self.sets[id]) == pairs) {
            return TagsId(id);
        }
        let id = self.sets.len() as u32;
        let mask = pairs.iter().fold(0, |m, p| m | bit(p.0));
        self.sets.push(TagSet { start: self.pairs.len() as u32, len: pairs.len() as u32, mask });
        self.pairs.extend_from_slice(pairs);
        self.index.insert(hash, id);
        TagsId(id)
    }

    fn of(&self, set: &TagSet) -> &[(Sym, Sym)] {
        &self.pairs[set.start as usize..][..set.len as usize]
    }

    /// The pairs, sorted by the bytes of their keys.
    pub fn pairs(&self, id: TagsId) -> &[(Sym, Sym)] {
        self.of(&self.sets[id.index()])
    }

    /// The value of a key.
    #[inline]
    pub fn get(&self, id: TagsId, key: Sym) -> Option<Sym> {
        let set = &self.sets[id.index()];
        if set.mask & bit(key) == 0 {
            return None;
        }
        self.of(set).iter().find(|p| p.0 == key).map(|p| p.1)
    }

    /// The same set with a key set to a value.
    pub fn with(&mut self, id: TagsId, key: Sym, value: Sym, symbols: &Symbols) -> TagsId {
        if self.get(id, key) == Some(value) {
            return id;
        }
        let mut pairs = self.pairs(id).to_vec();
        pairs.push((key, value));
        self.intern(&pairs, symbols)
    }

    /// The same set without a key.
    pub fn without(&mut self, id: TagsId, key: Sym) -> TagsId {
        if self.get(id, key).is_none() {
            return id;
        }
        let pairs: Vec<_> = self.pairs(id).iter().copied().filter(|p| p.0 != key).collect();
        self.intern_sorted(&pairs)
    }

    /// How many sets there are.
    pub fn len(&self) -> usize {
        self.sets.len()
    }

    /// Never: the empty set is always there.
    pub fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_sorted_and_kept_once() {
        let mut s = Symbols::default();
        let mut t = TagSets::default();
        let (h, c, a, z) = (s.intern("host"), s.intern("cpu"), s.intern("a"), s.intern("0"));
        let one = t.intern(&[(h, a), (c, z)], &s);
        assert_eq!(t.pairs(one), &[(c, z), (h, a)]);
        assert_eq!(t.intern(&[(c, z), (h, z), (h, a)], &s), one, "the last value of a key counts");
        assert_eq!(t.get(one, h), Some(a));
        let less = t.without(one, c);
        assert_eq!(t.pairs(less), &[(h, a)]);
        assert_eq!(t.with(less, c, z, &s), one);
        assert_eq!(t.without(less, c), less);
    }
}
