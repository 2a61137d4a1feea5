//! From a parsed SELECT to a plan.

mod build;
mod check;
mod dims;
mod names;
mod schema;
pub(super) mod text;

use build::Builder;
use schema::Schema;

use super::error::{QueryError, refuse};
use super::plan::{Filter, Output, Plan, Source};
use super::range::{Clock, TimeRange, split};
use super::store::Store;
use super::window::{MAX_TIME, MIN_TIME, Windows};
use super::{Params, plan};
use crate::pipeline::influxql::{self, Expr, Field, Measurement, Select};
use crate::value::Zone;

/// How deep subqueries may nest.
const MOST_LEVELS: usize = 16;

/// What a statement has from the one around it.
struct Outer {
    depth: usize,
    ascending: bool,
    has_buckets: bool,
    range: TimeRange,
}

/// Compiles a statement for the data of a store.
pub(super) fn compile(store: &Store, select: &Select, params: &Params<'_>) -> Result<Plan, QueryError> {
    let range = params.range.as_ref().map_or_else(TimeRange::default, |r| TimeRange {
        start: Some(r.start),
        end: Some(r.end.saturating_sub(1)),
    });
    statement(store, select, params, None, range)
}

fn statement(
    store: &Store,
    select: &Select,
    params: &Params<'_>,
    outer: Option<&Outer>,
    added: TimeRange,
) -> Result<Plan, QueryError> {
    let zone = select.zone.as_deref().map(named_zone).transpose()?;
    let clock = Clock { now: params.now, zone: zone.as_ref() };
    let (every, offset) = dims::buckets(select, &clock)?;
    let (condition, range) = match &select.condition {
        Some(condition) => split(condition, &clock)?,
        None => (None, TimeRange::default()),
    };
    let (time, fields) = without_time(&select.fields);
    let has_buckets = every != 0 || outer.is_some_and(|o| o.has_buckets);
    check::fields(select, &fields, every, outer.is_some_and(|o| o.has_buckets))?;
    let mut range = range.intersect(added);
    if let Some(outer) = outer {
        if select.ascending.is_some_and(|ascending| ascending != outer.ascending) {
            return refuse("subqueries must be ordered in the same direction as the query itself");
        }
        range = range.intersect(outer.range);
    }
    let ascending = outer.map_or(select.ascending.unwrap_or(true), |o| o.ascending);
    if every != 0 && outer.is_none() && range.end.is_none() {
        range.end = Some(params.now);
    }
    let depth = outer.map_or(0, |o| o.depth) + 1;
    if depth > MOST_LEVELS {
        return refuse("subqueries are nested too deeply");
    }
    let below = Outer { depth, ascending, has_buckets, range };
    let sources = sources(store, select, params, &below)?;

    let schema = Schema::of(&sources, store);
    let (dims, wild) = schema.dimensions(&select.dimensions)?;
    let fields = schema.expand(&fields, &dims, wild)?;
    let mut builder = Builder::new(&schema, every);
    let columns = columns(&mut builder, &fields)?;
    let filter = condition.as_ref().map(|c| filter(&schema, c)).transpose()?;
    let is_selector = matches!(builder.calls.as_slice(), [call] if call.is_selector());
    let count = |n: i64| usize::try_from(n).unwrap_or(0);
    Ok(Plan {
        sources,
        columns,
        time,
        calls: builder.calls,
        aux: builder.aux,
        filter,
        windows: Windows {
            every,
            offset,
            zone,
            start: range.start.unwrap_or(MIN_TIME),
            end: range.end.unwrap_or(MAX_TIME),
        },
        dims,
        fill: select.fill,
        ascending,
        limit: count(select.limit),
        offset: count(select.offset),
        slimit: count(select.slimit),
        soffset: count(select.soffset),
        is_selector,
    })
}

fn named_zone(name: &str) -> Result<Zone, QueryError> {
    Zone::parse(name)
        .map_err(|_| QueryError::new(format!("error parsing query: unable to find time zone {name}")))
}

/// What the time is called, and the fields but the time; `DISTINCT v` as the call that it is.
fn without_time(fields: &[Field]) -> (String, Vec<Field>) {
    let is_time = |f: &&Field| matches!(&f.expr, Expr::Ref { name, .. } if name == "time");
    let alias = fields.iter().filter(is_time).find_map(|f| f.alias.clone());
    let as_call = |field: &Field| match &field.expr {
        Expr::Distinct(name) => {
            let args = vec![Expr::Ref { name: name.clone(), ty: None }];
            Field { expr: Expr::Call { name: "distinct".to_owned(), args }, alias: field.alias.clone() }
        }
        _ => field.clone(),
    };
    let others = fields.iter().filter(|f| !is_time(f)).map(as_call).collect();
    (alias.unwrap_or_else(|| "time".to_owned()), others)
}

fn sources(
    store: &Store,
    select: &Select,
    params: &Params<'_>,
    below: &Outer,
) -> Result<Vec<Source>, QueryError> {
    let mut sources = Vec::new();
    for source in &select.sources {
        match source {
            influxql::Source::Measurement(m) => measurements(store, m, params, &mut sources)?,
            influxql::Source::Subquery(inner) => {
                let plan = statement(store, inner, params, Some(below), TimeRange::default())?;
                sources.push(Source::Subquery(Box::new(plan)));
            }
        }
    }
    Ok(sources)
}

fn measurements(
    store: &Store,
    measurement: &Measurement,
    params: &Params<'_>,
    out: &mut Vec<Source>,
) -> Result<(), QueryError> {
    let or =
        |given: &str, default: &str| if given.is_empty() { default.to_owned() } else { given.to_owned() };
    let database = or(&measurement.database, params.database);
    let retention_policy = or(&measurement.retention_policy, params.retention_policy);
    let source = |name: &str| plan::Source::Measurement {
        database: database.clone(),
        retention_policy: retention_policy.clone(),
        name: name.to_owned(),
    };
    match &measurement.regex {
        None => out.push(source(&measurement.name)),
        Some(pattern) => {
            let pattern = schema::regex(pattern)?;
            let names = store.measurements(&database, &retention_policy).map(|m| m.0);
            out.extend(names.filter(|name| pattern.is_match(name)).map(source));
        }
    }
    Ok(())
}

fn columns(builder: &mut Builder<'_>, fields: &[Field]) -> Result<Vec<Output>, QueryError> {
    let fields = with_tags_of_top(fields);
    let names = names::columns(&fields);
    let mut columns = Vec::new();
    for (field, name) in fields.iter().zip(names) {
        let (expr, ty) = builder.column(&field.expr)?;
        columns.push(Output { name, short: names::short(field), expr, ty });
    }
    columns.iter_mut().for_each(|column| builder.settle(&mut column.expr));
    Ok(columns)
}

/// `top(value, host, 3)` gives a column for `host` as well.
fn with_tags_of_top(fields: &[Field]) -> Vec<Field> {
    let mut all = Vec::new();
    for field in fields {
        all.push(field.clone());
        if let Expr::Call { name, args } = &field.expr
            && matches!(name.as_str(), "top" | "bottom")
            && let [_, tags @ .., _] = args.as_slice()
        {
            all.extend(tags.iter().map(|tag| Field { expr: tag.clone(), alias: None }));
        }
    }
    all
}

fn filter(schema: &Schema, condition: &Expr) -> Result<Filter, QueryError> {
    let mut builder = Builder::new(schema, 0);
    let expr = builder.condition(condition)?;
    Ok(Filter { expr, refs: builder.aux })
}
