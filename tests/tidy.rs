//! The house rules that no lint knows: who may import whom, what each file begins with, how long it is.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms in the order of `src/lib.rs`: a room imports only from rooms before it.
const ROOMS: [&str; 24] = [
    "text", "value", "lang", "data", "template", "lambda", "pipeline", "query", "alert", "nodes", "lint",
    "engine", "input", "handlers", "config", "trace", "udf", "store", "play", "report", "suite", "client",
    "serve", "cli",
];

/// Rooms that see less than all the rooms before them.
const NARROW: [(&str, &[&str]); 13] = [
    ("value", &[]),
    ("lang", &["text", "value"]),
    ("data", &["value"]),
    ("template", &["value"]),
    ("query", &["value", "data", "pipeline"]),
    ("lint", &["text", "lang", "lambda", "template", "pipeline", "nodes"]),
    ("input", &["text", "value", "data"]),
    ("handlers", &["text", "value", "template", "pipeline", "alert"]),
    ("config", &["text", "value", "pipeline", "alert", "handlers"]),
    ("trace", &["value", "alert", "handlers"]),
    ("udf", &["text", "value", "data", "pipeline", "alert", "handlers"]),
    ("store", &["text", "value", "pipeline", "alert"]),
    ("client", &["text", "value", "handlers"]),
];

/// Lines of code (tests, comments and blank lines apart) that a file may have.
const LONG: usize = 500;

/// Files that may be longer, with the reason.
const MAY_BE_LONG: [(&str, &str); 0] = [];

/// What must not be in the source. Split, so that this file does not name itself.
const FORBIDDEN: [(&str, &str); 8] = [
    ("todo", "!("),
    ("unimplemented", "!("),
    ("dbg", "!("),
    ("FIX", "ME"),
    ("TO", "DO"),
    ("XX", "X"),
    ("super::", "super"),
    ("Under ", "construction"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn walk(folder: &Path, end: &str, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            // The fuzzer's own target folder holds generated sources.
            if !path.ends_with("fuzz/target") {
                walk(&path, end, found);
            }
        } else if path.to_str().is_some_and(|p| p.ends_with(end)) {
            found.push(path);
        }
    }
}

/// A source file: its path under the repository and its text.
struct Source {
    path: String,
    text: String,
}

fn sources(folder: &str) -> Vec<Source> {
    let mut paths = Vec::new();
    walk(&root().join(folder), ".rs", &mut paths);
    assert!(!paths.is_empty(), "no source in {folder}");
    let read = |p: PathBuf| Source {
        path: p.strip_prefix(root()).expect("inside").to_str().expect("UTF-8").to_owned(),
        text: fs::read_to_string(&p).expect("a text"),
    };
    paths.into_iter().map(read).collect()
}

impl Source {
    /// The room it lies in: `src/ROOM/...`.
    fn room(&self) -> Option<&str> {
        let rest = self.path.strip_prefix("src/")?;
        rest.split_once('/').map(|(room, _)| room)
    }

    /// Without comments at the ends of lines and without its inline tests.
    fn code(&self) -> String {
        let cut = self.text.find("#[cfg(test)]\nmod ").unwrap_or(self.text.len());
        let lines = self.text[..cut].lines().filter(|l| !l.trim_start().starts_with("//"));
        lines.map(|l| format!("{l}\n")).collect()
    }

    /// The rooms that it names as `crate::ROOM` or in `use crate::{ROOM::.., ROOM}`.
    fn imports(&self) -> BTreeSet<String> {
        let code = self.code();
        let mut rooms = BTreeSet::new();
        for (at, _) in code.match_indices("crate::") {
            // `pub(in crate::x)` and `$crate::` name rooms too.
            let rest = &code[at + "crate::".len()..];
            match rest.strip_prefix('{') {
                Some(group) => rooms.extend(heads(group)),
                None => rooms.extend([word(rest).to_owned()]),
            }
        }
        rooms
    }
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// The first names inside a group `a::b, c::{d, e}}`, up to its end.
fn heads(group: &str) -> Vec<String> {
    let (mut depth, mut expect, mut found) = (0, true, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => expect = true,
            c if expect && depth == 0 && c.is_alphabetic() => {
                found.push(word(&group[at..]).to_owned());
                expect = false;
            }
            _ => {}
        }
    }
    found
}

fn may_import(room: &str, other: &str) -> bool {
    let place = |r: &str| ROOMS.iter().position(|x| *x == r);
    match NARROW.iter().find(|(r, _)| *r == room) {
        Some((_, allowed)) => room == other || allowed.contains(&other),
        None => place(other) <= place(room),
    }
}

#[test]
fn grouped_imports_are_seen() {
    let text =
        "use crate::{\n    data::{Row, World},\n    lang::ast,\n};\nuse crate::value::Type;\n".to_owned();
    let source = Source { path: "src/x.rs".to_owned(), text };
    assert_eq!(source.imports().into_iter().collect::<Vec<_>>(), ["data", "lang", "value"]);
    assert!(may_import("nodes", "data") && !may_import("data", "nodes") && !may_import("input", "lambda"));
}

#[test]
fn imports_go_one_way() {
    let mut wrong = Vec::new();
    for source in sources("src") {
        let Some(room) = source.room() else { continue };
        assert!(ROOMS.contains(&room), "{}: add the room `{room}` to ROOMS", source.path);
        for other in source.imports() {
            if ROOMS.contains(&other.as_str()) && !may_import(room, &other) {
                wrong.push(format!("{}: must not import crate::{other}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rooms_are_declared() {
    let lib = fs::read_to_string(root().join("src/lib.rs")).expect("lib.rs");
    for room in ROOMS {
        assert!(lib.contains(&format!("pub mod {room};")), "src/lib.rs does not declare `{room}`");
    }
}

/// The table of `ARCHITECTURE.md` and the one above are the same.
#[test]
fn the_map_is_true() {
    let map = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let rows = map.lines().filter_map(|l| l.strip_prefix("| `")).map(|l| {
        let (room, rest) = l.split_once('`').expect("a name");
        (room, rest.trim_end_matches([' ', '|']).rsplit('|').next().expect("a cell").trim())
    });
    let rows: Vec<(&str, &str)> = rows.collect();
    assert_eq!(rows.iter().map(|(room, _)| *room).collect::<Vec<_>>(), ROOMS);
    for (room, may_use) in rows {
        let want = NARROW.iter().find(|(r, _)| *r == room).map(|(_, others)| others.join(", "));
        match (may_use, want) {
            ("–", want) => assert_eq!(want.unwrap_or_default(), "", "{room}"),
            ("the above", None) => {}
            (cell, want) => assert_eq!(Some(cell), want.as_deref(), "{room}"),
        }
    }
}

#[test]
fn files_say_what_they_own() {
    let wrong: Vec<String> = ["src", "tests"]
        .iter()
        .flat_map(|f| sources(f))
        .filter(|s| s.path != "src/lib.rs" && !s.text.starts_with("//!"))
        .map(|s| s.path)
        .collect();
    assert!(wrong.is_empty(), "no `//!` at the head of {}", wrong.join(", "));
}

#[test]
fn files_are_short() {
    let mut wrong = Vec::new();
    for source in sources("src") {
        let lines = source.code().lines().filter(|l| !l.trim().is_empty()).count();
        let allowed = MAY_BE_LONG.iter().any(|(path, _)| *path == source.path);
        if lines > LONG && !allowed {
            wrong.push(format!("{}: {lines} lines of code, split it", source.path));
        }
        if lines <= LONG && allowed {
            wrong.push(format!("{}: {lines} lines of code, take it off the list", source.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_is_left_open() {
    let mut wrong = Vec::new();
    for source in sources("src").into_iter().chain(sources("tests")) {
        for (a, b) in FORBIDDEN {
            let text = if a.ends_with("::") { source.code() } else { source.text.clone() };
            if text.contains(&format!("{a}{b}")) && !(a == "super::" && source.path.starts_with("tests")) {
                wrong.push(format!("{}: `{a}{b}`", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A module file that no `mod` names is not compiled, and nobody would notice.
#[test]
fn no_file_is_forgotten() {
    let mut wrong = Vec::new();
    for source in sources("src") {
        let path = Path::new(&source.path);
        let stem = path.file_stem().and_then(|s| s.to_str()).expect("a name");
        let folder = path.parent().expect("a folder");
        let (name, parent) = match stem {
            "lib" | "main" => continue,
            "mod" => (folder.file_name().and_then(|s| s.to_str()).expect("a name"), folder.parent()),
            stem => (stem, Some(folder)),
        };
        let parent = root().join(parent.expect("a folder"));
        let mut heads = vec![parent.join("mod.rs"), parent.join("lib.rs")];
        heads.push(parent.with_extension("rs"));
        let named = heads
            .iter()
            .filter_map(|h| fs::read_to_string(h).ok())
            .any(|text| text.lines().any(|l| l.trim_end().ends_with(&format!("mod {name};"))));
        if !named {
            wrong.push(source.path.clone());
        }
    }
    assert!(wrong.is_empty(), "no `mod` names {}", wrong.join(", "));
}
