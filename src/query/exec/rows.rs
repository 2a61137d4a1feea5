//! From the points of calls and fields to rows.

use super::call::{self, Run};
use super::fill::number;
use super::point::Pt;
use super::scope::Scope;
use crate::pipeline::influxql::{DataType, Fill};
use crate::query::Cell;
use crate::query::error::QueryError;
use crate::query::eval::Division;
use crate::query::plan::{Call, Ref};

/// The rows of one name and set of tags.
pub(super) struct RowSet<'a> {
    pub(super) name: &'a str,
    /// In the order of [`Scope::group`].
    pub(super) tags: Vec<&'a str>,
    /// Time and columns, in the order of the query.
    pub(super) rows: Vec<(i64, Vec<Cell<'a>>)>,
}

/// All rows of a plan, in the order of the query; sets without rows are left out.
pub(super) fn rows<'a>(scope: &Scope<'a>) -> Result<Vec<RowSet<'a>>, QueryError> {
    let plan = scope.plan;
    let mut columns: Vec<Vec<Run<'a>>> = Vec::new();
    if plan.calls.is_empty() {
        columns.push(raw(scope, &plan.aux)?);
    } else {
        let aux: &[Ref] = if plan.is_selector { &plan.aux } else { &[] };
        for of in &plan.calls {
            columns.push(call::call(scope, of, aux)?);
        }
    }
    for run in columns.iter_mut().flatten() {
        let most = if plan.limit == 0 { usize::MAX } else { plan.limit };
        run.points = std::mem::take(&mut run.points).into_iter().skip(plan.offset).take(most).collect();
    }
    let sets = joined(scope, columns);
    Ok(sets.into_iter().filter(|set| !set.rows.is_empty()).collect())
}

/// Fields and tags as they are.
fn raw<'a>(scope: &Scope<'a>, refs: &[Ref]) -> Result<Vec<Run<'a>>, QueryError> {
    let mut runs = Vec::new();
    for group in scope.groups()?.iter() {
        runs.push(call::merged(scope, group, None, refs));
    }
    Ok(runs)
}

/// Brings the calls' points of one group and time together to a row.
fn joined<'a>(scope: &Scope<'a>, columns: Vec<Vec<Run<'a>>>) -> Vec<RowSet<'a>> {
    let mut keys: Vec<(&'a str, Vec<&'a str>)> =
        columns.iter().flatten().map(|run| (run.name, run.tags.clone())).collect();
    keys.sort();
    keys.dedup();
    if !scope.plan.ascending {
        keys.reverse();
    }
    let mut columns: Vec<_> = columns.into_iter().map(|runs| runs.into_iter().peekable()).collect();
    let mut sets = Vec::new();
    for (name, tags) in keys {
        let heads: Vec<Vec<Pt<'a>>> = columns
            .iter_mut()
            .map(|runs| {
                let same = |run: &Run<'a>| run.name == name && run.tags == tags;
                runs.next_if(same).map(|run| run.points).unwrap_or_default()
            })
            .collect();
        let rows = scan(scope, heads);
        sets.push(RowSet { name, tags, rows });
    }
    sets
}

fn scan<'a>(scope: &Scope<'a>, heads: Vec<Vec<Pt<'a>>>) -> Vec<(i64, Vec<Cell<'a>>)> {
    let plan = scope.plan;
    let calls = plan.calls.len();
    let mut heads: Vec<_> = heads.into_iter().map(|points| points.into_iter().peekable()).collect();
    let mut slots = vec![Cell::Null; calls + plan.aux.len()];
    let mut rows = Vec::new();
    // What is missing is filled here too: with a number, or with what the row before had.
    let set = |slot: &mut Cell<'a>, cell: Cell<'a>, ty: Option<DataType>| match (cell, scope.fill) {
        (Cell::Null, Fill::Previous) => {}
        (Cell::Null, Fill::Number(x)) => *slot = number(x, ty),
        _ => *slot = cell,
    };
    loop {
        let times = heads.iter_mut().filter_map(|points| points.peek().map(|p| p.time));
        let Some(time) = (if plan.ascending { times.min() } else { times.max() }) else { return rows };
        for (i, points) in heads.iter_mut().enumerate() {
            match points.next_if(|p| p.time == time) {
                Some(point) => {
                    if let (Some(slot), true) = (slots.get_mut(i), calls > 0) {
                        *slot = point.value;
                    }
                    for ((slot, cell), of) in slots.iter_mut().skip(calls).zip(point.aux).zip(&plan.aux) {
                        set(slot, cell, of.ty);
                    }
                }
                None => {
                    if let Some(slot) = slots.get_mut(i) {
                        set(slot, Cell::Null, plan.calls.get(i).and_then(Call::ty));
                    }
                }
            }
        }
        let value = |column: &'a crate::query::plan::Output| column.expr.value(time, &slots, Division::Float);
        rows.push((time, plan.columns.iter().map(value).collect()));
    }
}
