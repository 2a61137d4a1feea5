//! HOT: the names of fields that some script reads, for those who read lines without a catalog.

use memchr::memchr3;

use super::fields::{Fields, Measurement};

/// Who reads which fields: of one measurement, or of any.
#[derive(Clone, Default, Debug)]
pub struct Wants(pub(super) Vec<(Option<String>, Vec<String>)>);

/// A measurement by its name.
struct Named {
    name: Box<[u8]>,
    fields: Measurement,
    wanted: usize,
}

/// The measurements of lines that are read without their series.
pub struct Names {
    wants: Wants,
    known: Vec<Named>,
    /// The one of the last line.
    last: usize,
    /// How many fields it had before that.
    before: usize,
    epoch: u64,
}

impl Names {
    /// None yet, of which these fields are wanted.
    pub fn new(wants: Wants) -> Names {
        Names { wants, known: Vec::new(), last: 0, before: 0, epoch: 0 }
    }

    /// Begins a line with this key. The values of wanted fields lie at the bottom of the tape, as many as are
    /// given beside. `None` if the name is not of the plain kind.
    #[inline]
    pub fn begin(&mut self, key: &[u8]) -> Option<(Fields<'_>, usize)> {
        self.before = usize::MAX;
        if !self.known.get(self.last).is_some_and(|named| named.begins(key)) {
            self.last = self.search(key)?;
        }
        let named = self.known.get_mut(self.last)?;
        self.before = named.fields.count();
        Some((named.fields.begin(&mut self.epoch), named.wanted))
    }

    /// Whether the line that was begun last has a field that was not known before.
    #[inline]
    pub fn learned(&self) -> bool {
        self.known.get(self.last).is_some_and(|named| named.fields.count() > self.before)
    }

    #[inline(never)]
    fn search(&mut self, key: &[u8]) -> Option<usize> {
        self.known.iter().position(|named| named.begins(key)).or_else(|| self.learn(key))
    }

    #[cold]
    fn learn(&mut self, key: &[u8]) -> Option<usize> {
        let name = key.get(..memchr::memchr(b',', key).unwrap_or(key.len()))?;
        if name.is_empty() || memchr3(b'\\', b'"', b' ', name).is_some() {
            return None;
        }
        let text = std::str::from_utf8(name).ok()?;
        let mut fields = Measurement::default();
        // Each interest is one of its own, as in the catalog.
        for (_, names) in self.wants.0.iter().filter(|(m, _)| m.as_ref().is_none_or(|m| m == text)) {
            fields.want(names, 0);
        }
        let (fields, wanted) = fields.packed();
        self.known.push(Named { name: name.into(), fields, wanted });
        Some(self.known.len() - 1)
    }
}

impl Named {
    #[inline]
    fn begins(&self, key: &[u8]) -> bool {
        key.strip_prefix(&*self.name).is_some_and(|rest| matches!(rest.first(), None | Some(b',')))
    }
}
