//! The scripts of a command line: their texts, the values of their vars, their names.

use std::fs::File;
use std::path::Path;

use super::defining::Defining;
use crate::cli::report;
use crate::pipeline::{VarInfo, Vars};
use crate::play::{self, Around, Refusal};
use crate::text::{Source, render};

/// Reads the scripts.
pub(crate) fn texts(named: &[&Path]) -> Result<Vec<Source>, String> {
    if named.is_empty() {
        return Err("there is no script: name a `.tick` file".to_owned());
    }
    let read = |path: &Path| match File::open(path).and_then(play::script_text) {
        Err(e) => Err(format!("{}: {}", path.display(), report::io_words(&e))),
        Ok(text) => Ok(Source::new(path.display().to_string(), text)),
    };
    named.iter().copied().map(read).collect()
}

/// The vars of files, and those that were typed: each must be declared by a script, which tells its type.
pub(crate) fn vars(texts: &[Source], defining: &Defining, around: &Around<'_>) -> Result<Vars, String> {
    let mut vars = defining.vars.as_deref().map(play::read_vars).transpose()?.unwrap_or_default();
    if defining.var.is_empty() {
        return Ok(vars);
    }
    let mut declared: Vec<VarInfo> = Vec::new();
    for source in texts {
        // A script with mistakes is refused later, with all of them.
        declared.extend(play::declared(source, &vars, around));
    }
    for typed in &defining.var {
        let (name, _) = play::split_var(typed)?;
        if !declared.is_empty() && !declared.iter().any(|d| d.name == name) {
            let known: Vec<String> = declared.iter().map(|d| format!("`{}`", d.name)).collect();
            return Err(format!("`--var {name}`: no script has such a var; there are {}", known.join(", ")));
        }
    }
    play::add_typed(&mut vars, &defining.var, &declared)?;
    Ok(vars)
}

/// The same for scripts that need not have all the vars that were typed.
pub(crate) fn known_vars(texts: &[Source], defining: &Defining, around: &Around<'_>) -> Result<Vars, String> {
    let mut vars = defining.vars.as_deref().map(play::read_vars).transpose()?.unwrap_or_default();
    let declared: Vec<VarInfo> = texts.iter().flat_map(|t| play::declared(t, &vars, around)).collect();
    play::add_typed(&mut vars, &defining.var, &declared)?;
    Ok(vars)
}

/// A task id for each script: those typed, then the files' names.
pub(crate) fn names(scripts: &[&Path], defining: &Defining) -> Result<Vec<String>, String> {
    if defining.task.len() > scripts.len() {
        return Err(format!("{} `--task` for {} scripts", defining.task.len(), scripts.len()));
    }
    let mut names: Vec<String> = Vec::with_capacity(scripts.len());
    for (i, script) in scripts.iter().enumerate() {
        let name = defining.task.get(i).cloned().unwrap_or_else(|| play::stem(script));
        if names.contains(&name) {
            return Err(format!("two tasks are named `{name}`: give them names with `--task`"));
        }
        names.push(name);
    }
    Ok(names)
}

/// What is wrong with a script that cannot run, for people.
pub(crate) fn refusal_lines(refusal: &Refusal, color: bool) -> Vec<String> {
    let lines = refusal.found.iter().map(|d| render(&refusal.source, d, color));
    lines.map(|line| line.trim_end().to_owned()).collect()
}
