//! A summary as JSON for programs: all ids, durations in nanoseconds.

use serde_json::{Map, Value, json};

use super::summary::{IdSummary, Summary};
use super::words::moment;
use crate::alert::Level;

/// Appends a summary as one object, indented, with a line end.
pub fn push_json(summary: &Summary, out: &mut String) {
    let value = json!({
        "from": summary.from.map(moment),
        "to": (summary.to != i64::MIN).then(|| moment(summary.to)),
        "events": summary.events(),
        "ids": summary.ids.iter().map(id).collect::<Vec<_>>(),
        "held": summary.held.iter().map(|h| json!({
            "task": h.task, "node": h.node, "points": h.points, "groups": h.groups,
        })).collect::<Vec<_>>(),
        "missing": summary.missing.iter().map(|m| json!({
            "task": m.task, "node": m.node, "name": m.name,
        })).collect::<Vec<_>>(),
    });
    push(&value, out);
}

/// Appends a value, indented, with a line end.
pub(super) fn push(value: &Value, out: &mut String) {
    out.push_str(&format!("{value:#}\n"));
}

/// An object with a member for each level.
fn by_level<T: Copy + Into<Value>>(values: [T; 4]) -> Value {
    let members = Level::ALL.iter().zip(values).map(|(level, v)| (level.as_str().to_owned(), v.into()));
    Value::Object(members.collect::<Map<_, _>>())
}

fn id(id: &IdSummary) -> Value {
    json!({
        "task": id.task,
        "node": id.node,
        "id": id.id,
        "groups": id.groups,
        "events": by_level(id.events),
        "durations": by_level(id.times),
        "alerts": id.incidents,
        "flaps": id.flaps,
        "longest": id.longest,
        "mean": id.mean(),
        "first": id.first.map(moment),
        "last": id.last.map(moment),
        "suppressed": id.reasons.iter().map(|r| json!({
            "reason": r.kind, "count": r.count, "first": r.words,
        })).collect::<Vec<_>>(),
        "alerting": id.alerting.as_ref().map(|a| json!({
            "level": a.level.as_str(), "since": moment(a.since),
        })),
    })
}
