//! `--stats`: what each node counted.

use crate::alert::NodeCounters;

/// A table: a line for each node; counters that are 0 are left out.
pub(super) fn table(nodes: &[(String, NodeCounters)]) -> Vec<String> {
    let names: Vec<String> = nodes.iter().map(|(task, n)| format!("{task}:{}", n.node)).collect();
    let width = names.iter().map(|n| n.chars().count()).max().unwrap_or(0);
    nodes.iter().zip(&names).map(|((_, node), name)| line(name, width, node)).collect()
}

fn line(name: &str, width: usize, node: &NodeCounters) -> String {
    let mut line = format!("{name:<width$}");
    for (key, value) in node.counters.iter().filter(|(_, value)| *value != 0) {
        line.push_str(&format!("  {key} {value}"));
    }
    if node.nanos > 0 {
        line.push_str(&format!("  {:.3} ms", node.nanos as f64 / 1e6));
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
            node("from1", vec![("collected", 3), ("emitted", 2)], 1_500_000),
        ];
        assert_eq!(
            table(&nodes),
            ["cpu:stream0  collected 3", "cpu:from1    collected 3  emitted 2  1.500 ms"]
        );
    }
}
