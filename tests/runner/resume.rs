//! The cases of `replay/` once more, each stopped and gone on with: whatever a run remembers is stored, another engine
//! with the same tasks loads it and goes on, and the trace is that of the uninterrupted run to the byte.

use std::cell::RefCell;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use tickscript::engine::{Engine, Sink, TaskOptions};
use tickscript::handlers::Endpoints;
use tickscript::handlers::config::{self, Config};
use tickscript::input::{self, BlockInfo, Blocks, BoxedBlocks, InputError, Scout};
use tickscript::play::{self, Around, Audience, Handlers, Inputs, Next, Player, Score, Sources, Task};
use tickscript::text::Source;
use tickscript::trace::TraceWriter;
use tickscript::udf::Inquiry;
use tickscript::value::{Zone, time};

use super::Results;
use super::cases::{entries, read, tree};
use super::json::Json;

/// Where a trace goes that is read afterwards.
#[derive(Clone, Default)]
struct Text(Rc<RefCell<Vec<u8>>>);

impl Write for Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A case as it is played.
struct Case {
    folder: PathBuf,
    names: Vec<String>,
    spec: Json,
    config: Config,
    tasks: Vec<Task>,
    home: (String, String),
}

impl Case {
    fn open(folder: PathBuf) -> Result<Case, String> {
        let names = entries(&folder);
        let spec = Json::parse(&read(&folder.join("case.json")))?;
        let file = folder.join("config.toml");
        let config = match file.exists() {
            true => config::parse("config.toml", &read(&file)).map_err(|e| format!("{e:?}"))?,
            false => Config::default(),
        };
        let mut case =
            Case { folder, names, spec, config, tasks: Vec::new(), home: <(String, String)>::default() };
        let vars = match case.spec.get("vars") {
            Some(vars) => {
                let file = tempfile::NamedTempFile::new().map_err(|e| e.to_string())?;
                fs::write(file.path(), vars.to_string()).map_err(|e| e.to_string())?;
                play::read_vars(file.path())?
            }
            None => Default::default(),
        };
        let dir = case.folder.to_str().ok_or("no UTF-8")?.to_owned();
        let scripts: Vec<&String> = case.names.iter().filter(|n| n.ends_with(".tick")).collect();
        let source = |name: &&String| {
            Source::new((*name).clone(), read(&case.folder.join(name)).replace("{DIR}", &dir))
        };
        let texts: Vec<Source> = scripts.iter().map(source).collect();
        let names: Vec<String> = scripts.iter().map(|n| n.trim_end_matches(".tick").to_owned()).collect();
        let around = case.around();
        let tasks = play::build(&names, texts, &vars, &around).map_err(|e| e.words().to_owned())?;
        let home = play::home(&around, &tasks);
        drop(around);
        (case.tasks, case.home) = (tasks, home);
        Ok(case)
    }

    fn around(&self) -> Around<'_> {
        let functions = Inquiry::new(self.config.udfs.clone());
        let (db, rp) = (Some(self.spec.text("db")), Some(self.spec.text("rp")));
        Around { db, rp, config: &self.config, functions }
    }

    fn sources(&self) -> Result<Sources, String> {
        let of = |name: &String| {
            let query = name.strip_suffix(".brpl")?;
            Some(format!("{query}={}", self.folder.join(name).display()))
        };
        let typed: Vec<String> = self.names.iter().filter_map(of).collect();
        Sources::open(&typed, &self.tasks, self.score()?.epoch)
    }

    fn score(&self) -> Result<Score, String> {
        let text = |key: &str| self.spec.get(key).map(|_| self.spec.text(key));
        let epoch = text("epoch").map(|t| time::parse_rfc3339(t).ok_or("no time")).transpose()?;
        let until = text("until").map(play::until).transpose()?;
        let (db, rp) = self.home.clone();
        Ok(Score { db, rp, epoch, until, default_time: Some(0), ..Score::default() })
    }

    /// An engine with the tasks of the case, behind another that is not of it, and in a world where all names were
    /// met the other way round: what is stored must not depend on either.
    fn engine(&self, changed: bool) -> Result<(Engine, Handlers), String> {
        let mut engine = Engine::new(Zone::parse("UTC").map_err(|e| e.to_string())?, None);
        engine.topics.server = Arc::new(play::server(&self.config));
        let mut known = Handlers::new(self.config.services.clone());
        let around = self.around();
        if changed {
            for name in ["z", "y", "host", "dc", "a", "cpu", "value", "dims", "0"] {
                engine.world.symbols.intern(name);
            }
            let idle = TaskOptions { name: "idle".to_owned(), ..TaskOptions::default() };
            // Recorded batches name their task by its number, which has to stay.
            let streams = !self.names.iter().any(|n| n.ends_with(".brpl"));
            if let Some(task) = self.tasks.first().filter(|_| streams) {
                let mut register = |_: &_| Ok(tickscript::alert::HandlerKey(u32::MAX));
                engine.add_task(&task.graph, idle, &mut register).ok();
            }
        }
        let sources = self.sources()?;
        for (number, task) in self.tasks.iter().enumerate() {
            let mut reads = play::reads(task, &self.home);
            reads.asks = self.names.iter().any(|n| n.starts_with("input"));
            reads.recorded = sources.nodes(number);
            play::add(&mut engine, task, reads, &mut known, &around).map_err(|e| e.words().to_owned())?;
        }
        engine.answer_queries();
        Ok((engine, known))
    }

    /// The trace of a run that is interrupted before the blocks with these numbers, and how many there are.
    fn play(&self, cuts: &[usize]) -> Result<(String, usize), String> {
        let (mut engine, known) = self.engine(false)?;
        let text = Text::default();
        let mut trace = TraceWriter::new(text.clone()).endpoints(Arc::new(self.endpoints()));
        let [_, told] = known.split(|_| false);
        told.into_iter().for_each(|(key, config)| trace.record(key, config));
        let mut inputs = Inputs { sources: self.sources()?, ..Inputs::default() };
        let how = input::Options {
            precision: self.spec.text("precision").parse().map_err(|_| "no precision")?,
            ..input::Options::default()
        };
        for name in self.names.iter().filter(|n| n.starts_with("input")) {
            let path = self.folder.join(name);
            let opened = input::open(path.to_str().ok_or("no UTF-8")?, &how).map_err(|e| e.to_string())?;
            inputs.plain.push(Box::new(Single { blocks: opened.blocks, left: Vec::new(), info: None }));
        }
        let mut listener = Listener { case: self, trace, cuts, seen: 0, failed: None };
        Player::new(&mut engine, &mut listener, self.score()?).play(inputs);
        let Listener { mut trace, seen, failed, .. } = listener;
        if let Some(failed) = failed {
            return Err(failed);
        }
        engine.finish(&mut trace);
        trace.finish().map_err(|e| e.to_string())?;
        let text = String::from_utf8(text.0.take()).map_err(|e| e.to_string())?;
        // The other task tells its counters, and what its nodes would serve, of which there is nothing.
        let own = text.lines().filter(|line| !line.contains("\"task\":\"idle\""));
        Ok((own.map(|line| format!("{line}\n")).collect(), seen))
    }

    fn endpoints(&self) -> Endpoints {
        self.config.endpoints.clone()
    }

    /// Another engine that goes on from the state of one.
    fn gone_on(&self, old: &mut Engine) -> Result<Engine, String> {
        let (mut new, _) = self.engine(true)?;
        for task in &self.tasks {
            let snapshot = old.save_task(&task.name).ok_or("the task is gone")?;
            new.load_task(&task.name, &snapshot).map_err(|e| format!("{}: {e}", task.name))?;
            let again = new.save_task(&task.name).ok_or("the task is gone")?;
            if again.len() != snapshot.len() {
                return Err(format!("{}: {} bytes became {}", task.name, snapshot.len(), again.len()));
            }
        }
        let topics = old.save_topics();
        new.load_topics(&topics).map_err(|e| format!("topics: {e}"))?;
        new.inherit_points(old);
        Ok(new)
    }
}

/// Gives single lines.
struct Single {
    blocks: BoxedBlocks,
    left: Vec<Vec<u8>>,
    info: Option<BlockInfo>,
}

impl Blocks for Single {
    fn next_block(&mut self, buf: &mut Vec<u8>) -> Result<Option<BlockInfo>, InputError> {
        while self.left.is_empty() {
            let mut block = Vec::new();
            self.info = self.blocks.next_block(&mut block)?;
            if self.info.is_none() {
                return Ok(None);
            }
            self.left = block.split_inclusive(|b| *b == b'\n').rev().map(<[u8]>::to_vec).collect();
        }
        *buf = self.left.pop().unwrap_or_default();
        Ok(self.info.clone())
    }
}

/// Hears a run, and exchanges its engine.
struct Listener<'c> {
    case: &'c Case,
    trace: TraceWriter<Text>,
    cuts: &'c [usize],
    seen: usize,
    failed: Option<String>,
}

impl Audience for Listener<'_> {
    type Feed = BoxedBlocks;

    fn sink(&mut self) -> &mut dyn Sink {
        &mut self.trace
    }

    fn open(&mut self, blocks: BoxedBlocks, _: Scout) -> Result<BoxedBlocks, String> {
        Ok(blocks)
    }

    fn next(&mut self, feed: &mut BoxedBlocks) -> Next {
        Next::read(feed)
    }

    fn tell(&mut self, line: String) {
        self.failed = Some(line);
    }

    fn note(&mut self, _: String) {}

    fn between(&mut self, engine: &mut Engine) {
        self.seen += 1;
        if self.cuts.contains(&self.seen) {
            match self.case.gone_on(engine) {
                Ok(new) => *engine = new,
                Err(words) => self.failed = Some(words),
            }
        }
    }
}

/// Every case of an area, stopped in the middle, and at two other places.
pub(crate) fn resumed(area: &str) -> Results {
    let folder = tree().join("replay").join(area);
    let case = |name: &String| (format!("replay/{area}/{name}"), resume(folder.join(name)));
    entries(&folder).iter().map(case).collect()
}

fn resume(folder: PathBuf) -> Result<(), String> {
    let name = folder.file_name().and_then(|n| n.to_str()).unwrap_or_default().len();
    let case = Case::open(folder)?;
    let (whole, blocks) = case.play(&[])?;
    // Places that are the same in every run, and others in every case.
    let places = [blocks / 2, 1 + name * 7919 % blocks.max(1), 1 + name * 104_729 % blocks.max(1)];
    for cuts in [&places[..1], &places[1..2], &places[2..], &places] {
        let (resumed, _) = case.play(cuts).map_err(|e| format!("cut at {cuts:?} of {blocks}: {e}"))?;
        if resumed != whole {
            let (a, b) = whole
                .lines()
                .zip(resumed.lines())
                .find(|(a, b)| a != b)
                .unwrap_or(("one of them is longer", ""));
            return Err(format!("cut at {cuts:?} of {blocks}:\n- {a}\n+ {b}"));
        }
    }
    Ok(())
}
