//! JUnit's XML.

use super::{Totals, problems};
use crate::suite::jobs::FileResult;
use crate::suite::verdict::Verdict;

/// A file as a suite.
pub(super) fn file(result: &FileResult, held: &mut String) {
    let count = |of: fn(&Verdict) -> bool| result.tests.iter().filter(|t| of(&t.verdict)).count();
    let failed = count(|v| matches!(v, Verdict::Failed(_)));
    let broken = count(|v| matches!(v, Verdict::Broken(_))) + result.errors.len();
    let tests = result.tests.len() + result.errors.len();
    let name = escaped(&result.file);
    held.push_str(&format!(
        "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failed}\" errors=\"{broken}\">\n"
    ));
    for error in &result.errors {
        held.push_str(&format!("    <testcase name=\"(file)\" classname=\"{name}\">\n"));
        held.push_str(&format!("      <error message=\"{}\"/>\n    </testcase>\n", escaped(error)));
    }
    for test in &result.tests {
        let case = format!("    <testcase name=\"{}\" classname=\"{name}\"", escaped(&test.name));
        let tag = match test.verdict {
            Verdict::Passed => {
                held.push_str(&format!("{case}/>\n"));
                continue;
            }
            Verdict::Failed(_) => "failure",
            Verdict::Broken(_) => "error",
        };
        let problems = problems(test);
        let lines: Vec<String> = problems
            .iter()
            .map(|(line, column, words)| format!("{}:{line}:{column}: {words}", result.file))
            .collect();
        let first = problems.first().map_or("", |(_, _, words)| words);
        held.push_str(&format!("{case}>\n      <{tag} message=\"{}\">", escaped(first)));
        held.push_str(&format!("{}</{tag}>\n    </testcase>\n", escaped(&lines.join("\n"))));
    }
    held.push_str("  </testsuite>\n");
}

/// The document.
pub(super) fn end(totals: &Totals, held: &str, out: &mut String) {
    out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str(&format!(
        "<testsuites tests=\"{}\" failures=\"{}\" errors=\"{}\">\n{held}</testsuites>\n",
        totals.tests(),
        totals.failed,
        totals.broken
    ));
}

/// Text of XML 1.0, which cannot hold most control characters at all.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_holds_any_text() {
        assert_eq!(escaped("a<b>&\"\u{1}\nä"), "a&lt;b&gt;&amp;&quot;\u{fffd}&#10;ä");
    }
}
