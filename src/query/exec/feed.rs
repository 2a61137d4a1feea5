//! Where the points of a group come from: the series of a measurement, or the rows of a subquery.

use std::collections::BTreeMap;

use super::point::Pt;
use super::rows::{RowSet, rows};
use super::scope::{Group, Scope};
use crate::data::Sym;
use crate::pipeline::influxql::DataType;
use crate::query::Cell;
use crate::query::column::Column;
use crate::query::error::QueryError;
use crate::query::plan::{Call, Filter, Output, Plan, Ref, Source};
use crate::query::store::{Data, Store};

/// A series or the rows of one.
pub(super) struct Feed<'a> {
    /// Which source of the query.
    pub(super) source: usize,
    body: Body<'a>,
}

enum Body<'a> {
    Series { store: &'a Store, data: &'a Data, filtered: bool },
    Rows { columns: &'a [Output], keys: Vec<&'a str>, set: RowSet<'a>, order: Order },
}

/// How the points of several feeds follow each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Order {
    /// Merged by time, as the server merges series.
    Merged,
    /// By time; of one time in the order of the feeds.
    ByTime,
    /// All of one set, then those of the next.
    BySet,
}

/// The groups of a scope, in no order yet.
pub(super) fn groups<'a>(scope: &Scope<'a>) -> Result<Vec<Group<'a>>, QueryError> {
    let mut all: Vec<Group<'a>> = Vec::new();
    let mut places: BTreeMap<(&'a str, Vec<&'a str>), usize> = BTreeMap::new();
    for (number, source) in scope.plan.sources.iter().enumerate() {
        let found = match source {
            Source::Measurement { database, retention_policy, name } => {
                limited(scope, measurement(scope, (database, retention_policy), name))
            }
            Source::Subquery(plan) => subquery(scope, plan)?,
        };
        for (name, tags, bodies) in found {
            let feeds = bodies.into_iter().map(|body| Feed { source: number, body });
            let place = *places.entry((name, tags.clone())).or_insert_with(|| {
                all.push(Group { name, tags, feeds: Vec::new() });
                all.len() - 1
            });
            if let Some(group) = all.get_mut(place) {
                group.feeds.extend(feeds);
            }
        }
    }
    Ok(all)
}

type Found<'a> = Vec<(&'a str, Vec<&'a str>, Vec<Body<'a>>)>;

fn measurement<'a>(scope: &Scope<'a>, (database, policy): (&str, &str), name: &str) -> Found<'a> {
    let store = scope.store;
    let Some((name, measurement)) = store.measurements(database, policy).find(|m| m.0 == name) else {
        return Vec::new();
    };
    let mut groups: BTreeMap<Vec<&'a str>, Vec<Body<'a>>> = BTreeMap::new();
    // Keys are looked up once, not for each series.
    let sym = |key: &str| store.symbols().find(key);
    let keys: Vec<Option<Sym>> = scope.group.iter().map(|key| sym(key)).collect();
    let asked: Vec<(bool, Option<Sym>)> =
        scope.plan.filter.iter().flat_map(|f| &f.refs).map(|r| (is_field(r), sym(&r.name))).collect();
    for data in store.series_of(measurement) {
        let filtered = match scope.plan.filter.as_ref().map(|f| foregone(f, store, data, &asked)) {
            Some(Some(false)) => continue,
            Some(None) => true,
            None | Some(Some(true)) => false,
        };
        let tags = keys.iter().map(|key| tag(store, data, *key).unwrap_or_default()).collect();
        groups.entry(tags).or_default().push(Body::Series { store, data, filtered });
    }
    groups.into_iter().map(|(tags, feeds)| (name, tags, feeds)).collect()
}

/// SLIMIT and SOFFSET count the groups of each measurement.
fn limited<'a>(scope: &Scope<'a>, found: Found<'a>) -> Found<'a> {
    let most = if scope.slimit == 0 { usize::MAX } else { scope.slimit };
    found.into_iter().skip(scope.soffset).take(most).collect()
}

fn subquery<'a>(scope: &Scope<'a>, plan: &'a Plan) -> Result<Found<'a>, QueryError> {
    let inner = scope.within(plan);
    let is_of_windows = !plan.calls.is_empty() && plan.calls.iter().all(Call::is_of_windows);
    let order = match is_of_windows {
        false => Order::Merged,
        true if inner.windows.is_one() => Order::BySet,
        true => Order::ByTime,
    };
    let mut groups: BTreeMap<(&'a str, Vec<&'a str>), Vec<Body<'a>>> = BTreeMap::new();
    for set in rows(&inner)? {
        let value = |key: &&str| {
            let place = inner.group.iter().position(|k| k == key);
            place.and_then(|i| set.tags.get(i)).copied().unwrap_or_default()
        };
        let tags: Vec<&str> = scope.group.iter().map(value).collect();
        let name = set.name;
        let body = Body::Rows { columns: &plan.columns, keys: inner.group.clone(), set, order };
        groups.entry((name, tags)).or_default().push(body);
    }
    Ok(groups.into_iter().map(|((name, tags), feeds)| (name, tags, feeds)).collect())
}

fn tag<'a>(store: &'a Store, data: &Data, key: Option<Sym>) -> Option<&'a str> {
    let key = key?;
    data.tags().iter().find(|(k, _)| *k == key).map(|(_, v)| store.symbols().name(*v))
}

/// What the tags of a series alone say of a condition; `asked` tells of each of its names whether it is a field.
fn foregone(filter: &Filter, store: &Store, data: &Data, asked: &[(bool, Option<Sym>)]) -> Option<bool> {
    let known = |(is_field, key): &(bool, Option<Sym>)| match is_field {
        true => None,
        false => Some(Cell::Str(tag(store, data, *key).unwrap_or_default())),
    };
    filter.expr.foregone(&asked.iter().map(known).collect::<Vec<_>>())
}

fn is_field(r: &Ref) -> bool {
    !matches!(r.ty, None | Some(DataType::Tag))
}

impl<'a> Feed<'a> {
    pub(super) fn order(&self) -> Order {
        match &self.body {
            Body::Series { .. } => Order::Merged,
            Body::Rows { order, .. } => *order,
        }
    }

    /// The points that have a value of `main` and satisfy the condition, with the values of `aux` beside it, in the
    /// order of the query. Without `main`, those that have any field of `aux`.
    pub(super) fn points(&self, scope: &Scope<'a>, main: Option<&Ref>, aux: &[Ref]) -> Vec<Pt<'a>> {
        let mut points = match &self.body {
            Body::Series { store, data, filtered } => {
                let filter = scope.plan.filter.as_ref().filter(|_| *filtered);
                series_points(scope, store, data, filter, main, aux)
            }
            Body::Rows { columns, keys, set, .. } => row_points(scope, columns, keys, set, main, aux),
        };
        if !scope.plan.ascending && matches!(self.body, Body::Series { .. }) {
            points.reverse();
        }
        points
    }
}

/// A value that goes along with the times of others.
enum Along<'a> {
    /// The same at all times.
    Same(Cell<'a>),
    Column {
        column: &'a Column,
        ty: DataType,
        next: usize,
    },
}

impl<'a> Along<'a> {
    fn new(store: &'a Store, data: &'a Data, r: &Ref, start: i64) -> Along<'a> {
        if !is_field(r) {
            // A tag that a series lacks has no value beside others, but is empty in conditions.
            return Along::Same(
                tag(store, data, store.symbols().find(&r.name)).map_or(Cell::Null, Cell::Str),
            );
        }
        let ty = r.ty.unwrap_or(DataType::Float);
        match column(store, data, &r.name).filter(|column| column.casts_to(ty)) {
            Some(column) => {
                let next = column.times().partition_point(|t| *t < start);
                Along::Column { column, ty, next }
            }
            None => Along::Same(Cell::Null),
        }
    }

    /// The value at a time; times grow.
    fn at(&mut self, time: i64, store: &'a Store) -> Cell<'a> {
        match self {
            Along::Same(cell) => *cell,
            Along::Column { column, ty, next } => {
                while column.times().get(*next).is_some_and(|t| *t < time) {
                    *next += 1;
                }
                if column.times().get(*next) == Some(&time) {
                    column.get(*next, store.symbols()).cast(*ty)
                } else {
                    Cell::Null
                }
            }
        }
    }

    /// The first time from here on.
    fn next_time(&self) -> Option<i64> {
        match self {
            Along::Same(_) => None,
            Along::Column { column, next, .. } => column.times().get(*next).copied(),
        }
    }

    fn pass(&mut self, time: i64) {
        if let Along::Column { column, next, .. } = self
            && column.times().get(*next) == Some(&time)
        {
            *next += 1;
        }
    }
}

fn column<'a>(store: &Store, data: &'a Data, name: &str) -> Option<&'a Column> {
    let (field, _) = store.measurement_of(data)?.field(store.symbols().find(name)?)?;
    data.column(field)
}

fn series_points<'a>(
    scope: &Scope<'a>,
    store: &'a Store,
    data: &'a Data,
    filter: Option<&'a Filter>,
    main: Option<&Ref>,
    aux: &[Ref],
) -> Vec<Pt<'a>> {
    let (start, end) = (scope.windows.start, scope.windows.end);
    let along =
        |refs: &[Ref]| -> Vec<Along<'a>> { refs.iter().map(|r| Along::new(store, data, r, start)).collect() };
    let (mut beside, mut asked) = (along(aux), filter.map(|f| along(&f.refs)).unwrap_or_default());
    for (value, r) in asked.iter_mut().zip(filter.iter().flat_map(|f| &f.refs)) {
        if let (Along::Same(cell @ Cell::Null), false) = (&mut *value, is_field(r)) {
            *cell = Cell::Str("");
        }
    }
    let mut asked_cells = Vec::new();
    let mut admits = |time: i64| {
        let Some(filter) = filter else { return true };
        asked_cells.clear();
        asked_cells.extend(asked.iter_mut().map(|value| value.at(time, store)));
        filter.expr.holds(time, &asked_cells)
    };
    let mut points = Vec::new();
    match main {
        Some(main) => {
            let (Some(column), Some(ty), true) = (column(store, data, &main.name), main.ty, is_field(main))
            else {
                return points;
            };
            for place in column.between(start, end) {
                let time = column.times().get(place).copied().unwrap_or_default();
                let value = column.get(place, store.symbols()).cast(ty);
                if value.is_null() || !admits(time) {
                    continue;
                }
                let aux = beside.iter_mut().map(|value| value.at(time, store)).collect();
                points.push(Pt { time, value, count: 0, aux });
            }
        }
        None => {
            while let Some(time) = beside.iter().filter_map(Along::next_time).min().filter(|t| *t <= end) {
                if admits(time) {
                    let aux = beside.iter_mut().map(|value| value.at(time, store)).collect();
                    points.push(Pt { time, value: Cell::Null, count: 0, aux });
                }
                beside.iter_mut().for_each(|value| value.pass(time));
            }
        }
    }
    points
}

/// Where in a row of a subquery a value lies.
enum Place<'a> {
    Column(usize),
    Same(Cell<'a>),
}

fn row_points<'a>(
    scope: &Scope<'a>,
    columns: &[Output],
    keys: &[&'a str],
    set: &RowSet<'a>,
    main: Option<&Ref>,
    aux: &[Ref],
) -> Vec<Pt<'a>> {
    let place = |r: &Ref| -> Option<Place<'a>> {
        if let Some(i) = columns.iter().position(|c| c.short == r.name) {
            return Some(Place::Column(i));
        }
        let i = keys.iter().position(|key| *key == r.name)?;
        set.tags.get(i).map(|tag| Place::Same(Cell::Str(tag)))
    };
    let value = |place: &Option<Place<'a>>, cells: &[Cell<'a>]| match place {
        Some(Place::Column(i)) => cells.get(*i).copied().unwrap_or_default(),
        Some(Place::Same(cell)) => *cell,
        None => Cell::Null,
    };
    let main_place = main.map(&place);
    let beside: Vec<_> = aux.iter().map(&place).collect();
    if main.is_none() && beside.iter().all(Option::is_none) {
        return Vec::new();
    }
    let filter = scope.plan.filter.as_ref();
    let asked: Vec<_> = filter.iter().flat_map(|f| &f.refs).map(&place).collect();
    let mut points = Vec::new();
    for (time, cells) in &set.rows {
        if let Some(filter) = filter {
            let asked: Vec<Cell<'a>> = asked.iter().map(|p| value(p, cells)).collect();
            if !filter.expr.holds(*time, &asked) {
                continue;
            }
        }
        let main = main_place.as_ref().map(|p| value(p, cells));
        if main.is_some_and(Cell::is_null) {
            continue;
        }
        let aux = beside.iter().map(|p| value(p, cells)).collect();
        points.push(Pt { time: *time, value: main.unwrap_or_default(), count: 0, aux });
    }
    points
}
