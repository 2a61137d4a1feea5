//! Calls: from the points of groups to the points of results.

use super::fill;
use super::point::{NO_TIME, Pt};
use super::scope::{Group, Scope};
use crate::pipeline::influxql::Fill;
use crate::query::Cell;
use crate::query::error::QueryError;
use crate::query::func::holt_winters::Forecast;
use crate::query::func::reduce::{combine, reduce};
use crate::query::func::{integral, middle, sample, top, transform};
use crate::query::merge::merge;
use crate::query::plan::{Best, Call, Input, Reduce, Ref, Transform};
use crate::query::window::{MAX_TIME, MIN_TIME, Windows};

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
            Ok(filled(scope, runs, is_count, ty, aux.len()))
        }
        Call::CountDistinct(of) => {
            let mut runs = each_window(scope, of, &[], |points| {
                vec![Pt::made(Cell::Int(middle::distinct(points).len() as i64))]
            })?;
            bucketed(scope, &mut runs, false);
            Ok(filled(scope, runs, true, ty, 0))
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
            zero_for_no_start(&mut runs);
            Ok(runs)
        }
        Call::Transform(function, input) => transformed(scope, *function, input),
        Call::HoltWinters { of, ahead, season, with_fit } => {
            let forecast = Forecast {
                ahead: usize::try_from(*ahead).unwrap_or(0),
                season: usize::try_from(*season).unwrap_or(0),
                every: scope.windows.every,
                with_fit: *with_fit,
            };
            let mut runs = self::call(scope, of, &[])?;
            for run in &mut runs {
                run.points = forecast.of(&run.points);
            }
            Ok(runs)
        }
    }
}

/// The points of each group, merged by time.
fn sorted<'a>(scope: &Scope<'a>, of: &Ref, aux: &[Ref]) -> Result<Vec<Run<'a>>, QueryError> {
    let merged = |group: Group<'a>| {
        let points = group.feeds.iter().map(|feed| feed.points(scope, Some(of), aux)).collect();
        Run { name: group.name, tags: group.tags, points: by_time(scope, points) }
    };
    Ok(scope.groups()?.into_iter().map(merged).collect())
}

/// Merges runs in the order of the query.
pub(super) fn by_time<'a>(scope: &Scope<'a>, runs: Vec<Vec<Pt<'a>>>) -> Vec<Pt<'a>> {
    if scope.plan.ascending {
        merge(runs, |a, b| a.time < b.time)
    } else {
        merge(runs, |a, b| a.time > b.time)
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
        in_order(scope, &mut run.points);
    }
    Ok(runs)
}

/// Functions give the points of a bucket by time.
fn in_order(scope: &Scope<'_>, points: &mut [Pt<'_>]) {
    if scope.plan.ascending {
        points.sort_by_key(|p| p.time);
    } else {
        points.sort_by_key(|p| std::cmp::Reverse(p.time));
    }
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
    let one = |points: &[Pt<'a>]| reduce(function, points).into_iter().collect();
    let again = |points: &[Pt<'a>]| combine(function, points).into_iter().collect();
    let of_group = |group: Group<'a>| {
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
        Run { name: group.name, tags: group.tags, points: windowed(windows, &together, again) }
    };
    Ok(scope.groups()?.into_iter().map(of_group).collect())
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
    ty: Option<crate::pipeline::influxql::DataType>,
    aux: usize,
) -> Vec<Run<'a>> {
    if scope.windows.is_one() || scope.fill == Fill::None {
        return runs;
    }
    let how = if is_count && scope.fill == Fill::Null { Fill::Number(0.0) } else { scope.fill };
    for run in runs.iter_mut().filter(|run| !run.points.is_empty()) {
        run.points = fill::fill(scope, how, ty, aux, std::mem::take(&mut run.points));
    }
    runs
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
        run.points = windowed(&scope.windows, &by_time(scope, parts), top);
        in_order(scope, &mut run.points);
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
    let before = match function {
        Transform::CumulativeSum => 0,
        Transform::MovingAverage(n) => (n as i64).saturating_sub(1).saturating_mul(scope.windows.every),
        _ => scope.windows.every,
    };
    let (mut start, mut end) = (scope.windows.start, scope.windows.end);
    if scope.plan.ascending {
        start = if start == MIN_TIME { start } else { start.saturating_sub(before).max(MIN_TIME) };
    } else {
        end = if end == MAX_TIME { end } else { end.saturating_add(before).min(MAX_TIME) };
    }
    let wider = scope.with_range(start, end);
    let mut runs = match input {
        Input::Points(of) => sorted(&wider, of, &[])?,
        Input::Call(inner) => call(&wider, inner, &[])?,
    };
    for run in &mut runs {
        run.points = transform::transform(function, &run.points, scope.plan.ascending);
    }
    Ok(runs)
}
