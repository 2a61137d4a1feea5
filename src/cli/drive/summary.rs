//! What a run came to, in a few lines on standard error.

use std::time::Duration;

use super::tally::Tally;
use crate::alert::{Level, NodeCounters};
use crate::handlers::{self, HTTP_POST, HandlerReport, Report};
use crate::play::InputCounts;

/// The lines of the summary.
pub(crate) fn lines(
    input: InputCounts,
    tally: &Tally,
    nodes: &[(String, NodeCounters)],
    report: &Report,
    took: Duration,
) -> Vec<String> {
    let mut lines = vec![head(input, tally, took)];
    if input.skipped > 0 {
        lines.push(format!("{} skipped", count(input.skipped, "line")));
    }
    if input.late > 0 {
        lines.push(format!("{} out of order: `--sort` puts them in order first", count(input.late, "point")));
    }
    if input.before > 0 {
        lines.push(format!("{} before `--from` and `--warmup` not played", count(input.before, "point")));
    }
    if input.after > 0 {
        lines.push(format!("{} after `--until` not played", count(input.after, "point")));
    }
    lines.extend(nodes.iter().filter_map(|(task, node)| errors(task, node, tally)));
    lines.extend(tally.withheld.iter().map(|((kind, able), n)| {
        let why = if *able { String::new() } else { format!(": {}", handlers::CANNOT_ACT) };
        let what = if *kind == HTTP_POST { "request" } else { "event" };
        format!("{kind}: {} not delivered{why}", count(*n, what))
    }));
    lines.extend(acted(report));
    lines
}

/// How often a node met errors, unless that was told when it happened.
fn errors(task: &str, node: &NodeCounters, tally: &Tally) -> Option<String> {
    let errors = node.counters.iter().find(|(key, _)| *key == "errors")?.1;
    let first = tally.errors.iter().find(|e| e.is_of(task, &node.node))?;
    (errors > 1)
        .then(|| format!("{} of task `{task}`: {errors} errors, the first: {}", node.node, first.words))
}

fn head(input: InputCounts, tally: &Tally, took: Duration) -> String {
    let mut line = format!("{}, {}", count(input.points, "point"), count(tally.all_events(), "event"));
    let levels = Level::ALL.iter().rev().zip(tally.events.iter().rev()).filter(|(_, n)| **n > 0);
    let levels: Vec<String> = levels.map(|(level, n)| format!("{n} {level}")).collect();
    if !levels.is_empty() {
        line.push_str(&format!(" ({})", levels.join(", ")));
    }
    let seconds = took.as_secs_f64();
    line.push_str(&format!(" in {seconds:.2} s"));
    if seconds > 0.0 && input.points > 0 {
        line.push_str(&format!(", {:.0} points/s", input.points as f64 / seconds));
    }
    line
}

/// One line for each kind of handler.
fn acted(report: &Report) -> Vec<String> {
    let mut kinds: Vec<(&str, [u64; 5])> = Vec::new();
    for handler in &report.handlers {
        let counts =
            [handler.delivered, handler.failed, handler.timed_out, handler.dropped, handler.abandoned];
        match kinds.iter_mut().find(|k| k.0 == handler.kind) {
            Some((_, sums)) => sums.iter_mut().zip(counts).for_each(|(sum, n)| *sum += n),
            None => kinds.push((handler.kind, counts)),
        }
    }
    let words = ["delivered", "failed", "of these timed out", "dropped", "abandoned"];
    let said = |(kind, counts): &(&str, [u64; 5])| {
        let parts: Vec<String> = counts
            .iter()
            .zip(words)
            .enumerate()
            .filter(|(i, (n, _))| *i == 0 || **n > 0)
            .map(|(_, (n, word))| format!("{n} {word}"))
            .collect();
        format!("{kind}: {}", parts.join(", "))
    };
    let died = report.handlers.iter().filter(|handler| handler.died > 0).map(died);
    kinds.iter().map(said).chain(died).collect()
}

/// A program may not have read what was in its pipe when it ended.
fn died(handler: &HandlerReport) -> String {
    let HandlerReport { kind, died, unsure, .. } = handler;
    let times = if *died == 1 {
        "a program that stays ended too early".to_owned()
    } else {
        format!("a program that stays ended too early {died} times")
    };
    match unsure {
        0 => format!("{kind}: {times}, without an event"),
        1 => format!("{kind}: {times}, after 1 event, which it may not have read"),
        n => format!("{kind}: {times}, after {n} events, the last of which it may not have read"),
    }
}

pub(super) fn count(n: u64, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::{HandlerKey, Origin};

    #[test]
    fn a_quiet_run_has_one_line() {
        let input = InputCounts { points: 1, ..InputCounts::default() };
        let lines = lines(input, &Tally::default(), &[], &Report::default(), Duration::from_millis(500));
        assert_eq!(lines, ["1 point, 0 events in 0.50 s, 2 points/s"]);
    }

    #[test]
    fn a_busy_run_tells_what_was_lost() {
        let mut tally = Tally::default();
        for level in [Level::Critical, Level::Ok, Level::Critical] {
            tally.event(level);
        }
        let at = Origin { task: "cpu", node: "eval2" };
        tally.error(at, "error evaluating expression", "no field");
        let counters = vec![("collected", 10), ("errors", 2)];
        let nodes = [("cpu".to_owned(), NodeCounters { node: "eval2".into(), counters, nanos: 0 })];
        tally.withhold("post", true);
        tally.withhold("kafka", false);
        let handler = |key, delivered, failed| HandlerReport {
            handler: HandlerKey(key),
            kind: "exec",
            delivered,
            failed,
            timed_out: 0,
            dropped: 0,
            abandoned: 0,
            died: 0,
            unsure: 0,
            first_failure: None,
        };
        let report = Report { handlers: vec![handler(0, 2, 0), handler(1, 1, 1)] };
        let input = InputCounts { points: 10, skipped: 2, late: 1, before: 0, after: 3 };
        assert_eq!(
            lines(input, &tally, &nodes, &report, Duration::ZERO),
            [
                "10 points, 3 events (2 CRITICAL, 1 OK) in 0.00 s",
                "2 lines skipped",
                "1 point out of order: `--sort` puts them in order first",
                "3 points after `--until` not played",
                "eval2 of task `cpu`: 2 errors, the first: error evaluating expression: no field",
                "kafka: 1 event not delivered: this version knows the kind, but not how to send to it",
                "post: 1 event not delivered",
                "exec: 3 delivered, 1 failed",
            ]
        );
        let died = |died, unsure| super::died(&HandlerReport { died, unsure, ..handler(0, unsure, 0) });
        assert_eq!(died(1, 0), "exec: a program that stays ended too early, without an event");
        assert_eq!(
            died(1, 1),
            "exec: a program that stays ended too early, after 1 event, which it may not have read"
        );
        assert_eq!(
            died(3, 7),
            "exec: a program that stays ended too early 3 times, after 7 events, the last of which it may not have read"
        );
    }
}
