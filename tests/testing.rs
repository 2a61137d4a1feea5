//! The examples of docs/testing.md do what it shows.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use tickscript::suite;

const PAGE: &str = include_str!("../docs/testing.md");

/// The fenced blocks of a text: language and content.
fn blocks(text: &str) -> Vec<(&str, &str)> {
    let parts = text.split("\n```").skip(1).step_by(2);
    parts.filter_map(|part| part.split_once('\n')).collect()
}

/// Runs `tick test` on a script and its test.
fn tick_test(folder: &str, script: &str, test: &str) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("cpu.tick"), script).expect("a script");
    fs::write(folder.join("cpu.test.yaml"), test).expect("a test");
    let mut tick = Command::new(env!("CARGO_BIN_EXE_tick"));
    let out = tick.args(["test", "cpu.test.yaml"]).current_dir(folder).output().expect("tick starts");
    String::from_utf8(out.stdout).expect("UTF-8")
}

#[test]
fn examples_print_what_is_shown() {
    let (mut script, mut seen) = (String::new(), 0);
    for example in PAGE.split("\n## ").filter(|section| section.starts_with("Example")) {
        let blocks = blocks(example);
        let of = |language: &str| blocks.iter().find(|b| b.0 == language).map(|b| format!("{}\n", b.1));
        // An example without a script has that of the one before.
        script = of("tick").unwrap_or(script);
        let shown = of("").expect("an output");
        let test = of("yml").expect("a test");
        let printed = tick_test(&format!("testing{seen}"), &script, &test);
        assert_eq!(shown, format!("$ tick test cpu.test.yaml\n{printed}"), "{example}");
        seen += 1;
    }
    assert_eq!(seen, 3);
}

#[test]
fn the_grammar_is_the_readers() {
    let grammar = blocks(PAGE).into_iter().find(|b| b.0 == "text").expect("the grammar").1;
    let source = include_str!("../src/suite/series.rs");
    for line in grammar.lines().filter(|line| !line.starts_with("number")) {
        assert!(source.contains(line), "`{line}` is not in the reader");
    }
}

#[test]
fn test_files_are_accepted() {
    for (_, text) in blocks(PAGE).into_iter().filter(|b| b.0 == "yml") {
        let read = suite::parse("cpu.test.yaml", text.to_owned());
        assert!(read.is_ok(), "{:?}\n{text}", read.err());
    }
}

/// The keys that the reader names when it meets one that it does not know.
fn known(text: &str) -> BTreeSet<String> {
    let errors = suite::parse("x.test.yaml", text.to_owned()).expect_err(text);
    let hints = errors.iter().filter_map(|e| e.hint.as_deref()?.strip_prefix("known are "));
    let mut hints: Vec<&str> = hints.collect();
    let hint = hints.pop().unwrap_or_else(|| panic!("{text}: {errors:?}"));
    hint.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_schema_for_editors_has_the_keys_of_the_reader() {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../grammar/test.schema.json")).expect("JSON");
    let keys = |of: &serde_json::Value| -> BTreeSet<String> {
        of["properties"].as_object().expect("properties").keys().cloned().collect()
    };
    assert_eq!(keys(&schema), known("qqqqqqqqqq: 1\n"));
    let input = |first: &str| format!("tests: [{{name: a, input: {{{first}, qqqqqqqqqq: 1}}}}]");
    let expect = |inner: &str| format!("tests: [{{name: a, expect: {{{inner}}}}}]");
    for (def, text) in [
        ("test", "tests: [{name: a, qqqqqqqqqq: 1}]".to_owned()),
        ("series", input("series: m, fields: {v: 1}")),
        ("lines", input("lines: m v=1 0s")),
        ("file", input("file: x.lp")),
        ("expect", expect("qqqqqqqqqq: 1")),
        ("error", expect("error: {qqqqqqqqqq: 1}")),
        ("event", expect("events: [{qqqqqqqqqq: 1}]")),
        ("row", expect("rows: {x: [{qqqqqqqqqq: 1}]}")),
        ("call", expect("calls: [{qqqqqqqqqq: 1}]")),
    ] {
        let mut want = known(&text);
        if def == "series" {
            // One of the two.
            want.insert("values".to_owned());
        }
        assert_eq!(keys(&schema["$defs"][def]), want, "{def}");
    }
    let counts = &schema["$defs"]["expect"]["properties"]["counts"];
    assert_eq!(keys(counts), known(&expect("counts: {qqqqqqqqqq: 1}")));
}
