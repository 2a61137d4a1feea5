//! What the documentation shows is true: examples parse, flags exist, links lead somewhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tickscript::{handlers, lang};

const COMMANDS: [&str; 30] = [
    "config",
    "run",
    "replay",
    "test",
    "migrate",
    "diff",
    "tune",
    "serve",
    "ci",
    "init",
    "check",
    "fmt",
    "graph",
    "eval",
    "explain",
    "convert",
    "record stream",
    "record batch",
    "define",
    "define-template",
    "define-topic-handler",
    "enable",
    "list",
    "delete",
    "show",
    "record query",
    "replay-live batch",
    "replay-live query",
    "logs",
    "backup",
];

/// A page: its path and its text.
struct Page {
    path: PathBuf,
    text: String,
}

impl Page {
    fn name(&self) -> String {
        self.path.strip_prefix(root()).expect("inside").display().to_string()
    }

    /// The fenced blocks of a language, each with the number of its first line.
    fn blocks(&self, language: &str) -> Vec<(usize, String)> {
        let (mut found, mut open) = (Vec::new(), None::<(usize, &str, String)>);
        for (i, line) in self.text.lines().enumerate() {
            match (line.trim_start().strip_prefix("```"), &mut open) {
                (Some(opens), None) => open = Some((i + 2, opens.trim(), String::new())),
                (Some(_), Some(_)) => found.extend(open.take()),
                (None, Some((_, _, text))) => {
                    text.push_str(line);
                    text.push('\n');
                }
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{}: a block is not closed", self.name());
        found.into_iter().filter(|b| b.1 == language).map(|(line, _, text)| (line, text)).collect()
    }

    /// Where its links lead, outside of fenced blocks.
    fn links(&self) -> Vec<String> {
        let mut fenced = false;
        let mut links = Vec::new();
        for line in self.text.lines() {
            fenced ^= line.trim_start().starts_with("```");
            let ends = line.split("](").skip(1).filter(|_| !fenced);
            links.extend(ends.filter_map(|rest| rest.split(')').next()).map(str::to_owned));
        }
        links
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn pages_in(folder: &str) -> Vec<Page> {
    let entries = fs::read_dir(root().join(folder)).expect("a folder");
    let mut paths: Vec<PathBuf> = entries.map(|e| e.expect("an entry").path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "md"));
    paths.sort();
    paths.into_iter().map(|path| Page { text: fs::read_to_string(&path).expect("a text"), path }).collect()
}

fn readme() -> Page {
    let path = root().join("README.md");
    Page { text: fs::read_to_string(&path).expect("a text"), path }
}

/// The pages for users.
fn pages() -> Vec<Page> {
    let mut pages = pages_in("docs");
    assert!(pages.len() >= 4, "where are the docs?");
    pages.push(readme());
    pages
}

/// All blocks of a language, with their places.
fn blocks(language: &str) -> Vec<(String, String)> {
    let of = |page: &Page| {
        let name = page.name();
        page.blocks(language)
            .into_iter()
            .map(|(line, text)| (format!("{name}:{line}"), text))
            .collect::<Vec<_>>()
    };
    let found: Vec<_> = pages().iter().flat_map(of).collect();
    assert!(!found.is_empty(), "no block of `{language}`");
    found
}

/// The flags in a text.
fn flags(text: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_lowercase() || c == '-';
    let starts = text.match_indices("--").filter(|(at, _)| {
        let before = text[..*at].chars().next_back();
        before.is_none_or(|c| c.is_whitespace() || "`([|\"'".contains(c))
    });
    let flag = |(at, _): (usize, &str)| {
        let rest = &text[at + 2..];
        let name = &rest[..rest.find(|c: char| !is_part(c)).unwrap_or(rest.len())];
        let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
        begins.then(|| format!("--{}", name.trim_end_matches('-')))
    };
    starts.filter_map(flag).collect()
}

#[test]
fn scripts_parse() {
    for (place, text) in blocks("tick") {
        let parsed = lang::parse(&text);
        assert!(!parsed.has_errors(), "{place}: {:?}", parsed.diagnostics);
    }
}

#[test]
fn lambdas_parse() {
    for (place, text) in blocks("lambda") {
        for line in text.lines() {
            if let Err(found) = lang::parse_lambda(line) {
                panic!("{place}: `{line}`: {found:?}");
            }
        }
    }
}

#[test]
fn handler_files_are_accepted() {
    for (language, name) in [("yaml", "x.yaml"), ("json", "x.json")] {
        for (place, text) in blocks(language) {
            if let Err(found) = handlers::file::parse(name, &text, &handlers::Services::default()) {
                panic!("{place}: {found:?}");
            }
        }
    }
}

#[test]
fn configurations_are_accepted() {
    for (place, text) in blocks("toml") {
        if let Err(found) = handlers::config::parse("kapacitor.conf", &text) {
            panic!("{place}: {found:?}");
        }
    }
}

/// The points, without their times, that a table becomes.
fn points(table: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("docs");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("all.tick"), "stream\n    |from()\n    |log()\n").expect("a script");
    fs::write(folder.join("cpu.csv"), table).expect("a table");
    let mut tick = Command::new(env!("CARGO_BIN_EXE_tick"));
    let tick = tick.current_dir(folder).args(["run", "all.tick", "--input", "cpu.csv", "--strict"]);
    let out = tick.output().expect("tick starts");
    let said = String::from_utf8(out.stderr).expect("UTF-8");
    assert!(out.status.success(), "{table}\n{said}");
    let logged = said.lines().filter_map(|l| l.strip_prefix("INFO all:log2 "));
    logged.filter_map(|point| point.rsplit_once(' ')).map(|(point, _)| point.to_owned()).collect()
}

/// Behind each table stand the points that it becomes.
#[test]
fn tables_become_the_points_that_are_named() {
    let pages = pages_in("docs");
    let text = &pages.iter().find(|p| p.name() == "docs/inputs.md").expect("the page").text;
    let mut seen = 0;
    for part in text.split("```csv\n").skip(1) {
        let (table, rest) = part.split_once("```").expect("an end");
        let section = rest.split("\n#").next().unwrap_or_default();
        let named = section.split('`').skip(1).step_by(2).filter(|word| word.starts_with("cpu,"));
        assert_eq!(points(table), named.map(str::to_owned).collect(), "{table}");
        seen += 1;
    }
    assert!(seen >= 5, "only {seen} tables");
}

/// What a command says: its output, then its words, without how fast it was.
fn said(line: &str) -> String {
    let args = line.strip_prefix("tick ").unwrap_or_else(|| panic!("`{line}` is not `tick`"));
    let mut tick = Command::new(env!("CARGO_BIN_EXE_tick"));
    let out = tick.current_dir(root()).args(args.split(' ')).output().expect("tick starts");
    let text = [out.stdout, out.stderr].map(|text| String::from_utf8(text).expect("UTF-8")).concat();
    let fast = |l: &&str| l.ends_with(" points/s");
    text.lines().filter(|l| !fast(l)).map(|l| format!("{l}\n")).collect()
}

/// A block of a console shows one command and what it says.
#[test]
fn consoles_show_what_commands_say() {
    for (place, text) in blocks("console") {
        let (command, shown) = text.split_once('\n').expect("two lines");
        let command = command.strip_prefix("$ ").unwrap_or_else(|| panic!("{place}: no command"));
        assert_eq!(said(command), shown, "{place}: {command}");
    }
}

#[test]
fn flags_exist() {
    let mut known = BTreeSet::new();
    for command in COMMANDS {
        let mut tick = Command::new(env!("CARGO_BIN_EXE_tick"));
        let out = tick.args(command.split(' ')).arg("--help").output().expect("tick starts");
        assert!(out.status.success(), "tick {command}");
        known.extend(flags(&String::from_utf8(out.stdout).expect("UTF-8")));
    }
    for page in pages_in("docs") {
        for flag in flags(&page.text) {
            assert!(known.contains(&flag), "{}: no command has `{flag}`", page.name());
        }
    }
}

#[test]
fn flags_are_found_in_texts() {
    let found = flags("`--db` and --on-full=drop, a--b -- --- [--sort] | --- |");
    let want = ["--db", "--on-full", "--sort"];
    assert_eq!(found, want.map(str::to_owned).into());
}

#[test]
fn links_lead_somewhere() {
    let mut seen = 0;
    for folder in [".", "docs", "tests", "tests/conformance"] {
        for page in pages_in(folder) {
            let relative = page.links().into_iter().filter(|l| !l.contains("://") && !l.starts_with('#'));
            for link in relative {
                let file = link.split('#').next().unwrap_or_default();
                let target = page.path.parent().expect("a folder").join(file);
                assert!(target.exists(), "{}: `{link}` leads nowhere", page.path.display());
                seen += 1;
            }
        }
    }
    assert!(seen > 5, "only {seen} links");
}
