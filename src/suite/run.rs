//! A test at work: a script to a task, its inputs played, everything kept that happened.

mod nodes;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use super::coverage::Coverage;
use super::feed::Feed;
use super::model::{Setting, SuiteFile, Test};
use super::record::Record;
use super::time::Span as Stretch;
use super::vars;
use crate::alert::{HandlerKey, Judging, Sink};
use crate::config::Settings;
use crate::engine::Engine;
use crate::handlers::config::Config;
use crate::handlers::tree::{At, FileError};
use crate::handlers::{self, HandlerConfig, HandlerFile};
use crate::input::{BoxedBlocks, Scout};
use crate::pipeline::Vars;
use crate::play::{
    self, Around, Audience, Handlers, Inputs, Next, Player, Refusal, Score, Sources, Task, Until,
};
use crate::text::{Source, io_words};
use crate::udf::Inquiry;
use nodes::{query_node, watched};

/// Why a test could not be run.
#[derive(Clone, PartialEq, Debug)]
pub enum Trouble {
    /// The script is refused.
    Refused(Box<Refusal>),
    /// Something that the test names is wrong: lines for people.
    Broken(Vec<String>),
}

impl Trouble {
    fn of_file(errors: &[FileError]) -> Trouble {
        Trouble::Broken(errors.iter().map(ToString::to_string).collect())
    }
}

/// Runs the tests of a file, which mostly have one script: it is compiled once for each setting.
pub struct Runner<'f> {
    file: &'f SuiteFile,
    compiled: Vec<(&'f Setting, Result<Arc<Compiled>, Trouble>)>,
}

/// A script that can run.
struct Compiled {
    task: Task,
    config: Config,
    handlers: Vec<HandlerFile>,
}

impl<'f> Runner<'f> {
    /// Nothing is compiled yet.
    pub fn new(file: &'f SuiteFile) -> Runner<'f> {
        Runner { file, compiled: Vec::new() }
    }

    /// Runs a test of the file.
    ///
    /// # Errors
    /// Why it could not be run.
    pub fn run(&mut self, test: &'f Test) -> Result<Record, Trouble> {
        self.wondering(test, Vec::new(), false)
    }

    /// What a test that was run has seen of its script.
    pub(super) fn coverage(&mut self, test: &'f Test, record: &Record) -> Option<Coverage> {
        let compiled = self.compiled(&test.setting).ok()?;
        Some(Coverage::of(&compiled.task.source, &compiled.task.graph, record))
    }

    /// The same; of these stretches of time it is kept why alerts made no events, and if asked for, which levels
    /// alerts found.
    pub(super) fn wondering(
        &mut self,
        test: &'f Test,
        wonders: Vec<Stretch>,
        covers: bool,
    ) -> Result<Record, Trouble> {
        let compiled = self.compiled(&test.setting)?;
        let name = self.file.source.name();
        let feed = Feed::new(name, test).map_err(Trouble::Broken)?;
        let judging = if covers || !wonders.is_empty() { Judging::Always } else { Judging::Never };
        run(name, test, &compiled, feed, (wonders, judging))
    }

    fn compiled(&mut self, setting: &'f Setting) -> Result<Arc<Compiled>, Trouble> {
        if let Some((_, known)) = self.compiled.iter().find(|(other, _)| *other == setting) {
            return known.clone();
        }
        let compiled = compile(self.file.source.name(), setting).map(Arc::new);
        self.compiled.push((setting, compiled.clone()));
        compiled
    }
}

fn compile(file: &str, setting: &Setting) -> Result<Compiled, Trouble> {
    let path = setting.script.display();
    let text = File::open(&setting.script).and_then(play::script_text);
    let text = text.map_err(|e| Trouble::Broken(vec![format!("{file}: {path}: {}", io_words(&e))]))?;
    let source = Source::new(path.to_string(), text);
    // Without the environment: a test gives the same everywhere.
    let config = setting.config.as_deref().map(|file| Settings::load(file, [])?.handlers()).transpose();
    let config = config.map_err(|e| Trouble::of_file(&e))?.unwrap_or_default();
    let files =
        handlers::file::load(&setting.handlers, &config.services).map_err(|e| Trouble::of_file(&e))?;
    let around = around(setting, &config);
    let name = setting.task.clone().unwrap_or_else(|| play::stem(&setting.script));
    let declared = play::declared(&source, &Vars::default(), &around);
    let vars = vars::given(file, &setting.vars, &declared).map_err(|e| Trouble::of_file(&e))?;
    let tasks = play::build(&[name], vec![source], &vars, &around);
    let mut tasks = tasks.map_err(Trouble::Refused)?;
    if let Some((name, _)) = setting.vars.first().filter(|_| declared.is_empty()) {
        let At { value, place, .. } = name;
        let words =
            format!("{file}:{}:{}: the script has no var `{value}`: it has none", place.line, place.column);
        return Err(Trouble::Broken(vec![words]));
    }
    match tasks.pop() {
        Some(task) => Ok(Compiled { task, config, handlers: files }),
        None => Err(Trouble::Broken(vec![format!("{file}: {path}: no task")])),
    }
}

fn around<'a>(setting: &'a Setting, config: &'a Config) -> Around<'a> {
    let functions = Inquiry::new(config.udfs.clone());
    Around { db: setting.db.as_deref(), rp: setting.rp.as_deref(), config, functions }
}

fn run(
    file: &str,
    test: &Test,
    compiled: &Compiled,
    feed: Feed,
    (wonders, judging): (Vec<Stretch>, Judging),
) -> Result<Record, Trouble> {
    let Compiled { task, config, handlers: files } = compiled;
    let around = around(&test.setting, config);
    let mut engine = Engine::new(test.setting.zone(), None);
    engine.topics.server = Arc::new(play::server(config));
    let mut known = Handlers::new(config.services.clone());
    let home = play::home(&around, std::slice::from_ref(task));
    let (watched, writers) = watched(file, test, task)?;
    let mut sources = Sources::default();
    let has_batches = !feed.batches.is_empty();
    for (query, recorded) in feed.batches {
        let node = query_node(&task.graph, &query).map_err(|e| broken(file, test, &e))?;
        sources
            .add((0, node), recorded, None)
            .map_err(|e| broken(file, test, &format!("query `{query}`: {e}")))?;
    }
    let mut reads = play::reads(task, &home);
    reads.asks = !feed.blocks.is_empty();
    reads.recorded = sources.nodes(0);
    reads.watched = watched.iter().map(|(_, at)| *at).collect();
    reads.judging = judging;
    play::add(&mut engine, task, reads, &mut known, &around).map_err(Trouble::Refused)?;
    engine.answer_queries();
    play::add_files(&mut engine, files.clone(), &mut known).map_err(Trouble::Broken)?;
    let functions = std::mem::take(&mut known.functions);
    let [_, told] = known.split(|_| false);
    let mut listener = Listener { record: record(test, &feed.start, told, config), heard: Vec::new() };
    listener.record.writers = writers;
    listener.record.wonders = wonders;
    listener.record.functions = functions;
    if feed.first.is_none_or(|first| feed.start <= first) {
        engine.advance(feed.start, &mut listener.record);
    }
    let nothing = feed.blocks.is_empty() && !has_batches;
    let score = Score {
        db: home.0,
        rp: home.1,
        epoch: nothing.then_some(feed.start),
        until: test.until.map(|until| Until::At(until.from(feed.start))),
        strict: true,
        ..Score::default()
    };
    Player::new(&mut engine, &mut listener, score).play(Inputs {
        plain: feed.blocks,
        held: Vec::new(),
        sources,
    });
    engine.finish(&mut listener.record);
    if !listener.heard.is_empty() {
        return Err(Trouble::Broken(listener.heard));
    }
    let mut record = listener.record;
    record.failed = engine.failures().next().map(|(_, error)| error.to_owned());
    for (name, at) in watched {
        // Known by the name that the test uses.
        let node = task.graph.nodes.get(at).map_or("", |n| n.name.as_str());
        let rows = record.rows.get(node).cloned().unwrap_or_default();
        record.rows.insert(name, rows);
    }
    Ok(record)
}

fn record(
    test: &Test,
    start: &i64,
    handlers: BTreeMap<HandlerKey, HandlerConfig>,
    config: &Config,
) -> Record {
    Record {
        start: *start,
        handlers,
        endpoints: Arc::new(config.endpoints.clone()),
        wants_calls: test.expect.calls.is_some(),
        ..Record::default()
    }
}

fn broken(file: &str, test: &Test, words: &str) -> Trouble {
    Trouble::Broken(vec![format!("{file}:{}:{}: {words}", test.place.line, test.place.column)])
}

/// Hears a run on the thread that plays it.
struct Listener {
    record: Record,
    heard: Vec<String>,
}

impl Audience for Listener {
    type Feed = BoxedBlocks;

    fn sink(&mut self) -> &mut dyn Sink {
        &mut self.record
    }

    fn open(&mut self, blocks: BoxedBlocks, _: Scout) -> Result<BoxedBlocks, String> {
        Ok(blocks)
    }

    fn next(&mut self, feed: &mut BoxedBlocks) -> Next {
        Next::read(feed)
    }

    fn tell(&mut self, line: String) {
        self.heard.push(line);
    }

    /// How tables were read is no news in a test that passes or fails by what it expects.
    fn note(&mut self, _: String) {}
}

/// The files that a test depends on.
pub fn depends_on(test: &Test) -> impl Iterator<Item = &Path> {
    let setting = &test.setting;
    let files = test.inputs.iter().filter_map(|input| match &input.data {
        super::model::Data::File { path, .. } => Some(path.as_path()),
        _ => None,
    });
    let around = setting.handlers.iter().chain(&setting.config).map(|path| path.as_path());
    std::iter::once(setting.script.as_path()).chain(around).chain(files)
}
