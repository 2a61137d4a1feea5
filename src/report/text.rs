//! A summary as a table for people.

use super::summary::{IdSummary, Summary};
use super::words::{count, moment, printable, span};
use crate::alert::Level;

/// How a summary is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct How {
    /// How many ids are named; the rest is counted.
    pub limit: usize,
    /// Whether points that waited in nodes are told of.
    pub held: bool,
}

/// The lines of a summary.
pub fn lines(summary: &Summary, how: How) -> Vec<String> {
    let mut lines = vec![head(summary)];
    let shown = summary.ids.get(..how.limit.min(summary.ids.len())).unwrap_or_default();
    if !shown.is_empty() {
        lines.extend(table(shown));
    }
    let more = summary.ids.len() - shown.len();
    if more > 0 {
        lines.push(format!("and {more} more: `--all-ids` shows them"));
    }
    lines.extend(section("suppressed", shown, |id| {
        let words = |r: &super::Reason| {
            let first = r.words.strip_prefix("suppressed: ").unwrap_or(&r.words);
            format!("{}, the first: {first}", count(r.count, "point"))
        };
        id.reasons.iter().map(words).collect()
    }));
    lines.extend(section("still alerting at the end", shown, |id| {
        let words = |a: &super::Alerting| {
            let lasted = span(summary.to.saturating_sub(a.since));
            format!("{}, away from OK for {lasted}, since {}", a.level, moment(a.since))
        };
        id.alerting.iter().map(words).collect()
    }));
    if how.held && !summary.held.is_empty() {
        lines.push("held in nodes when the data ended:".to_owned());
        lines.extend(summary.held.iter().map(|h| {
            let (points, groups) = (count(h.points, "point"), count(h.groups, "group"));
            format!("  {} of task `{}`: {points} of {groups}", h.node, h.task)
        }));
    }
    if !summary.missing.is_empty() {
        lines.push("named by a lambda, but no point had it:".to_owned());
        lines.extend(summary.missing.iter().map(|m| {
            let near = m.near.as_ref().map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default();
            format!("  \"{}\" in {} of task `{}`{near}", printable(&m.name), m.node, m.task)
        }));
    }
    lines
}

fn head(summary: &Summary) -> String {
    let what = match summary.ids.len() {
        0 => "no alert left OK".to_owned(),
        n => format!("{}, {}", count(n as u64, "id"), count(summary.events(), "event")),
    };
    format!("{}: {what}", summary.range())
}

/// Lines below a title, for ids that have some.
fn section(title: &str, ids: &[IdSummary], words: impl Fn(&IdSummary) -> Vec<String>) -> Vec<String> {
    let mut lines = Vec::new();
    for id in ids {
        lines.extend(words(id).into_iter().map(|line| format!("  {}: {line}", printable(&id.id))));
    }
    if !lines.is_empty() {
        lines.insert(0, format!("{title}:"));
    }
    lines
}

fn table(ids: &[IdSummary]) -> Vec<String> {
    let mut rows = vec![vec!["id".to_owned()]];
    rows.extend(ids.iter().map(|id| vec![printable(&id.id)]));
    let mut column = |name: &str, cell: &dyn Fn(&IdSummary) -> String| {
        if let Some((head, body)) = rows.split_first_mut() {
            head.push(name.to_owned());
            body.iter_mut().zip(ids).for_each(|(row, id)| row.push(cell(id)));
        }
    };
    for level in Level::ALL.into_iter().rev() {
        let at = level as usize;
        let events = |id: &IdSummary| id.events.get(at).copied().unwrap_or_default();
        let time = |id: &IdSummary| id.times.get(at).copied().unwrap_or_default();
        if ids.iter().any(|id| events(id) > 0 || time(id) > 0) {
            column(level.as_str(), &|id| match (events(id), time(id)) {
                (0, 0) => "-".to_owned(),
                (n, t) => format!("{n} in {}", span(t)),
            });
        }
    }
    column("alerts", &|id| id.incidents.to_string());
    column("flaps", &|id| id.flaps.to_string());
    column("longest", &|id| if id.incidents == 0 { "-".to_owned() } else { span(id.longest) });
    column("mean", &|id| id.mean().map_or("-".to_owned(), span));
    column("first event", &|id| id.first.map_or("-".to_owned(), moment));
    column("last event", &|id| id.last.map_or("-".to_owned(), moment));
    align(&rows)
}

/// Cells in columns, two spaces apart.
pub(super) fn align(rows: &[Vec<String>]) -> Vec<String> {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        for (at, cell) in row.iter().enumerate() {
            let width = cell.chars().count();
            match widths.get_mut(at) {
                Some(known) => *known = (*known).max(width),
                None => widths.push(width),
            }
        }
    }
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}
