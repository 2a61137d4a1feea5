//! For people: what failed, and expected and seen on a time axis.

use super::Totals;
use crate::suite::jobs::{FileResult, TestResult};
use crate::suite::time::offset;
use crate::suite::verdict::{Failure, Mark, Row, Verdict};

/// Rows that are shown around those that matter.
const AROUND: usize = 2;

/// A column is not wider than that.
const WIDE: usize = 60;

const RED: &str = "\u{1b}[31m";
const GREEN: &str = "\u{1b}[32m";
const DIM: &str = "\u{1b}[2m";
const PLAIN: &str = "\u{1b}[0m";

fn painted(text: &str, paint: &str, color: bool) -> String {
    if color { format!("{paint}{text}{PLAIN}") } else { text.to_owned() }
}

/// A file: one line if all is well.
pub(super) fn file(result: &FileResult, color: bool, out: &mut String) {
    for error in &result.errors {
        out.push_str(&format!("{} {error}\n", painted("error", RED, color)));
    }
    for test in &result.tests {
        failed(&result.file, test, color, out);
    }
    if result.is_good() && !result.tests.is_empty() {
        let word = if result.updated { "wrote" } else { "ok   " };
        let tests = plural(result.tests.len(), "test");
        out.push_str(&format!("{} {}  {tests}\n", painted(word, GREEN, color), result.file));
    }
}

fn plural(n: usize, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}

fn failed(file: &str, test: &TestResult, color: bool, out: &mut String) {
    let head = |out: &mut String| {
        let word = painted("FAIL ", RED, color);
        out.push_str(&format!("{word} {file}:{}: {}\n", test.place.line, test.name));
    };
    match &test.verdict {
        Verdict::Passed => return,
        Verdict::Broken(lines) => {
            head(out);
            lines.iter().for_each(|line| out.push_str(&format!("  {line}\n")));
        }
        Verdict::Failed(failures) => {
            head(out);
            failures.iter().for_each(|f| failure(file, f, test.start, color, out));
        }
    }
    for (node, words) in test.errors.iter().take(3) {
        out.push_str(&format!("  note: {node}: {words}\n"));
    }
    out.push('\n');
}

fn failure(file: &str, failure: &Failure, start: i64, color: bool, out: &mut String) {
    for problem in &failure.problems {
        out.push_str(&format!(
            "  {file}:{}:{}: {}\n",
            problem.place.line, problem.place.column, problem.message
        ));
    }
    if !failure.axis.is_empty() {
        out.push('\n');
        axis(&failure.axis, start, color, out);
    }
}

/// The rows that matter and those around them, in columns.
fn axis(rows: &[Row], start: i64, color: bool, out: &mut String) {
    let matters = |row: &Row| !matches!(row.mark, Mark::Met | Mark::Aside);
    let near = |at: usize| {
        let from = at.saturating_sub(AROUND);
        rows.iter().skip(from).take(at - from + AROUND + 1).any(matters)
    };
    let cells = |row: &Row| {
        let dash = |text: &str| if text.is_empty() { "–".to_owned() } else { cut(text) };
        [row.time.map(|t| offset(t, start)).unwrap_or_default(), dash(&row.expected), dash(&row.seen)]
    };
    let shown: Vec<usize> = (0..rows.len()).filter(|at| near(*at)).collect();
    let mut widths = ["time".len(), "expected".len()];
    for row in shown.iter().filter_map(|at| rows.get(*at)) {
        let [time, expected, _] = cells(row);
        let counts = [time.chars().count(), expected.chars().count()];
        widths.iter_mut().zip(counts).for_each(|(width, count)| *width = count.max(*width));
    }
    let [time_width, expected_width] = widths;
    let head = format!("    {:time_width$}  {:expected_width$}  seen", "time", "expected");
    out.push_str(&format!("{}\n", painted(&head, DIM, color)));
    let mut last = None;
    for at in shown {
        if last.map_or(at > 0, |last| at > last + 1) {
            out.push_str("    …\n");
        }
        last = Some(at);
        let Some(row) = rows.get(at) else { continue };
        let [time, expected, seen] = cells(row);
        let line = format!("  {} {time:time_width$}  {expected:expected_width$}  {seen}", row.mark.sign());
        let paint = match row.mark {
            Mark::Met => None,
            Mark::Aside => Some(DIM),
            Mark::Unexpected => Some(GREEN),
            Mark::Missing | Mark::Different => Some(RED),
        };
        out.push_str(&format!(
            "{}\n",
            paint.map_or(line.clone(), |paint| painted(line.trim_end(), paint, color))
        ));
        for note in &row.notes {
            out.push_str(&format!("      {:time_width$}{note}\n", ""));
        }
    }
    if last.is_some_and(|last| last + 1 < rows.len()) {
        out.push_str("    …\n");
    }
}

fn cut(text: &str) -> String {
    match text.chars().count() > WIDE {
        true => text.chars().take(WIDE - 1).chain(['…']).collect(),
        false => text.to_owned(),
    }
}

/// The last line.
pub(super) fn end(totals: &Totals, color: bool, out: &mut String) {
    let mut parts = vec![format!("{} passed", totals.passed)];
    if totals.failed > 0 {
        parts.push(format!("{} failed", totals.failed));
    }
    if totals.broken > 0 {
        parts.push(plural(totals.broken, "error"));
    }
    let paint = if totals.failed + totals.broken > 0 { RED } else { GREEN };
    let mut line = format!("{} in {}", parts.join(", "), plural(totals.files, "file"));
    if totals.updated > 0 {
        line.push_str(&format!("; wrote {}", plural(totals.updated, "file")));
    }
    out.push_str(&format!("{}\n", painted(&line, paint, color)));
}
