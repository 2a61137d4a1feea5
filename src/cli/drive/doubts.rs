//! A run in which nothing happened should say why.

use crate::alert::NodeCounters;

/// What looks as if it was not meant: a task that got no points, a `from` that let none pass.
pub(super) fn doubts(points: u64, nodes: &[(String, NodeCounters)], home: (&str, &str)) -> Vec<String> {
    if points == 0 {
        return vec!["note: the input had no points".to_owned()];
    }
    let count = |node: &NodeCounters, key: &str| {
        node.counters.iter().find(|(k, _)| *k == key).map_or(0, |(_, value)| *value)
    };
    let mut lines = Vec::new();
    for (task, node) in nodes {
        let (collected, emitted) = (count(node, "collected"), count(node, "emitted"));
        if node.node == "stream0" && collected == 0 {
            let (db, rp) = home;
            lines.push(format!(
                "note: task `{task}` got no point: data without a database were taken as `{db}`.`{rp}`; \
                 look at its `dbrp` and measurements, or use `--db` and `--rp`"
            ));
        } else if is_from(&node.node) && collected > 0 && emitted == 0 {
            let at = &node.node;
            lines.push(format!(
                "note: none of {collected} points passed {at} of task `{task}`: look at its filters"
            ));
        }
    }
    lines
}

/// Points of `influxDBOut` that went nowhere.
pub(super) fn unwritten(nodes: &[(String, NodeCounters)], any: bool) -> Option<String> {
    let counters = nodes.iter().filter(|(_, node)| node.node.starts_with("influxdb_out"));
    let written = counters.flat_map(|(_, node)| &node.counters).filter(|(key, _)| *key == "points_written");
    let points: i64 = written.map(|(_, count)| count).sum();
    (any && points > 0).then(|| {
        format!(
            "influxDBOut: {points} points only counted; `--influxdb-out FILE` or `--influxdb URL` writes them"
        )
    })
}

fn is_from(node: &str) -> bool {
    node.strip_prefix("from").is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(name: &str, collected: i64, emitted: i64) -> (String, NodeCounters) {
        let counters = vec![("collected", collected), ("emitted", emitted)];
        ("cpu".to_owned(), NodeCounters { node: name.to_owned(), counters, nanos: 0 })
    }

    #[test]
    fn points_that_nobody_wrote_are_counted() {
        let mut out = node("influxdb_out2", 3, 0);
        out.1.counters.push(("points_written", 3));
        let nodes = [node("from1", 3, 3), out];
        let line = unwritten(&nodes, true);
        assert!(line.is_some_and(|l| l.starts_with("influxDBOut: 3 points only counted")));
        assert_eq!(unwritten(&nodes, false), None);
    }

    #[test]
    fn silence_is_explained() {
        let home = ("db", "rp");
        assert_eq!(doubts(0, &[], home), ["note: the input had no points"]);
        let lines = doubts(5, &[node("stream0", 0, 0), node("from1", 0, 0)], home);
        assert!(lines.len() == 1 && lines[0].contains("task `cpu` got no point"), "{lines:?}");
        let lines = doubts(5, &[node("stream0", 5, 5), node("from1", 5, 0), node("alert2", 0, 0)], home);
        assert!(lines.len() == 1 && lines[0].contains("none of 5 points passed from1"), "{lines:?}");
        assert!(doubts(5, &[node("stream0", 5, 5), node("from1", 5, 1)], home).is_empty());
    }
}
