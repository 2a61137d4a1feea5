//! What came of tests, for people and for programs: one file for each format.

mod annotated;
pub mod coverage;
mod json;
mod junit;
mod tap;
mod text;

pub use annotated::{Annotation, Dialect};

use super::jobs::{FileResult, TestResult};
use super::verdict::Verdict;

/// A format of the report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// For people.
    Text {
        /// With colours.
        color: bool,
    },
    /// One object.
    Json,
    /// JUnit's XML, which most CI servers show.
    Junit,
    /// The Test Anything Protocol.
    Tap,
    /// Marks beside the code, then text.
    Annotated(Dialect),
}

/// A report as it is written.
pub struct Reporter {
    format: Format,
    totals: Totals,
    /// What comes behind all files, where a format needs that.
    held: String,
}

/// How many tests there were.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Totals {
    /// Files.
    pub files: usize,
    /// Tests that passed.
    pub passed: usize,
    /// Tests that failed.
    pub failed: usize,
    /// Tests that could not be run, and files that cannot be read.
    pub broken: usize,
    /// Files that were rewritten.
    pub updated: usize,
}

impl Totals {
    fn add(&mut self, result: &FileResult) {
        self.files += 1;
        self.broken += result.errors.len();
        self.updated += usize::from(result.updated);
        for test in &result.tests {
            match test.verdict {
                Verdict::Passed => self.passed += 1,
                Verdict::Failed(_) => self.failed += 1,
                Verdict::Broken(_) => self.broken += 1,
            }
        }
    }

    /// Tests that were run, or should have been.
    pub fn tests(&self) -> usize {
        self.passed + self.failed + self.broken
    }
}

impl Reporter {
    /// Nothing is told yet.
    pub fn new(format: Format) -> Reporter {
        Reporter { format, totals: Totals::default(), held: String::new() }
    }

    /// Tells what came of a file.
    pub fn file(&mut self, result: &FileResult, out: &mut String) {
        self.totals.add(result);
        match self.format {
            Format::Text { color } => text::file(result, color, out),
            Format::Annotated(dialect) => {
                annotated::file(dialect, result, out);
                text::file(result, false, out);
            }
            Format::Json => json::file(result, &mut self.held),
            Format::Junit => junit::file(result, &mut self.held),
            Format::Tap => tap::file(result, self.totals.tests(), &mut self.held),
        }
    }

    /// Ends the report.
    pub fn end(&mut self, out: &mut String) -> Totals {
        match self.format {
            Format::Text { color } => text::end(&self.totals, color, out),
            Format::Annotated(_) => text::end(&self.totals, false, out),
            Format::Json => json::end(&self.totals, &self.held, out),
            Format::Junit => junit::end(&self.totals, &self.held, out),
            Format::Tap => tap::end(&self.totals, &self.held, out),
        }
        self.totals
    }
}

/// What is wrong with a test, line by line, each with the line and column of the file it is about.
fn problems(test: &TestResult) -> Vec<(u32, u32, String)> {
    match &test.verdict {
        Verdict::Passed => Vec::new(),
        Verdict::Failed(failures) => failures
            .iter()
            .flat_map(|failure| &failure.problems)
            .map(|problem| (problem.place.line, problem.place.column, problem.message.clone()))
            .collect(),
        Verdict::Broken(lines) => vec![(test.place.line, test.place.column, lines.join("\n"))],
    }
}

/// How a test ended, in a word.
fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "passed",
        Verdict::Failed(_) => "failed",
        Verdict::Broken(_) => "error",
    }
}
