//! HOT: the fields that lines of a measurement have, and where the values of the wanted ones go.
//!
//! A collector writes the fields of a measurement in the same order each time, or (Telegraf) in a random
//! one: the field that was first seen after the last one is tried first, all bytes of its name at once,
//! then one found by its bytes in a small table, and only then is the name hashed and looked up.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use super::index::Index;
use super::span::{SPAN, equal};
use super::{Tape, Text, Val, end_of_name, unescape};

/// The fields of a measurement that somebody reads.
struct Wanted {
    name: String,
    /// Where on the tape its value goes: one place for each task that names it.
    places: Vec<u32>,
    /// The last line that had it.
    line: u64,
    /// Its name stood in some line.
    seen: bool,
}

/// A field name as lines write it.
pub(crate) struct FieldKey {
    /// Its first bytes.
    head: [u8; SPAN],
    /// A bit for each of them, and one more if there are others.
    own: u64,
    /// The same, and one more if somebody reads the field.
    plain: u64,
    /// With the `=`.
    pub(crate) len: usize,
    /// Index into the wanted ones; none if nobody reads it.
    wanted: Option<u32>,
    /// With the `=`.
    raw: Box<[u8]>,
}

impl FieldKey {
    fn new(raw: &[u8], wanted: Option<u32>) -> FieldKey {
        let (mut head, mut own) = ([0; SPAN], 0);
        for (i, byte) in raw.iter().enumerate() {
            if let Some(head) = head.get_mut(i) {
                *head = *byte;
            }
            own |= 1 << i.min(SPAN);
        }
        let plain = own | u64::from(wanted.is_some()) << SPAN;
        FieldKey { head, own, plain, len: raw.len(), wanted, raw: raw.into() }
    }

    /// Whether the name stands at the beginning of `text` and nobody reads it. Of long ones it is not known.
    #[inline]
    pub(crate) fn passes(&self, text: &[u8; SPAN]) -> bool {
        self.plain & !equal(text, &self.head) == 0
    }

    /// Whether the name stands at the beginning of `text`, and something behind it.
    #[inline]
    fn begins(&self, text: &[u8]) -> bool {
        match text.first_chunk() {
            // A call to compare so few bytes costs more than the comparison.
            Some(text) if self.len < SPAN => self.own & !equal(text, &self.head) == 0,
            _ => text.len() > self.len && text[..self.len] == *self.raw,
        }
    }
}

/// Of names.
const HASH: FixedState = FixedState::with_seed(0x5e71);

/// Entries of [`Measurement::near`].
const NEAR: usize = 256;

/// What lines of one measurement look like.
#[derive(Default)]
pub(super) struct Measurement {
    wanted: Vec<Wanted>,
    known: Vec<FieldKey>,
    index: Index,
    /// Known ones by a few bits made of their first bytes; the last that was looked for has the place.
    near: Vec<u16>,
    line: u64,
    found: usize,
}

impl Measurement {
    /// Somebody reads these fields; the values go to the tape from `base` on, in this order.
    pub(super) fn want(&mut self, names: &[String], base: u32) {
        for (slot, field) in names.iter().enumerate() {
            let place = base + slot as u32;
            match self.wanted.iter_mut().find(|w| w.name == *field) {
                Some(w) if w.places.contains(&place) => {}
                Some(w) => w.places.push(place),
                None => self.wanted.push(Wanted {
                    name: field.clone(),
                    places: vec![place],
                    line: 0,
                    seen: false,
                }),
            }
        }
    }

    /// From now on these fields are read, each list from its base on, and no others.
    pub(super) fn want_anew<'n>(&mut self, interests: impl Iterator<Item = (&'n [String], u32)>) {
        self.wanted.clear();
        interests.for_each(|(names, base)| self.want(names, base));
        for known in &mut self.known {
            let name = unescape(&known.raw[..known.len - 1], b",= ");
            let wanted = self.wanted.iter().position(|w| *w.name == *name);
            if let Some(wanted) = wanted.and_then(|w| self.wanted.get_mut(w)) {
                wanted.seen = true;
            }
            *known = FieldKey::new(&known.raw, wanted.map(|w| w as u32));
        }
    }

    /// The same fields, but their values lie one after the other; also gives how many they are.
    pub(super) fn packed(mut self) -> (Measurement, usize) {
        for (at, wanted) in self.wanted.iter_mut().enumerate() {
            wanted.places = vec![at as u32];
        }
        let count = self.wanted.len();
        (self, count)
    }

    /// Puts the values of a line in their places. They come one after the other, as [`Measurement::packed`] has
    /// them, with their texts. False if one of the names was never seen here: then nothing was done.
    #[inline]
    pub(super) fn place(&self, vals: &[Val], text: &Text, tape: &mut Tape) -> bool {
        if self.wanted.iter().zip(vals).any(|(w, val)| !w.seen && val.is_present()) {
            return false;
        }
        for (wanted, val) in self.wanted.iter().zip(vals) {
            let val = match val {
                Val::Str(piece) => Val::Str(tape.text.push(text.get(*piece))),
                val => *val,
            };
            for &place in &wanted.places {
                tape.vals[place as usize] = val;
            }
        }
        true
    }

    /// The names of all fields seen, as lines write them.
    pub(super) fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.known.iter().map(|k| k.raw.strip_suffix(b"=").unwrap_or(&k.raw))
    }

    /// How many they are.
    pub(super) fn count(&self) -> usize {
        self.known.len()
    }

    /// Whether a line had a field of this name, and somebody reads it.
    pub(super) fn has(&self, name: &str) -> bool {
        self.wanted.iter().any(|w| w.seen && w.name == name)
    }

    /// Begins a line: the fields that follow belong to it. `epoch` goes on when a wanted one is new.
    #[inline]
    pub(super) fn begin<'a>(&'a mut self, epoch: &'a mut u64) -> Fields<'a> {
        self.line += 1;
        self.found = 0;
        Fields { measurement: self, epoch, expect: 0 }
    }

    /// The index of a field by its name at the beginning of `text`, which is not the expected one.
    #[inline(never)]
    fn search(&mut self, text: &[u8], epoch: &mut u64) -> Option<usize> {
        let place = near(text);
        if let Some(at) = place.and_then(|place| self.near.get(place)) {
            let at = usize::from(*at);
            if self.known.get(at).is_some_and(|k| k.begins(text)) {
                return Some(at);
            }
        }
        let raw = &text[..=end_of_name(text)?];
        let hash = HASH.hash_one(raw);
        let at = match self.index.find(hash, |i| *self.known[i].raw == *raw) {
            Some(at) => at as usize,
            None => self.learn(raw, hash, epoch)?,
        };
        if let (Some(place), Ok(at)) = (place, u16::try_from(at)) {
            self.near.resize(NEAR, u16::MAX);
            self.near[place] = at;
        }
        Some(at)
    }

    /// A name never seen in this measurement.
    #[cold]
    fn learn(&mut self, raw: &[u8], hash: u64, epoch: &mut u64) -> Option<usize> {
        let name = unescape(&raw[..raw.len() - 1], b",= ");
        let odd = |(i, b): (usize, &u8)| matches!(b, b' ' | b',' | b'\n') && (i == 0 || raw[i - 1] != b'\\');
        if name.is_empty() || raw.iter().enumerate().any(odd) {
            return None;
        }
        let wanted = self.wanted.iter().position(|w| *w.name == *name);
        if let Some(wanted) = wanted {
            self.wanted[wanted].seen = true;
            *epoch += 1;
        }
        let wanted = wanted.map(|w| w as u32);
        self.index.insert(hash, self.known.len() as u32);
        self.known.push(FieldKey::new(raw, wanted));
        Some(self.known.len() - 1)
    }
}

/// A few bits of the name at the beginning of `text`: of the word that ends with its `=` and the one before.
/// None of long names, and near the end of a block.
#[inline]
fn near(text: &[u8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let mut mixed = 0;
    for word in text.first_chunk::<24>()?.as_chunks::<8>().0 {
        let word = u64::from_le_bytes(*word);
        let x = word ^ (ONES * b'=' as u64);
        // The lowest bit that is set is right: it stands for the first byte that is `=`.
        let equals = x.wrapping_sub(ONES) & !x & (ONES << 7);
        if equals != 0 {
            let own = word & (equals ^ equals.wrapping_sub(1));
            let mixed = (mixed ^ own).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            return Some((mixed >> (u64::BITS - NEAR.ilog2())) as usize);
        }
        mixed = (mixed ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    }
    None
}

/// The fields of the line at hand.
pub struct Fields<'a> {
    measurement: &'a mut Measurement,
    epoch: &'a mut u64,
    /// Index of the field that comes next if all is as usual.
    expect: usize,
}

/// What a field's name means.
#[derive(Clone, Copy, Debug)]
pub struct FieldName {
    /// Length of the name with its `=`.
    pub len: usize,
    wanted: Option<u32>,
}

impl FieldName {
    /// Whether anybody reads the field.
    pub fn is_wanted(&self) -> bool {
        self.wanted.is_some()
    }
}

impl Fields<'_> {
    /// The names that come next if all is as usual.
    #[inline]
    pub(crate) fn expected(&self) -> &[FieldKey] {
        self.measurement.known.get(self.expect..).unwrap_or_default()
    }

    /// So many came as expected.
    #[inline]
    pub(crate) fn passed(&mut self, count: usize) {
        self.expect += count;
    }

    /// The field whose name stands at the beginning of `text`; `None` if no name does.
    #[inline]
    pub fn name(&mut self, text: &[u8]) -> Option<FieldName> {
        let at = match self.measurement.known.get(self.expect) {
            Some(known) if known.begins(text) => self.expect,
            _ => self.measurement.search(text, self.epoch)?,
        };
        self.expect = at + 1;
        let known = self.measurement.known.get(at)?;
        Some(FieldName { len: known.len, wanted: known.wanted })
    }

    /// Puts the value of a wanted field in its places.
    #[inline]
    pub fn set(&mut self, name: FieldName, val: Val, tape: &mut Tape) {
        let m = &mut *self.measurement;
        let Some(wanted) = name.wanted else { return };
        let wanted = &mut m.wanted[wanted as usize];
        m.found += usize::from(wanted.line != m.line);
        wanted.line = m.line;
        for &place in &wanted.places {
            tape.vals[place as usize] = val;
        }
    }

    /// Ends the line: wanted fields that it did not have are missing.
    #[inline]
    pub fn end(self, tape: &mut Tape) {
        let m = self.measurement;
        if m.found == m.wanted.len() {
            return;
        }
        for wanted in m.wanted.iter().filter(|w| w.line != m.line) {
            for &place in &wanted.places {
                tape.vals[place as usize] = Val::Missing;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_any_order_reach_their_places() {
        let mut m = Measurement::default();
        m.want(&["x".into(), "y".into()], 0);
        m.want(&["y".into()], 2);
        let (mut tape, mut epoch) = (Tape { vals: vec![Val::Missing; 3], ..Tape::default() }, 0);
        let mut line = |fields: &[(&[u8], i64)]| {
            let mut f = m.begin(&mut epoch);
            for (raw, value) in fields {
                let name = f.name(raw).unwrap();
                f.set(name, Val::Int(*value), &mut tape);
            }
            f.end(&mut tape);
            tape.vals.clone()
        };
        let (i, none) = (Val::Int, Val::Missing);
        assert_eq!(line(&[(b"x=1", 1), (b"z=0", 0), (b"y=2", 2)]), [i(1), i(2), i(2)]);
        assert_eq!(line(&[(b"y=3", 3), (b"x=4", 4)]), [i(4), i(3), i(3)]);
        assert_eq!(line(&[(b"z=3", 3), (b"y=5", 5)]), [none, i(5), i(5)]);
        assert_eq!(line(&[(b"x=1", 1), (b"x=6", 6)]), [i(6), none, none], "the last of two counts");
        assert!(m.has("x") && !m.has("z"), "nobody reads z");
        assert_eq!(epoch, 2);
    }

    #[test]
    fn readers_may_come_and_go_between_lines() {
        let mut m = Measurement::default();
        m.want(&["x".into()], 0);
        let (mut tape, mut epoch) = (Tape { vals: vec![Val::Missing; 3], ..Tape::default() }, 0);
        let line = |m: &mut Measurement, tape: &mut Tape, epoch: &mut u64| {
            tape.vals.fill(Val::Missing);
            let mut f = m.begin(epoch);
            for (raw, value) in [(&b"x=1"[..], 1), (b"y=2", 2), (b"a\\ b=3", 3)] {
                let name = f.name(raw).unwrap();
                f.set(name, Val::Int(value), tape);
            }
            f.end(tape);
            tape.vals.clone()
        };
        let (i, none) = (Val::Int, Val::Missing);
        assert_eq!(line(&mut m, &mut tape, &mut epoch), [i(1), none, none]);
        let (x, more) = (["x".to_owned()], ["a b".to_owned(), "y".to_owned()]);
        m.want_anew([(&x[..], 0), (&more[..], 1)].into_iter());
        assert!(m.has("y") && m.has("a b"), "they were seen before anybody read them");
        assert_eq!(line(&mut m, &mut tape, &mut epoch), [i(1), i(3), i(2)]);
        m.want_anew([(&more[..], 1)].into_iter());
        assert_eq!(line(&mut m, &mut tape, &mut epoch), [none, i(3), i(2)]);
    }

    #[test]
    fn names_of_any_length_and_order_are_found() {
        let mut names: Vec<String> = (1..60).map(|n| "abc".repeat(20)[..n].to_owned()).collect();
        names.extend((0..400).map(|n| format!("disk_{n}_of_many")));
        names.extend(["a\\=b".to_owned(), "a\\ b".to_owned(), "\u{e9}".to_owned()]);
        let mut m = Measurement::default();
        m.want(&names, 0);
        let mut epoch = 0;
        for (round, tail) in ["", "1", "12345678,aaaaaaaaaaaaaaaaaaaaaaaaaaa=7"].iter().enumerate() {
            for step in [1, 7, 11] {
                for i in 0..names.len() {
                    let name = &names[i * step % names.len()];
                    let text = format!("{name}={tail}");
                    let found = m.begin(&mut epoch).name(text.as_bytes());
                    assert_eq!(found.map(|f| f.len), Some(name.len() + 1), "{round} {text}");
                    let known =
                        m.known.iter().position(|k| *k.raw == text.as_bytes()[..=name.len()]).unwrap();
                    assert_eq!(found.unwrap().wanted, m.known[known].wanted, "{round} {text}");
                }
            }
        }
        assert_eq!(m.known.len(), names.len());
        for none in ["", "=1", "x", "a b=1", "a,b=1"] {
            assert!(m.begin(&mut epoch).name(none.as_bytes()).is_none(), "{none}");
        }
    }
}
