//! Lists of things that are to happen against those that did, on a time axis.

use serde_json::Value as Json;

use super::{Failure, Mark, Problem, Row};
use crate::suite::matching::{Pairing, differences, fits, pair};
use crate::suite::model::{Expect, Expected, List};
use crate::suite::pattern::{Strictness, shown};
use crate::suite::record::{Record, Seen, Silent};
use crate::suite::time::{When, offset};
use crate::suite::update::{Change, Insertion};

/// What a test did, beside what it expects.
pub(super) struct Bench<'a> {
    pub(super) record: &'a Record,
    pub(super) expect: &'a Expect,
}

impl Bench<'_> {
    /// A list of things against those that were seen.
    pub(super) fn list(&self, what: &str, path: &[&str], list: &List, seen: &[Seen]) -> Option<Failure> {
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
        let mut row = row(Mark::Missing, Some(expected), None, self.record.start);
        if what == "event" {
            row.notes.extend(self.why(expected));
        }
        let message = format!("{what} was not seen: {} {}", when(expected, self.record.start), row.expected);
        failure.problems.push(Problem { place: expected.place, message: message.trim_end().to_owned() });
        failure.axis.push(row);
        failure.changes.push(Change::Remove { item: expected.span });
    }

    /// Why there was no such event, if an alert node knows.
    fn why(&self, expected: &Expected) -> Option<String> {
        let start = self.record.start;
        let is = |key: &str, keys: &Json| {
            expected.get(key).is_none_or(|want| want.matches(keys.get(key), Strictness::default()))
        };
        let of = |silent: &&Silent| {
            expected.when.holds(silent.time, start) && is("id", &silent.keys) && is("tags", &silent.keys)
        };
        let found = || self.record.silent.iter().filter(of);
        let silent = found().find(|silent| is("level", &silent.keys)).or_else(|| found().next())?;
        let id = shown(silent.keys.get("id"));
        Some(format!("{} `{id}`: {}", offset(silent.time, start), silent.reason))
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
    pub(super) fn none(&self, seen: &[Seen]) -> Option<Failure> {
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
    let end = |when: Option<When>| when.map(|w| offset(w.from(start), start)).unwrap_or_default();
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
