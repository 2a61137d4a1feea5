//! One JSON object for programs.

use serde_json::{Value as Json, json};

use super::{Totals, problems, word};
use crate::suite::jobs::{FileResult, TestResult};
use crate::suite::time::offset;
use crate::suite::verdict::{Row, Verdict};

/// A file, with a comma before it if it is not the first.
pub(super) fn file(result: &FileResult, held: &mut String) {
    if !held.is_empty() {
        held.push(',');
    }
    let tests: Vec<Json> = result.tests.iter().map(test).collect();
    let object = json!({
        "file": result.file, "updated": result.updated, "errors": result.errors, "tests": tests,
    });
    held.push_str(&object.to_string());
}

fn test(test: &TestResult) -> Json {
    let problems: Vec<Json> = problems(test)
        .into_iter()
        .map(|(line, column, message)| json!({"line": line, "column": column, "message": message}))
        .collect();
    let rows: Vec<Json> = match &test.verdict {
        Verdict::Failed(failures) => {
            failures.iter().flat_map(|f| &f.axis).map(|row| axis(row, test.start)).collect()
        }
        _ => Vec::new(),
    };
    json!({
        "name": test.name, "line": test.place.line, "result": word(&test.verdict), "problems": problems, "axis": rows,
    })
}

fn axis(row: &Row, start: i64) -> Json {
    json!({
        "mark": row.mark.sign().to_string(), "time": row.time.map(|time| offset(time, start)),
        "expected": row.expected, "seen": row.seen, "notes": row.notes,
    })
}

/// The object.
pub(super) fn end(totals: &Totals, held: &str, out: &mut String) {
    let Totals { passed, failed, broken, .. } = totals;
    let counts = format!("\"passed\":{passed},\"failed\":{failed},\"errors\":{broken}");
    out.push_str(&format!("{{\"version\":1,{counts},\"files\":[{held}]}}\n"));
}
