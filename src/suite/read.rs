//! Test files: YAML to tests, with the place of every mistake.

mod expect;
mod inputs;
mod lines;

use std::path::{Path, PathBuf};

use super::model::{Setting, SuiteFile, Test};
use super::time::{WHEN, When};
use crate::handlers::fields::{Fields, Mistakes};
use crate::handlers::tree::{At, FileError, Node, Place, from_yaml_1_2};
use crate::text::Source;
use crate::value::{Zone, duration};

/// How test files end.
pub const ENDING: &str = ".test.yaml";

/// What holds for all tests of a file, and may be said again in each.
#[derive(Clone)]
struct Common<'a> {
    script: PathBuf,
    task: Option<String>,
    vars: Vec<(At<String>, At<Node>)>,
    db: Option<String>,
    rp: Option<String>,
    handlers: Vec<PathBuf>,
    config: Option<PathBuf>,
    tz: String,
    start: Option<i64>,
    until: Option<When>,
    interval: i64,
    seed: u64,
    tolerance: f64,
    input: Vec<&'a At<Node>>,
}

/// Intervals of series that name none.
const INTERVAL: i64 = 10_000_000_000;

/// Reads a test file. Files that it names lie in its folder, unless their paths say otherwise.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse(name: &str, text: String) -> Result<SuiteFile, Vec<FileError>> {
    let documents = from_yaml_1_2(name, &text).map_err(|e| vec![e])?;
    let mut mistakes = Mistakes::new(name);
    let source = Source::new(name, text);
    let start = Place { line: 1, column: 1 };
    let mut tests = Vec::new();
    match documents.as_slice() {
        [document] => tests = file(name, document, &source, &mut mistakes),
        [] => {}
        [_, second, ..] => {
            mistakes.add(
                second.place,
                "a test file is one document".to_owned(),
                Some("leave out the line `---`".to_owned()),
            );
        }
    }
    if tests.is_empty() && mistakes.is_empty() {
        let hint = "write `tests:` and below it a list of tests, each with `name`, `input` and `expect`";
        mistakes.add(start, "the file has no test".to_owned(), Some(hint.to_owned()));
    }
    if mistakes.is_empty() {
        Ok(SuiteFile { source, tests })
    } else {
        let mut errors = mistakes.into_vec();
        errors.sort();
        Err(errors)
    }
}

fn file(name: &str, document: &At<Node>, source: &Source, mistakes: &mut Mistakes) -> Vec<Test> {
    let path = Path::new(name);
    let stem = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = stem.strip_suffix(ENDING).unwrap_or(&stem).to_owned();
    let common = Common {
        script: path.with_file_name(format!("{stem}.tick")),
        task: None,
        vars: Vec::new(),
        db: None,
        rp: None,
        handlers: Vec::new(),
        config: None,
        tz: "UTC".to_owned(),
        start: None,
        until: None,
        interval: INTERVAL,
        seed: 0,
        tolerance: 0.0,
        input: Vec::new(),
    };
    let mut fields = Fields::new("key", document, mistakes);
    let common = common.read(&mut fields, path, mistakes);
    let listed = fields.take("tests");
    fields.finish(mistakes);
    let Some(listed) = listed else { return Vec::new() };
    let Node::List(items) = &listed.value else {
        let message = format!("`tests`: expected a list of tests, found {}", listed.value.words());
        mistakes.add(listed.place, message, None);
        return Vec::new();
    };
    let mut tests: Vec<Test> = Vec::new();
    for item in items {
        let Some(test) = test(item, &common, path, source, mistakes) else { continue };
        if let Some(other) = tests.iter().find(|other| other.name == test.name) {
            let message = format!("two tests are named `{}`", test.name);
            mistakes.add(test.place, message, Some(format!("the other is in line {}", other.place.line)));
        }
        tests.push(test);
    }
    tests
}

fn test(
    node: &At<Node>,
    common: &Common<'_>,
    file: &Path,
    source: &Source,
    mistakes: &mut Mistakes,
) -> Option<Test> {
    let mut fields = Fields::new("key of a test", node, mistakes);
    if !matches!(node.value, Node::Table(_)) {
        return None;
    }
    let name = fields.needed("name", mistakes);
    let common = common.clone().read(&mut fields, file, mistakes);
    let expect = expect::expect(fields.take("expect"), common.tolerance, mistakes);
    fields.finish(mistakes);
    let inputs = inputs::inputs(&common, file, source, mistakes);
    let setting = Setting {
        script: common.script,
        task: common.task,
        vars: common.vars,
        db: common.db,
        rp: common.rp,
        handlers: common.handlers,
        config: common.config,
        zone: common.tz,
    };
    let Common { start, until, .. } = common;
    Some(Test {
        name: name?.value,
        place: node.place,
        span: node.span,
        setting,
        start,
        until,
        inputs,
        expect,
    })
}

impl<'a> Common<'a> {
    /// The same with what is said here.
    fn read(mut self, fields: &mut Fields<'a>, file: &Path, mistakes: &mut Mistakes) -> Common<'a> {
        let beside = |name: String| file.parent().unwrap_or(Path::new("")).join(name);
        if let Some(script) = fields.text("script", mistakes) {
            self.script = beside(script.value);
        }
        let mut text = |key, to: &mut Option<String>| {
            if let Some(text) = fields.text(key, mistakes) {
                *to = Some(text.value);
            }
        };
        text("task", &mut self.task);
        text("db", &mut self.db);
        text("rp", &mut self.rp);
        if let Some(config) = fields.text("config", mistakes) {
            self.config = Some(beside(config.value));
        }
        if let Some(handlers) = fields.texts("handlers", mistakes) {
            self.handlers = handlers.into_iter().map(beside).collect();
        }
        if let Some(node) = fields.take("vars") {
            self.vars.extend(table("vars", node, mistakes));
        }
        if let Some(tz) = fields.text("tz", mistakes) {
            match Zone::parse(&tz.value) {
                Ok(_) => self.tz = tz.value,
                Err(words) => mistakes.add(tz.place, format!("`tz`: {words}"), None),
            }
        }
        if let Some(start) = when("start", fields, mistakes) {
            match start {
                At { value: When::At(time), .. } => self.start = Some(time),
                At { place, .. } => {
                    let hint = "write a time such as `2020-01-01T00:00:00Z`";
                    mistakes.add(place, "`start` is no offset from itself".to_owned(), Some(hint.to_owned()));
                }
            }
        }
        if let Some(until) = when("until", fields, mistakes) {
            self.until = Some(until.value);
        }
        if let Some(interval) = some_time("interval", fields, mistakes) {
            self.interval = interval;
        }
        if let Some(seed) = fields.int("seed", mistakes) {
            self.seed = seed.value as u64;
        }
        if let Some(tolerance) = fields.number("tolerance", mistakes) {
            self.tolerance = tolerance;
        }
        if let Some(node) = fields.take("input") {
            match &node.value {
                Node::List(items) => self.input.extend(items),
                Node::Table(_) => self.input.push(node),
                other => {
                    let message = format!("`input`: expected a list of inputs, found {}", other.words());
                    mistakes.add(node.place, message, None);
                }
            }
        }
        self
    }
}

/// The entries of a table; a mistake if it is none.
fn table(key: &str, node: &At<Node>, mistakes: &mut Mistakes) -> Vec<(At<String>, At<Node>)> {
    match &node.value {
        Node::Table(entries) => entries.clone(),
        other => {
            let message = format!("`{key}`: expected a table, found {}", other.words());
            mistakes.add(node.place, message, None);
            Vec::new()
        }
    }
}

/// A text as a time may be written, though YAML reads some times as numbers.
fn scalar(node: &Node) -> Option<String> {
    match node {
        Node::Text(text) => Some(text.clone()),
        Node::Int(i) => Some(i.to_string()),
        _ => None,
    }
}

/// A key that is a time.
fn when(key: &'static str, fields: &mut Fields<'_>, mistakes: &mut Mistakes) -> Option<At<When>> {
    fields.typed(key, WHEN, mistakes, |node| When::parse(&scalar(node)?))
}

/// A key that is a duration above 0.
fn some_time(key: &'static str, fields: &mut Fields<'_>, mistakes: &mut Mistakes) -> Option<i64> {
    let read = |node: &Node| duration::parse_influx(&scalar(node)?).ok().filter(|n| *n > 0);
    fields.typed(key, "a duration such as `10s`", mistakes, read).map(|d| d.value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::suite::jobs::tests::written;

    const FILE: &str = include_str!("../../samples/cpu_exec.test.yaml");

    #[test]
    fn the_sample_is_read() {
        let file = parse("samples/cpu_exec.test.yaml", FILE.to_owned()).expect("a file");
        assert_eq!(file.tests.len(), 4);
        assert_eq!(file.tests[3].setting.script, Path::new("samples/cpu_exec.tick"));
    }

    proptest! {
        // Each case writes files.
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn damaged_files_are_survived(at in 0..FILE.len(), cut in 0..40usize, put in "[-:{}\\[\\]\"'|#a-z0-9 ~.\n]{0,12}") {
            let mut bytes = FILE.as_bytes().to_vec();
            bytes.splice(at..(at + cut).min(FILE.len()), put.bytes());
            if let Err(errors) = parse("x.test.yaml", String::from_utf8_lossy(&bytes).into_owned()) {
                prop_assert!(errors.iter().all(|e| e.place.is_some()), "{errors:?}");
            }
        }

        /// What was expected is mended wherever it is damaged, and comments stay.
        #[test]
        fn updates_keep_comments_and_tests(drop in 0..4usize, level in 0..4usize, comment in "[a-z ]{1,9}") {
            let level = ["OK", "INFO", "WARNING", "CRITICAL"][level];
            let script = "stream|from().measurement('m')|alert().id('x').warn(lambda: \"v\" > 1.0).crit(lambda: \"v\" > 2.0)";
            let item = |i: usize| match i == drop {
                true => format!("        # {comment}\n"),
                false => format!("        - at: {i}0s # {comment}\n          level: {level}\n"),
            };
            let items: String = (0..3).map(item).collect();
            let text = format!("tests:\n  - name: a # {comment}\n    input: {{series: m, fields: {{v: 2 3 1}}}}\n    expect:\n      exact: true\n      events:\n{items}");
            let updated = written(script, &text);
            prop_assert_eq!(updated.matches(&format!("# {comment}")).count(), 4, "{}", updated);
            prop_assert_eq!(written(script, &updated), updated);
        }
    }
}
