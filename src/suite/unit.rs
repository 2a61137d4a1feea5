//! Files of kapacitor-unit: read as they are, and written as test files of our own.
//!
//! Such a test has lines of data, mostly without times, and counts how often a task's alerts were OK, WARNING and
//! CRITICAL.

use std::path::{Path, PathBuf};

use super::model::SuiteFile;
use super::read;
use super::time::push_offset;
use crate::handlers::Config;
use crate::handlers::fields::{Fields, Mistakes};
use crate::handlers::tree::{At, FileError, Node, Place, from_yaml_1_2};
use crate::input::point::{self, Precision};
use crate::pipeline::{TaskType, Vars};
use crate::play::{self, Around};
use crate::text::Source;
use crate::udf::Inquiry;

/// One second: from a line without a time to the next.
const STEP: i64 = 1_000_000_000;

/// When a batch script is asked of which it is not known how often it asks.
const OFTEN: i64 = 60 * STEP;

/// A test of kapacitor-unit.
struct UnitTest {
    place: Place,
    name: String,
    description: Option<String>,
    /// As the new file names it.
    script: PathBuf,
    /// Where it is.
    found: PathBuf,
    db: Option<String>,
    rp: Option<String>,
    batch: bool,
    lines: Vec<String>,
    /// OK, WARNING and CRITICAL.
    counts: [At<i64>; 3],
}

/// The levels as both call them.
const LEVELS: [(&str, &str); 3] = [("ok", "ok"), ("warn", "warning"), ("crit", "critical")];

/// Reads a file of kapacitor-unit whose scripts are in a folder, or in its own.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse_unit(name: &str, text: &str, folder: Option<&Path>) -> Result<SuiteFile, Vec<FileError>> {
    let tests = tests(name, text, folder)?;
    let mut file = read::parse(name, written(name, &tests))?;
    for (test, unit) in file.tests.iter_mut().zip(&tests) {
        // Places are those of the file that was read.
        test.place = unit.place;
        test.setting.script.clone_from(&unit.found);
        for (count, of) in test.expect.counts.iter_mut().zip(&unit.counts) {
            count.want.place = of.place;
        }
    }
    Ok(file)
}

/// The same as the text of a test file.
///
/// # Errors
/// Everything that is wrong with it.
pub fn migrate(name: &str, text: &str, folder: Option<&Path>) -> Result<String, Vec<FileError>> {
    let tests = tests(name, text, folder)?;
    let text = written(name, &tests);
    // What cannot be read again is not given out.
    read::parse(name, text.clone()).map(|_| text)
}

fn tests(name: &str, text: &str, folder: Option<&Path>) -> Result<Vec<UnitTest>, Vec<FileError>> {
    let documents = from_yaml_1_2(name, text).map_err(|e| vec![e])?;
    let mut mistakes = Mistakes::new(name);
    let own = Path::new(name).parent().unwrap_or(Path::new(""));
    let folders = (folder.unwrap_or(Path::new("")), folder.unwrap_or(own));
    let mut tests = Vec::new();
    for document in &documents {
        let mut fields = Fields::new("key", document, &mut mistakes);
        let listed = fields.take("tests");
        fields.finish(&mut mistakes);
        if let Some(At { value: Node::List(items), .. }) = listed {
            tests.extend(items.iter().filter_map(|item| test(item, folders, &mut mistakes)));
        }
    }
    if tests.is_empty() && mistakes.is_empty() {
        let hint = "write `tests:` and below it a list of tests, each with `name`, `task_name`, `data` and `expects`";
        let place = Place { line: 1, column: 1 };
        mistakes.add(place, "the file has no test".to_owned(), Some(hint.to_owned()));
    }
    if mistakes.is_empty() { Ok(tests) } else { Err(mistakes.into_vec()) }
}

fn test(node: &At<Node>, (written, own): (&Path, &Path), mistakes: &mut Mistakes) -> Option<UnitTest> {
    let mut fields = Fields::new("key of a test", node, mistakes);
    let name = fields.needed("name", mistakes);
    let description = fields.text("description", mistakes).map(|d| d.value);
    // Its manual says `task_id` in places.
    let old = fields.text("task_id", mistakes);
    let script = fields.text("task_name", mistakes).or(old);
    if script.is_none() {
        mistakes.add(node.place, "key of a test `task_name` is missing".to_owned(), None);
    }
    let (db, rp) = (fields.text("db", mistakes), fields.text("rp", mistakes));
    let kind = fields.text("type", mistakes);
    // There is only one clock.
    fields.take("clock");
    let recording = fields.text("recording_id", mistakes);
    if let Some(recording) = &recording {
        let hint = "write a test with `file:` and the recording's file, which lies in the `replay` folder of Kapacitor";
        mistakes.add(
            recording.place,
            "recordings of a server cannot be read".to_owned(),
            Some(hint.to_owned()),
        );
    }
    let lines = fields.take("data").map(|data| lines(data, mistakes)).unwrap_or_default();
    let counts = counts(fields.take("expects"), node.place, mistakes);
    fields.finish(mistakes);
    let text = |at: Option<At<String>>| at.map(|at| at.value).filter(|text| !text.is_empty());
    let script = script?.value;
    Some(UnitTest {
        place: node.place,
        name: name?.value,
        description,
        script: written.join(&script),
        found: own.join(&script),
        db: text(db),
        rp: text(rp),
        batch: text(kind).is_some_and(|kind| kind == "batch"),
        lines,
        counts,
    })
}

fn lines(node: &At<Node>, mistakes: &mut Mistakes) -> Vec<String> {
    let Node::List(items) = &node.value else {
        let message = format!("`data`: expected a list of lines, found {}", node.value.words());
        mistakes.add(node.place, message, None);
        return Vec::new();
    };
    let mut lines = Vec::new();
    for item in items {
        match &item.value {
            Node::Text(line) => match point::parse_line(line.trim(), Precision::Nanos, Some(0)) {
                Ok(_) => lines.push(line.trim().to_owned()),
                Err(error) => mistakes.add(item.place, error.message, None),
            },
            other => {
                let message = format!("`data`: expected line protocol, found {}", other.words());
                mistakes.add(item.place, message, None);
            }
        }
    }
    lines
}

/// What is not said is 0.
fn counts(node: Option<&At<Node>>, place: Place, mistakes: &mut Mistakes) -> [At<i64>; 3] {
    let nothing = At { value: Node::Null, place, span: Default::default() };
    let node = node.unwrap_or(&nothing);
    let mut fields = Fields::new("key of `expects`", node, mistakes);
    let counts = LEVELS.map(|(key, _)| {
        let zero = At { value: 0, place: node.place, span: node.span };
        fields.int(key, mistakes).unwrap_or(zero)
    });
    fields.finish(mistakes);
    counts
}

/// The text of a test file.
fn written(name: &str, tests: &[UnitTest]) -> String {
    let name = Path::new(name).file_name().unwrap_or_default().to_string_lossy();
    let mut out = format!("# The tests of {name}, a file of kapacitor-unit.\ntests:\n");
    for (i, test) in tests.iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        test.push(&mut out);
    }
    out
}

impl UnitTest {
    fn push(&self, out: &mut String) {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        for line in self.description.iter().flat_map(|text| text.lines()) {
            out.push_str(&format!("  # {line}\n"));
        }
        out.push_str(&format!("  - name: {}\n", quoted(&self.name)));
        out.push_str(&format!("    script: {}\n", quoted(&self.script.to_string_lossy())));
        for (key, value) in [("db", &self.db), ("rp", &self.rp)] {
            if let Some(value) = value {
                out.push_str(&format!("    {key}: {}\n", quoted(value)));
            }
        }
        let mut first = 0;
        if self.batch {
            let often = often(&self.found).unwrap_or(OFTEN);
            // Just before the query is asked for the first time.
            first = often.saturating_sub((self.lines.len() as i64).saturating_mul(STEP)).max(0);
            let mut until = String::new();
            push_offset(&mut until, often);
            out.push_str(&format!("    until: {}\n", until.trim_start_matches('+')));
        }
        if !self.lines.is_empty() {
            out.push_str("    input:\n      lines: |\n");
            let mut times = Vec::new();
            for (i, line) in self.lines.iter().enumerate() {
                out.push_str("        ");
                out.push_str(line);
                match own_time(line) {
                    Some(time) => times.push(time),
                    None => {
                        let offset = first.saturating_add((i as i64).saturating_mul(STEP));
                        out.push(' ');
                        push_offset(out, offset);
                    }
                }
                out.push('\n');
            }
            if !times.is_sorted() {
                out.push_str("      unordered: true\n");
            }
        }
        let counts: Vec<String> =
            LEVELS.iter().zip(&self.counts).map(|((_, level), n)| format!("{level}: {}", n.value)).collect();
        out.push_str(&format!("    expect:\n      counts: {{{}}}\n", counts.join(", ")));
    }
}

/// The time of a line that has one.
fn own_time(line: &str) -> Option<i64> {
    point::parse_line(line, Precision::Nanos, None).ok().map(|point| point.time)
}

/// How often a batch script asks first, if it can be built without vars.
fn often(script: &Path) -> Option<i64> {
    let text = std::fs::File::open(script).and_then(play::script_text).ok()?;
    let config = Config::default();
    let around = Around { db: None, rp: None, config: &config, functions: Inquiry::new(Vec::new()) };
    let source = Source::new(script.display().to_string(), text);
    let tasks = play::build(&["unit".to_owned()], vec![source], &Vars::default(), &around).ok()?;
    let graph = &tasks.first()?.graph;
    let queries = graph.nodes.iter().filter(|_| graph.task_type == TaskType::Batch);
    queries.filter_map(|node| node.duration("every")).filter(|every| *every > 0).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
tests:
  - name: 'Alert weather:: warning'
    description: Above 80
    task_name: weather.tick
    db: weather
    rp: default
    type: stream
    data:
      - weather,location=us temperature=75
      - weather,location=us temperature=82
    expects:
      warn: 1
";

    #[test]
    fn tests_are_written_as_ours() {
        let text = migrate("rules/unit.yaml", FILE, None).expect("a file");
        assert_eq!(
            text,
            "# The tests of unit.yaml, a file of kapacitor-unit.
tests:
  # Above 80
  - name: \"Alert weather:: warning\"
    script: \"weather.tick\"
    db: \"weather\"
    rp: \"default\"
    input:
      lines: |
        weather,location=us temperature=75 +0s
        weather,location=us temperature=82 +1s
    expect:
      counts: {ok: 0, warning: 1, critical: 0}
"
        );
        let file = parse_unit("rules/unit.yaml", FILE, None).expect("a file");
        assert_eq!(file.tests[0].setting.script, Path::new("rules/weather.tick"));
        let places: Vec<u32> = file.tests[0].expect.counts.iter().map(|c| c.want.place.line).collect();
        assert_eq!(places, [12, 12, 12], "the place of what is not said is that of all counts");
    }

    #[test]
    fn mistakes_have_their_places() {
        let replaced = |a: &str, b: &str| {
            let errors = migrate("u.yaml", &FILE.replace(a, b), None).expect_err(b);
            errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        };
        for (a, b, want) in [
            ("warn: 1", "wrn: 1", "u.yaml:12:7: unknown key of `expects` `wrn`; did you mean `warn`?"),
            ("temperature=82", "temperature", "u.yaml:10:9: "),
            ("type: stream", "recording_id: x", "u.yaml:7:19: recordings of a server cannot be read"),
            ("task_name", "task", "u.yaml:4:5: unknown key of a test `task`"),
            ("tests:", "test:", "u.yaml:1:1: unknown key `test`; did you mean `tests`?"),
        ] {
            let found = replaced(a, b);
            assert!(found.contains(want), "{want}\n{found}");
        }
    }
}
