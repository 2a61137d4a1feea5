//! Scripts and handler files to tasks in an engine.

use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::path::Path;

use super::functions::{Undeclared, functions_of};
use super::outside;
use crate::alert::{Aggregate, Handler, HandlerKey, Server, Target};
use crate::engine::{BuildError, Engine, TaskOptions};
use crate::handlers::config::Config;
use crate::handlers::{self, FileTarget, HandlerConfig, HandlerFile, Services};
use crate::lambda::MatchProgram;
use crate::pipeline::influxql::{self, Select, Statement};
use crate::pipeline::{self, Arg, BuildOptions, Built, Graph, HandlerDef, NodeDef, VarInfo, Vars};
use crate::text::{Diagnostic, Severity, Source, Span, suggest};
use crate::udf::{Functions, Inquiry};
use crate::{lang, nodes};

/// Database and retention policy where nobody names any.
const HOME: (&str, &str) = ("db", "rp");

/// A script that describes a graph.
pub struct Task {
    /// Task id.
    pub name: String,
    /// Its text.
    pub source: Source,
    /// What it describes.
    pub graph: Graph,
}

/// A script that cannot run.
#[derive(Clone, PartialEq, Debug)]
pub struct Refusal {
    /// Task id.
    pub task: String,
    /// Its text.
    pub source: Source,
    /// What is wrong with it.
    pub found: Vec<Diagnostic>,
}

impl Refusal {
    fn new(task: &str, source: &Source, found: Vec<Diagnostic>) -> Box<Refusal> {
        Box::new(Refusal { task: task.to_owned(), source: source.clone(), found })
    }

    /// For traces: Kapacitor's words where it has some.
    pub fn words(&self) -> &str {
        words(&self.found)
    }
}

/// The first mistake, in Kapacitor's words where it has some.
pub fn words(found: &[Diagnostic]) -> &str {
    let first = found.iter().find(|d| d.severity == Severity::Error).or(found.first());
    first.map_or("", |d| d.kapacitor.as_deref().unwrap_or(&d.message))
}

/// What surrounds all scripts of a run.
pub struct Around<'a> {
    /// Database of the data, and of scripts without `dbrp`, if somebody named it.
    pub db: Option<&'a str>,
    /// Retention policy of both.
    pub rp: Option<&'a str>,
    /// The server's configuration.
    pub config: &'a Config,
    /// Its user-defined functions, which are asked what they take.
    pub functions: Inquiry,
}

/// A script's text; of one that is too long as much as shows that it is.
///
/// # Errors
/// Those of the reader, and what is no text.
pub fn script_text(reader: impl io::Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    reader.take(lang::MAX_SCRIPT_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > lang::MAX_SCRIPT_BYTES {
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    String::from_utf8(bytes).map_err(|_| io::Error::other("not a text in UTF-8"))
}

/// Checks the scripts and gives their graphs; refuses the first that has a mistake.
pub fn build(
    names: &[String],
    texts: Vec<Source>,
    vars: &Vars,
    around: &Around<'_>,
) -> Result<Vec<Task>, Box<Refusal>> {
    let mut tasks = Vec::with_capacity(texts.len());
    for (name, source) in names.iter().zip(texts) {
        let mut graph = graph(&source, vars, around).map_err(|found| Refusal::new(name, &source, found))?;
        around.config.services.apply_global(&mut graph);
        tasks.push(Task { name: name.clone(), source, graph });
    }
    Ok(tasks)
}

/// The vars that a script declares; none if it has mistakes, which are told when it is built.
pub fn declared(source: &Source, vars: &Vars, around: &Around<'_>) -> Vec<VarInfo> {
    built(source, vars, around, Stage::Template).map(|b| b.vars).unwrap_or_default()
}

fn graph(source: &Source, vars: &Vars, around: &Around<'_>) -> Result<Graph, Vec<Diagnostic>> {
    built(source, vars, around, Stage::Start).map(|built| built.graph)
}

fn built(source: &Source, vars: &Vars, around: &Around<'_>, stage: Stage) -> Result<Built, Vec<Diagnostic>> {
    let home = (around.db.unwrap_or(HOME.0).to_owned(), around.rp.unwrap_or(HOME.1).to_owned());
    describe(source, vars, around, stage, &[home])
}

/// How far a script is to be checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// Its vars need no values.
    Template,
    /// As when a task is defined.
    Define,
    /// As when it starts, too.
    Start,
}

/// What a script describes that reads these databases and retention policies, unless it names its own.
///
/// # Errors
/// Its mistakes.
pub fn describe(
    source: &Source,
    vars: &Vars,
    around: &Around<'_>,
    stage: Stage,
    dbrps: &[(String, String)],
) -> Result<Built, Vec<Diagnostic>> {
    let Around { config, functions, .. } = around;
    let parsed = lang::parse(source.text());
    if parsed.has_errors() {
        return Err(parsed.diagnostics);
    }
    let (udfs, found) = functions_of(&parsed.script, functions, Undeclared::Refused, true);
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
        template: stage == Stage::Template,
        start: stage == Stage::Start,
        dbrps,
        now: 0,
    };
    pipeline::build(source.text(), &parsed.script, &how)
}

/// Makes a task of a graph.
pub fn add(
    engine: &mut Engine,
    task: &Task,
    reads: TaskOptions,
    known: &mut Handlers,
    around: &Around<'_>,
) -> Result<(), Box<Refusal>> {
    let refused = |found: Vec<Diagnostic>| Refusal::new(&task.name, &task.source, found);
    let sideloads = outside::sideloads(&task.graph, &around.config.endpoints).map_err(refused)?;
    let functions = outside::functions(task, &around.functions, &mut known.functions).map_err(refused)?;
    let reads = TaskOptions { sideloads, functions, ..reads };
    let mut register = |def: &HandlerDef| {
        let config = handlers::from_script(def, &known.services)?;
        Ok(known.add(config))
    };
    let added = engine.add_task(&task.graph, reads, &mut register);
    added.map_err(|errors| refused(errors.iter().map(diagnostic).collect()))
}

fn diagnostic(error: &BuildError) -> Diagnostic {
    let fault = &error.fault;
    let code = fault.code.unwrap_or(if error.unsupported { "E0390" } else { "E0391" });
    let message = fault.message.as_ref().unwrap_or(&fault.text);
    let span = fault.span.unwrap_or(error.span);
    Diagnostic {
        span: (span != Span::default()).then_some(span),
        hint: fault.hint.clone(),
        ..Diagnostic::error(code, message.as_str()).kapacitor(fault.text.as_str())
    }
}

/// Handlers of files whose topic nobody sends events to, once the tasks' topics are known.
pub fn lonely(engine: &Engine, files: &[HandlerFile]) -> Vec<String> {
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
pub fn add_files(
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
    let topic = engine.topics.topic(&file.topic);
    engine.topics.register(topic, handler(file, &place, known)?)
}

/// Registers a handler with its topic in the place of the one with its label, if there is one. Gives what that one
/// acted with outside.
///
/// # Errors
/// Why it cannot work; the other one stays.
pub fn replace_handler(
    engine: &mut Engine,
    file: HandlerFile,
    label: &str,
    known: &mut Handlers,
) -> Result<Vec<HandlerKey>, String> {
    let topic = engine.topics.topic(&file.topic);
    engine.topics.replace(topic, handler(file, label, known)?)
}

/// A handler as its topic needs it, which knows it by a label.
fn handler(file: HandlerFile, label: &str, known: &mut Handlers) -> Result<Handler, String> {
    let matching = file.matching.as_ref().map(|m| matching(&m.text)).transpose()?;
    let target = match file.target {
        FileTarget::Deliver(config) => Target::Deliver(known.add(config)),
        FileTarget::Publish(topics) => Target::Publish(topics),
        FileTarget::Aggregate(handlers::Aggregate { id, interval, topic, message }) => {
            Target::Aggregate(Aggregate { id, interval, topic, message })
        }
    };
    Ok(Handler { owner: None, file: Some(label.into()), matching, target })
}

/// Compiles a match expression.
fn matching(text: &str) -> Result<MatchProgram, String> {
    let expr = lang::parse_lambda(text).map_err(|found| {
        let words = found.first().map_or("", |d| &d.message);
        format!("`match`: {words}")
    })?;
    MatchProgram::new(&expr).map_err(|words| format!("`match`: {words}"))
}

/// The task id of a script that is given none: its file's name.
pub fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The database and retention policy of data that do not name theirs, and of scripts that name none.
///
/// What was typed counts; then what a script declares with `dbrp`; then what a `from` asks for, so
/// that a script written for a server finds its data; then [`HOME`].
pub fn home(around: &Around<'_>, tasks: &[Task]) -> (String, String) {
    let declared = || tasks.iter().find_map(|t| t.graph.dbrps.first().cloned());
    let (db, rp) = match (around.db, around.rp) {
        (None, None) => declared().unwrap_or_else(|| asked(tasks)),
        _ => Default::default(),
    };
    let or = |text: String, typed: Option<&str>, fallback: &str| match typed {
        Some(typed) => typed.to_owned(),
        None if text.is_empty() => fallback.to_owned(),
        None => text,
    };
    (or(db, around.db, HOME.0), or(rp, around.rp, HOME.1))
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

/// What templates show of the server.
pub fn server(config: &Config) -> Server {
    Server {
        hostname: config.hostname.clone(),
        cluster_id: config.cluster_id.clone(),
        server_id: config.server_id.clone(),
    }
}

/// What a task reads: what its script declares, or the home of the run's data.
pub fn reads(task: &Task, home: &(String, String)) -> TaskOptions {
    let dbrps = if task.graph.dbrps.is_empty() { vec![home.clone()] } else { task.graph.dbrps.clone() };
    TaskOptions { name: task.name.clone(), dbrps, ..TaskOptions::default() }
}

/// Handlers of scripts and files, by key.
pub struct Handlers {
    configs: BTreeMap<HandlerKey, HandlerConfig>,
    /// How many there have been.
    count: u32,
    services: Services,
    /// User-defined functions that were started for tasks; the sink calls them.
    pub functions: Functions,
}

impl Handlers {
    /// None yet; those of services will send to these.
    pub fn new(services: Services) -> Handlers {
        Handlers { configs: BTreeMap::new(), count: 0, services, functions: Functions::default() }
    }

    /// Makes a handler known.
    pub fn add(&mut self, config: HandlerConfig) -> HandlerKey {
        let key = HandlerKey(self.count);
        self.count += 1;
        self.configs.insert(key, config);
        key
    }

    /// Those that were made known since the last time, for who adds more while a run is under way.
    pub fn take(&mut self) -> BTreeMap<HandlerKey, HandlerConfig> {
        std::mem::take(&mut self.configs)
    }

    /// Those that act, if they can and shall, and those that do not.
    pub fn split(self, shall: impl Fn(&HandlerConfig) -> bool) -> [BTreeMap<HandlerKey, HandlerConfig>; 2] {
        let acts = |config: &HandlerConfig| shall(config) && config.acts();
        let (acting, told) = self.configs.into_iter().partition(|(_, config)| acts(config));
        [acting, told]
    }
}
