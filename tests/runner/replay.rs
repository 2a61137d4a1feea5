//! The cases of `replay/`: a folder each, played by `tick replay` in a copy.

use std::fs;
use std::path::Path;

use super::Results;
use super::cases::{entries, expect_status, read, tick, tree};
use super::compare::{Rules, same_trace};
use super::json::Json;

const TRACE: &str = "trace-of-case.jsonl";

/// Every case of an area.
pub(crate) fn replays(area: &str) -> Results {
    let folder = tree().join("replay").join(area);
    entries(&folder).iter().map(|n| (format!("replay/{area}/{n}"), replay(&folder.join(n)))).collect()
}

fn replay(case: &Path) -> Result<(), String> {
    let work = tempfile::tempdir().map_err(|e| e.to_string())?;
    // As scripts and paths in the trace will have it.
    let work_path = fs::canonicalize(work.path()).map_err(|e| e.to_string())?;
    let work_name = work_path.to_str().ok_or("the folder for temporary files has no name in UTF-8")?;
    let names = entries(case);
    copy(case, &work_path, work_name).map_err(|e| format!("cannot copy the case: {e}"))?;
    let spec = Json::parse(&read(&case.join("case.json")))?;
    let args = arguments(&spec, &names, &work_path)?;
    let out = tick(args.iter().map(String::as_str), &work_path, "")?;
    let fails = spec.is_true("fails");
    expect_status(&out, if fails { 1 } else { 0 })?;
    let trace = fs::read_to_string(work_path.join(TRACE)).map_err(|e| format!("no trace: {e}"))?;
    let rules = Rules { unordered: spec.is_true("unordered"), fails };
    same_trace(&read(&case.join("expected.jsonl")), &trace.replace(work_name, "{DIR}"), rules)
}

/// Copies a case; `{DIR}` in its scripts becomes the copy's path.
fn copy(from: &Path, to: &Path, work: &str) -> std::io::Result<()> {
    for name in entries(from) {
        let (from, to) = (from.join(&name), to.join(&name));
        if from.is_dir() {
            fs::create_dir(&to)?;
            copy(&from, &to, work)?;
        } else if is_script(&name) {
            fs::write(&to, read(&from).replace("{DIR}", work))?;
        } else {
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}

fn is_script(name: &str) -> bool {
    name.starts_with("script") && name.ends_with(".tick")
}

fn arguments(spec: &Json, names: &[String], work: &Path) -> Result<Vec<String>, String> {
    let mut args = vec!["replay".to_owned()];
    args.extend(names.iter().filter(|n| is_script(n)).cloned());
    let mut option = |name: &str, value: String| args.extend([format!("--{name}"), value]);
    for name in names {
        if name == "input.lp" || name == "input.srpl" {
            option("input", name.clone());
        } else if let Some(query) = name.strip_suffix(".brpl") {
            option("source", format!("{query}={name}"));
        } else if name == "config.toml" {
            option("config", name.clone());
        }
    }
    for (key, name) in [
        ("precision", "precision"),
        ("db", "db"),
        ("rp", "rp"),
        ("name", "task"),
        ("epoch", "epoch"),
        ("until", "until"),
    ] {
        if spec.get(key).is_some() {
            option(name, spec.text(key).to_owned());
        }
    }
    if let Some(vars) = spec.get("vars") {
        fs::write(work.join("vars-of-case.json"), vars.to_string()).map_err(|e| e.to_string())?;
        option("vars", "vars-of-case.json".to_owned());
    }
    option("trace", TRACE.to_owned());
    Ok(args)
}
