//! HOT: dense ids found by the hash of what they stand for.
//!
//! Half of each hash is kept beside the id. So the table grows without hashing anything again, and what
//! an id stands for is looked at only if the halves agree: inputs with many series spend much of their
//! time here.

use hashbrown::HashTable;

#[derive(Clone, Copy)]
struct Entry {
    id: u32,
    half: u32,
}

impl Entry {
    /// The table takes a bucket from the low bits and a mark from the high ones.
    fn spread(half: u32) -> u64 {
        u64::from(half) << 32 | u64::from(half)
    }
}

/// Ids by hash.
#[derive(Default)]
pub(super) struct Index(HashTable<Entry>);

impl Index {
    /// The id with this hash that is the `same`.
    #[inline]
    pub(super) fn find(&self, hash: u64, same: impl Fn(usize) -> bool) -> Option<u32> {
        let half = half(hash);
        let found = |e: &Entry| e.half == half && same(e.id as usize);
        self.0.find(Entry::spread(half), found).map(|e| e.id)
    }

    /// Takes in an id that is not there.
    #[inline]
    pub(super) fn insert(&mut self, hash: u64, id: u32) {
        let half = half(hash);
        self.0.insert_unique(Entry::spread(half), Entry { id, half }, |e| Entry::spread(e.half));
    }
}

fn half(hash: u64) -> u32 {
    (hash >> 32) as u32 ^ hash as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_however_the_table_grows() {
        let mut index = Index::default();
        let hash = |id: u32| u64::from(id / 2).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for id in 0..10_000 {
            assert_eq!(index.find(hash(id), |other| other == id as usize), None);
            index.insert(hash(id), id);
        }
        for id in 0..10_000 {
            assert_eq!(index.find(hash(id), |other| other == id as usize), Some(id), "two have each hash");
        }
    }
}
