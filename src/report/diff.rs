//! What two versions of scripts tell differently: events lost, gained and moved.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::json;
use super::said::Said;
use super::text::align;
use super::words::{count, moment, printable, span};
use crate::alert::Level;

/// Events of an id that are named.
const EVENTS: usize = 10;

/// An event, as far as versions are compared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ToldEvent {
    /// Alert id.
    pub id: Arc<str>,
    /// Its level.
    pub level: Level,
    /// Its time.
    pub time: i64,
    /// What it says, if that is compared.
    pub said: Option<Said>,
}

/// What two versions tell differently.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// From when on events count, and until when.
    pub range: (i64, i64),
    /// Events of the old version and of the new one.
    pub totals: [usize; 2],
    /// Ids with differences, those with the most first.
    pub ids: Vec<IdDifference>,
}

/// What two versions tell differently of an id.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IdDifference {
    /// Alert id.
    pub id: String,
    /// Events of the old version and of the new one.
    pub totals: [usize; 2],
    /// In the order of their times.
    pub changes: Vec<Change>,
}

/// An event that is not the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// Its level.
    pub level: Level,
    /// When it was, if the old version had it.
    pub old: Option<i64>,
    /// When it is, if the new version has it.
    pub new: Option<i64>,
    /// What it says differently, if it is at the same time; in words.
    pub what: Vec<String>,
}

impl Change {
    fn time(&self) -> i64 {
        self.old.or(self.new).unwrap_or_default()
    }

    fn kind(&self) -> &'static str {
        match (self.old, self.new) {
            (Some(old), Some(new)) if old == new => "changed",
            (Some(_), Some(_)) => "moved",
            (Some(_), None) => "lost",
            _ => "gained",
        }
    }
}

/// Compares what two versions told. Events with an id and a level that are at most `tolerance` nanoseconds apart are
/// one that moved.
pub fn difference(old: &[ToldEvent], new: &[ToldEvent], tolerance: i64, range: (i64, i64)) -> Difference {
    let mut by_id: BTreeMap<&str, [Vec<&ToldEvent>; 2]> = BTreeMap::new();
    for event in old {
        by_id.entry(&event.id).or_default()[0].push(event);
    }
    for event in new {
        by_id.entry(&event.id).or_default()[1].push(event);
    }
    let mut ids = Vec::new();
    for (id, [old, new]) in by_id {
        let totals = [old.len(), new.len()];
        let changes = changes(old, new, tolerance);
        if !changes.is_empty() {
            ids.push(IdDifference { id: id.to_owned(), totals, changes });
        }
    }
    ids.sort_by(|a, b| b.changes.len().cmp(&a.changes.len()).then_with(|| a.id.cmp(&b.id)));
    Difference { range, totals: [old.len(), new.len()], ids }
}

fn changes<'e>(mut old: Vec<&'e ToldEvent>, mut new: Vec<&'e ToldEvent>, tolerance: i64) -> Vec<Change> {
    let key = |event: &ToldEvent| (event.time, event.level);
    let message = |event: &ToldEvent| event.said.as_ref().map_or(String::new(), |s| s.message().to_owned());
    for events in [&mut old, &mut new] {
        events.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| message(a).cmp(&message(b))));
    }
    let (mut changes, mut rest, mut at) = (Vec::new(), Vec::new(), 0);
    for event in old {
        // Both are sorted: what lies before is new for certain.
        while new.get(at).is_some_and(|n| key(n) < key(event)) {
            at += 1;
        }
        match new.get(at).is_some_and(|n| key(n) == key(event)) {
            true => changes.extend(changed(event, new.remove(at))),
            false => rest.push(event),
        }
    }
    for event in rest {
        let (level, time) = (event.level, event.time);
        let near = |n: &&(usize, &&ToldEvent)| {
            n.1.level == level && n.1.time.abs_diff(time) <= tolerance.unsigned_abs()
        };
        let found = new.iter().enumerate().filter(|n| near(&n)).min_by_key(|n| n.1.time.abs_diff(time));
        let moved = found.map(|(place, _)| place).map(|place| new.remove(place).time);
        changes.push(Change { level, old: Some(time), new: moved, what: Vec::new() });
    }
    let gained = |e: &ToldEvent| Change { level: e.level, old: None, new: Some(e.time), what: Vec::new() };
    changes.extend(new.into_iter().map(gained));
    changes.sort_by_key(|c| (c.time(), c.level));
    changes
}

/// An event that both versions have at one time, if it says something else.
fn changed(old: &ToldEvent, new: &ToldEvent) -> Option<Change> {
    let what = old.said.as_ref()?.changes(new.said.as_ref()?);
    let (level, time) = (old.level, Some(old.time));
    (!what.is_empty()).then_some(Change { level, old: time, new: time, what })
}

impl IdDifference {
    fn count(&self, kind: &str) -> usize {
        self.changes.iter().filter(|c| c.kind() == kind).count()
    }
}

impl Difference {
    /// Whether both versions told the same.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    fn count(&self, kind: &str) -> usize {
        self.ids.iter().map(|id| id.count(kind)).sum()
    }

    fn head(&self) -> String {
        let [lost, gained, moved] = ["lost", "gained", "moved"].map(|kind| self.count(kind));
        match self.is_empty() {
            true => format!("no difference: {} before and after", count(self.totals[0] as u64, "event")),
            false => match self.count("changed") {
                0 => format!("{lost} lost, {gained} gained, {moved} moved"),
                n => format!("{lost} lost, {gained} gained, {moved} moved, {n} changed"),
            },
        }
    }

    fn span(&self) -> String {
        format!("{} to {}", moment(self.range.0), moment(self.range.1))
    }

    /// The kinds that there are columns for: what is compared by content only where it differs.
    fn kinds(&self) -> Vec<&'static str> {
        let all = ["lost", "gained", "moved", "changed"];
        all.into_iter().filter(|kind| *kind != "changed" || self.count(kind) > 0).collect()
    }

    fn shown(&self, limit: usize) -> (&[IdDifference], usize) {
        let shown = self.ids.get(..limit.min(self.ids.len())).unwrap_or_default();
        (shown, self.ids.len() - shown.len())
    }

    /// For people.
    pub fn text(&self, limit: usize) -> Vec<String> {
        let mut lines = vec![format!("{}: {}", self.span(), self.head())];
        if self.is_empty() {
            return lines;
        }
        let (shown, more) = self.shown(limit);
        let kinds = self.kinds();
        let head = ["id", "before", "after"].into_iter().chain(kinds.iter().copied());
        let mut rows = vec![head.map(str::to_owned).collect::<Vec<_>>()];
        rows.extend(shown.iter().map(|id| {
            let mut row = vec![printable(&id.id), id.totals[0].to_string(), id.totals[1].to_string()];
            row.extend(kinds.iter().map(|kind| id.count(kind).to_string()));
            row
        }));
        lines.extend(align(&rows));
        if more > 0 {
            lines.push(format!("and {more} more: `--all-ids` shows them"));
        }
        for id in shown {
            lines.push(format!("{}:", printable(&id.id)));
            lines.extend(id.changes.iter().take(EVENTS).map(|c| format!("  {}", words(c))));
            if id.changes.len() > EVENTS {
                lines.push(format!("  and {} more", id.changes.len() - EVENTS));
            }
        }
        lines
    }

    /// For a comment on a change.
    pub fn markdown(&self, limit: usize) -> Vec<String> {
        let mut lines = vec![format!("**Alerts: {}** ({})", self.head(), self.span())];
        if self.is_empty() {
            return lines;
        }
        let (shown, more) = self.shown(limit);
        let kinds = self.kinds();
        lines.push(String::new());
        lines.push(format!("| id | before | after | {} |", kinds.join(" | ")));
        lines.push(format!("| --- | ---: | ---: |{}", " ---: |".repeat(kinds.len())));
        for id in shown {
            let counts: Vec<String> = kinds.iter().map(|kind| id.count(kind).to_string()).collect();
            let [before, after] = id.totals;
            lines.push(format!("| {} | {before} | {after} | {} |", code(&id.id), counts.join(" | ")));
        }
        if more > 0 {
            lines.extend([String::new(), format!("and {}", count(more as u64, "more id"))]);
        }
        lines.extend(
            ["", "<details><summary>Events</summary>", "", "| id | event |", "| --- | --- |"]
                .map(str::to_owned),
        );
        for id in shown {
            for change in id.changes.iter().take(EVENTS) {
                lines.push(format!("| {} | {} |", code(&id.id), cell(&words(change))));
            }
            if id.changes.len() > EVENTS {
                lines.push(format!("| {} | and {} more |", code(&id.id), id.changes.len() - EVENTS));
            }
        }
        lines.extend(["", "</details>"].map(str::to_owned));
        lines
    }

    /// For programs: all ids and events.
    pub fn push_json(&self, out: &mut String) {
        let change = |c: &Change| json!({"kind": c.kind(), "level": c.level.as_str(), "old": c.old.map(moment), "new": c.new.map(moment), "what": c.what});
        let ids: Vec<Value> = self
            .ids
            .iter()
            .map(|id| {
                json!({
                    "id": id.id, "before": id.totals[0], "after": id.totals[1],
                    "changes": id.changes.iter().map(change).collect::<Vec<_>>(),
                })
            })
            .collect();
        let value = json!({
            "from": moment(self.range.0), "to": moment(self.range.1),
            "before": self.totals[0], "after": self.totals[1],
            "lost": self.count("lost"), "gained": self.count("gained"), "moved": self.count("moved"),
            "changed": self.count("changed"),
            "ids": ids,
        });
        json::push(&value, out);
    }
}

fn words(change: &Change) -> String {
    let level = change.level;
    match (change.old, change.new) {
        (Some(old), Some(new)) if old == new => {
            format!("! {} {level} changed: {}", moment(old), change.what.join("; "))
        }
        (Some(old), Some(new)) => {
            let by = span(new.saturating_sub(old));
            let sign = if new >= old { "+" } else { "" };
            format!("~ {} {level} moved to {} ({sign}{by})", moment(old), moment(new))
        }
        (Some(old), None) => format!("- {} {level}", moment(old)),
        (_, new) => format!("+ {} {level}", moment(new.unwrap_or_default())),
    }
}

/// An id of the data in a cell of a Markdown table.
fn code(text: &str) -> String {
    format!("`{}`", printable(text).replace('`', "'").replace('|', "\\|"))
}

/// Words with texts of the data in a cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: i64 = 1_000_000_000;

    fn events(id: &str, list: &[(i64, Level)]) -> Vec<ToldEvent> {
        list.iter()
            .map(|(time, level)| ToldEvent { id: id.into(), level: *level, time: time * S, said: None })
            .collect()
    }

    #[test]
    fn events_are_lost_gained_and_moved() {
        use Level::{Critical, Ok, Warning};
        let old = [
            events("a|b", &[(1, Critical), (10, Ok), (20, Warning), (300, Warning)]),
            events("same", &[(5, Critical)]),
        ]
        .concat();
        let new =
            [events("same", &[(5, Critical)]), events("a|b", &[(1, Critical), (14, Ok), (20, Critical)])]
                .concat();
        let found = difference(&old, &new, 60 * S, (0, 400 * S));
        assert_eq!(found.totals, [5, 4]);
        let want = "\
1970-01-01T00:00:00Z to 1970-01-01T00:06:40Z: 2 lost, 1 gained, 1 moved
id   before  after  lost  gained  moved
a|b  4       3      2     1       1
a|b:
  ~ 1970-01-01T00:00:10Z OK moved to 1970-01-01T00:00:14Z (+4s)
  - 1970-01-01T00:00:20Z WARNING
  + 1970-01-01T00:00:20Z CRITICAL
  - 1970-01-01T00:05:00Z WARNING";
        assert_eq!(found.text(20).join("\n"), want);
        let markdown = found.markdown(20);
        assert!(markdown.contains(&"| `a\\|b` | 4 | 3 | 2 | 1 | 1 |".to_owned()), "{markdown:?}");
        assert!(difference(&old, &old, 0, (0, 0)).is_empty());
        let strict = difference(&old, &new, S, (0, 0));
        assert_eq!((strict.count("lost"), strict.count("gained"), strict.count("moved")), (3, 2, 0));
    }

    #[test]
    fn an_event_moves_to_the_nearest() {
        let old = events("a", &[(100, Level::Critical)]);
        let new = events("a", &[(70, Level::Critical), (105, Level::Critical)]);
        let found = difference(&old, &new, 60 * S, (0, 0));
        assert_eq!(found.ids[0].changes.iter().map(Change::kind).collect::<Vec<_>>(), ["gained", "moved"]);
    }
}
