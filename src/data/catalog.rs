//! HOT: the series of a run, recognised by the raw bytes of their keys, and the fields wanted of each
//! measurement.
//!
//! A collector sends its series in the same order every interval. So the series that followed the
//! last one the previous time is tried first, with one comparison of bytes; only when that fails is
//! the key's end looked for and the key hashed. Tags are split once, when a series is first seen.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use memchr::{memchr, memchr2, memchr2_iter, memchr3};

use super::index::Index;
use super::{Sym, TagsId, Tape, Val, World, unescape};

/// A series: dense from 0 in order of first sight.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct SeriesId(u32);

impl SeriesId {
    /// For tables by series.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Before the first series of a source.
const NOBODY: SeriesId = SeriesId(u32::MAX);

/// Where points come from: a database and a retention policy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SourceId(u32);

/// What is known of a series.
#[derive(Clone, Copy, Debug)]
pub struct Series {
    /// Database.
    pub db: Sym,
    /// Retention policy.
    pub rp: Sym,
    /// Measurement.
    pub name: Sym,
    /// Tags.
    pub tags: TagsId,
    /// Points seen.
    pub points: u64,
    measurement: u32,
}

struct Source {
    db: Sym,
    rp: Sym,
    index: Index,
    last: SeriesId,
}

/// What recognises a series.
#[derive(Clone, Copy)]
struct Known {
    /// Its key lies here among all keys.
    start: usize,
    len: u32,
    /// Which series came after it last time.
    follows: SeriesId,
}

/// The fields of a measurement that somebody reads.
struct Wanted {
    name: String,
    /// Where on the tape its value goes: one place for each task that names it.
    places: Vec<u32>,
    /// The last line that had it.
    line: u64,
}

/// A field name as lines write it.
struct FieldKey {
    /// With the `=`.
    raw: Box<[u8]>,
    /// Index into the wanted ones; none if nobody reads it.
    wanted: Option<u32>,
}

/// What lines of one measurement look like.
struct Measurement {
    name: Sym,
    wanted: Vec<Wanted>,
    known: Vec<FieldKey>,
    index: Index,
    line: u64,
    found: usize,
    expect: usize,
}

/// Names that a task reads, from one measurement or from any.
struct Interest {
    measurement: Option<Sym>,
    names: Vec<String>,
    base: u32,
}

/// The series of a run.
pub struct Catalog {
    sources: Vec<Source>,
    series: Vec<Series>,
    /// By series.
    known: Vec<Known>,
    keys: Vec<u8>,
    measurements: Vec<Measurement>,
    interests: Vec<Interest>,
    hash: FixedState,
    epoch: u64,
    /// The tags of the last new series, and its name: those of the next are mostly the same but one.
    pairs: Vec<(Sym, Sym)>,
    name: Sym,
}

impl Default for Catalog {
    fn default() -> Self {
        Catalog {
            sources: Vec::new(),
            series: Vec::new(),
            known: Vec::new(),
            keys: Vec::new(),
            measurements: Vec::new(),
            interests: Vec::new(),
            hash: FixedState::with_seed(0x5e71),
            epoch: 0,
            pairs: Vec::new(),
            name: Sym::EMPTY,
        }
    }
}

impl Catalog {
    /// A task reads these fields, of one measurement or of any; the values go to the tape from `base`
    /// on, in this order. To be called before the first point.
    pub fn want(&mut self, measurement: Option<Sym>, names: &[String], base: u32) {
        self.interests.push(Interest { measurement, names: names.to_vec(), base });
    }

    /// The source with these names.
    pub fn source(&mut self, db: Sym, rp: Sym) -> SourceId {
        let known = self.sources.iter().position(|s| s.db == db && s.rp == rp);
        SourceId(known.unwrap_or_else(|| {
            self.sources.push(Source { db, rp, index: Index::default(), last: NOBODY });
            self.sources.len() - 1
        }) as u32)
    }

    /// Changes whenever a wanted field is first seen in a measurement.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// What is known of a series.
    pub fn series(&self, id: SeriesId) -> &Series {
        &self.series[id.index()]
    }

    /// All series, in order of first sight.
    pub fn all(&self) -> &[Series] {
        &self.series
    }

    /// Whether a measurement was ever seen with a field of this name that somebody reads.
    pub fn has_field(&self, measurement: Sym, name: &str) -> bool {
        let Some(m) = self.measurements.iter().find(|m| m.name == measurement) else { return false };
        m.known.iter().any(|k| k.wanted.is_some_and(|w| m.wanted[w as usize].name == name))
    }

    /// All fields that a measurement was seen with, read or not, as lines write them.
    pub fn field_names(&self, measurement: Sym) -> impl Iterator<Item = String> + '_ {
        let fields = self.measurements.iter().filter(move |m| m.name == measurement).flat_map(|m| &m.known);
        fields.map(|k| String::from_utf8_lossy(k.raw.strip_suffix(b"=").unwrap_or(&k.raw)).replace('\\', ""))
    }

    /// The series whose key stands at the beginning of `line`, and the key's length.
    #[inline]
    pub fn find(&mut self, source: SourceId, line: &[u8]) -> Option<(SeriesId, usize)> {
        self.guess(source, line).or_else(|| self.search(source, line))
    }

    /// The same; a series that is not known is taken in if its key is of the plain kind: tags sorted,
    /// nothing escaped.
    #[inline]
    pub fn find_or_learn(
        &mut self,
        source: SourceId,
        line: &[u8],
        world: &mut World,
    ) -> Option<(SeriesId, usize)> {
        self.guess(source, line).or_else(|| self.search_or_learn(source, line, world))
    }

    #[inline]
    fn guess(&mut self, source: SourceId, line: &[u8]) -> Option<(SeriesId, usize)> {
        let last = &mut self.sources[source.0 as usize].last;
        let guess = self.known.get(last.index())?.follows;
        let Known { start, len, .. } = self.known[guess.index()];
        let len = len as usize;
        if line.get(len) == Some(&b' ') && line[..len] == self.keys[start..start + len] {
            *last = guess;
            return Some((guess, len));
        }
        None
    }

    #[inline(never)]
    fn search(&mut self, source: SourceId, line: &[u8]) -> Option<(SeriesId, usize)> {
        let len = end_of_key(line)?;
        let key = &line[..len];
        let id = self.by_hash(source, key, self.hash.hash_one(key))?;
        self.goes_on(source, id);
        Some((id, len))
    }

    #[inline(never)]
    fn search_or_learn(
        &mut self,
        source: SourceId,
        line: &[u8],
        world: &mut World,
    ) -> Option<(SeriesId, usize)> {
        let len = end_of_key(line)?;
        let key = &line[..len];
        let hash = self.hash.hash_one(key);
        let id = match self.by_hash(source, key, hash) {
            Some(id) => id,
            None => {
                let (name, tags) = self.read_key(key, world)?;
                self.add(source, key, hash, name, tags)
            }
        };
        self.goes_on(source, id);
        Some((id, len))
    }

    fn by_hash(&self, source: SourceId, key: &[u8], hash: u64) -> Option<SeriesId> {
        let same = |id: usize| {
            let Known { start, len, .. } = self.known[id];
            self.keys[start..start + len as usize] == *key
        };
        self.sources[source.0 as usize].index.find(hash, same).map(SeriesId)
    }

    /// Notes that a line of this series came after the last one.
    fn goes_on(&mut self, source: SourceId, id: SeriesId) {
        let last = &mut self.sources[source.0 as usize].last;
        // `follows` stays within a source, because `last` does.
        if let Some(known) = self.known.get_mut(last.index()) {
            known.follows = id;
        }
        *last = id;
    }

    /// Name and tags of a key of the plain kind. Inputs with many series spend much of their time here:
    /// what is as in the last new key need not be looked up.
    fn read_key(&mut self, key: &[u8], world: &mut World) -> Option<(Sym, TagsId)> {
        // A newline before the first space: the line has no fields.
        if memchr3(b'\\', b'"', b'\n', key).is_some() || memchr2(b'\r', b'\t', key).is_some() {
            return None;
        }
        let key = std::str::from_utf8(key).ok()?;
        let name = &key[..memchr(b',', key.as_bytes()).unwrap_or(key.len())];
        if name.is_empty() {
            return None;
        }
        let mut marks = memchr2_iter(b',', b'=', &key.as_bytes()[name.len()..]).map(|at| name.len() + at);
        let (mut count, mut before) = (0, "");
        let mut comma = marks.next();
        while let Some(start) = comma {
            let equals = marks.next().filter(|&at| key.as_bytes()[at] == b'=')?;
            comma = marks.next();
            if comma.is_some_and(|at| key.as_bytes()[at] != b',') {
                return None;
            }
            let (tag, value) = (&key[start + 1..equals], &key[equals + 1..comma.unwrap_or(key.len())]);
            if tag <= before || value.is_empty() {
                return None;
            }
            before = tag;
            self.learn_tag(count, tag, value, world);
            count += 1;
        }
        self.pairs.truncate(count);
        if !world.symbols.is(self.name, name) {
            self.name = world.symbols.intern(name);
        }
        Some((self.name, world.tags.intern_sorted(&self.pairs)))
    }

    fn learn_tag(&mut self, at: usize, tag: &str, value: &str, world: &mut World) {
        let symbols = &mut world.symbols;
        match self.pairs.get_mut(at) {
            Some(pair) => {
                if !symbols.is(pair.0, tag) {
                    pair.0 = symbols.intern(tag);
                }
                if !symbols.is(pair.1, value) {
                    pair.1 = symbols.intern(value);
                }
            }
            None => self.pairs.push((symbols.intern(tag), symbols.intern(value))),
        }
    }

    /// Takes in a new series.
    #[cold]
    pub fn insert(
        &mut self,
        source: SourceId,
        key: &[u8],
        name: &str,
        tags: &[(String, String)],
        world: &mut World,
    ) -> SeriesId {
        let name = world.symbols.intern(name);
        let pairs: Vec<(Sym, Sym)> =
            tags.iter().map(|(k, v)| (world.symbols.intern(k), world.symbols.intern(v))).collect();
        let tags = world.tags.intern(&pairs, &world.symbols);
        let id = self.add(source, key, self.hash.hash_one(key), name, tags);
        self.goes_on(source, id);
        id
    }

    /// The series of a point that was not read but made. The order of series in the input is not
    /// learnt from it.
    pub fn enter(&mut self, source: SourceId, key: &[u8], name: Sym, tags: TagsId) -> SeriesId {
        let hash = self.hash.hash_one(key);
        self.by_hash(source, key, hash).unwrap_or_else(|| self.add(source, key, hash, name, tags))
    }

    fn add(&mut self, source: SourceId, key: &[u8], hash: u64, name: Sym, tags: TagsId) -> SeriesId {
        let id = SeriesId(self.series.len() as u32);
        let measurement = self.measurement(name);
        let src = &mut self.sources[source.0 as usize];
        self.series.push(Series { db: src.db, rp: src.rp, name, tags, points: 0, measurement });
        self.known.push(Known { start: self.keys.len(), len: key.len() as u32, follows: id });
        self.keys.extend_from_slice(key);
        src.index.insert(hash, id.0);
        id
    }

    fn measurement(&mut self, name: Sym) -> u32 {
        if let Some(at) = self.measurements.iter().position(|m| m.name == name) {
            return at as u32;
        }
        let mut wanted: Vec<Wanted> = Vec::new();
        for interest in self.interests.iter().filter(|i| i.measurement.is_none_or(|m| m == name)) {
            for (slot, field) in interest.names.iter().enumerate() {
                let place = interest.base + slot as u32;
                match wanted.iter_mut().find(|w| w.name == *field) {
                    Some(w) if w.places.contains(&place) => {}
                    Some(w) => w.places.push(place),
                    None => wanted.push(Wanted { name: field.clone(), places: vec![place], line: 0 }),
                }
            }
        }
        self.measurements.push(Measurement {
            name,
            wanted,
            known: Vec::new(),
            index: Index::default(),
            line: 0,
            found: 0,
            expect: 0,
        });
        self.measurements.len() as u32 - 1
    }

    /// Begins a line of a series: the fields that follow belong to it.
    #[inline]
    pub fn begin(&mut self, id: SeriesId) -> Fields<'_> {
        let series = &mut self.series[id.index()];
        let measurement = &mut self.measurements[series.measurement as usize];
        measurement.line += 1;
        measurement.found = 0;
        measurement.expect = 0;
        Fields { measurement, hash: &self.hash, epoch: &mut self.epoch }
    }

    /// Counts a point of a series.
    #[inline]
    pub fn count(&mut self, id: SeriesId) {
        self.series[id.index()].points += 1;
    }
}

/// Length of the key at the beginning of a line: up to the first space without a backslash before it.
fn end_of_key(line: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + memchr2(b' ', b'\n', &line[from..])?;
        if line[at] == b'\n' {
            return None;
        }
        if at > 0 && line[at - 1] != b'\\' {
            return Some(at);
        }
        from = at + 1;
    }
}

/// The fields of the line at hand.
pub struct Fields<'a> {
    measurement: &'a mut Measurement,
    hash: &'a FixedState,
    epoch: &'a mut u64,
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
    /// The field whose name stands at the beginning of `text`; `None` if no name does.
    #[inline]
    pub fn name(&mut self, text: &[u8]) -> Option<FieldName> {
        let m = &mut *self.measurement;
        if let Some(known) = m.known.get(m.expect) {
            let len = known.raw.len();
            if text.len() > len && text[..len] == *known.raw {
                m.expect += 1;
                return Some(FieldName { len, wanted: known.wanted });
            }
        }
        self.search(text)
    }

    #[inline(never)]
    fn search(&mut self, text: &[u8]) -> Option<FieldName> {
        let len = super::end_of_name(text)? + 1;
        let raw = &text[..len];
        let m = &mut *self.measurement;
        let hash = self.hash.hash_one(raw);
        let at = match m.index.find(hash, |i| *m.known[i].raw == *raw) {
            Some(at) => at as usize,
            None => self.learn(raw, hash)?,
        };
        let m = &mut *self.measurement;
        m.expect = at + 1;
        Some(FieldName { len, wanted: m.known[at].wanted })
    }

    /// A name never seen in this measurement.
    #[cold]
    fn learn(&mut self, raw: &[u8], hash: u64) -> Option<usize> {
        let name = unescape(&raw[..raw.len() - 1], b",= ");
        let odd = |(i, b): (usize, &u8)| matches!(b, b' ' | b',' | b'\n') && (i == 0 || raw[i - 1] != b'\\');
        if name.is_empty() || raw.iter().enumerate().any(odd) {
            return None;
        }
        let m = &mut *self.measurement;
        let wanted = m.wanted.iter().position(|w| *w.name == *name).map(|w| w as u32);
        *self.epoch += u64::from(wanted.is_some());
        m.index.insert(hash, m.known.len() as u32);
        m.known.push(FieldKey { raw: raw.into(), wanted });
        Some(m.known.len() - 1)
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

    fn insert(c: &mut Catalog, w: &mut World, source: SourceId, key: &str, name: &str) -> SeriesId {
        c.insert(source, key.as_bytes(), name, &[], w)
    }

    #[test]
    fn guesses_what_followed_and_never_mixes_sources() {
        let (mut c, mut w) = (Catalog::default(), World::default());
        let (a, b) = (w.symbols.intern("a"), w.symbols.intern("b"));
        let (one, two) = (c.source(a, a), c.source(b, b));
        assert!(c.find(one, b"cpu v=1").is_none());
        let cpu = insert(&mut c, &mut w, one, "cpu", "cpu");
        assert!(c.find(two, b"cpu v=1").is_none(), "another database, another series");
        let other = insert(&mut c, &mut w, two, "cpu", "cpu");
        let mem = insert(&mut c, &mut w, one, "mem", "mem");
        for _ in 0..3 {
            assert_eq!(c.find(one, b"cpu v=1"), Some((cpu, 3)));
            assert_eq!(c.find(two, b"cpu v=1"), Some((other, 3)));
            assert_eq!(c.find(one, b"mem v=1"), Some((mem, 3)));
        }
        assert_eq!(c.find(one, b"cpu2 v=1"), None);
        assert_eq!(c.find(one, b"cpu\nmem v=1"), None);
    }

    #[test]
    fn fields_of_any_order_reach_their_places() {
        let (mut c, mut w) = (Catalog::default(), World::default());
        let source = c.source(Sym::EMPTY, Sym::EMPTY);
        c.want(None, &["x".into(), "y".into()], 0);
        c.want(None, &["y".into()], 2);
        let id = insert(&mut c, &mut w, source, "m", "m");
        let mut tape = Tape { vals: vec![Val::Missing; 3], ..Tape::default() };
        let mut line = |fields: &[(&[u8], i64)]| {
            let mut f = c.begin(id);
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
        assert!(c.has_field(w.symbols.intern("m"), "x"));
        assert_eq!(c.epoch(), 2);
    }
}
