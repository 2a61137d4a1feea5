//! Runs a plan: points of series are grouped, reduced, filled, brought together to rows.

mod call;
mod feed;
mod fill;
mod point;
mod rows;
mod scope;

pub(super) use point::Pt;

use super::error::QueryError;
use super::series::{Row, Series};
use super::store::Store;
use super::{Params, compile};
use crate::pipeline::influxql::Select;
use rows::RowSet;
use scope::Scope;

/// Answers a SELECT.
pub(super) fn run(store: &Store, select: &Select, params: &Params<'_>) -> Result<Vec<Series>, QueryError> {
    let plan = compile::compile(store, select, params)?;
    let scope = Scope::outermost(store, &plan, params.now)?;
    let names: Vec<String> = plan.columns.iter().map(|c| c.name.clone()).collect();
    Ok(rows::rows(&scope)?.into_iter().map(|set| series(&scope, &names, set)).collect())
}

fn series(scope: &Scope<'_>, columns: &[String], set: RowSet<'_>) -> Series {
    let tags = scope.group.iter().zip(&set.tags).map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    let row = |(time, cells): (i64, Vec<super::Cell<'_>>)| Row {
        time,
        values: cells.into_iter().map(super::Cell::to_value).collect(),
    };
    Series {
        name: set.name.to_owned(),
        tags: tags.collect(),
        time: scope.plan.time.clone(),
        columns: columns.to_vec(),
        rows: set.rows.into_iter().map(row).collect(),
    }
}
