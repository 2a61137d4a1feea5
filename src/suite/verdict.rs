//! What was expected against what was seen.

use serde_json::Value as Json;

use super::matching::{Pairing, differences, fits, pair};
use super::model::{Count, Expect, Expected, ExpectedError, FinalLevel, List, Test};
use super::pattern::{Pattern, Range, Strictness, shown};
use super::record::{Record, Seen};
use super::run::Trouble;
use super::time::offset;
use super::update::{Change, Insertion};
use crate::alert::Level;
use crate::handlers::tree::Place;
use crate::play::Refusal;
use crate::text::Severity;

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
        failure.changes.push(Change::Create { events: events(record) });
        failures.push(failure);
    }
    let needs_events = expect.events.is_some() || !expect.none.is_empty();
    let seen = if needs_events { events(record) } else { Vec::new() };
    let judging = Judging { record, expect };
    failures.extend(expect.events.as_ref().and_then(|list| judging.list("event", &["events"], list, &seen)));
    failures.extend(judging.none(&seen));
    failures.extend(expect.counts.iter().filter_map(|count| counted(count, record)));
    failures.extend(expect.levels.iter().filter_map(|level| ended(level, record)));
    for (name, list) in &expect.rows {
        let rows = record.rows.get(&name.value).map(Vec::as_slice).unwrap_or_default();
        failures.extend(judging.list("row", &["rows", &name.value], list, rows));
    }
    failures
        .extend(expect.calls.as_ref().and_then(|list| judging.list("call", &["calls"], list, &record.calls)));
    if failures.is_empty() { Verdict::Passed } else { Verdict::Failed(failures) }
}

/// The events of a test with the keys that tests name.
fn events(record: &Record) -> Vec<Seen> {
    record.events.iter().map(|event| event.seen()).collect()
}

fn told(place: Place, message: String) -> Failure {
    Failure { problems: vec![Problem { place, message }], axis: Vec::new(), changes: Vec::new() }
}

struct Judging<'a> {
    record: &'a Record,
    expect: &'a Expect,
}

impl Judging<'_> {
    /// A list of things against those that were seen.
    fn list(&self, what: &str, path: &[&str], list: &List, seen: &[Seen]) -> Option<Failure> {
        let (start, tolerance) = (self.record.start, self.expect.tolerance);
        let pairing = pair(&list.items, seen, start, tolerance);
        let spare = if list.exact { pairing.spare.len() } else { 0 };
        if pairing.met.iter().all(Option::is_some) && spare == 0 {
            return None;
        }
        let mut failure = Failure { problems: Vec::new(), axis: Vec::new(), changes: Vec::new() };
        for (at, expected) in list.items.iter().enumerate() {
            let slot = |of: &[Option<usize>]| of.get(at).copied().flatten().and_then(|s| seen.get(s));
            match (slot(&pairing.met), slot(&pairing.near)) {
                (Some(seen), _) => failure.axis.push(row(Mark::Met, Some(expected), Some(seen), start)),
                (None, Some(seen)) => self.different(what, expected, seen, &mut failure),
                (None, None) => self.missing(what, expected, &mut failure),
            }
        }
        self.spare(what, path, list, seen, &pairing, &mut failure);
        failure.axis.sort_by_key(|row| row.time.unwrap_or(i64::MAX));
        Some(failure)
    }

    fn different(&self, what: &str, expected: &Expected, seen: &Seen, failure: &mut Failure) {
        let start = self.record.start;
        let mut row = row(Mark::Different, Some(expected), Some(seen), start);
        let found = differences(expected, seen, self.expect.tolerance);
        let mut keys: Vec<String> = found.iter().map(|m| format!("`{}`", m.path)).collect();
        let mut place = found.first().map_or(expected.place, |m| m.want.place);
        if !expected.when.holds(seen.time, start) {
            keys.insert(0, "`at`".to_owned());
            place = expected.when_at.map_or(expected.place, |at| at.0);
            row.notes.push(format!(
                "at: expected {}, seen {}",
                when(expected, start),
                offset(seen.time, start)
            ));
            if let Some((_, span)) = expected.when_at {
                failure.changes.push(Change::Time { span, time: seen.time, start });
            }
        }
        for mismatch in &found {
            let (want, seen) = (mismatch.want.value.shown(), shown(mismatch.seen.as_ref()));
            row.notes.push(format!("{}: expected {want}, seen {seen}", mismatch.path));
            failure.changes.push(Change::Value { span: mismatch.want.span, seen: mismatch.seen.clone() });
        }
        let message = format!("{what} differs in {}", keys.join(", "));
        failure.problems.push(Problem { place, message });
        failure.axis.push(row);
    }

    fn missing(&self, what: &str, expected: &Expected, failure: &mut Failure) {
        let row = row(Mark::Missing, Some(expected), None, self.record.start);
        let message = format!("{what} was not seen: {} {}", when(expected, self.record.start), row.expected);
        failure.problems.push(Problem { place: expected.place, message: message.trim_end().to_owned() });
        failure.axis.push(row);
        failure.changes.push(Change::Remove { item: expected.span });
    }

    /// What was seen and is on no list.
    fn spare(
        &self,
        what: &str,
        path: &[&str],
        list: &List,
        seen: &[Seen],
        pairing: &Pairing,
        failure: &mut Failure,
    ) {
        let start = self.record.start;
        // A list of which nothing is left would say that there is nothing.
        let gone = pairing.met.iter().chain(&pairing.near).all(Option::is_none);
        for seen in pairing.spare.iter().filter_map(|at| seen.get(*at)) {
            let mark = if list.exact { Mark::Unexpected } else { Mark::Aside };
            let row = row(mark, None, Some(seen), start);
            if list.exact {
                let message = format!("{what} was not expected: {} {}", offset(seen.time, start), row.seen);
                failure.problems.push(Problem { place: list.place, message });
            }
            if list.exact || gone {
                let later = |e: &&Expected| e.when.begin(start).is_some_and(|begin| begin > seen.time);
                let insertion = Insertion {
                    path: path.iter().map(|key| (*key).to_owned()).collect(),
                    list: list.span,
                    before: list.items.iter().find(later).map(|e| e.span),
                    last: list.items.last().map(|e| e.span),
                    seen: seen.clone(),
                    start,
                };
                failure.changes.push(Change::Insert(Box::new(insertion)));
            }
            failure.axis.push(row);
        }
    }

    /// Events that must not be.
    fn none(&self, seen: &[Seen]) -> Option<Failure> {
        let (start, tolerance) = (self.record.start, self.expect.tolerance);
        let mut failure = Failure { problems: Vec::new(), axis: Vec::new(), changes: Vec::new() };
        for expected in &self.expect.none {
            for seen in seen.iter().filter(|seen| fits(expected, seen, start, tolerance)) {
                let row = row(Mark::Unexpected, None, Some(seen), start);
                let message =
                    format!("there must be no such event: {} {}", offset(seen.time, start), row.seen);
                failure.problems.push(Problem { place: expected.place, message });
                failure.axis.push(row);
            }
        }
        (!failure.problems.is_empty()).then_some(failure)
    }
}

fn row(mark: Mark, expected: Option<&Expected>, seen: Option<&Seen>, start: i64) -> Row {
    let time = seen.map(|s| s.time).or_else(|| expected.and_then(|e| e.when.begin(start)));
    Row {
        mark,
        time,
        expected: expected.map(label).unwrap_or_default(),
        seen: seen.map(|s| seen_label(&s.keys)).unwrap_or_default(),
        notes: Vec::new(),
    }
}

fn when(expected: &Expected, start: i64) -> String {
    let end =
        |when: Option<super::time::When>| when.map(|w| offset(w.from(start), start)).unwrap_or_default();
    match (expected.when.is_moment(), expected.when.from.or(expected.when.to)) {
        (_, None) => String::new(),
        (true, Some(when)) => offset(when.from(start), start),
        _ => format!("{}..{}", end(expected.when.from), end(expected.when.to)),
    }
}

/// The keys that say most, in this order.
const LABEL: [&str; 4] = ["kind", "level", "id", "prog"];

fn label(expected: &Expected) -> String {
    let words: Vec<String> = LABEL.iter().filter_map(|key| Some(expected.get(key)?.shown())).collect();
    if !words.is_empty() {
        return words.join(" ");
    }
    let rest = expected.entries.iter().map(|e| match e.key.value.as_str() {
        "tags" | "fields" => e.want.value.shown().trim_matches(['{', '}']).to_owned(),
        _ => format!("{} {}", e.key.value, e.want.value.shown()),
    });
    rest.collect::<Vec<_>>().join(" ")
}

fn seen_label(keys: &Json) -> String {
    let words: Vec<String> =
        LABEL.iter().filter_map(|key| keys.get(*key)).map(|value| shown(Some(value))).collect();
    if !words.is_empty() {
        return words.join(" ");
    }
    let all = ["tags", "fields"].iter().filter_map(|key| keys.get(*key)?.as_object()).flatten();
    all.map(|(key, value)| format!("{key}: {}", shown(Some(value)))).collect::<Vec<_>>().join(", ")
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
