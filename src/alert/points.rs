//! The points of the last events, kept so that those of the next are made with little work: many tasks
//! tell of the same point, series come again, and lines of a measurement have the same fields.

use std::sync::Arc;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::{Fields, Label, Names, Point};
use crate::data::{RawFields, Sym, TagsId, World, end_of_name, end_of_value, field_name, value};
use crate::value::Value;

/// How many labels are kept, each at the place that its tags give it.
const LABELS: usize = 1 << 10;

/// A place that no name has.
const NOWHERE: usize = usize::MAX;

/// What a point is known by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Key {
    /// Measurement.
    pub name: Sym,
    /// Tags.
    pub tags: TagsId,
    /// Nanoseconds since 1970.
    pub time: i64,
}

/// What is kept of the points of a run.
#[derive(Default)]
pub struct Points {
    labels: Vec<Option<(Sym, TagsId, Arc<Label>)>>,
    layouts: HashMap<Sym, Layout, FixedState>,
    last: Option<Last>,
}

/// The last point.
struct Last {
    key: Key,
    line: Vec<u8>,
    point: Arc<Point>,
}

/// The fields of a measurement's last line.
struct Layout {
    names: Arc<Names>,
    /// Where in `names` each field of the line is.
    order: Vec<usize>,
}

impl Points {
    /// The point of a line, with all fields that the line has.
    pub fn of_line(&mut self, key: Key, line: RawFields<'_>, world: &World) -> Arc<Point> {
        if let Some(last) = self.last.as_ref().filter(|last| last.key == key && last.line == line.0) {
            return last.point.clone();
        }
        let fields = self.layouts.entry(key.name).or_insert_with(|| Layout::of(line)).fields(line);
        let point = Arc::new(Point::of(self.label(key, world), fields, key.time));
        let mut kept = self.last.take().map(|last| last.line).unwrap_or_default();
        kept.clear();
        kept.extend_from_slice(line.0);
        self.last = Some(Last { key, line: kept, point: point.clone() });
        point
    }

    /// The label of a point.
    pub fn label(&mut self, key: Key, world: &World) -> Arc<Label> {
        if self.labels.is_empty() {
            self.labels.resize(LABELS, None);
        }
        let Key { name, tags, .. } = key;
        let place = self.labels.get_mut(tags.index() % LABELS);
        if let Some(Some((_, _, label))) =
            place.as_deref().filter(|p| matches!(p, Some(p) if p.0 == name && p.1 == tags))
        {
            return label.clone();
        }
        let text = |s: Sym| world.symbols.name(s).to_owned();
        let pairs = world.tags.pairs(tags).iter().map(|&(k, v)| (text(k), text(v))).collect();
        let mut label = Label::new(text(name), pairs);
        label.tagless = tags == TagsId::NONE;
        let label = Arc::new(label);
        if let Some(place) = place {
            *place = Some((name, tags, label.clone()));
        }
        label
    }
}

impl Layout {
    fn of(line: RawFields<'_>) -> Layout {
        let mut names = Vec::new();
        line.each(|name, _| names.push(name));
        names.sort_unstable();
        names.dedup();
        Layout { names: Arc::new(Names::new(names.iter().map(|n| &**n))), order: Vec::new() }
    }

    /// The fields of a line; those of the next are expected to have the same names.
    fn fields(&mut self, line: RawFields<'_>) -> Fields {
        let values = self.values(line).or_else(|| {
            *self = Layout::of(line);
            self.values(line)
        });
        Fields::new(self.names.clone(), values.unwrap_or_default())
    }

    /// The values of a line, if it has these fields and no others. Of a field given twice the last counts.
    fn values(&mut self, line: RawFields<'_>) -> Option<Vec<Value>> {
        // A line has no nulls, so they stand for what has not come yet.
        let mut values = vec![Value::Null; self.names.sorted().len()];
        let (mut rest, mut i) = (line.0, 0);
        while !rest.is_empty() {
            let (place, from) = match self.expected(i, rest) {
                Some(known) => known,
                None => {
                    let Some(eq) = end_of_name(rest) else { break };
                    let (name, from) = rest.split_at(eq);
                    (self.find(i, name), from.get(1..).unwrap_or_default())
                }
            };
            let (text, tail) = from.split_at(end_of_value(from));
            rest = tail.get(1..).unwrap_or_default();
            let Some(value) = value(text) else { continue };
            *values.get_mut(place?)? = value;
            i += 1;
        }
        values.iter().all(|v| *v != Value::Null).then_some(values)
    }

    /// The place of the field that came at `i` the last time, if it comes here again, and what is
    /// behind its `=`.
    #[inline]
    fn expected<'l>(&self, i: usize, line: &'l [u8]) -> Option<(Option<usize>, &'l [u8])> {
        let place = *self.order.get(i)?;
        let name = self.names.sorted().get(place)?;
        let from = line.strip_prefix(name.as_bytes())?.strip_prefix(b"=")?;
        Some((Some(place), from))
    }

    /// The place of the field that comes at `i`, to be expected there the next time.
    fn find(&mut self, i: usize, name: &[u8]) -> Option<usize> {
        let place = self.names.find(&field_name(name))?;
        if self.order.len() <= i {
            self.order.resize(i + 1, NOWHERE);
        }
        if let Some(known) = self.order.get_mut(i) {
            // What is written with a backslash must be read each time.
            *known = if memchr::memchr(b'\\', name).is_none() { place } else { NOWHERE };
        }
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(world: &mut World, host: &str, time: i64) -> Key {
        let (host_key, value) = (world.symbols.intern("host"), world.symbols.intern(host));
        let tags = world.tags.intern(&[(host_key, value)], &world.symbols);
        Key { name: world.symbols.intern("m"), tags, time }
    }

    fn fields(point: &Point) -> String {
        point.fields.iter().map(|(name, value)| format!("{name}={value:?};")).collect()
    }

    #[test]
    fn lines_of_any_order_are_read() {
        let (mut points, mut world) = (Points::default(), World::default());
        let key = key(&mut world, "a", 0);
        let table = [
            ("a=1,b=2i", "a=Float(1.0);b=Int(2);"),
            ("b=3i,a=4", "a=Float(4.0);b=Int(3);"),
            ("b=3i,a=4,b=5i", "a=Float(4.0);b=Int(5);"),
            ("a=1", "a=Float(1.0);"),
            ("a=1,c=\"x, y\"", "a=Float(1.0);c=Str(\"x, y\");"),
            (r"a\,b=t,a\\,b=f", r"a,b=Bool(true);a\,b=Bool(false);"),
            (r"a\\,b=t,a\,b=f", r"a,b=Bool(false);a\,b=Bool(true);"),
            ("a=1,b=2i", "a=Float(1.0);b=Int(2);"),
            ("", ""),
        ];
        for (line, want) in table {
            let point = points.of_line(key, RawFields(line.as_bytes()), &world);
            assert_eq!(fields(&point), want, "{line}");
        }
    }

    #[test]
    fn a_point_is_shared_as_long_as_it_is_the_same() {
        let (mut points, mut world) = (Points::default(), World::default());
        let (a, b, later) = (key(&mut world, "a", 0), key(&mut world, "b", 0), key(&mut world, "a", 1));
        let mut of = |key, line: &str| points.of_line(key, RawFields(line.as_bytes()), &world);
        let first = of(a, "v=1");
        assert!(Arc::ptr_eq(&first, &of(a, "v=1")));
        assert_eq!(fields(&of(a, "v=2")), "v=Float(2.0);");
        assert_eq!(of(b, "v=2").label.tags, [("host".to_owned(), "b".to_owned())]);
        assert_eq!(of(later, "v=2").time, 1);
        assert!(Arc::ptr_eq(&first.label, &of(a, "v=1").label), "series come again");
    }

    #[test]
    fn labels_are_bounded() {
        let (mut points, mut world) = (Points::default(), World::default());
        for n in 0..3 * LABELS {
            let host = n.to_string();
            let key = key(&mut world, &host, 0);
            assert_eq!(points.label(key, &world).tags[0].1, host);
        }
        assert_eq!(points.labels.len(), LABELS);
    }
}
