//! HOT: the series of a run, recognised by the raw bytes of their keys.
//!
//! A collector sends its series in the same order every interval. So the series that followed the
//! last one the previous time is tried first, with one comparison of bytes; only when that fails is
//! the key's end looked for and the key hashed. Tags are split once, when a series is first seen.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use memchr::{memchr, memchr2, memchr2_iter, memchr3};

use super::fields::{Fields, Measurement};
use super::index::Index;
use super::{Sym, TagsId, Tape, Text, Val, Wants, World};

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

/// What lines of one measurement look like.
struct Named {
    name: Sym,
    fields: Measurement,
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
    measurements: Vec<Named>,
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
    /// on, in this order.
    pub fn want(&mut self, measurement: Option<Sym>, names: &[String], base: u32) {
        self.interests.push(Interest { measurement, names: names.to_vec(), base });
        self.look_again(measurement);
    }

    /// Nobody reads what goes to the tape from `base` on any more.
    pub fn forgo(&mut self, base: u32) {
        let (kept, gone) = self.interests.drain(..).partition(|i| i.base != base);
        self.interests = kept;
        gone.into_iter().for_each(|interest| self.look_again(interest.measurement));
    }

    /// Works out again who reads what of the measurements that were seen already.
    fn look_again(&mut self, changed: Option<Sym>) {
        for named in self.measurements.iter_mut().filter(|m| changed.is_none_or(|c| c == m.name)) {
            let name = named.name;
            let of_it = self.interests.iter().filter(|i| i.measurement.is_none_or(|m| m == name));
            named.fields.want_anew(of_it.map(|i| (&*i.names, i.base)));
            // What was decided by the fields that were read so far may be decided otherwise now.
            self.epoch += 1;
        }
    }

    /// Who reads which fields.
    pub fn wants(&self, world: &World) -> Wants {
        let name = |m: Sym| world.symbols.name(m).to_owned();
        Wants(self.interests.iter().map(|i| (i.measurement.map(name), i.names.clone())).collect())
    }

    /// Puts the values of a line of a series in their places, which were read elsewhere with [`Catalog::wants`].
    /// False if that cannot be done without a look at the line.
    #[inline]
    pub fn place(&self, id: SeriesId, vals: &[Val], text: &Text, tape: &mut Tape) -> bool {
        let series = &self.series[id.index()];
        self.measurements[series.measurement as usize].fields.place(vals, text, tape)
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
        self.measurements.iter().any(|m| m.name == measurement && m.fields.has(name))
    }

    /// All fields that a measurement was seen with, read or not, as lines write them.
    pub fn field_names(&self, measurement: Sym) -> impl Iterator<Item = String> + '_ {
        let fields = self.measurements.iter().filter(move |m| m.name == measurement);
        fields.flat_map(|m| m.fields.names()).map(|raw| String::from_utf8_lossy(raw).replace('\\', ""))
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
        let mut fields = Measurement::default();
        for interest in self.interests.iter().filter(|i| i.measurement.is_none_or(|m| m == name)) {
            fields.want(&interest.names, interest.base);
        }
        self.measurements.push(Named { name, fields });
        self.measurements.len() as u32 - 1
    }

    /// Begins a line of a series: the fields that follow belong to it.
    #[inline]
    pub fn begin(&mut self, id: SeriesId) -> Fields<'_> {
        let series = &mut self.series[id.index()];
        self.measurements[series.measurement as usize].fields.begin(&mut self.epoch)
    }

    /// Counts a point of a series.
    #[inline]
    pub fn count(&mut self, id: SeriesId) {
        self.series[id.index()].points += 1;
    }
}

/// Length of the key at the beginning of a line: up to the first space without a backslash before it.
pub fn end_of_key(line: &[u8]) -> Option<usize> {
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
}
