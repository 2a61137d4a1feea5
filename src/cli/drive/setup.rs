//! Everything that must be there before the first point: tasks, handlers, inputs, outputs.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::sync::{Arc, LazyLock};
use std::time::{Instant, SystemTime};

use super::Mode;
use super::backtest::Backtest;
use super::delay::{self, InputArg};
use super::deliver::Deliver;
use super::line_file::LineFile;
use super::options::Options;
use super::outlets::Outlets;
use super::show::{Known, Said, Show, TraceOut};
use super::stats_file::StatsFile;
use super::tasks;
use super::watch::{self, Watcher};
use crate::alert::Sink;
use crate::cli::aside::Aside;
use crate::cli::configuration;
use crate::cli::io::{Output, complain};
use crate::engine::{Engine, Origin};
use crate::handlers::{self, Dispatcher, Endpoints, Failure, HTTP_POST, InfluxDb, OnOutput, Poster};
use crate::input::{self, BoxedBlocks, Sorted};
use crate::play::{self, Asked, Counted, Handlers, Inputs, Refusal, Score, Sources, Task};
use crate::text::system_words;
use crate::trace::TraceWriter;
use crate::value::Zone;

/// A run that can begin.
pub(super) struct Stage {
    pub(super) engine: Engine,
    pub(super) show: Show,
    pub(super) inputs: Inputs,
    pub(super) score: Score,
    pub(super) tasks: Vec<Task>,
}

/// Why a run cannot begin: lines for standard error.
pub(super) enum Refused {
    /// What was typed, or a file that cannot be read.
    Usage(Vec<String>),
    /// A script.
    Script(Vec<String>),
}

impl Refused {
    fn usage(line: impl Into<String>) -> Refused {
        Refused::Usage(vec![format!("error: {}", line.into())])
    }
}

/// Prepares a run.
pub(super) fn stage(mode: Mode, options: &Options, backtest: &Backtest) -> Result<Stage, Refused> {
    let zone = Zone::parse(options.reading.tz()).map_err(|e| Refused::usage(format!("`--tz`: {e}")))?;
    let found = options.scripts().map_err(Refused::usage)?;
    let scripts: Vec<&Path> = found.iter().map(PathBuf::as_path).collect();
    let names = tasks::names(&scripts, &options.defining).map_err(Refused::usage)?;
    let default_time = default_time(mode, options)?;
    let texts = tasks::texts(&scripts).map_err(Refused::usage)?;
    let config = options.config.as_deref().map(configuration::load).transpose().map_err(errors)?;
    let config = config.unwrap_or_default();
    let around = options.defining.around(&config);
    let vars = tasks::vars(&texts, &options.defining, &around).map_err(Refused::usage)?;
    let files = handlers::file::load(&options.handler, &config.services).map_err(errors)?;
    let endpoints = Arc::new(config.endpoints.clone());
    let mut inputs = open(options, default_time)?;
    let mut show = Show::new(options.format, options.deliver(mode.deliver()));
    show.quiet = options.quiet;
    let asked = options.ask_influxdb.as_deref().map(|typed| Asked::new(typed, &config)).transpose();
    show.asked = asked.map_err(|e| Refused::usage(format!("`--ask-influxdb`: {e}")))?;
    show.trace = trace(options, &endpoints)?;
    show.outlets = outlets(options, &show.deliver, &endpoints)?;
    show.stats_file = stats_file(options)?;
    show.chronicle = backtest.chronicle(options.quiet);
    show.explainer = backtest.explainer();
    show.warming = backtest.counted() != Counted::All;
    if let [one, other, ..] = [backtest.on_stdout(), options.on_stdout()].concat()[..] {
        return Err(Refused::usage(format!("`{one}` and `{other}` cannot both have standard output")));
    }
    if options.on_stdout().is_empty() && !backtest.hides_events() {
        show.events = Some(Output::new(Aside::stdout()));
        show.color = options.color.on(&io::stdout());
    }

    let mut engine = Engine::new(zone, options.measures().then_some(ticks as fn() -> u64));
    engine.topics.server = Arc::new(play::server(&config));
    let mut known = Handlers::new(config.services.clone());
    let tasks = match play::build(&names, texts, &vars, &around) {
        Ok(tasks) => tasks,
        Err(refused) => return Err(refuse(show, &refused, options)),
    };
    let home = play::home(&around, &tasks);
    inputs.sources = Sources::open(&options.source, &tasks, options.epoch).map_err(Refused::usage)?;
    let watched = watch::places(&options.watch, &tasks).map_err(Refused::usage)?;
    show.watcher = (!watched.is_empty()).then(Watcher::default);
    for (number, task) in tasks.iter().enumerate() {
        let mut reads = play::reads(task, &home);
        // Without points there is nothing to ask about.
        reads.asks = !inputs.plain.is_empty() || !inputs.held.is_empty() || show.asked.is_some();
        reads.recorded = inputs.sources.nodes(number);
        reads.watched = watched.iter().filter(|w| w.0 == number).map(|w| w.1).collect();
        reads.judging = backtest.judging(&show);
        reads.drawn = backtest.draws();
        reads.explained = show.explainer.as_ref().map(|e| e.id().to_owned());
        if let Err(refused) = play::add(&mut engine, task, reads, &mut known, &around) {
            return Err(refuse(show, &refused, options));
        }
        show.name_places(task);
    }
    if show.asked.is_none() {
        engine.answer_queries();
    }
    if !options.quiet {
        show.notices.extend(config.doubts.iter().map(|doubt| format!("warning: {doubt}")));
        show.notices.extend(play::lonely(&engine, &files));
    }
    play::add_files(&mut engine, files, &mut known).map_err(errors)?;
    show.functions = std::mem::take(&mut known.functions);
    staff(&mut show, known, options, &endpoints);
    let score = Score {
        db: home.0,
        rp: home.1,
        default_time,
        epoch: options.epoch,
        until: options.until,
        strict: options.reading.strict,
        counted: backtest.counted(),
        limits: options.limits.into(),
    };
    Ok(Stage { engine, show, inputs, score, tasks })
}

fn errors(errors: Vec<impl std::fmt::Display>) -> Refused {
    Refused::Usage(errors.iter().map(|e| format!("error: {e}")).collect())
}

/// Points without a time: now, unless that is given, or a replay is to be the same every time.
fn default_time(mode: Mode, options: &Options) -> Result<Option<i64>, Refused> {
    match (options.reading.default_time().map_err(Refused::usage)?, mode) {
        (None, Mode::Run) => Ok(Some(now())),
        (typed, _) => Ok(typed),
    }
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

/// Opens every input, so that one that is missing is known before anything is delivered.
fn open(options: &Options, default_time: Option<i64>) -> Result<Inputs, Refused> {
    let named = options.inputs();
    let history = options.ask_influxdb.is_some() && options.epoch.is_some() && options.until.is_some();
    if named.is_empty() && options.source.is_empty() && !history {
        let hint = match &options.ask_influxdb {
            Some(_) => "say with `--epoch` and `--until` for which time the server is to be asked",
            None => "give a file with `--input FILE`, or `-` for standard input",
        };
        return Err(Refused::usage(format!("there is no input: {hint}")));
    }
    let how = options.reading.how(default_time);
    if !options.quiet && named.iter().any(|input| input.file == "-") && io::stdin().is_terminal() {
        complain("note: reading from the terminal; Ctrl-D ends the data");
    }
    let mut inputs = Inputs::default();
    for InputArg { file, delay } in &named {
        let blocks = input::open(file, &how)
            .map_err(|error| Refused::usage(format!("{error}{}", delay::hint(file))))?
            .blocks;
        match delay {
            Some(delay) => inputs.held.push((*delay, blocks)),
            None => inputs.plain.push(blocks),
        }
    }
    if options.reading.sort {
        // What is held back comes at its own time, whatever the others have.
        let sorted = |inputs: Vec<BoxedBlocks>| Box::new(Sorted::new(inputs, default_time)) as BoxedBlocks;
        inputs.held = inputs.held.into_iter().map(|(delay, blocks)| (delay, sorted(vec![blocks]))).collect();
        inputs.plain = vec![sorted(inputs.plain)];
    }
    Ok(inputs)
}

fn trace(options: &Options, endpoints: &Arc<Endpoints>) -> Result<Option<TraceWriter<TraceOut>>, Refused> {
    let Some(path) = &options.trace else { return Ok(None) };
    let out: TraceOut =
        if options.trace_on_stdout() {
            Box::new(io::stdout())
        } else {
            let file = File::create(path);
            Box::new(file.map_err(|e| {
                Refused::usage(format!("cannot write `{}`: {}", path.display(), system_words(e)))
            })?)
        };
    Ok(Some(TraceWriter::new(out).endpoints(Arc::clone(endpoints))))
}

fn stats_file(options: &Options) -> Result<Option<StatsFile>, Refused> {
    let Some(path) = &options.stats_file else { return Ok(None) };
    let unwritable = |e| Refused::usage(format!("cannot write `{}`: {}", path.display(), system_words(e)));
    StatsFile::create(path).map(Some).map_err(unwritable)
}

fn outlets(options: &Options, deliver: &Deliver, endpoints: &Arc<Endpoints>) -> Result<Outlets, Refused> {
    if let [one, other, ..] = options.on_stdout()[..] {
        return Err(Refused::usage(format!("`{one}` and `{other}` cannot both have standard output")));
    }
    let unwritable =
        |path: &Path, e: io::Error| Refused::usage(format!("cannot write `{}`: {e}", path.display()));
    let file = options.influxdb_out.as_deref();
    let file = file.map(|path| LineFile::create(path).map_err(|e| unwritable(path, e))).transpose()?;
    let server = options.influxdb.as_deref().map(InfluxDb::new).transpose();
    let server = server.map_err(|e| Refused::usage(format!("`--influxdb`: {e}")))?;
    let poster = deliver.includes(HTTP_POST).then(|| Poster::new(Arc::clone(endpoints)));
    Ok(Outlets { file, server, poster, unwritten: false })
}

/// The trace of a run that does not begin has the reason.
fn refuse(mut show: Show, refusal: &Refusal, options: &Options) -> Refused {
    if let Some(trace) = &mut show.trace {
        let origin = Origin { task: &refusal.task, node: "" };
        trace.error(origin, "task failed", refusal.words(), &[]);
    }
    let mut lines = tasks::refusal_lines(refusal, options.color.on(&io::stderr()));
    lines.extend(show.finish().err().map(|e| format!("error: {e}")));
    Refused::Script(lines)
}

/// Sets up who acts, who is only told about, and where both are heard.
fn staff(show: &mut Show, handlers: Handlers, options: &Options, endpoints: &Arc<Endpoints>) {
    let [acting, told] = handlers.split(|config| show.deliver.includes(config.kind()));
    for (key, config) in &acting {
        show.handlers.insert(*key, Known { kind: config.kind(), acts: true, able: true });
    }
    for (key, config) in told {
        show.handlers.insert(key, Known { kind: config.kind(), acts: false, able: config.acts() });
        if let Some(trace) = &mut show.trace {
            trace.record(key, config);
        }
    }
    if acting.is_empty() {
        return;
    }
    let (said, heard) = channel();
    let printed = said.clone();
    let mut how = handlers::Options {
        queue: options.queue,
        on_full: options.on_full.into(),
        exec_timeout: options.exec_timeout,
        endpoints: Arc::clone(endpoints),
        // Nobody hears it when the run is over.
        on_output: OnOutput::new(move |text| drop(printed.send(Said::Printed(text.trim_end().to_owned())))),
        ..handlers::Options::default()
    };
    if let Some(jobs) = options.exec_jobs {
        how.exec_jobs = jobs;
    }
    let on_failure = Box::new(move |failure: &Failure| drop(said.send(Said::Failed(failure.clone()))));
    show.dispatcher = Some(Dispatcher::new(how, acting, on_failure));
    show.handlers_say = Some(heard);
}

/// Nanoseconds since something, for `--stats`.
fn ticks() -> u64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    u64::try_from(START.elapsed().as_nanos()).unwrap_or(u64::MAX)
}
