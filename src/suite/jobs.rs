//! Test files on several threads, told in their order: what is told does not depend on how many there are.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use super::coverage::Coverage;
use super::model::{SuiteFile, Test};
use super::read;
use super::record::Record;
use super::run::{Runner, depends_on};
use super::unit::parse_unit;
use super::update::{Changed, update};
use super::verdict::{Verdict, judge, wonders};
use crate::handlers::tree::{FileError, Place};
use crate::play::files;
use crate::text::io_words;

/// As much as the main thread has: scripts may nest deeply.
const STACK: usize = 8 << 20;

/// Which tests are run, and how.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Only tests whose names match.
    pub run: Option<regex::Regex>,
    /// Nothing more after the first failure.
    pub fail_fast: bool,
    /// Threads.
    pub jobs: usize,
    /// Write what is seen into the files.
    pub update: bool,
    /// Count what is seen of the scripts.
    pub coverage: bool,
    /// The files are kapacitor-unit's.
    pub unit: bool,
    /// Where the scripts of those are, if not beside them.
    pub unit_scripts: Option<PathBuf>,
}

/// What came of a test.
#[derive(Debug)]
pub struct TestResult {
    /// Its name.
    pub name: String,
    /// Where it begins.
    pub place: Place,
    /// When it starts.
    pub start: i64,
    /// How it ended.
    pub verdict: Verdict,
    /// Errors that nodes met, which may explain the rest.
    pub errors: Vec<(String, String)>,
}

/// What came of a test file.
#[derive(Debug, Default)]
pub struct FileResult {
    /// The file.
    pub file: String,
    /// Its tests, as far as they were run.
    pub tests: Vec<TestResult>,
    /// What is wrong with the file itself.
    pub errors: Vec<String>,
    /// It was rewritten.
    pub updated: bool,
    /// What its tests have seen of their scripts, if that is counted.
    pub covered: Vec<Coverage>,
    /// Files whose change may change the result.
    pub depends_on: Vec<PathBuf>,
}

impl FileResult {
    /// Whether all went well.
    pub fn is_good(&self) -> bool {
        self.errors.is_empty() && self.tests.iter().all(|test| matches!(test.verdict, Verdict::Passed))
    }
}

/// Runs test files and tells what came of each, in order.
pub fn run_files(files: &[PathBuf], choice: &Choice, tell: &mut dyn FnMut(FileResult)) {
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let work = |to: Sender<(usize, FileResult)>| {
        while !stop.load(Ordering::Relaxed) {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(file) = files.get(at) else { return };
            if to.send((at, run_file(file, choice))).is_err() {
                return;
            }
        }
    };
    let (to, results) = channel();
    thread::scope(|scope| {
        let mut threads = 0;
        for number in 0..choice.jobs.min(files.len()) {
            let (to, work) = (to.clone(), &work);
            let thread = thread::Builder::new().name(format!("tests {number}")).stack_size(STACK);
            threads += usize::from(thread.spawn_scoped(scope, move || work(to)).is_ok());
        }
        if threads == 0 {
            work(to);
        } else {
            drop(to);
        }
        let mut waiting = BTreeMap::new();
        let mut told = 0;
        for (at, result) in results {
            waiting.insert(at, result);
            while let Some(result) = waiting.remove(&told) {
                told += 1;
                let bad = !result.is_good();
                tell(result);
                if bad && choice.fail_fast {
                    stop.store(true, Ordering::Relaxed);
                    return;
                }
            }
        }
    });
}

fn run_file(path: &Path, choice: &Choice) -> FileResult {
    let name = path.display().to_string();
    let mut result =
        FileResult { file: name.clone(), depends_on: vec![path.to_owned()], ..FileResult::default() };
    let text = match fs::read(path) {
        Ok(bytes) => String::from_utf8(bytes).map_err(|_| format!("{name}: is not UTF-8")),
        Err(e) => Err(format!("{name}: {}", io_words(&e))),
    };
    let read = text.map_err(|e| vec![e]).and_then(|text| {
        let read = match choice.unit {
            true => parse_unit(&name, &text, choice.unit_scripts.as_deref()),
            false => read::parse(&name, text),
        };
        read.map_err(|e: Vec<FileError>| e.iter().map(ToString::to_string).collect())
    });
    match read {
        Ok(file) => run_tests(&file, path, choice, &mut result),
        Err(errors) => result.errors = errors,
    }
    result
}

fn run_tests(file: &SuiteFile, path: &Path, choice: &Choice, result: &mut FileResult) {
    let mut runner = Runner::new(file);
    let mut chosen = Vec::new();
    for test in file.tests.iter().filter(|t| choice.run.as_ref().is_none_or(|run| run.is_match(&t.name))) {
        result.depends_on.extend(depends_on(test).map(Path::to_owned));
        let (tested, covered) = run_test(&mut runner, test, choice.coverage);
        result.tests.push(tested);
        result.covered.extend(covered);
        chosen.push(test);
        if choice.fail_fast && !result.is_good() {
            break;
        }
    }
    if choice.update {
        match rewritten(file, &chosen, &result.tests) {
            Ok(None) => return,
            Ok(Some(text)) => match files::replace(path, &text) {
                Ok(()) => result.updated = true,
                Err(e) => result.errors.push(format!("{}: cannot be written: {}", result.file, io_words(&e))),
            },
            Err(words) => result.errors.push(words),
        }
        if result.updated {
            // What was seen is what is expected now; the rest is told as before.
            result.tests.iter_mut().for_each(settle);
        }
    }
}

fn run_test<'f>(runner: &mut Runner<'f>, test: &'f Test, covers: bool) -> (TestResult, Option<Coverage>) {
    let mut ran = runner.wondering(test, Vec::new(), covers);
    let mut verdict = judge(test, &ran);
    let wonders = wonders(test, &verdict);
    if !wonders.is_empty() {
        // It does the same again, and tells more: what passes need not pay for that.
        ran = runner.wondering(test, wonders, covers);
        verdict = judge(test, &ran);
    }
    let covered = ran.as_ref().ok().filter(|_| covers).and_then(|record| runner.coverage(test, record));
    let (start, errors) = match ran {
        Ok(Record { start, errors, .. }) => (start, errors),
        Err(_) => (0, Vec::new()),
    };
    (TestResult { name: test.name.clone(), place: test.place, start, verdict, errors }, covered)
}

/// The text of a file with what was seen in its tests; none if nothing is to change.
fn rewritten(file: &SuiteFile, tests: &[&Test], results: &[TestResult]) -> Result<Option<String>, String> {
    let mut changed = Vec::new();
    for (test, result) in tests.iter().zip(results) {
        let Verdict::Failed(failures) = &result.verdict else { continue };
        let changes: Vec<_> = failures.iter().flat_map(|failure| &failure.changes).collect();
        if !changes.is_empty() {
            changed.push(Changed { span: test.span, start: result.start, changes });
        }
    }
    if changed.is_empty() { Ok(None) } else { update(file, &changed).map(Some) }
}

/// Failures that were written down are none any more.
fn settle(test: &mut TestResult) {
    let Verdict::Failed(failures) = &mut test.verdict else { return };
    failures.retain(|failure| failure.changes.is_empty());
    if failures.is_empty() {
        test.verdict = Verdict::Passed;
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What a test file is after an update, which all its tests must pass.
    pub(in crate::suite) fn written(script: &str, text: &str) -> String {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("a.tick"), script).expect("a script");
        let path = folder.path().join("a.test.yaml");
        fs::write(&path, text).expect("a test");
        let mut choice = Choice {
            run: None,
            fail_fast: false,
            jobs: 1,
            update: true,
            coverage: false,
            unit: false,
            unit_scripts: None,
        };
        for update in [true, false] {
            choice.update = update;
            run_files(std::slice::from_ref(&path), &choice, &mut |result| {
                assert!(result.is_good(), "{:?}\n{}", result, fs::read_to_string(&path).unwrap_or_default());
            });
        }
        let names = fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(names, 2, "nothing is left beside the file");
        fs::read_to_string(&path).expect("the file")
    }
}
