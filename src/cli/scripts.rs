//! Scripts on disk to findings and graphs: what `check` and `graph` share.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::report;
use crate::cli::configuration;
use crate::lint::Sample;
use crate::pipeline::{self, BuildOptions, Deadman, Graph, Vars};
use crate::play::{self, Task, Undeclared};
use crate::text::{Diagnostic, Severity, Source, suggest};
use crate::udf::Inquiry;
use crate::{handlers, lang, lint, nodes};

/// Database and retention policy where nobody names any.
const HOME: (&str, &str) = ("db", "rp");
/// How deep folders of scripts may be nested.
const MAX_FOLDERS: usize = 32;

/// What a script is seen together with.
#[derive(clap::Args, Debug, Default)]
pub(crate) struct Surroundings {
    /// Values for the scripts' vars: JSON as for `kapacitor define -vars`, or the same in YAML
    #[arg(long, value_name = "FILE")]
    vars: Option<PathBuf>,

    /// A value for one var; it is read as the type that the script gives it
    #[arg(long, value_name = "NAME=VALUE")]
    var: Vec<String>,

    /// Database of scripts without `dbrp`
    #[arg(long, value_name = "NAME")]
    db: Option<String>,

    /// Retention policy of scripts without `dbrp`
    #[arg(long, value_name = "NAME")]
    rp: Option<String>,

    /// Task id of the n-th script (default: its file name without `.tick`)
    #[arg(long, value_name = "ID")]
    task: Vec<String>,

    /// Configuration in the format of kapacitor.conf, for `[deadman]` and `[udf]`
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// The same, read.
pub(crate) struct Settings {
    vars: Vars,
    typed: Vec<String>,
    dbrps: Vec<(String, String)>,
    tasks: Vec<String>,
    deadman: Deadman,
    functions: Inquiry,
    undeclared: Undeclared,
}

impl Settings {
    /// Functions that are not declared are mistakes, as for Kapacitor, even if there is no configuration.
    pub(crate) fn refuse_undeclared(&mut self) {
        self.undeclared = Undeclared::Refused;
    }

    /// Refuses a typed var that no script has; scripts that cannot be read may have any.
    pub(crate) fn all_typed_vars_are_declared(&self, scripts: &[Checked]) -> Result<(), String> {
        if scripts.iter().any(|script| script.declared.is_empty() && script.graph.is_none()) {
            return Ok(());
        }
        let declared = || scripts.iter().flat_map(|script| &script.declared).map(String::as_str);
        for typed in &self.typed {
            let (name, _) = play::split_var(typed)?;
            if !declared().any(|known| known == name) {
                let near = suggest::nearest(name, declared());
                let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                return Err(format!("`--var {name}`: no script has such a var{hint}"));
            }
        }
        Ok(())
    }
}

impl Surroundings {
    /// A script with a file of vars, and nothing else.
    pub(crate) fn of_vars(vars: Option<PathBuf>) -> Surroundings {
        Surroundings { vars, ..Surroundings::default() }
    }

    /// Reads the files that were named.
    pub(crate) fn read(&self) -> Result<Settings, String> {
        let vars = self.vars.as_deref().map(play::read_vars).transpose()?.unwrap_or_default();
        for typed in &self.var {
            play::split_var(typed)?;
        }
        let or = |text: &Option<String>, or: &str| text.clone().unwrap_or_else(|| or.to_owned());
        let mut settings = Settings {
            vars,
            typed: self.var.clone(),
            dbrps: vec![(or(&self.db, HOME.0), or(&self.rp, HOME.1))],
            tasks: self.task.clone(),
            deadman: Deadman::default(),
            functions: Inquiry::default(),
            undeclared: Undeclared::Noted,
        };
        if let Some(file) = &self.config {
            let config = configuration::load(file).map_err(|e| report::lines(&e))?;
            settings.functions = Inquiry::new(config.udfs);
            settings.undeclared = Undeclared::Refused;
            settings.deadman = config.deadman;
        }
        Ok(settings)
    }
}

/// What gives a sample of the data to look at a script beside, if there is one.
pub(crate) type Beside<'b> = dyn FnMut(&Task) -> Result<Option<Sample>, String> + 'b;

/// A script that was looked at.
pub(crate) struct Checked {
    /// Its task id.
    pub(crate) task: String,
    /// Its text.
    pub(crate) source: Source,
    /// What is wrong with it, errors in the order in which Kapacitor finds them.
    pub(crate) findings: Vec<Diagnostic>,
    /// What it describes, unless it has errors.
    pub(crate) graph: Option<Graph>,
    /// The names of its vars, where vars were typed.
    declared: Vec<String>,
}

/// Reads and checks the script that is the n-th on the command line; with `start` also as far as Kapacitor does
/// when the task starts.
pub(crate) fn checked(
    file: &Path,
    index: usize,
    settings: &Settings,
    start: bool,
    beside: &mut Beside<'_>,
) -> Result<Checked, String> {
    let (source, name) = read(file)?;
    let task = settings.tasks.get(index).cloned().unwrap_or(name);
    let parsed = lang::parse(source.text());
    if parsed.has_errors() {
        return Ok(Checked { task, source, findings: parsed.diagnostics, graph: None, declared: Vec::new() });
    }
    let (udfs, of_functions) =
        play::functions_of(&parsed.script, &settings.functions, settings.undeclared, start);
    let mut options = BuildOptions {
        task_type: None,
        vars: &settings.vars,
        nodes: nodes::SPECS,
        handlers: handlers::SPECS,
        udfs: &udfs,
        deadman: &settings.deadman,
        template: false,
        start,
        dbrps: &settings.dbrps,
        now: now(),
    };
    let mut vars = settings.vars.clone();
    let mut declared = Vec::new();
    if !settings.typed.is_empty() {
        let infos = pipeline::declared(source.text(), &parsed.script, &options);
        play::add_typed(&mut vars, &settings.typed, &infos)?;
        declared = infos.into_iter().map(|info| info.name).collect();
        options.vars = &vars;
    }
    let mut findings = parsed.diagnostics;
    let asked = of_functions.iter().all(|found| found.severity != Severity::Error);
    findings.extend(of_functions);
    let graph = match pipeline::build(source.text(), &parsed.script, &options) {
        Ok(built) => {
            findings.extend(built.warnings);
            findings.extend(nodes::doubts(&built.graph));
            let task = Task { name: task.clone(), source: source.clone(), graph: built.graph };
            let sample = beside(&task)?;
            findings.extend(lint::lint(&task.graph, sample.as_ref()));
            Some(task.graph).filter(|_| asked)
        }
        Err(found) => {
            findings.extend(found);
            None
        }
    };
    lint::Ignores::of(&source).apply(&source, &mut findings, graph.is_some());
    Ok(Checked { task, source, findings, graph, declared })
}

/// A script and the name of its task: that of the file.
fn read(file: &Path) -> Result<(Source, String), String> {
    let mut name = file.display().to_string();
    let mut task = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let read = if name == "-" {
        name = "<stdin>".to_owned();
        task = "stdin".to_owned();
        play::script_text(io::stdin().lock())
    } else {
        fs::File::open(file).and_then(play::script_text)
    };
    let text = read.map_err(|e| format!("{name}: {}", report::io_words(&e)))?;
    Ok((Source::new(name, text), task))
}

/// Nanoseconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

/// The error that Kapacitor would stop with, in its words where it has some.
pub(crate) fn first_error(findings: &[Diagnostic]) -> Option<&str> {
    let first = findings.iter().find(|found| found.severity == Severity::Error)?;
    Some(first.kapacitor.as_deref().unwrap_or(&first.message))
}

/// The scripts that are named, and all `.tick` files in the folders that are; hidden folders below them
/// are left out.
pub(crate) fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let before = files.len();
        folder(path, 0, &mut files)?;
        if files.len() == before {
            return Err(format!("{}: no `.tick` file in this folder", path.display()));
        }
    }
    Ok(files)
}

fn folder(path: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let wrong = |e: std::io::Error| format!("{}: {}", path.display(), report::io_words(&e));
    let mut entries: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(path).map_err(wrong)? {
        entries.push(entry.map_err(wrong)?.path());
    }
    entries.sort();
    for entry in entries {
        let hidden = entry.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if entry.is_dir() {
            if depth < MAX_FOLDERS && !hidden {
                folder(&entry, depth + 1, files)?;
            }
        } else if entry.extension().is_some_and(|extension| extension == "tick") {
            files.push(entry);
        }
    }
    Ok(())
}
