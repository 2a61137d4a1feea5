//! Interned text: measurement names, tag keys and values, field names.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

/// An interned text. Equal texts have equal symbols; the order of symbols means nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Sym(u32);

impl Sym {
    /// The empty text.
    pub const EMPTY: Sym = Sym(0);

    /// Dense, from 0 in order of first sight.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The table of interned texts.
pub struct Symbols {
    names: Vec<Box<str>>,
    table: HashTable<Sym>,
    hash: FixedState,
}

impl Default for Symbols {
    fn default() -> Self {
        let mut symbols =
            Symbols { names: Vec::new(), table: HashTable::new(), hash: FixedState::with_seed(0x71c4) };
        symbols.intern("");
        symbols
    }
}

impl Symbols {
    /// The symbol of a text, new or known.
    pub fn intern(&mut self, text: &str) -> Sym {
        let hash = self.hash.hash_one(text);
        if let Some(&sym) = self.table.find(hash, |s| &*self.names[s.index()] == text) {
            return sym;
        }
        let sym = Sym(self.names.len() as u32);
        self.names.push(text.into());
        let (names, hasher) = (&self.names, &self.hash);
        self.table.insert_unique(hash, sym, |s| hasher.hash_one(&*names[s.index()]));
        sym
    }

    /// The symbol of a text, if it was ever interned.
    pub fn find(&self, text: &str) -> Option<Sym> {
        let hash = self.hash.hash_one(text);
        self.table.find(hash, |s| &*self.names[s.index()] == text).copied()
    }

    /// The text of a symbol.
    pub fn name(&self, sym: Sym) -> &str {
        &self.names[sym.index()]
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Never: the empty text is always there.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_have_equal_symbols() {
        let mut s = Symbols::default();
        let (a, b) = (s.intern("cpu"), s.intern("mem"));
        assert_ne!(a, b);
        assert_eq!(s.intern("cpu"), a);
        assert_eq!(s.name(b), "mem");
        assert_eq!(s.find("disk"), None);
        assert_eq!(s.intern(""), Sym::EMPTY);
    }
}
