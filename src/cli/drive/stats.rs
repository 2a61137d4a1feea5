//! `--stats`: what each node counted, the time it took for a point, and the memory of the run.

use super::memory;
use crate::alert::NodeCounters;

/// A table: a line for each node; counters that are 0 are left out.
pub(super) fn table(nodes: &[(String, NodeCounters)]) -> Vec<String> {
    let names: Vec<String> = nodes.iter().map(|(task, n)| format!("{task}:{}", n.node)).collect();
    let width = names.iter().map(|n| n.chars().count()).max().unwrap_or(0);
    nodes.iter().zip(&names).map(|((_, node), name)| line(name, width, node)).collect()
}

/// The largest memory of the process so far, where the system tells it.
pub(super) fn peak_memory() -> Option<String> {
    memory::peak().map(|size| format!("peak memory {size}"))
}

fn line(name: &str, width: usize, node: &NodeCounters) -> String {
    let mut line = format!("{name:<width$}");
    for (key, value) in node.counters.iter().filter(|(_, value)| *value != 0) {
        line.push_str(&format!("  {key} {value}"));
    }
    let collected = node.counters.iter().find(|c| c.0 == "collected").map_or(0, |c| c.1);
    if node.nanos > 0 && collected > 0 {
        let (millis, each) = (node.nanos as f64 / 1e6, node.nanos as f64 / collected as f64);
        line.push_str(&format!("  {millis:.1} ms  {each:.0} ns/point"));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_aligned_and_zeros_left_out() {
        let node = |node: &str, counters, nanos| {
            ("cpu".to_owned(), NodeCounters { node: node.to_owned(), counters, nanos })
        };
        let nodes = [
            node("stream0", vec![("collected", 3), ("errors", 0)], 0),
            node("from1", vec![("collected", 3), ("emitted", 2)], 90),
        ];
        assert_eq!(
            table(&nodes),
            ["cpu:stream0  collected 3", "cpu:from1    collected 3  emitted 2  0.0 ms  30 ns/point"]
        );
    }
}
