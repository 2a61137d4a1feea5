//! HOT: points kept beyond the moment, first in, first out: windows, joins, whatever waits for more.

use super::{Damaged, Fifo, GroupId, Keep, Loader, Rest, Row, Saver, StrRef, Sym, TagsId, Tape, Val};

/// A kept point without its values.
#[derive(Clone, Copy, Debug)]
struct Kept {
    time: i64,
    name: Sym,
    db: Sym,
    rp: Sym,
    tags: TagsId,
    group: GroupId,
    extras: u32,
    extra: u64,
    text: u64,
    text_len: u32,
}

/// Points in order of arrival, with all their values.
#[derive(Debug, Default)]
pub struct Shelf {
    rows: Fifo<Kept>,
    vals: Fifo<Val>,
    extra: Fifo<(Sym, Val)>,
    text: Fifo<u8>,
    width: usize,
}

impl Shelf {
    /// How many points are kept.
    pub fn len(&self) -> usize {
        self.rows.kept().len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The time of the point at an index.
    pub fn time(&self, at: usize) -> Option<i64> {
        self.rows.kept().get(at).map(|r| r.time)
    }

    /// The slots of the point at an index. Their texts are not to be read; [`Shelf::load`] it for those.
    pub fn slots(&self, at: usize) -> &[Val] {
        self.vals.kept().get(at * self.width..(at + 1) * self.width).unwrap_or_default()
    }

    /// Keeps a point whose values lie on a tape. Fields of the raw line are left out: a caller that
    /// needs them moves them to the tape first ([`Rest::Extra`]).
    pub fn push(&mut self, row: &Row, width: usize, tape: &Tape) {
        self.width = width;
        let (text, extra) = (self.text.end(), self.extra.end());
        let keep = |val: Val, text: &mut Fifo<u8>, start: u64| match val {
            Val::Str(r) => Val::Str(keep_text(tape.text.get(r), text, start)),
            val => val,
        };
        for &val in tape.slots(row, width) {
            let val = keep(val, &mut self.text, text);
            self.vals.push(val);
        }
        if let Rest::Extra { start, end } = row.rest {
            for &(name, val) in &tape.extra[start as usize..end as usize] {
                let val = keep(val, &mut self.text, text);
                self.extra.push((name, val));
            }
        }
        let Row { time, name, db, rp, tags, group, .. } = *row;
        let extras = (self.extra.end() - extra) as u32;
        let text_len = (self.text.end() - text) as u32;
        self.rows.push(Kept { time, name, db, rp, tags, group, extras, extra, text, text_len });
    }

    /// Puts a copy of the point at an index on top of a tape.
    pub fn load(&self, at: usize, tape: &mut Tape) -> Option<Row> {
        let kept = *self.rows.kept().get(at)?;
        let base = tape.vals.len() as u32;
        let shift = self.load_text(&kept, tape);
        let place = |val: Val| match val {
            Val::Str(r) => Val::Str(r.shifted(shift)),
            val => val,
        };
        tape.vals.extend(self.slots(at).iter().map(|&v| place(v)));
        let rest = match kept.extras {
            0 => Rest::None,
            n => {
                let start = tape.extra.len() as u32;
                let extra = self.extra.range(kept.extra, n).iter();
                tape.extra.extend(extra.map(|&(name, val)| (name, place(val))));
                Rest::Extra { start, end: start + n }
            }
        };
        let Kept { time, name, db, rp, tags, group, .. } = kept;
        Some(Row { time, name, db, rp, tags, group, base, rest })
    }

    fn load_text(&self, kept: &Kept, tape: &mut Tape) -> u32 {
        if kept.text_len == 0 {
            return 0;
        }
        let bytes = self.text.range(kept.text, kept.text_len);
        // Only whole texts are pushed, so the bytes are UTF-8.
        tape.text.push(&String::from_utf8_lossy(bytes)).start()
    }

    /// Forgets the first point.
    pub fn pop(&mut self) {
        let Some(kept) = self.rows.kept().first() else { return };
        let (extras, text) = (kept.extras as usize, kept.text_len as usize);
        self.rows.drop_front(1);
        self.vals.drop_front(self.width);
        self.extra.drop_front(extras);
        self.text.drop_front(text);
    }

    /// Forgets all points.
    pub fn clear(&mut self) {
        self.rows.clear();
        self.vals.clear();
        self.extra.clear();
        self.text.clear();
    }

    fn save_one(&self, at: usize, kept: &Kept, out: &mut Saver<'_>) {
        let text = |r: StrRef| {
            let bytes = self.text.range(kept.text + u64::from(r.start()), r.len());
            // Only whole texts are pushed, so the bytes are UTF-8.
            std::str::from_utf8(bytes).unwrap_or_default()
        };
        out.time(kept.time);
        [kept.name, kept.db, kept.rp].save(out);
        out.tags(kept.tags);
        out.group(kept.group);
        self.slots(at).iter().for_each(|&val| out.val(val, text));
        out.count(kept.extras as usize);
        for &(name, val) in self.extra.range(kept.extra, kept.extras) {
            out.sym(name);
            out.val(val, text);
        }
    }

    fn restore_one(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        let (time, [name, db, rp]) = (from.time()?, [from.sym()?, from.sym()?, from.sym()?]);
        let (tags, group) = (from.tags()?, from.group()?);
        let (text, extra) = (self.text.end(), self.extra.end());
        for _ in 0..self.width {
            let val = from.val(|t| keep_text(t, &mut self.text, text))?;
            self.vals.push(val);
        }
        for _ in 0..from.count()? {
            let (name, val) = (from.sym()?, from.val(|t| keep_text(t, &mut self.text, text))?);
            self.extra.push((name, val));
        }
        let extras = (self.extra.end() - extra) as u32;
        let text_len = (self.text.end() - text) as u32;
        self.rows.push(Kept { time, name, db, rp, tags, group, extras, extra, text, text_len });
        Ok(())
    }
}

/// Keeps a text of a point whose texts begin at `start`.
fn keep_text(text: &str, all: &mut Fifo<u8>, start: u64) -> StrRef {
    let at = (all.end() - start) as u32;
    all.extend(text.as_bytes());
    StrRef::new(at, text.len() as u32)
}

impl Keep for Shelf {
    fn save(&self, out: &mut Saver<'_>) {
        out.count(self.len());
        for (at, kept) in self.rows.kept().iter().enumerate() {
            self.save_one(at, kept, out);
        }
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        *self = Shelf { width: from.slots().len(), ..Shelf::default() };
        (0..from.count()?).try_for_each(|_| self.restore_one(from))
    }
}

#[cfg(test)]
mod tests {
    use super::super::World;
    use super::*;

    fn texts(tape: &Tape, row: &Row) -> Vec<String> {
        let text = |v: &Val| match v {
            Val::Str(r) => tape.text.get(*r).to_owned(),
            other => format!("{other:?}"),
        };
        let mut all: Vec<String> = tape.slots(row, 2).iter().map(text).collect();
        if let Rest::Extra { start, end } = row.rest {
            all.extend(tape.extra[start as usize..end as usize].iter().map(|(_, v)| text(v)));
        }
        all
    }

    #[test]
    fn what_is_kept_comes_back_in_order_however_much_was_dropped() {
        let mut world = World::default();
        let name = world.symbols.intern("m");
        let (mut shelf, mut tape) = (Shelf::default(), Tape::default());
        for i in 0..1000_i64 {
            tape.clear();
            let (a, b) = (tape.text.push(&format!("slot{i}")), tape.text.push(&format!("extra ü{i}")));
            tape.vals.extend([Val::Str(a), Val::Int(i)]);
            tape.extra.push((name, Val::Str(b)));
            let rest = if i % 2 == 0 { Rest::Extra { start: 0, end: 1 } } else { Rest::None };
            let row = Row { time: i, name, rest, ..Row::EMPTY };
            shelf.push(&row, 2, &tape);
            if i >= 10 {
                shelf.pop();
            }
            if i % 97 == 0 && i > 10 {
                let mut out = Tape::default();
                out.text.push("before");
                for at in 0..shelf.len() {
                    let row = shelf.load(at, &mut out).unwrap();
                    let n = i - 9 + at as i64;
                    let mut want = vec![format!("slot{n}"), format!("Int({n})")];
                    want.extend((n % 2 == 0).then(|| format!("extra ü{n}")));
                    assert_eq!((row.time, texts(&out, &row)), (n, want));
                }
            }
        }
        assert_eq!((shelf.len(), shelf.time(0)), (10, Some(990)));
        shelf.clear();
        assert!(shelf.is_empty() && shelf.load(0, &mut tape).is_none());
    }
}
