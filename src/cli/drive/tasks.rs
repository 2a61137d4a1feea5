//! Scripts and handler files to tasks in an engine.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use super::defining::Defining;
use super::deliver::Deliver;
use super::outside;
use crate::alert::{Aggregate, Handler, HandlerKey, Target};
use crate::cli::functions::{self, Undeclared};
use crate::cli::{report, scripts, vars};
use crate::engine::{BuildError, Engine, TaskOptions};
use crate::handlers::config::Config;
use crate::handlers::{self, FileTarget, HandlerConfig, HandlerFile, Services};
use crate::lambda::MatchProgram;
use crate::pipeline::influxql::{self, Select, Statement};
use crate::pipeline::{self, Arg, BuildOptions, Built, Graph, HandlerDef, NodeDef, VarInfo, Vars};
use crate::text::{Diagnostic, Severity, Source, Span, render, suggest};
use crate::udf::{Functions, Inquiry};
use crate::{lang, nodes};

/// Database and retention policy where nobody names any.
const HOME: (&str, &str) = ("db", "rp");

/// A script that describes a graph.
pub(crate) struct Task {
    /// Task id.
    pub(crate) name: String,
    /// Its text.
    pub(crate) source: Source,
    /// What it describes.
    pub(crate) graph: Graph,
}

/// A script that cannot run.
pub(crate) struct Refusal {
    /// Task id.
    pub(crate) task: String,
    /// For people.
    pub(crate) lines: Vec<String>,
    /// For the trace: Kapacitor's words where it has some.
    pub(crate) words: String,
}

impl Refusal {
    fn new(task: &str, source: &Source, found: &[Diagnostic], color: bool) -> Refusal {
        let first = found.iter().find(|d| d.severity == Severity::Error).or(found.first());
        let words = first.map_or("", |d| d.kapacitor.as_deref().unwrap_or(&d.message)).to_owned();
        let lines = found.iter().map(|d| render(source, d, color).trim_end().to_owned()).collect();
        Refusal { task: task.to_owned(), lines, words }
    }
}

/// What surrounds all scripts of a run.
pub(crate) struct Around<'a> {
    /// What was typed.
    pub(crate) defining: &'a Defining,
    /// `--config`
    pub(crate) config: &'a Config,
    /// Its user-defined functions.
    pub(crate) functions: &'a Inquiry,
    /// Whether standard error is coloured.
    pub(crate) color: bool,
}

/// Reads the scripts.
pub(crate) fn texts(named: &[&Path]) -> Result<Vec<Source>, String> {
    if named.is_empty() {
        return Err("there is no script: name a `.tick` file".to_owned());
    }
    let read = |path: &Path| match File::open(path).and_then(scripts::text) {
        Err(e) => Err(format!("{}: {}", path.display(), report::io_words(&e))),
        Ok(text) => Ok(Source::new(path.display().to_string(), text)),
    };
    named.iter().copied().map(read).collect()
}

/// Checks the scripts and gives their graphs; refuses the first that has a mistake.
pub(crate) fn build(
    names: &[String],
    texts: Vec<Source>,
    vars: &Vars,
    around: &Around<'_>,
) -> Result<Vec<Task>, Refusal> {
    let mut tasks = Vec::with_capacity(texts.len());
    for (name, source) in names.iter().zip(texts) {
        let mut graph = graph(&source, vars, around)
            .map_err(|found| Refusal::new(name, &source, &found, around.color))?;
        around.config.services.apply_global(&mut graph);
        tasks.push(Task { name: name.clone(), source, graph });
    }
    Ok(tasks)
}

/// The vars of files, and those that were typed: each must be declared by a script, which tells its type.
pub(crate) fn vars(texts: &[Source], around: &Around<'_>) -> Result<Vars, String> {
    let defining = around.defining;
    let mut vars = defining.vars.as_deref().map(vars::read).transpose()?.unwrap_or_default();
    if defining.var.is_empty() {
        return Ok(vars);
    }
    let mut declared: Vec<VarInfo> = Vec::new();
    for source in texts {
        // A script with mistakes is refused later, with all of them.
        declared.extend(built(source, &vars, around, true).map(|b| b.vars).unwrap_or_default());
    }
    for typed in &defining.var {
        let (name, _) = vars::split(typed)?;
        if !declared.is_empty() && !declared.iter().any(|d| d.name == name) {
            let known: Vec<String> = declared.iter().map(|d| format!("`{}`", d.name)).collect();
            return Err(format!("`--var {name}`: no script has such a var; there are {}", known.join(", ")));
        }
    }
    vars::add_typed(&mut vars, &defining.var, &declared)?;
    Ok(vars)
}

fn graph(source: &Source, vars: &Vars, around: &Around<'_>) -> Result<Graph, Vec<Diagnostic>> {
    built(source, vars, around, false).map(|built| built.graph)
}

fn built(
    source: &Source,
    vars: &Vars,
    around: &Around<'_>,
    template: bool,
) -> Result<Built, Vec<Diagnostic>> {
    let Around { defining, config, functions, .. } = around;
    let parsed = lang::parse(source.text());
    if parsed.has_errors() {
        return Err(parsed.diagnostics);
    }
    let typed = |text: &Option<String>, or: &str| text.clone().unwrap_or_else(|| or.to_owned());
    let dbrps = [(typed(&defining.db, HOME.0), typed(&defining.rp, HOME.1))];
    let (udfs, found) = functions::known(&parsed.script, functions, Undeclared::Refused, true);
    if !found.is_empty() {
        return Err(found);
    }
    let how = BuildOptions {
        task_type: None,
        vars,
        nodes: nodes::SPECS,
        handlers: handlers::SPECS,
        udfs: &udfs,
        deadman: &config.deadman,
        template,
        start: !template,
        dbrps: &dbrps,
        now: 0,
    };
    pipeline::build(source.text(), &parsed.script, &how)
}

/// Makes a task of a graph.
pub(crate) fn add(
    engine: &mut Engine,
    task: &Task,
    reads: TaskOptions,
    known: &mut Handlers,
    functions: &mut Functions,
    around: &Around<'_>,
) -> Result<(), Refusal> {
    let (color, endpoints) = (around.color, &around.config.endpoints);
    let refused = |found: &[Diagnostic]| Refusal::new(&task.name, &task.source, found, color);
    let sideloads = outside::sideloads(&task.graph, endpoints).map_err(|found| refused(&found))?;
    let functions = outside::functions(task, around.functions, functions).map_err(|found| refused(&found))?;
    let reads = TaskOptions { sideloads, functions, ..reads };
    let mut register = |def: &HandlerDef| {
        let config = handlers::from_script(def, &known.services)?;
        Ok(known.add(config))
    };
    engine.add_task(&task.graph, reads, &mut register).map_err(|errors| {
        let found: Vec<Diagnostic> = errors.iter().map(diagnostic).collect();
        refused(&found)
    })
}

fn diagnostic(error: &BuildError) -> Diagnostic {
    let code = if error.unsupported { "E0390" } else { "E0391" };
    let fault = &error.fault;
    let message = fault.message.as_ref().unwrap_or(&fault.text);
    let span = fault.span.unwrap_or(error.span);
    Diagnostic {
        span: (span != Span::default()).then_some(span),
        hint: fault.hint.clone(),
        ..Diagnostic::error(code, message.as_str()).kapacitor(fault.text.as_str())
    }
}

/// Handlers of files whose topic nobody sends events to, once the tasks' topics are known.
pub(crate) fn lonely(engine: &Engine, files: &[HandlerFile]) -> Vec<String> {
    let mut topics: Vec<&str> = engine.topics.names().collect();
    for file in files {
        match &file.target {
            FileTarget::Publish(to) => topics.extend(to.iter().map(String::as_str)),
            FileTarget::Aggregate(aggregate) => topics.push(&aggregate.topic),
            FileTarget::Deliver(_) => {}
        }
    }
    let lonely = files.iter().filter(|file| !topics.contains(&file.topic.as_str()));
    let words = |file: &HandlerFile| {
        let near = suggest::nearest(&file.topic, topics.iter().copied());
        let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        format!(
            "note: {}:{}: nobody sends events to topic `{}`{hint}",
            file.file, file.place.line, file.topic
        )
    };
    lonely.map(words).collect()
}

/// Registers the handlers of files with their topics.
pub(crate) fn add_files(
    engine: &mut Engine,
    files: Vec<HandlerFile>,
    known: &mut Handlers,
) -> Result<(), Vec<String>> {
    let mut errors = Vec::new();
    for file in files {
        let place = format!("{}:{}:{}", file.file, file.place.line, file.place.column);
        if let Err(words) = add_file(engine, file, known) {
            errors.push(format!("{place}: {words}"));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn add_file(engine: &mut Engine, file: HandlerFile, known: &mut Handlers) -> Result<(), String> {
    let place = format!("{}:{}", file.file, file.place.line);
    let matching = file.matching.as_ref().map(|m| matching(&m.text)).transpose()?;
    let target = match file.target {
        FileTarget::Deliver(config) => Target::Deliver(known.add(config)),
        FileTarget::Publish(topics) => Target::Publish(topics),
        FileTarget::Aggregate(handlers::Aggregate { id, interval, topic, message }) => {
            Target::Aggregate(Aggregate { id, interval, topic, message })
        }
    };
    let topic = engine.topics.topic(&file.topic);
    engine.topics.register(topic, Handler { owner: None, file: Some(place.into()), matching, target })
}

/// Compiles a match expression.
fn matching(text: &str) -> Result<MatchProgram, String> {
    let expr = lang::parse_lambda(text).map_err(|found| {
        let words = found.first().map_or("", |d| &d.message);
        format!("`match`: {words}")
    })?;
    MatchProgram::new(&expr).map_err(|words| format!("`match`: {words}"))
}

/// A task id for each script: those typed, then the files' names.
pub(crate) fn names(scripts: &[&Path], defining: &Defining) -> Result<Vec<String>, String> {
    if defining.task.len() > scripts.len() {
        return Err(format!("{} `--task` for {} scripts", defining.task.len(), scripts.len()));
    }
    let mut names: Vec<String> = Vec::with_capacity(scripts.len());
    for (i, script) in scripts.iter().enumerate() {
        let name = defining.task.get(i).cloned().unwrap_or_else(|| stem(script));
        if names.contains(&name) {
            return Err(format!("two tasks are named `{name}`: give them names with `--task`"));
        }
        names.push(name);
    }
    Ok(names)
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The database and retention policy of data that do not name theirs, and of scripts that name none.
///
/// What was typed counts; then what a script declares with `dbrp`; then what a `from` asks for, so
/// that a script written for a server finds its data; then [`HOME`].
pub(crate) fn home(defining: &Defining, tasks: &[Task]) -> (String, String) {
    let declared = || tasks.iter().find_map(|t| t.graph.dbrps.first().cloned());
    let (db, rp) = match (&defining.db, &defining.rp) {
        (None, None) => declared().unwrap_or_else(|| asked(tasks)),
        _ => Default::default(),
    };
    let or = |text: String, typed: &Option<String>, fallback: &str| match typed {
        Some(typed) => typed.clone(),
        None if text.is_empty() => fallback.to_owned(),
        None => text,
    };
    (or(db, &defining.db, HOME.0), or(rp, &defining.rp, HOME.1))
}

/// What the first `from` that filters asks for.
fn asked(tasks: &[Task]) -> (String, String) {
    let froms = || tasks.iter().flat_map(|t| t.graph.nodes.iter()).filter(|n| n.kind == "from");
    let first = |prop: &str| froms().find_map(|n| n.str(prop)).unwrap_or_default().to_owned();
    let asked = (first("database"), first("retentionPolicy"));
    match asked.0.is_empty() && asked.1.is_empty() {
        true => tasks.iter().flat_map(|t| t.graph.nodes.iter()).find_map(queried).unwrap_or_default(),
        false => asked,
    }
}

/// What a query selects from, if it says so in full.
fn queried(node: &NodeDef) -> Option<(String, String)> {
    let Some(Arg::Str(text)) = node.args.first().filter(|_| node.kind == "query") else { return None };
    let statements = influxql::parse(text).ok()?;
    let Some(Statement::Select(select)) = statements.into_iter().next() else { return None };
    measured(&select)
}

fn measured(select: &Select) -> Option<(String, String)> {
    select.sources.iter().find_map(|source| match source {
        influxql::Source::Measurement(m) if !m.database.is_empty() => {
            Some((m.database.clone(), m.retention_policy.clone()))
        }
        influxql::Source::Measurement(_) => None,
        influxql::Source::Subquery(inner) => measured(inner),
    })
}

/// What a task reads: what its script declares, or the home of the run's data.
pub(crate) fn reads(task: &Task, home: &(String, String)) -> TaskOptions {
    let dbrps = if task.graph.dbrps.is_empty() { vec![home.clone()] } else { task.graph.dbrps.clone() };
    TaskOptions { name: task.name.clone(), dbrps, ..TaskOptions::default() }
}

/// Handlers of scripts and files, by key.
pub(crate) struct Handlers {
    configs: BTreeMap<HandlerKey, HandlerConfig>,
    services: Services,
}

impl Handlers {
    /// None yet; those of services will send to these.
    pub(crate) fn new(services: Services) -> Handlers {
        Handlers { configs: BTreeMap::new(), services }
    }

    /// Makes a handler known.
    pub(crate) fn add(&mut self, config: HandlerConfig) -> HandlerKey {
        let key = HandlerKey(self.configs.len() as u32);
        self.configs.insert(key, config);
        key
    }

    /// Those that act and those that do not.
    pub(crate) fn split(self, deliver: &Deliver) -> [BTreeMap<HandlerKey, HandlerConfig>; 2] {
        let acts = |config: &HandlerConfig| deliver.includes(config.kind()) && config.acts();
        let (acting, told) = self.configs.into_iter().partition(|(_, config)| acts(config));
        [acting, told]
    }
}
