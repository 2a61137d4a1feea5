//! HOT: points kept beyond the moment, found by number and forgotten in any order: the sides of a join.

use super::{Damaged, Loader, Rest, Row, Saver, StrRef, Sym, Tape, Val};

/// What a kept point holds beside its values. The buffers are used again for others.
#[derive(Debug, Default)]
struct Entry {
    /// How many hold on to it; free at 0.
    uses: u32,
    extra: Vec<(Sym, Val)>,
    text: String,
}

/// Some fields of points. Each is kept until all who hold on to it have let it go.
#[derive(Debug, Default)]
pub struct Pool {
    width: usize,
    vals: Vec<Val>,
    entries: Vec<Entry>,
    free: Vec<u32>,
}

impl Pool {
    /// Keeps these slots of a point and its fields on the tape that have none ([`Rest::Extra`]); gives its
    /// number. All points have to be kept with the same number of slots.
    pub fn put(&mut self, row: &Row, slots: &[u32], tape: &Tape) -> u32 {
        self.width = slots.len();
        let id = self.fresh();
        let entry = &mut self.entries[id as usize];
        let start = id as usize * self.width;
        for (place, &slot) in self.vals[start..].iter_mut().zip(slots) {
            *place = keep(tape.vals[(row.base + slot) as usize], &mut entry.text, tape);
        }
        if let Rest::Extra { start, end } = row.rest {
            for &(name, val) in &tape.extra[start as usize..end as usize] {
                let val = keep(val, &mut entry.text, tape);
                entry.extra.push((name, val));
            }
        }
        id
    }

    /// A number that nobody holds.
    fn fresh(&mut self) -> u32 {
        let id = self.free.pop().unwrap_or_else(|| {
            self.entries.push(Entry::default());
            self.vals.resize(self.entries.len() * self.width, Val::Missing);
            self.entries.len() as u32 - 1
        });
        self.entries[id as usize].uses = 1;
        id
    }

    /// One more holds on to a point.
    pub fn share(&mut self, id: u32) {
        self.entries[id as usize].uses += 1;
    }

    /// One less does.
    pub fn release(&mut self, id: u32) {
        let entry = &mut self.entries[id as usize];
        entry.uses -= 1;
        if entry.uses == 0 {
            entry.extra.clear();
            entry.text.clear();
            self.free.push(id);
        }
    }

    /// The slots of a point, in the order in which they were given. Texts are read with [`Pool::texts`].
    pub fn vals(&self, id: u32) -> &[Val] {
        &self.vals[id as usize * self.width..][..self.width]
    }

    /// Its fields without slots.
    pub fn extra(&self, id: u32) -> &[(Sym, Val)] {
        &self.entries[id as usize].extra
    }

    /// Puts the texts of a point on a tape; its values are to be moved by what this gives ([`Val::moved`]).
    pub fn texts(&self, id: u32, tape: &mut Tape) -> u32 {
        match &*self.entries[id as usize].text {
            "" => 0,
            text => tape.text.push(text).start(),
        }
    }

    /// How many points are kept.
    pub fn len(&self) -> usize {
        self.entries.len() - self.free.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes a point.
    pub fn save(&self, id: u32, out: &mut Saver<'_>) {
        let Entry { extra, text, .. } = &self.entries[id as usize];
        let text = |r: StrRef| {
            let start = r.start() as usize;
            text.get(start..start + r.len() as usize).unwrap_or_default()
        };
        self.vals(id).iter().for_each(|&val| out.val(val, text));
        out.count(extra.len());
        for &(name, val) in extra {
            out.sym(name);
            out.val(val, text);
        }
    }

    /// Keeps a point with so many slots that was written; gives its number.
    pub fn restore(&mut self, width: usize, from: &mut Loader<'_>) -> Result<u32, Damaged> {
        self.width = width;
        let id = self.fresh();
        let entry = &mut self.entries[id as usize];
        let keep = |t: &str, text: &mut String| {
            let start = text.len() as u32;
            text.push_str(t);
            StrRef::new(start, t.len() as u32)
        };
        for place in &mut self.vals[id as usize * width..][..width] {
            *place = from.val(|t| keep(t, &mut entry.text))?;
        }
        for _ in 0..from.count()? {
            let (name, val) = (from.sym()?, from.val(|t| keep(t, &mut entry.text))?);
            entry.extra.push((name, val));
        }
        Ok(id)
    }
}

fn keep(val: Val, text: &mut String, tape: &Tape) -> Val {
    let Val::Str(r) = val else { return val };
    let start = text.len() as u32;
    text.push_str(tape.text.get(r));
    Val::Str(StrRef::new(start, text.len() as u32 - start))
}

#[cfg(test)]
mod tests {
    use super::super::World;
    use super::*;

    #[test]
    fn numbers_are_used_again_only_when_nobody_holds_them() {
        let name = World::default().symbols.intern("m");
        let (mut pool, mut tape) = (Pool::default(), Tape::default());
        let mut put = |pool: &mut Pool, n: i64| {
            tape.clear();
            let text = tape.text.push(&format!("before{n}"));
            let extra = tape.text.push(&format!("ü{n}"));
            tape.vals.extend([Val::Bool(true), Val::Str(text), Val::Int(n)]);
            tape.extra.push((name, Val::Str(extra)));
            pool.put(&Row { rest: Rest::Extra { start: 0, end: 1 }, ..Row::EMPTY }, &[2, 1], &tape)
        };
        let (a, b) = (put(&mut pool, 1), put(&mut pool, 2));
        pool.share(a);
        pool.release(a);
        pool.release(b);
        let c = put(&mut pool, 3);
        assert_eq!((a, b, c, pool.len()), (0, 1, 1, 2));
        for (id, n) in [(a, 1), (c, 3)] {
            let mut out = Tape::default();
            out.text.push("other");
            let shift = pool.texts(id, &mut out);
            let text = |val: Val| match val.moved(shift) {
                Val::Str(r) => out.text.get(r).to_owned(),
                other => format!("{other:?}"),
            };
            let all: Vec<String> = pool.vals(id).iter().map(|&v| text(v)).collect();
            assert_eq!(all, [format!("Int({n})"), format!("before{n}")]);
            assert_eq!(text(pool.extra(id)[0].1), format!("ü{n}"));
        }
        pool.release(a);
        pool.release(c);
        assert!(pool.is_empty());
    }
}
