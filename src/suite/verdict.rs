//! What was expected against what was seen.

mod lists;

use serde_json::Value as Json;

use super::model::{Count, Expect, ExpectedError, FinalLevel, Test};
use super::pattern::{Pattern, Range, Strictness};
use super::record::{Record, Seen};
use super::run::Trouble;
use super::time::{Span as Stretch, offset};
use super::update::Change;
use crate::alert::Level;
use crate::handlers::tree::Place;
use crate::play::Refusal;
use crate::text::Severity;
use lists::Bench;

/// How a test ended.
#[derive(Debug)]
pub enum Verdict {
    /// As expected.
    Passed,
    /// Otherwise.
    Failed(Vec<Failure>),
    /// It could not be run: lines for people.
    Broken(Vec<String>),
}

/// Something that is not as expected.
#[derive(Debug)]
pub struct Failure {
    /// What is wrong, each with its place in the test file.
    pub problems: Vec<Problem>,
    /// Expected and seen on a time axis.
    pub axis: Vec<Row>,
    /// What would make the test pass.
    pub changes: Vec<Change>,
}

/// A line on what is wrong.
#[derive(Clone, PartialEq, Debug)]
pub struct Problem {
    /// The expectation.
    pub place: Place,
    /// A lower-case fragment.
    pub message: String,
}

/// A row of the axis.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// How it went.
    pub mark: Mark,
    /// When; none where the test does not say and nothing was seen.
    pub time: Option<i64>,
    /// What was expected.
    pub expected: String,
    /// What was seen.
    pub seen: String,
    /// More on it.
    pub notes: Vec<String>,
}

/// How a row of the axis went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// Expected and seen.
    Met,
    /// Seen, and nothing was said of it.
    Aside,
    /// Expected and not seen.
    Missing,
    /// Seen and not expected.
    Unexpected,
    /// Seen, but otherwise.
    Different,
}

impl Mark {
    /// The character at the beginning of a row.
    pub fn sign(self) -> char {
        match self {
            Mark::Met | Mark::Aside => ' ',
            Mark::Missing => '-',
            Mark::Unexpected => '+',
            Mark::Different => '!',
        }
    }
}

/// The stretches of time in which events are missing: whoever knows why they were not made may be asked.
pub(super) fn wonders(test: &Test, verdict: &Verdict) -> Vec<Stretch> {
    let Verdict::Failed(failures) = verdict else { return Vec::new() };
    let missing = failures.iter().flat_map(|f| &f.changes).filter_map(|change| match change {
        Change::Remove { item } => Some(*item),
        _ => None,
    });
    let events = test.expect.events.iter().flat_map(|list| &list.items);
    missing.filter_map(|item| events.clone().find(|e| e.span == item)).map(|e| e.when).collect()
}

/// What comes of a test.
pub fn judge(test: &Test, ran: &Result<Record, Trouble>) -> Verdict {
    let record = match ran {
        Ok(record) => record,
        Err(Trouble::Broken(lines)) => return Verdict::Broken(lines.clone()),
        Err(Trouble::Refused(refusal)) => return refused(test, refusal),
    };
    let expect = &test.expect;
    let mut failures = Vec::new();
    if let Some(error) = &record.failed {
        match &expect.error {
            Some(expected) => failures.extend(failed_otherwise(expected, error)),
            None => failures.push(told(test.place, format!("the task failed: {error}"))),
        }
    } else if let Some(expected) = &expect.error {
        failures.push(told(expected.place, "expected an error, but the script ran".to_owned()));
    }
    if expect.is_empty() {
        let message = "the test expects nothing: `tick test --update` writes down what is seen".to_owned();
        let mut failure = told(test.place, message);
        failure.changes.push(Change::Create { events: events(record, expect) });
        failures.push(failure);
    }
    let needs_events = expect.events.is_some() || !expect.none.is_empty();
    let seen = if needs_events { events(record, expect) } else { Vec::new() };
    let bench = Bench { record, expect };
    failures.extend(expect.events.as_ref().and_then(|list| bench.list("event", &["events"], list, &seen)));
    failures.extend(bench.none(&seen));
    failures.extend(expect.counts.iter().filter_map(|count| counted(count, record)));
    failures.extend(expect.levels.iter().filter_map(|level| ended(level, record)));
    for (name, list) in &expect.rows {
        let rows = record.rows.get(&name.value).map(Vec::as_slice).unwrap_or_default();
        failures.extend(bench.list("row", &["rows", &name.value], list, rows));
    }
    failures
        .extend(expect.calls.as_ref().and_then(|list| bench.list("call", &["calls"], list, &record.calls)));
    if failures.is_empty() { Verdict::Passed } else { Verdict::Failed(failures) }
}

/// The events of a test with the keys that tests name.
fn events(record: &Record, expect: &Expect) -> Vec<Seen> {
    let mut asked = expect.events.iter().flat_map(|list| &list.items).chain(&expect.none);
    let details = asked.any(|expected| expected.get("details").is_some());
    record.events.iter().map(|event| event.seen(details)).collect()
}

fn told(place: Place, message: String) -> Failure {
    Failure { problems: vec![Problem { place, message }], axis: Vec::new(), changes: Vec::new() }
}

fn counted(count: &Count, record: &Record) -> Option<Failure> {
    let of = |level: Level| count.level.is_none_or(|want| want == level);
    let seen = record.events.iter().filter(|seen| of(seen.event.level)).count();
    if count.want.value.holds(seen as f64, 0.0) {
        return None;
    }
    let what = count.level.map_or(String::new(), |level| format!("{level} "));
    let want = match count.want.value {
        Range::Near(near) => near.value.to_string(),
        Range::Within(low, high) if high.is_infinite() => format!("{low} or more"),
        Range::Within(low, high) if low.is_infinite() => format!("{high} or fewer"),
        Range::Within(low, high) => format!("{low} to {high}"),
        Range::Above(low) => format!("more than {low}"),
        Range::Below(high) => format!("fewer than {high}"),
    };
    let mut failure = told(count.want.place, format!("expected {want} {what}events, seen {seen}"));
    failure.changes.push(Change::Value { span: count.want.span, seen: Some(Json::from(seen)) });
    Some(failure)
}

fn ended(want: &FinalLevel, record: &Record) -> Option<Failure> {
    let last = record.events.iter().rev().find(|seen| seen.event.id == want.id.value);
    // What was never told of is well.
    let seen = last.map_or(Level::Ok, |seen| seen.event.level);
    if seen == want.level.value {
        return None;
    }
    let since = match last {
        Some(seen) => format!("{} since {}", seen.event.level, offset(seen.event.time, record.start)),
        None => "no event of it".to_owned(),
    };
    let message = format!("`{}` is expected to end as {}, seen {since}", want.id.value, want.level.value);
    let mut failure = told(want.level.place, message);
    failure.changes.push(Change::Value { span: want.level.span, seen: Some(Json::from(seen.as_str())) });
    Some(failure)
}

fn failed_otherwise(expected: &ExpectedError, error: &str) -> Option<Failure> {
    let text = expected.text.as_ref()?;
    (!says(&text.value, error))
        .then(|| told(text.place, format!("expected the error {}, seen {error}", text.value.shown())))
}

/// Whether a message has what is expected of it: a part of it, or a pattern.
fn says(pattern: &Pattern, message: &str) -> bool {
    match pattern {
        Pattern::Text(part, _) => message.contains(part.as_str()),
        other => other.matches(Some(&Json::from(message)), Strictness::default()),
    }
}

/// A refused script against the error that was expected.
fn refused(test: &Test, refusal: &Refusal) -> Verdict {
    let errors = || refusal.found.iter().filter(|d| d.severity == Severity::Error);
    let place = |span: Option<crate::text::Span>| span.map(|s| refusal.source.place(s.start as usize));
    let line = |span| place(span).map_or(0, |p| p.line as i64);
    let Some(expected) = &test.expect.error else {
        let mut lines = vec![format!("the script of `{}` is refused", test.name)];
        for found in errors() {
            let place = place(found.span).map_or(String::new(), |p| format!(":{p}"));
            let hint = found.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
            lines.push(format!("{}{place}: {} [{}]{hint}", refusal.source.name(), found.message, found.code));
        }
        return Verdict::Broken(lines);
    };
    let fits = |text: &str| {
        let pattern = expected.text.as_ref();
        pattern.is_none_or(|p| says(&p.value, text))
    };
    let hit = errors().any(|found| {
        let words = fits(&found.message) || found.kapacitor.as_deref().is_some_and(fits);
        words
            && expected.code.as_ref().is_none_or(|code| code.value.eq_ignore_ascii_case(found.code))
            && expected.line.as_ref().is_none_or(|at| at.value == line(found.span))
    });
    if hit {
        return Verdict::Passed;
    }
    let seen: Vec<String> = errors()
        .map(|found| format!("{} in line {}: {}", found.code, line(found.span), found.message))
        .collect();
    Verdict::Failed(vec![told(expected.place, format!("the script has other errors: {}", seen.join("; ")))])
}
