//! The points that queries are asked about, in columns by series.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::column::Column;
use super::exec;
use super::{Cell, Params, QueryError, Series};
use crate::data::line::{push_measurement, push_tag};
use crate::data::{Sym, Symbols};
use crate::pipeline::influxql::{DataType, Select};

/// A series of a store: dense from 0 in order of first sight.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct SeriesId(u32);

/// A field of a measurement.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct FieldId(u32);

/// A point that InfluxDB would drop: a field keeps the type that it first had in its measurement.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "field type conflict: input field \"{field}\" on measurement \"{measurement}\" is type {found}, \
     already exists as type {known}"
)]
pub struct FieldConflict {
    field: String,
    measurement: String,
    found: &'static str,
    known: &'static str,
}

/// Points in columns, by series.
pub struct Store {
    symbols: Symbols,
    measurements: Vec<Measurement>,
    /// By database, retention policy and name.
    by_name: BTreeMap<(String, String), BTreeMap<String, u32>>,
    series: Vec<Data>,
    /// Series by their measurement and tags.
    table: HashTable<SeriesId>,
    hash: FixedState,
    /// Whether there are series that have not found their place, and values.
    new_series: bool,
    late_values: bool,
}

/// What a measurement of one retention policy holds.
pub(super) struct Measurement {
    pub(super) name: Sym,
    fields: Vec<(Sym, DataType)>,
    by_field: HashMap<Sym, FieldId, FixedState>,
    /// In order of first sight.
    tag_keys: Vec<Sym>,
    /// In the order of their keys once sorted.
    series: Vec<SeriesId>,
}

/// A series and its columns.
pub(super) struct Data {
    measurement: u32,
    /// Sorted by key.
    tags: Vec<(Sym, Sym)>,
    /// As line protocol writes it: InfluxDB's order of series.
    key: String,
    columns: Vec<Option<Column>>,
}

impl Default for Store {
    fn default() -> Store {
        Store {
            symbols: Symbols::default(),
            measurements: Vec::new(),
            by_name: BTreeMap::new(),
            series: Vec::new(),
            table: HashTable::new(),
            hash: FixedState::with_seed(0x51e1),
            new_series: false,
            late_values: false,
        }
    }
}

impl Store {
    /// Adds a point. Of the same series and time as another, it adds its fields to that; the last value of a
    /// field stays. Null fields are left out.
    ///
    /// # Errors
    /// A field that has another type in its measurement: the whole point is dropped.
    pub fn append(
        &mut self,
        database: &str,
        retention_policy: &str,
        measurement: &str,
        tags: &[(&str, &str)],
        time: i64,
        fields: &[(&str, Cell<'_>)],
    ) -> Result<(), FieldConflict> {
        let series = self.series(database, retention_policy, measurement, tags);
        let fields: Vec<(FieldId, Cell<'_>)> = fields
            .iter()
            .filter_map(|(name, cell)| Some((self.field(series, name, cell.data_type()?), *cell)))
            .collect();
        self.push(series, time, &fields)
    }

    /// The series of these tags, new or known; tags in any order, those without a value are left out.
    pub fn series(
        &mut self,
        database: &str,
        retention_policy: &str,
        measurement: &str,
        tags: &[(&str, &str)],
    ) -> SeriesId {
        let home = self.measurement(database, retention_policy, measurement);
        let mut given: Vec<(&str, &str)> = tags.iter().copied().filter(|(_, v)| !v.is_empty()).collect();
        given.sort_by(|a, b| a.0.cmp(b.0));
        given.dedup_by(|later, first| later.0 == first.0);
        let pairs: Vec<(Sym, Sym)> =
            given.iter().map(|(k, v)| (self.symbols.intern(k), self.symbols.intern(v))).collect();
        let hash = self.hash.hash_one((home, &pairs));
        let same = |id: &SeriesId| {
            self.series.get(id.0 as usize).is_some_and(|d| d.measurement == home && d.tags == pairs)
        };
        if let Some(id) = self.table.find(hash, same) {
            return *id;
        }
        let mut key = String::new();
        push_measurement(&mut key, measurement);
        given.iter().for_each(|(k, v)| push_tag(&mut key, k, v));
        let id = SeriesId(self.series.len() as u32);
        if let Some(home) = self.measurements.get_mut(home as usize) {
            home.series.push(id);
            for (key, _) in &pairs {
                if !home.tag_keys.contains(key) {
                    home.tag_keys.push(*key);
                }
            }
        }
        self.series.push(Data { measurement: home, tags: pairs, key, columns: Vec::new() });
        let (all, hasher) = (&self.series, &self.hash);
        let rehash = |id: &SeriesId| {
            all.get(id.0 as usize).map_or(0, |d: &Data| hasher.hash_one((d.measurement, &d.tags)))
        };
        self.table.insert_unique(hash, id, rehash);
        self.new_series = true;
        id
    }

    fn measurement(&mut self, database: &str, retention_policy: &str, name: &str) -> u32 {
        let place = (database.to_owned(), retention_policy.to_owned());
        let names = self.by_name.entry(place).or_default();
        if let Some(known) = names.get(name) {
            return *known;
        }
        let new = self.measurements.len() as u32;
        names.insert(name.to_owned(), new);
        let by_field = HashMap::with_hasher(FixedState::with_seed(0xf1e1));
        let name = self.symbols.intern(name);
        self.measurements.push(Measurement {
            name,
            fields: Vec::new(),
            by_field,
            tag_keys: Vec::new(),
            series: Vec::new(),
        });
        new
    }

    /// The field of this name in the measurement of a series; a new one has the type given (floats, integers,
    /// strings or booleans).
    pub fn field(&mut self, series: SeriesId, name: &str, ty: DataType) -> FieldId {
        let name = self.symbols.intern(name);
        let home = self.series.get(series.0 as usize).map(|d| d.measurement as usize);
        let Some(home) = home.and_then(|m| self.measurements.get_mut(m)) else { return FieldId(u32::MAX) };
        let fields = &mut home.fields;
        *home.by_field.entry(name).or_insert_with(|| {
            fields.push((name, ty));
            FieldId(fields.len() as u32 - 1)
        })
    }

    /// [`Store::append`] for those who keep the numbers of series and fields.
    ///
    /// # Errors
    /// As [`Store::append`].
    pub fn push(
        &mut self,
        series: SeriesId,
        time: i64,
        fields: &[(FieldId, Cell<'_>)],
    ) -> Result<(), FieldConflict> {
        let Some(data) = self.series.get_mut(series.0 as usize) else { return Ok(()) };
        let Some(home) = self.measurements.get(data.measurement as usize) else { return Ok(()) };
        for (field, cell) in fields {
            let (Some((name, known)), Some(found)) = (home.fields.get(field.0 as usize), cell.data_type())
            else {
                continue;
            };
            if found != *known {
                return Err(FieldConflict {
                    field: self.symbols.name(*name).to_owned(),
                    measurement: self.symbols.name(home.name).to_owned(),
                    found: found.name(),
                    known: known.name(),
                });
            }
        }
        for (field, cell) in fields {
            let (place, Some(ty)) = (field.0 as usize, cell.data_type()) else { continue };
            if place >= home.fields.len() {
                continue;
            }
            if data.columns.len() <= place {
                data.columns.resize_with(place + 1, || None);
            }
            if let Some(column) = data.columns.get_mut(place) {
                let column = column.get_or_insert_with(|| Column::new(ty));
                self.late_values |= !column.push(time, *cell, &mut self.symbols);
            }
        }
        Ok(())
    }

    /// Answers a SELECT.
    ///
    /// Series come in the order of their names and tags, rows in the order of time; `ORDER BY time DESC` turns
    /// both round. The time of a row is that of the point, or the start of the bucket, or that of the range; 0
    /// if the range has no start. `INTO` is not looked at.
    ///
    /// # Errors
    /// What InfluxDB refuses, in its words.
    pub fn execute(&mut self, select: &Select, params: &Params<'_>) -> Result<Vec<Series>, QueryError> {
        self.sort();
        exec::run(self, select, params)
    }

    /// Points that come in the order of time, of series that are known, cost the next query nothing.
    fn sort(&mut self) {
        if self.late_values {
            self.series.iter_mut().flat_map(|d| d.columns.iter_mut().flatten()).for_each(Column::sort);
            self.late_values = false;
        }
        if !self.new_series {
            return;
        }
        let all = &self.series;
        let key = |id: &SeriesId| all.get(id.0 as usize).map(|d| d.key.as_str());
        for measurement in &mut self.measurements {
            measurement.series.sort_by(|a, b| key(a).cmp(&key(b)));
        }
        self.new_series = false;
    }

    pub(super) fn symbols(&self) -> &Symbols {
        &self.symbols
    }

    /// The measurements of a retention policy by name.
    pub(super) fn measurements<'s>(
        &'s self,
        database: &str,
        retention_policy: &str,
    ) -> impl Iterator<Item = (&'s str, &'s Measurement)> {
        let names = self.by_name.get(&(database.to_owned(), retention_policy.to_owned()));
        let names = names.into_iter().flatten();
        names.filter_map(|(name, id)| Some((name.as_str(), self.measurements.get(*id as usize)?)))
    }

    /// The series of a measurement, in the order of their keys.
    pub(super) fn series_of<'s>(&'s self, measurement: &'s Measurement) -> impl Iterator<Item = &'s Data> {
        measurement.series.iter().filter_map(|id| self.series.get(id.0 as usize))
    }

    pub(super) fn measurement_of(&self, data: &Data) -> Option<&Measurement> {
        self.measurements.get(data.measurement as usize)
    }
}

impl Measurement {
    /// Names and types of the fields, in order of first sight.
    pub(super) fn fields(&self) -> &[(Sym, DataType)] {
        &self.fields
    }

    /// Keys of the tags of all series, in order of first sight.
    pub(super) fn tag_keys(&self) -> &[Sym] {
        &self.tag_keys
    }

    /// The type of a field.
    pub(super) fn field(&self, name: Sym) -> Option<(FieldId, DataType)> {
        let id = *self.by_field.get(&name)?;
        self.fields.get(id.0 as usize).map(|(_, ty)| (id, *ty))
    }
}

impl Data {
    /// Sorted by key.
    pub(super) fn tags(&self) -> &[(Sym, Sym)] {
        &self.tags
    }

    pub(super) fn column(&self, field: FieldId) -> Option<&Column> {
        self.columns.get(field.0 as usize)?.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::influxql::{Statement, parse};
    use crate::value::Value;

    fn rows(store: &mut Store, query: &str, params: &Params<'_>) -> Vec<(i64, Vec<Value>)> {
        let Some(Statement::Select(select)) = parse(query).unwrap().pop() else { panic!("{query}") };
        let series = store.execute(&select, params).unwrap();
        series.into_iter().flat_map(|s| s.rows).map(|row| (row.time, row.values)).collect()
    }

    #[test]
    fn points_of_one_time_become_one() {
        let mut store = Store::default();
        let mut add = |tags: &[(&str, &str)], time, fields: &[(&str, Cell<'_>)]| {
            store.append("db", "rp", "m", tags, time, fields)
        };
        add(&[("a", "1"), ("b", "2")], 5, &[("x", Cell::Int(1)), ("y", Cell::Bool(true))]).unwrap();
        add(&[("b", "2"), ("a", "1")], 2, &[("x", Cell::Int(2)), ("z", Cell::Null)]).unwrap();
        add(&[("a", "1"), ("b", "2"), ("c", "")], 5, &[("x", Cell::Int(3))]).unwrap();
        let refused = add(&[], 5, &[("y", Cell::Bool(false)), ("x", Cell::Float(1.0))]).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "field type conflict: input field \"x\" on measurement \"m\" is type float, already exists as \
             type integer"
        );
        let params = Params { database: "db", retention_policy: "rp", ..Params::default() };
        let all = rows(&mut store, "SELECT x, y FROM m", &params);
        let want = [(2, vec![Value::Int(2), Value::Null]), (5, vec![Value::Int(3), Value::Bool(true)])];
        assert_eq!(all, want);
        // Points may come after a query, and before those that are there.
        store.append("db", "rp", "m", &[], 1, &[("x", Cell::Int(9))]).unwrap();
        assert_eq!(rows(&mut store, "SELECT count(x) FROM m", &params), [(0, vec![Value::Int(3)])]);
    }

    #[test]
    fn the_range_of_the_parameters_is_added_to_that_of_the_query() {
        let mut store = Store::default();
        for time in 0..10 {
            store.append("db", "rp", "m", &[], time, &[("x", Cell::Int(time))]).unwrap();
        }
        let params =
            Params { range: Some(3..7), database: "db", retention_policy: "rp", ..Params::default() };
        let sum = |store: &mut Store, query| rows(store, query, &params);
        assert_eq!(sum(&mut store, "SELECT sum(x) FROM m"), [(3, vec![Value::Int(18)])]);
        assert_eq!(sum(&mut store, "SELECT sum(x) FROM m WHERE time > 4"), [(5, vec![Value::Int(11)])]);
        assert_eq!(sum(&mut store, "SELECT sum(x) FROM nothing"), []);
    }
}
