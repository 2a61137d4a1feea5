//! What the README promises is there.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use tickscript::{handlers, nodes};

const README: &str = include_str!("../README.md");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What stands between backticks.
fn quoted(text: &str) -> BTreeSet<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The cells of the row that begins so.
fn row(first: &str) -> Vec<&'static str> {
    let row = README.lines().find_map(|l| l.strip_prefix(&format!("| {first} | ")));
    row.unwrap_or_else(|| panic!("no row `{first}`")).trim_end_matches(" |").split(" | ").collect()
}

fn tick(args: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tick"));
    let out = command.args(args).current_dir(root()).output().expect("tick starts");
    (out.status.code().unwrap_or(-1), String::from_utf8(out.stdout).expect("UTF-8"))
}

#[test]
fn the_nodes_that_run_are_listed() {
    let cells = row("nodes");
    let runs: BTreeSet<&str> =
        nodes::SPECS.iter().map(|s| s.name).filter(|name| nodes::AnyNode::runs(name)).collect();
    assert_eq!(quoted(cells[0]), runs);
    let next = quoted(cells[1]);
    for name in &next {
        assert!(nodes::SPECS.iter().any(|s| s.name == *name), "there is no node `{name}`");
        assert!(!runs.contains(name), "`{name}` runs");
    }
}

#[test]
fn the_handlers_that_are_named_exist() {
    for name in row("handlers").into_iter().flat_map(quoted) {
        let of_files = ["publish", "aggregate", "match"].contains(&name);
        assert!(of_files || handlers::SPECS.iter().any(|s| s.name == name), "there is no handler `{name}`");
    }
}

#[test]
fn the_commands_that_are_named_exist() {
    let commands = quoted(row("commands")[0]);
    let used = README.lines().filter_map(|l| l.strip_prefix("tick ")).filter_map(|l| l.split(' ').next());
    for command in commands.into_iter().chain(used) {
        assert_eq!(tick(&[command, "--help"]).0, 0, "tick {command}");
    }
}

#[test]
fn the_files_that_are_named_exist() {
    let words = README.split(|c: char| c.is_whitespace() || "`()[]".contains(c));
    let files: Vec<&str> = words
        .map(|w| w.trim_end_matches(['.', ',', ':']))
        .filter(|w| {
            ["scripts/", "samples/", "tests/", "docs/", "grammar/"].iter().any(|start| w.starts_with(start))
        })
        .chain(quoted(README).into_iter().filter(|w| w.starts_with("LICENSE") || w.ends_with(".md")))
        .collect();
    assert!(files.len() > 5, "{files:?}");
    for file in files {
        assert!(root().join(file).exists(), "{file}");
    }
}

#[test]
fn the_demo_shows_what_happens() {
    let args = ["run", "samples/cpu_exec.tick", "--input", "samples/cpu.lp", "--dry-run", "-q"];
    let (status, stdout) = tick(&args);
    assert!(status == 0 && stdout.lines().count() == 4, "{stdout}");
    assert!(README.contains(&stdout), "the README shows something else than\n{stdout}");
}

#[test]
fn the_tour_shows_what_happens() {
    let tour: [&[&str]; 2] = [
        &["graph", "grammar/examples/exec_cpu_alert.tick"],
        &["eval", "lambda: sqrt(\"x\") > 3.0", "--point", "m x=16"],
    ];
    for args in tour {
        let (status, stdout) = tick(args);
        assert!(status == 0 && !stdout.is_empty(), "{args:?}: {stdout}");
        assert!(README.contains(&stdout), "the README shows something else than\n{stdout}");
    }
    let script = include_str!("../grammar/examples/exec_cpu_alert.tick");
    assert!(README.contains(script), "the README shows another script");
}

#[test]
fn the_samples_agree_with_each_other() {
    let line = tick(&["run", "samples/cpu_alert.tick", "--input", "samples/cpu.lp", "-q"]);
    let table = tick(&["run", "samples/cpu_alert.tick", "--input", "samples/cpu.csv", "-q"]);
    assert_eq!(line, table);
    let files = ["--handler", "samples/exec_cpu_handler.yaml", "--dry-run"];
    let with_handler = ["run", "samples/cpu_alert.tick", "--input", "samples/cpu.lp", "-q"];
    assert_eq!(tick(&[&with_handler[..], &files[..]].concat()), line);
}

#[test]
fn the_opening_shows_what_happens() {
    let folder = tempfile::tempdir().expect("a folder");
    let opening = README.split("## Thirty seconds").next().expect("an opening");
    let blocks = opening.split("```\n$ tick ").skip(1).map(|rest| rest.split("```").next().expect("an end"));
    let mut seen = 0;
    for block in blocks {
        let (typed, shown) = block.split_once('\n').expect("a command");
        let out = Command::new(env!("CARGO_BIN_EXE_tick"))
            .args(typed.split(' '))
            .current_dir(folder.path())
            .output()
            .expect("tick starts");
        let said = String::from_utf8(out.stdout).expect("UTF-8");
        assert!(
            out.status.success() && said.starts_with(shown),
            "tick {typed}\nshown:\n{shown}\nsaid:\n{said}"
        );
        seen += 1;
    }
    assert_eq!(seen, 3);
    assert!(folder.path().join("report.html").is_file());
    let test = std::fs::read_to_string(folder.path().join("rules/cpu.test.yaml")).expect("a test");
    let yaml = opening.split("```yml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a test");
    for line in yaml.lines() {
        assert!(test.contains(line.trim_end()), "{line}");
    }
}
