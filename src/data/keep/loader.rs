//! Reads state back.

use super::Keep;
use crate::data::{Dims, GroupId, StrRef, Sym, TagsId, Val, World};

/// The bytes are not what somebody wrote, or not for what reads them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the snapshot is damaged")]
pub struct Damaged;

/// Reads state that a [`super::Saver`] wrote, into the world that it is given.
pub struct Loader<'a> {
    rest: &'a [u8],
    world: &'a mut World,
    /// The fields that have slots, by slot, of the task whose state is read.
    slots: &'a [Sym],
    syms: Vec<Sym>,
    tags: Vec<TagsId>,
    groups: Vec<GroupId>,
    time: i64,
}

impl<'a> Loader<'a> {
    /// Reads the state of a task whose rows have these slots.
    pub fn new(bytes: &'a [u8], world: &'a mut World, slots: &'a [Sym]) -> Loader<'a> {
        Loader {
            rest: bytes,
            world,
            slots,
            syms: vec![Sym::EMPTY],
            tags: vec![TagsId::EMPTY, TagsId::NONE],
            groups: vec![GroupId::NIL],
            time: 0,
        }
    }

    /// The world of what is read.
    pub fn world(&mut self) -> &mut World {
        self.world
    }

    /// The fields of a row that have slots.
    pub fn slots(&self) -> &'a [Sym] {
        self.slots
    }

    /// That nothing is left.
    pub fn end(&self) -> Result<(), Damaged> {
        if self.rest.is_empty() { Ok(()) } else { Err(Damaged) }
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8], Damaged> {
        let (taken, rest) = self.rest.split_at_checked(len).ok_or(Damaged)?;
        self.rest = rest;
        Ok(taken)
    }

    /// A byte as it is.
    pub fn byte(&mut self) -> Result<u8, Damaged> {
        self.take(1)?.first().copied().ok_or(Damaged)
    }

    /// A number.
    pub fn number(&mut self) -> Result<u64, Damaged> {
        let mut n = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                return Err(Damaged);
            }
            n |= bits << shift;
            if byte < 0x80 {
                return Ok(n);
            }
        }
        Err(Damaged)
    }

    /// A number with a sign.
    pub fn signed(&mut self) -> Result<i64, Damaged> {
        let n = self.number()?;
        Ok((n >> 1) as i64 ^ -((n & 1) as i64))
    }

    /// A time.
    pub fn time(&mut self) -> Result<i64, Damaged> {
        self.time = self.time.wrapping_add(self.signed()?);
        Ok(self.time)
    }

    /// A float.
    pub fn float(&mut self) -> Result<f64, Damaged> {
        let bits = self.take(8)?.try_into().map_err(|_| Damaged)?;
        Ok(f64::from_bits(u64::from_le_bytes(bits)))
    }

    /// How many items follow. Each takes a byte at least, so that there are no more than bytes left.
    pub fn count(&mut self) -> Result<usize, Damaged> {
        let len = usize::try_from(self.number()?).map_err(|_| Damaged)?;
        if len <= self.rest.len() { Ok(len) } else { Err(Damaged) }
    }

    /// Bytes.
    pub fn bytes(&mut self) -> Result<&'a [u8], Damaged> {
        let len = self.count()?;
        self.take(len)
    }

    /// A text.
    pub fn text(&mut self) -> Result<&'a str, Damaged> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Damaged)
    }

    /// A piece, all of which has to be read.
    pub fn part<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Damaged>) -> Result<T, Damaged> {
        let inside = self.bytes()?;
        let outside = std::mem::replace(&mut self.rest, inside);
        let done = read(self);
        let left = std::mem::replace(&mut self.rest, outside);
        if left.is_empty() { done } else { done.and(Err(Damaged)) }
    }

    /// Something that is new until then.
    pub fn get<K: Keep + Default>(&mut self) -> Result<K, Damaged> {
        let mut new = K::default();
        new.restore(self)?;
        Ok(new)
    }

    /// Items whose number is known.
    pub fn each<'k, K: Keep + 'k>(
        &mut self,
        items: impl IntoIterator<Item = &'k mut K>,
    ) -> Result<(), Damaged> {
        items.into_iter().try_for_each(|item| item.restore(self))
    }

    /// What an id is here: known by a number, or told of now and known from now on. Which, and if it is known, what.
    fn known<T: Copy>(&mut self, of: impl Fn(&Self) -> &Vec<T>) -> Result<Option<T>, Damaged> {
        let number = usize::try_from(self.number()?).map_err(|_| Damaged)?;
        let known = of(self);
        match known.get(number) {
            Some(id) => Ok(Some(*id)),
            None if number == known.len() => Ok(None),
            None => Err(Damaged),
        }
    }

    /// A name.
    pub fn sym(&mut self) -> Result<Sym, Damaged> {
        if let Some(sym) = self.known(|l| &l.syms)? {
            return Ok(sym);
        }
        let text = self.text()?;
        let sym = self.world.symbols.intern(text);
        self.syms.push(sym);
        Ok(sym)
    }

    /// A set of tags.
    pub fn tags(&mut self) -> Result<TagsId, Damaged> {
        if let Some(tags) = self.known(|l| &l.tags)? {
            return Ok(tags);
        }
        let mut pairs = Vec::new();
        for _ in 0..self.count()? {
            pairs.push((self.sym()?, self.sym()?));
        }
        let tags = self.world.tags.intern(&pairs, &self.world.symbols);
        self.tags.push(tags);
        Ok(tags)
    }

    /// A group.
    pub fn group(&mut self) -> Result<GroupId, Damaged> {
        if let Some(group) = self.known(|l| &l.groups)? {
            return Ok(group);
        }
        let dims = Dims { by_name: self.get()?, names: self.get()? };
        let (name, tags) = (self.sym()?, self.tags()?);
        let dims = self.world.groups.dims_id(dims, &self.world.symbols);
        let group = self.world.group(dims, name, tags);
        self.groups.push(group);
        Ok(group)
    }

    /// A value; its text, if it is one, is given to `text`.
    pub fn val(&mut self, text: impl FnOnce(&str) -> StrRef) -> Result<Val, Damaged> {
        Ok(match self.byte()? {
            0 => Val::Missing,
            1 => Val::Null,
            2 => Val::Float(self.float()?),
            3 => Val::Int(self.signed()?),
            4 => Val::Bool(false),
            5 => Val::Bool(true),
            6 => Val::Str(text(self.text()?)),
            7 => Val::Sym(self.sym()?),
            8 => Val::Duration(self.signed()?),
            _ => return Err(Damaged),
        })
    }

    /// A value without a text of its own.
    pub fn bare(&mut self) -> Result<Val, Damaged> {
        match self.val(|_| StrRef::new(0, 0))? {
            Val::Str(_) => Err(Damaged),
            val => Ok(val),
        }
    }
}
