//! Calls: from the points of groups to the points of results.

use std::cmp::Ordering;

use super::feed::{Feed, Order};
use super::fill;
use super::point::{NO_TIME, Pt};
use super::scope::{Group, Scope};
use crate::pipeline::influxql::{DataType, Fill};
use crate::query::Cell;
use crate::query::error::QueryError;
use crate::query::func::holt_winters::{Forecast, MOST};
use crate::query::func::reduce::{combine, reduce};
use crate::query::func::{integral, middle, sample, top, transform};
use crate::query::merge::merge;
use crate::query::plan::{Best, Call, Input, Reduce, Ref, Source, Transform};
use crate::query::window::{MIN_TIME, Windows};

/// The points of one group.
pub(super) struct Run<'a> {
    pub(super) name: &'a str,
    pub(super) tags: Vec<&'a str>,
    pub(super) points: Vec<Pt<'a>>,
}

/// The results of a call, group by group. `aux` are the fields that a selector keeps.
pub(super) fn call<'a>(scope: &Scope<'a>, call: &'a Call, aux: &[Ref]) -> Result<Vec<Run<'a>>, QueryError> {
    let ty = call.ty();
    match call {
        Call::Reduce(function, of) => {
            let mut runs = reduced(scope, *function, of, aux)?;
            bucketed(scope, &mut runs, scope.plan.is_selector);
            let is_count = *function == Reduce::Count;
            filled(scope, runs, is_count, ty, aux.len())
        }
        Call::CountDistinct(of) => {
            let mut runs = each_window(scope, of, &[], |points| {
                vec![Pt::made(Cell::Int(middle::distinct(points).len() as i64))]
            })?;
            bucketed(scope, &mut runs, false);
            filled(scope, runs, true, ty, 0)
        }
        Call::Distinct(of) => {
            let mut runs = each_window(scope, of, &[], middle::distinct)?;
            bucketed(scope, &mut runs, false);
            Ok(runs)
        }
        Call::Sample(of, n) => each_window(scope, of, aux, |points| sample::sample(points, *n)),
        Call::Top { best, of, tags, n } => top_of(scope, *best, of, tags, *n, aux),
        Call::Integral(of, unit) => {
            let mut runs = sorted(scope, of, &[])?;
            for run in &mut runs {
                run.points = integral::integral(&run.points, *unit, &scope.windows, scope.plan.ascending);
            }
            Ok(runs)
        }
        Call::Transform(function, input) => transformed(scope, *function, input),
        Call::HoltWinters { of, ahead, season, with_fit } => {
            let forecast = Forecast {
                ahead: (*ahead).min(MOST),
                season: *season,
                interval: scope.windows.every.max(1),
                fit: *with_fit,
            };
            let mut runs = self::call(scope, of, &[])?;
            for run in &mut runs {
                let known: Vec<(i64, f64)> =
                    run.points.iter().filter_map(|p| Some((p.time, p.value.as_f64()?))).collect();
                let foreseen = forecast.of(&known).into_iter();
                run.points = foreseen.map(|(time, value)| Pt::at(time, Cell::Float(value))).collect();
            }
            Ok(runs)
        }
    }
}

/// The points of each group, merged by time.
fn sorted<'a>(scope: &Scope<'a>, of: &Ref, aux: &[Ref]) -> Result<Vec<Run<'a>>, QueryError> {
    Ok(scope.groups()?.iter().map(|group| merged(scope, group, Some(of), aux)).collect())
}

/// The points of a group, those of each source merged first.
pub(super) fn merged<'a>(scope: &Scope<'a>, group: &Group<'a>, main: Option<&Ref>, aux: &[Ref]) -> Run<'a> {
    let sources = group.feeds.chunk_by(|a, b| a.source == b.source);
    let of_source = |feeds: &[Feed<'a>]| {
        let points: Vec<Vec<Pt<'a>>> = feeds.iter().map(|feed| feed.points(scope, main, aux)).collect();
        match feeds.first().map_or(Order::Merged, Feed::order) {
            Order::Merged => by_time(scope.plan.ascending, points),
            Order::BySet => points.into_iter().flatten().collect(),
            Order::ByTime => {
                let mut points: Vec<Pt<'a>> = points.into_iter().flatten().collect();
                match scope.plan.ascending {
                    true => points.sort_by_key(|p| p.time),
                    false => points.sort_by_key(|p| std::cmp::Reverse(p.time)),
                }
                points
            }
        }
    };
    let points = by_time(scope.plan.ascending, sources.map(of_source).collect());
    Run { name: group.name, tags: group.tags.clone(), points }
}

/// Merges runs in the order of the query. Of points of one time those with the lesser texts come first.
fn by_time<'a>(ascending: bool, runs: Vec<Vec<Pt<'a>>>) -> Vec<Pt<'a>> {
    let texts = |a: &Pt<'a>, b: &Pt<'a>| {
        for pair in a.aux.iter().zip(&*b.aux) {
            match pair {
                (Cell::Str(a), Cell::Str(b)) if a == b => {}
                (Cell::Str(a), Cell::Str(b)) => return a.cmp(b),
                _ => break,
            }
        }
        Ordering::Equal
    };
    if ascending {
        merge(runs, |a, b| a.time.cmp(&b.time).then_with(|| texts(a, b)).is_lt())
    } else {
        merge(runs, |a, b| a.time.cmp(&b.time).then_with(|| texts(a, b)).is_gt())
    }
}

/// Hands each bucket's points over; what comes back without a time gets the bucket's start.
fn windowed<'a>(
    windows: &Windows,
    points: &[Pt<'a>],
    mut of: impl FnMut(&[Pt<'a>]) -> Vec<Pt<'a>>,
) -> Vec<Pt<'a>> {
    let mut out = Vec::new();
    let mut rest = points;
    while let Some(first) = rest.first() {
        let (start, end) = windows.of(first.time);
        let inside = if windows.is_one() {
            rest.len()
        } else {
            rest.iter().take_while(|p| (start..end).contains(&p.time)).count().max(1)
        };
        let (bucket, others) = rest.split_at(inside);
        out.extend(
            of(bucket).into_iter().map(|p| Pt { time: if p.time == NO_TIME { start } else { p.time }, ..p }),
        );
        rest = others;
    }
    out
}

fn each_window<'a>(
    scope: &Scope<'a>,
    of: &Ref,
    aux: &[Ref],
    function: impl Fn(&[Pt<'a>]) -> Vec<Pt<'a>>,
) -> Result<Vec<Run<'a>>, QueryError> {
    let mut runs = sorted(scope, of, aux)?;
    for run in &mut runs {
        run.points = windowed(&scope.windows, &run.points, &function);
    }
    Ok(runs)
}

/// One point for each bucket of each group. Where parts can be brought together, each series is reduced first: so
/// does InfluxDB, and the last digit of a mean depends on it.
fn reduced<'a>(
    scope: &Scope<'a>,
    function: Reduce,
    of: &Ref,
    aux: &[Ref],
) -> Result<Vec<Run<'a>>, QueryError> {
    if !function.is_partial() {
        return each_window(scope, of, aux, |points| reduce(function, points).into_iter().collect());
    }
    let windows = &scope.windows;
    let is_edge = matches!(function, Reduce::First | Reduce::Last) && windows.is_one();
    if is_edge && scope.plan.sources.iter().all(|s| matches!(s, Source::Measurement { .. })) {
        return edges(scope, function, of, aux);
    }
    let one = |points: &[Pt<'a>]| reduce(function, points).into_iter().collect();
    let again = |points: &[Pt<'a>]| combine(function, points).into_iter().collect();
    let of_group = |group: &Group<'a>| {
        let parts: Vec<Vec<Pt<'a>>> = group
            .feeds
            .iter()
            .map(|feed| windowed(windows, &feed.points(scope, Some(of), aux), one))
            .collect();
        let by_window = |a: &Pt<'a>, b: &Pt<'a>| {
            let (a, b) = (windows.start_of(a.time), windows.start_of(b.time));
            if scope.plan.ascending { a < b } else { a > b }
        };
        let together = windowed(windows, &merge(parts, by_window), again);
        Run { name: group.name, tags: group.tags.clone(), points: windowed(windows, &together, again) }
    };
    Ok(scope.groups()?.iter().map(of_group).collect())
}

/// The first or last point of each group. InfluxDB looks at the two outermost points of all series and takes the one
/// with the larger value if they have the same time.
fn edges<'a>(scope: &Scope<'a>, function: Reduce, of: &Ref, aux: &[Ref]) -> Result<Vec<Run<'a>>, QueryError> {
    let ascending = function == Reduce::First;
    let mut runs = Vec::new();
    for group in scope.groups()?.iter() {
        let mut outermost = Vec::new();
        for feeds in group.feeds.chunk_by(|a, b| a.source == b.source) {
            let mut points: Vec<Vec<Pt<'a>>> =
                feeds.iter().map(|feed| feed.points(scope, Some(of), aux)).collect();
            if ascending != scope.plan.ascending {
                points.iter_mut().for_each(|points| points.reverse());
                points.reverse();
            }
            points.iter_mut().for_each(|points| points.truncate(2));
            outermost.extend(by_time(ascending, points).into_iter().take(2));
        }
        let points = reduce(function, &outermost).into_iter().collect();
        runs.push(Run { name: group.name, tags: group.tags.clone(), points });
    }
    Ok(runs)
}

/// Results of buckets, and those of several calls, have the time of the bucket's start.
fn bucketed(scope: &Scope<'_>, runs: &mut [Run<'_>], keep_times: bool) {
    if keep_times && scope.windows.is_one() {
        return;
    }
    for point in runs.iter_mut().flat_map(|run| &mut run.points) {
        point.time = scope.windows.start_of(point.time);
    }
    zero_for_no_start(runs);
}

/// A range without a start begins at 0, as far as one can see.
fn zero_for_no_start(runs: &mut [Run<'_>]) {
    for point in runs.iter_mut().flat_map(|run| &mut run.points) {
        if point.time == MIN_TIME {
            point.time = 0;
        }
    }
}

fn filled<'a>(
    scope: &Scope<'a>,
    mut runs: Vec<Run<'a>>,
    is_count: bool,
    ty: Option<DataType>,
    aux: usize,
) -> Result<Vec<Run<'a>>, QueryError> {
    if scope.windows.is_one() || scope.fill == Fill::None {
        return Ok(runs);
    }
    let how = if is_count && scope.fill == Fill::Null { Fill::Number(0.0) } else { scope.fill };
    for run in runs.iter_mut().filter(|run| !run.points.is_empty()) {
        run.points = fill::fill(scope, how, ty, aux, std::mem::take(&mut run.points))?;
    }
    Ok(runs)
}

/// With tags, the best of each of their values first, then the best of those.
fn top_of<'a>(
    scope: &Scope<'a>,
    best: Best,
    of: &Ref,
    tags: &'a [String],
    n: usize,
    aux: &[Ref],
) -> Result<Vec<Run<'a>>, QueryError> {
    let top = |points: &[Pt<'a>]| top::top(points, best, n);
    if tags.is_empty() {
        return each_window(scope, of, aux, top);
    }
    let wider = scope.with_tags(tags);
    let function = if best == Best::Top { Reduce::Max } else { Reduce::Min };
    let mut runs: Vec<(Run<'a>, Vec<Vec<Pt<'a>>>)> = Vec::new();
    for run in reduced(&wider, function, of, aux)? {
        let value = |key: &&str| {
            let place = wider.group.iter().position(|k| k == key);
            place.and_then(|i| run.tags.get(i)).copied().unwrap_or_default()
        };
        let tags: Vec<&str> = scope.group.iter().map(value).collect();
        match runs.iter_mut().find(|(known, _)| known.name == run.name && known.tags == tags) {
            Some((_, parts)) => parts.push(run.points),
            None => runs.push((Run { name: run.name, tags, points: Vec::new() }, vec![run.points])),
        }
    }
    let finish = |(mut run, parts): (Run<'a>, Vec<Vec<Pt<'a>>>)| {
        run.points = windowed(&scope.windows, &by_time(scope.plan.ascending, parts), top);
        run
    };
    Ok(runs.into_iter().map(finish).collect())
}

/// Functions from point to point see the bucket before the range, so that its first one has a result.
fn transformed<'a>(
    scope: &Scope<'a>,
    function: Transform,
    input: &'a Input,
) -> Result<Vec<Run<'a>>, QueryError> {
    let is_sum = function == Transform::CumulativeSum;
    let wider = if is_sum { scope.with_tags(&[]) } else { scope.wider() };
    let mut runs = match input {
        Input::Points(of) => sorted(&wider, of, &[])?,
        Input::Call(inner) => call(&wider, inner, &[])?,
    };
    for run in &mut runs {
        run.points = transform::transform(function, &run.points, scope.plan.ascending);
    }
    Ok(runs)
}
