//! `--stats`: what each node counted, the time it took for a point, and the memory of the run.

use crate::alert::NodeCounters;

/// A table: a line for each node; counters that are 0 are left out.
pub(super) fn table(nodes: &[(String, NodeCounters)]) -> Vec<String> {
    let names: Vec<String> = nodes.iter().map(|(task, n)| format!("{task}:{}", n.node)).collect();
    let width = names.iter().map(|n| n.chars().count()).max().unwrap_or(0);
    nodes.iter().zip(&names).map(|((_, node), name)| line(name, width, node)).collect()
}

/// The largest memory of the process so far, where the system tells it.
pub(super) fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    peak(&status).map(|kib| format!("peak memory {:.1} MiB", kib as f64 / 1024.0))
}

fn peak(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn line(name: &str, width: usize, node: &NodeCounters) -> String {
    let mut line = format!("{name:<width$}");
    for (key, value) in node.counters.iter().filter(|(_, value)| *value != 0) {
        line.push_str(&format!("  {key} {value}"));
    }
    let collected = node.counters.iter().find(|c| c.0 == "collected").map_or(0, |c| c.1);
    if node.nanos > 0 && collected > 0 {
        line.push_str(&format!("  {:.0} ns/point", node.nanos as f64 / collected as f64));
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
            ["cpu:stream0  collected 3", "cpu:from1    collected 3  emitted 2  30 ns/point"]
        );
    }

    #[test]
    fn the_peak_is_read_from_what_the_kernel_says() {
        assert_eq!(peak("Name:\ttick\nVmHWM:\t    2048 kB\nVmRSS:\t 1 kB\n"), Some(2048));
        assert_eq!(peak("Name:\ttick\n"), None);
    }
}
