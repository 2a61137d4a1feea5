//! What the server has counted since it was started, as Prometheus reads it.

use std::fmt::{Display, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::alert::Level;

/// A number that only grows.
#[derive(Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    pub(super) fn add(&self, n: u64) {
        self.0.fetch_add(n, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// All counters.
#[derive(Default)]
pub struct Metrics {
    pub(super) points: Counter,
    pub(super) bad_lines: Counter,
    pub(super) refused_writes: Counter,
    pub(super) handler_failures: Counter,
    events: [Counter; 4],
    requests: [Counter; 5],
}

const LEVELS: [Level; 4] = [Level::Ok, Level::Info, Level::Warning, Level::Critical];

impl Metrics {
    /// An alert node told of an event.
    pub(super) fn event(&self, level: Level) {
        let counter = LEVELS.iter().position(|l| *l == level).and_then(|at| self.events.get(at));
        counter.inspect(|counter| counter.add(1));
    }

    /// A request was answered with this status.
    pub(super) fn request(&self, status: u16) {
        let class = usize::from(status / 100).saturating_sub(1);
        self.requests.get(class).inspect(|counter| counter.add(1));
    }
}

/// What is asked for when somebody looks.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Gauges {
    /// Bytes of points that wait to be played.
    pub(super) waiting: usize,
    /// Tasks that run, that are disabled, and that have failed.
    pub(super) tasks: [usize; 3],
    /// Bytes of memory, if the system tells.
    pub(super) memory: Option<usize>,
}

/// Prometheus' text format, version 0.0.4.
pub(super) fn exposition(metrics: &Metrics, gauges: Gauges) -> String {
    let mut out = Exposition(String::new());
    out.counter("tick_points_received_total", "Points that were played.", &metrics.points);
    out.counter("tick_lines_refused_total", "Lines that could not be read.", &metrics.bad_lines);
    let why = "Writes that were refused since too much waited (503).";
    out.counter("tick_writes_refused_total", why, &metrics.refused_writes);
    out.head("tick_points_waiting_bytes", "gauge", "Bytes of points that wait to be played.");
    out.sample("tick_points_waiting_bytes", "", gauges.waiting);
    out.head("tick_events_total", "counter", "Events of alert nodes by their level.");
    for (level, counter) in LEVELS.iter().zip(&metrics.events) {
        out.sample("tick_events_total", &format!("{{level=\"{level}\"}}"), counter.get());
    }
    let why = "Failures of handlers to deliver an event.";
    out.counter("tick_handler_failures_total", why, &metrics.handler_failures);
    out.head("tick_tasks", "gauge", "Tasks by their status.");
    for (status, n) in ["running", "disabled", "failed"].iter().zip(gauges.tasks) {
        out.sample("tick_tasks", &format!("{{status=\"{status}\"}}"), n);
    }
    out.head("tick_http_requests_total", "counter", "Requests by the class of their status.");
    for (class, counter) in metrics.requests.iter().enumerate() {
        out.sample("tick_http_requests_total", &format!("{{code=\"{}xx\"}}", class + 1), counter.get());
    }
    if let Some(memory) = gauges.memory {
        out.head("process_resident_memory_bytes", "gauge", "Memory that the process holds.");
        out.sample("process_resident_memory_bytes", "", memory);
    }
    out.0
}

struct Exposition(String);

impl Exposition {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a text cannot fail.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn sample(&mut self, name: &str, labels: &str, value: impl Display) {
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }

    fn counter(&mut self, name: &str, help: &str, counter: &Counter) {
        self.head(name, "counter", help);
        self.sample(name, "", counter.get());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exposition_has_a_type_and_a_help_before_each_samples() {
        let metrics = Metrics::default();
        metrics.points.add(7);
        metrics.event(Level::Critical);
        metrics.request(204);
        metrics.request(999);
        let gauges = Gauges { waiting: 3, tasks: [2, 1, 0], memory: Some(5) };
        let text = exposition(&metrics, gauges);
        for line in [
            "tick_points_received_total 7",
            "tick_points_waiting_bytes 3",
            "tick_events_total{level=\"CRITICAL\"} 1",
            "tick_tasks{status=\"running\"} 2",
            "tick_http_requests_total{code=\"2xx\"} 1",
            "process_resident_memory_bytes 5",
        ] {
            assert!(text.lines().any(|l| l == line), "{line} is not in\n{text}");
        }
        let mut typed = String::new();
        let mut names = std::collections::HashSet::new();
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("# TYPE ") {
                let (name, kind) = rest.split_once(' ').unwrap();
                assert!(["counter", "gauge"].contains(&kind) && names.insert(name.to_owned()), "{line}");
                assert_eq!(name.ends_with("_total"), kind == "counter", "{line}");
                name.clone_into(&mut typed);
            } else if !line.starts_with("# HELP ") {
                let (sample, value) = line.rsplit_once(' ').unwrap();
                assert_eq!(sample.split('{').next(), Some(&*typed), "{line}");
                assert!(value.parse::<u64>().is_ok(), "{line}");
            }
        }
        assert!(text.ends_with('\n'));
    }
}
