//! Interned text: measurement names, tag keys and values, field names.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use super::index::Index;

/// An interned text. Equal texts have equal symbols; the order of symbols means nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Sym(u32);

impl Sym {
    /// The empty text.
    pub const EMPTY: Sym = Sym(0);

    /// Dense, from 0 in order of first sight.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The table of interned texts: one text of all, so that a new one costs no allocation of its own.
pub struct Symbols {
    all: String,
    /// Where each text ends.
    ends: Vec<usize>,
    index: Index,
    hash: FixedState,
}

impl Default for Symbols {
    fn default() -> Self {
        let mut symbols = Symbols {
            all: String::new(),
            ends: Vec::new(),
            index: Index::default(),
            hash: FixedState::with_seed(0x71c4),
        };
        symbols.intern("");
        symbols
    }
}

impl Symbols {
    /// The symbol of a text, new or known.
    pub fn intern(&mut self, text: &str) -> Sym {
        let hash = self.hash.hash_one(text);
        if let Some(known) = self.known(hash, text) {
            return known;
        }
        let id = self.ends.len() as u32;
        self.all.push_str(text);
        self.ends.push(self.all.len());
        self.index.insert(hash, id);
        Sym(id)
    }

    /// The symbol of a text, if it was ever interned.
    pub fn find(&self, text: &str) -> Option<Sym> {
        self.known(self.hash.hash_one(text), text)
    }

    fn known(&self, hash: u64, text: &str) -> Option<Sym> {
        self.index.find(hash, |id| self.bytes(id) == text.as_bytes()).map(Sym)
    }

    /// The text of a symbol.
    pub fn name(&self, sym: Sym) -> &str {
        &self.all[self.start(sym.index())..self.ends[sym.index()]]
    }

    /// Whether a symbol stands for this text.
    pub(super) fn is(&self, sym: Sym, text: &str) -> bool {
        self.bytes(sym.index()) == text.as_bytes()
    }

    fn bytes(&self, id: usize) -> &[u8] {
        &self.all.as_bytes()[self.start(id)..self.ends[id]]
    }

    fn start(&self, id: usize) -> usize {
        id.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Never: the empty text is always there.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
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
