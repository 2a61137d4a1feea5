//! What did not come through when the data ended: points that waited in nodes, and points kept from queries.

use super::summary::count;
use crate::engine::Held;

/// One line for each such node, and one on what would have brought the points out.
pub(super) fn lines(held: &[Held<'_>]) -> Vec<String> {
    let mut lines: Vec<String> = held.iter().map(line).collect();
    if !lines.is_empty() {
        lines.push(hint(held));
    }
    lines
}

fn line(held: &Held<'_>) -> String {
    let Held { task, node, points, groups } = *held;
    let (points, groups) = (count(points as u64, "point"), count(groups as u64, "group"));
    format!(
        "note: {node} of task `{task}` still held {points} of {groups} when the data ended; they are dropped"
    )
}

fn hint(held: &[Held<'_>]) -> String {
    let windows = held.iter().any(|h| h.node.starts_with("window"));
    let mut hint = "note: points are held until a later one of their group comes".to_owned();
    if windows {
        hint.push_str(
            "; a window also closes when a `|barrier()` before it goes off, which `--until` makes happen after the last point",
        );
    }
    hint
}

/// Points that queries were not answered from.
pub(super) fn refused(points: u64) -> Option<String> {
    let noun = if points == 1 { "point was" } else { "points were" };
    let why = "a field had another type than before in its measurement, which InfluxDB refuses";
    (points > 0).then(|| format!("warning: {points} {noun} kept from queries: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_held_is_told_with_the_way_out() {
        let window = Held { task: "cpu", node: "window2", points: 3, groups: 1 };
        let found = lines(&[window]);
        assert_eq!(
            found[0],
            "note: window2 of task `cpu` still held 3 points of 1 group when the data ended; they are dropped"
        );
        assert!(found[1].contains("`--until`"), "{found:?}");
        let sum = Held { node: "sum2", ..window };
        assert!(!lines(&[sum])[1].contains("`--until`"));
        assert!(lines(&[]).is_empty());
    }
}
