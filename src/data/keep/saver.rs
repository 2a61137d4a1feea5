//! Writes state.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::Keep;
use crate::data::{GroupId, StrRef, Sym, TagsId, Val, World};

/// Writes state to bytes that mean the same in any world.
pub struct Saver<'a> {
    bytes: Vec<u8>,
    world: &'a World,
    syms: HashMap<Sym, u64, FixedState>,
    tags: HashMap<TagsId, u64, FixedState>,
    groups: HashMap<GroupId, u64, FixedState>,
    /// The time that was written last: the next is mostly near.
    time: i64,
}

impl<'a> Saver<'a> {
    /// Writes the state of something in this world.
    pub fn new(world: &'a World) -> Saver<'a> {
        Saver {
            bytes: Vec::new(),
            world,
            syms: [(Sym::EMPTY, 0)].into_iter().collect(),
            tags: [(TagsId::EMPTY, 0), (TagsId::NONE, 1)].into_iter().collect(),
            groups: [(GroupId::NIL, 0)].into_iter().collect(),
            time: 0,
        }
    }

    /// What was written.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }

    /// The world of what is written.
    pub fn world(&self) -> &'a World {
        self.world
    }

    /// A byte as it is.
    pub fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// A number; small ones are short.
    pub fn number(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.bytes.push(n as u8 | 0x80);
            n >>= 7;
        }
        self.bytes.push(n as u8);
    }

    /// A number with a sign; those near 0 are short.
    pub fn signed(&mut self, n: i64) {
        self.number((n << 1 ^ n >> 63) as u64);
    }

    /// A time; short if it is near the one before.
    pub fn time(&mut self, time: i64) {
        self.signed(time.wrapping_sub(self.time));
        self.time = time;
    }

    /// All bits of a float.
    pub fn float(&mut self, x: f64) {
        self.bytes.extend(x.to_bits().to_le_bytes());
    }

    /// How many items follow.
    pub fn count(&mut self, len: usize) {
        self.number(len as u64);
    }

    /// Bytes, with how many they are.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.bytes.extend_from_slice(bytes);
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// A piece that is read as a whole or not at all.
    pub fn part(&mut self, write: impl FnOnce(&mut Self)) {
        let outside = std::mem::take(&mut self.bytes);
        write(self);
        let inside = std::mem::replace(&mut self.bytes, outside);
        self.bytes(&inside);
    }

    /// Items whose number is known to whoever reads them.
    pub fn each<'k, K: Keep + 'k>(&mut self, items: impl IntoIterator<Item = &'k K>) {
        items.into_iter().for_each(|item| item.save(self));
    }

    /// Which of several things it is, and that.
    pub fn variant(&mut self, which: u8, what: &impl Keep) {
        self.byte(which);
        what.save(self);
    }

    /// A name: its text where it is first met.
    pub fn sym(&mut self, sym: Sym) {
        let next = self.syms.len() as u64;
        let number = *self.syms.entry(sym).or_insert(next);
        self.number(number);
        if number == next {
            let world = self.world;
            self.text(world.symbols.name(sym));
        }
    }

    /// A set of tags: its pairs where it is first met.
    pub fn tags(&mut self, tags: TagsId) {
        let next = self.tags.len() as u64;
        let number = *self.tags.entry(tags).or_insert(next);
        self.number(number);
        if number == next {
            let pairs = self.world.tags.pairs(tags);
            self.count(pairs.len());
            for &(key, value) in pairs {
                self.sym(key);
                self.sym(value);
            }
        }
    }

    /// A group: what makes it one where it is first met.
    pub fn group(&mut self, group: GroupId) {
        let next = self.groups.len() as u64;
        let number = *self.groups.entry(group).or_insert(next);
        self.number(number);
        if number == next {
            let known = *self.world.groups.get(group);
            let dims = self.world.groups.dims(known.dims);
            dims.by_name.save(self);
            dims.names.save(self);
            known.name.unwrap_or(Sym::EMPTY).save(self);
            self.tags(known.tags);
        }
    }

    /// A value whose text, if it is one, `text` knows.
    pub fn val<'t>(&mut self, val: Val, text: impl FnOnce(StrRef) -> &'t str) {
        match val {
            Val::Missing => self.byte(0),
            Val::Null => self.byte(1),
            Val::Float(x) => {
                self.byte(2);
                self.float(x);
            }
            Val::Int(n) => {
                self.byte(3);
                self.signed(n);
            }
            Val::Bool(false) => self.byte(4),
            Val::Bool(true) => self.byte(5),
            Val::Str(r) => {
                self.byte(6);
                self.text(text(r));
            }
            Val::Sym(sym) => {
                self.byte(7);
                self.sym(sym);
            }
            Val::Duration(n) => {
                self.byte(8);
                self.signed(n);
            }
        }
    }

    /// A value of which only the kind counts, if it is a text.
    pub fn bare(&mut self, val: Val) {
        match val {
            Val::Str(_) => self.val(Val::Sym(Sym::EMPTY), |_| ""),
            val => self.val(val, |_| ""),
        }
    }
}
