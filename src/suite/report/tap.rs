//! The Test Anything Protocol, version 14.

use super::{Totals, problems};
use crate::suite::jobs::FileResult;
use crate::suite::verdict::Verdict;

/// The tests of a file; `total` counts those up to its end.
pub(super) fn file(result: &FileResult, total: usize, held: &mut String) {
    let mut number = total - result.tests.len() - result.errors.len();
    let mut point = |ok: bool, name: &str, problems: &[String]| {
        number += 1;
        let not = if ok { "" } else { "not " };
        held.push_str(&format!("{not}ok {number} - {}\n", escaped(name)));
        if !problems.is_empty() {
            held.push_str("  ---\n  problems:\n");
            for problem in problems {
                held.push_str(&format!("    - {}\n", serde_json::Value::from(problem.as_str())));
            }
            held.push_str("  ...\n");
        }
    };
    for error in &result.errors {
        point(false, &result.file, std::slice::from_ref(error));
    }
    for test in &result.tests {
        let lines = problems(test).into_iter();
        let lines: Vec<String> =
            lines.map(|(line, column, words)| format!("{}:{line}:{column}: {words}", result.file)).collect();
        point(matches!(test.verdict, Verdict::Passed), &format!("{}: {}", result.file, test.name), &lines);
    }
}

/// `#` begins a directive.
fn escaped(name: &str) -> String {
    name.replace('\\', "\\\\").replace('#', "\\#").replace('\n', " ")
}

/// The plan and the points.
pub(super) fn end(totals: &Totals, held: &str, out: &mut String) {
    out.push_str(&format!("TAP version 14\n1..{}\n{held}", totals.tests()));
}
