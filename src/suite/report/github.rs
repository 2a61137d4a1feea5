//! Annotations of GitHub Actions: `::error file=…,line=…::…`.

use super::problems;
use crate::suite::jobs::FileResult;

/// One line for each problem of a file.
pub(super) fn file(result: &FileResult, out: &mut String) {
    for error in &result.errors {
        out.push_str(&format!("::error file={}::{}\n", property(&result.file), data(error)));
    }
    for test in &result.tests {
        for (line, column, words) in problems(test) {
            let place = format!("file={},line={line},col={column}", property(&result.file));
            out.push_str(&format!("::error {place},title={}::{}\n", property(&test.name), data(&words)));
        }
    }
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
