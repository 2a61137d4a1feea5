//! Points kept for queries: those fields that some query names.

use std::collections::HashSet;

use foldhash::fast::FixedState;

use crate::data::{RawPoint, Series, World, end_of_name, end_of_value, unescape, value};
use crate::query::{self, Cell, FieldId, Store};
use crate::value::Value;

/// What queries are answered from.
pub(super) struct Loader {
    pub(super) store: Store,
    /// Fields that are kept; `None` for all.
    names: Option<HashSet<String, FixedState>>,
    /// By series of the run.
    series: Vec<Option<query::SeriesId>>,
    /// Points that InfluxDB would refuse, since a field changed its type.
    pub(super) refused: u64,
}

impl Loader {
    /// Keeps the fields with these names, or all.
    pub(super) fn new(names: Option<Vec<String>>) -> Loader {
        let names = names.map(|n| n.into_iter().collect());
        Loader { store: Store::default(), names, series: Vec::new(), refused: 0 }
    }

    /// Takes over the points of another run.
    pub(super) fn inherit(&mut self, old: Loader) {
        (self.store, self.refused) = (old.store, old.refused);
        self.series.clear();
    }

    /// Keeps a point.
    pub(super) fn load(&mut self, point: &RawPoint<'_>, series: &Series, world: &World) {
        let id = self.series_id(point, series, world);
        let mut fields: Vec<(FieldId, Value)> = Vec::new();
        let mut rest = point.fields.0;
        while let Some(eq) = end_of_name(rest) {
            let (name, from) = (unescape(&rest[..eq], b",= "), &rest[eq + 1..]);
            let end = end_of_value(from);
            rest = from.get(end + 1..).unwrap_or_default();
            if self.names.as_ref().is_some_and(|names| !names.contains(&*name)) {
                continue;
            }
            if let Some(value) = value(&from[..end])
                && let Some(ty) = Cell::of(&value).data_type()
            {
                fields.push((self.store.field(id, &name, ty), value));
            }
        }
        let cells: Vec<(FieldId, Cell<'_>)> =
            fields.iter().map(|(id, value)| (*id, Cell::of(value))).collect();
        self.refused += u64::from(self.store.push(id, point.time, &cells).is_err());
    }

    fn series_id(&mut self, point: &RawPoint<'_>, series: &Series, world: &World) -> query::SeriesId {
        let at = point.series.index();
        if let Some(Some(id)) = self.series.get(at) {
            return *id;
        }
        let text = |sym| world.symbols.name(sym);
        let pairs = world.tags.pairs(series.tags).iter().map(|&(k, v)| (text(k), text(v)));
        let tags: Vec<(&str, &str)> = pairs.collect();
        let id = self.store.series(text(series.db), text(series.rp), text(series.name), &tags);
        if self.series.len() <= at {
            self.series.resize(at + 1, None);
        }
        self.series[at] = Some(id);
        id
    }
}
