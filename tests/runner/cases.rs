//! The cases that are one command each: `check`, `fmt`, `graph` and `eval`.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::Results;
use super::compare::{alike, canonical, same_text};
use super::json::Json;

/// The tree of cases.
pub(crate) fn tree() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance")
}

/// A file of the tree; line ends as they are.
pub(crate) fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The names in a folder, sorted.
pub(crate) fn entries(folder: &Path) -> Vec<String> {
    let list = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut names: Vec<String> =
        list.map(|e| e.expect("an entry").file_name().into_string().expect("a name in UTF-8")).collect();
    names.sort();
    names
}

/// Runs `tick`.
pub(crate) fn tick<'a>(
    args: impl IntoIterator<Item = &'a str>,
    cwd: &Path,
    stdin: &str,
) -> Result<Output, String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tick"));
    command.args(args).current_dir(cwd).env("TZ", "UTC").env_remove("TICK_CONFIG");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|e| format!("cannot start tick: {e}"))?;
    if let Some(mut pipe) = child.stdin.take() {
        // A command that does not read has closed its end; that is its right.
        let _ = pipe.write_all(stdin.as_bytes());
    }
    let out = child.wait_with_output().map_err(|e| format!("cannot wait for tick: {e}"))?;
    match out.status.code() {
        Some(0..=100) => Ok(out),
        _ => Err(format!("crashed: {}\n{}", out.status, tail(&out.stderr))),
    }
}

/// The end of an output.
pub(crate) fn tail(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = text.lines().rev().take(5).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join("\n")
}

/// Fails unless the command ended with this status.
pub(crate) fn expect_status(out: &Output, want: i32) -> Result<(), String> {
    if out.status.code() == Some(want) {
        return Ok(());
    }
    Err(format!("{}, expected {want}: {}{}", out.status, tail(&out.stdout), tail(&out.stderr)))
}

fn stems(kind: &str, end: &str) -> Vec<String> {
    entries(&tree().join(kind)).iter().filter_map(|n| n.strip_suffix(end)).map(str::to_owned).collect()
}

fn of_kind(kind: &str, end: &str, run: impl Fn(&Path, &str) -> Result<(), String>) -> Results {
    let folder = tree().join(kind);
    stems(kind, end).into_iter().map(|name| (format!("{kind}/{name}"), run(&folder, &name))).collect()
}

/// `check/*.tick`
pub(crate) fn checks() -> Results {
    let work = tempfile::tempdir().expect("a folder");
    of_kind("check", ".tick", |folder, name| {
        let case = Json::parse(&read(&folder.join(format!("{name}.json"))))?;
        let script = folder.join(format!("{name}.tick"));
        let mut args = vec!["check", script.to_str().expect("a path in UTF-8")];
        args.extend(["--db", "telegraf", "--rp", "autogen", "--format", "kapacitor"]);
        if let Some(vars) = case.get("vars") {
            let file = work.path().join("vars.json");
            fs::write(&file, vars.to_string()).map_err(|e| e.to_string())?;
            args.extend(["--vars", "vars.json"]);
        }
        let out = tick(args, work.path(), "")?;
        let ok = case.is_true("ok");
        expect_status(&out, if ok { 0 } else { 1 })?;
        let want = if ok { "ok".to_owned() } else { canonical(case.text("error")) };
        same_text(&want, canonical(&String::from_utf8_lossy(&out.stdout)).trim_end_matches('\n'))
    })
}

/// `fmt/*.in.tick`
pub(crate) fn formats() -> Results {
    of_kind("fmt", ".in.tick", |folder, name| {
        let out = tick(["fmt", "-"], folder, &read(&folder.join(format!("{name}.in.tick"))))?;
        expect_status(&out, 0)?;
        let got = String::from_utf8_lossy(&out.stdout);
        same_text(&read(&folder.join(format!("{name}.out.tick"))), &got)
    })
}

/// `dot/*.tick`
pub(crate) fn dots() -> Results {
    of_kind("dot", ".tick", |folder, name| {
        let out = tick(["graph", &format!("{name}.tick"), "--task", name], folder, "")?;
        expect_status(&out, 0)?;
        let want = read(&folder.join(format!("{name}.dot")));
        same_text(want.trim_end_matches('\n'), String::from_utf8_lossy(&out.stdout).trim_end_matches('\n'))
    })
}

/// `eval/cases.jsonl`: `eval/LINE` for each line.
pub(crate) fn evals() -> Results {
    let lines = read(&tree().join("eval/cases.jsonl"));
    lines.lines().enumerate().map(|(i, line)| (format!("eval/{}", i + 1), eval(line))).collect()
}

fn eval(line: &str) -> Result<(), String> {
    let case = Json::parse(line)?;
    let points: Vec<&Json> = case.list("points").iter().chain(case.get("point")).collect();
    let mut args = vec!["eval", case.text("expr")];
    for point in &points {
        if let Json::Text(point) = point {
            args.extend(["--point", point]);
        }
    }
    args.extend(["--precision", "n"]);
    let out = tick(args, &tree(), "")?;
    let mut want: Vec<String> = case.list("results").iter().map(Json::to_string).collect();
    want.extend(case.get("result").map(Json::to_string));
    want.extend(case.get("error").map(|e| format!("{{\"error\":{e}}}")));
    let stdout = String::from_utf8_lossy(&out.stdout);
    let mut got = Vec::new();
    for line in stdout.lines().filter(|l| !l.trim().is_empty()) {
        got.push(Json::parse(line)?.to_string());
    }
    let same = |(w, g): (&String, &String)| alike(&canonical(w), &canonical(g));
    if want.len() == got.len() && want.iter().zip(&got).all(same) {
        return Ok(());
    }
    let (want, got) = (want.join("\n- "), got.join("\n+ "));
    Err(format!("{}\n- {want}\n+ {got}{}", case.text("expr"), tail(&out.stderr)))
}

/// The areas of the replays.
pub(crate) fn areas() -> Vec<String> {
    entries(&tree().join("replay"))
}

/// The names of all cases.
pub(crate) fn names() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (kind, end) in [("check", ".tick"), ("fmt", ".in.tick"), ("dot", ".tick")] {
        names.extend(stems(kind, end).iter().map(|n| format!("{kind}/{n}")));
    }
    let evals = read(&tree().join("eval/cases.jsonl")).lines().count();
    names.extend((1..=evals).map(|i| format!("eval/{i}")));
    for area in areas() {
        names
            .extend(entries(&tree().join("replay").join(&area)).iter().map(|n| format!("replay/{area}/{n}")));
    }
    names
}
