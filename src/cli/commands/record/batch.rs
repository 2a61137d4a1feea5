//! `tick record batch`: what the queries of a script would be answered, on their schedule over the time of the data.

use std::path::PathBuf;

use super::answers::{Answers, Place};
use super::{Done, Refused, Server, config, sort_out, tasks};
use crate::cli::Exit;
use crate::cli::commands::convert::number;
use crate::cli::commands::live;
use crate::cli::drive::{Defining, Reading, Size, moment};
use crate::cli::io::complain;
use crate::cli::points::Points;
use crate::data::RawPoint;
use crate::engine::Engine;
use crate::pipeline::{Fault, Graph};
use crate::play::{Asked, Task, home, reads};
use crate::value::Zone;

/// What was typed.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
#[command(mut_arg("files", |files| files.required(false).required_unless_present_any(["task", "start", "past"])))]
pub(super) struct Args {
    /// The batch script; files named `*.lp`, `*.csv` and the like are data
    #[arg(value_name = "SCRIPT", required = true)]
    files: Vec<PathBuf>,

    /// File with metrics, `-` for standard input; repeatable
    #[arg(long, short, value_name = "FILE", help_heading = "Input")]
    input: Vec<String>,

    #[command(flatten)]
    reading: Reading,

    /// Ask the queries of this InfluxDB 1.x instead of the input: its URL, or the name of an `[[influxdb]]` of
    /// `--config`
    #[arg(long, value_name = "URL", help_heading = "Input")]
    ask_influxdb: Option<String>,

    #[command(flatten)]
    defining: Defining,

    /// Configuration in the format of kapacitor.conf
    #[arg(long, value_name = "FILE", help_heading = "Tasks")]
    config: Option<PathBuf>,

    /// When the clock starts (default: with the first point)
    #[arg(long, value_name = "TIME", help_heading = "Time", value_parser = moment)]
    from: Option<i64>,

    /// When the clock stops (default: with the last point)
    #[arg(long, value_name = "TIME", help_heading = "Time", value_parser = moment)]
    to: Option<i64>,

    /// Stop with status 3, and write nothing, when the process holds more memory than this: `512MiB`, `2GB`, or a
    /// number of bytes
    #[arg(long, value_name = "SIZE", value_parser = Size::parse, help_heading = "Limits")]
    max_memory: Option<Size>,

    /// File to write: a zip archive as Kapacitor's; JSON lines if its name ends in `.gz`, and on standard output
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,

    /// Write JSON lines; those of several queries to `NAME.0.brpl`, `NAME.1.brpl`
    #[arg(long, help_heading = "Output")]
    plain: bool,

    /// Say nothing but errors on standard error
    #[arg(long, short, help_heading = "Output")]
    quiet: bool,

    #[command(flatten)]
    live: live::Batch,
}

impl Args {
    /// Lets a server record.
    pub(super) fn live(&self, root: &Server) -> Done {
        self.live.record(self.defining.task.last().map(String::as_str), root)
    }
}

const EXAMPLES: &str = "\
Examples:
  tick record batch day.tick --input metrics.lp -o day.brpl
  tick record batch day.tick --input metrics.lp --from 2020-01-01T00:00:00Z --to 2020-01-02T00:00:00Z
  tick record batch day.tick --ask-influxdb http://localhost:8086 -o day.brpl --from ... --to ...
  tick record batch -task cpu_day -past 10h                 # a server's task, recorded there

Exit status:
  0    everything was written
  1    a query was not answered, or `--strict` and a line was skipped
  2    wrong usage, a script with mistakes, an input that cannot be read, an output that cannot be written
  3    stopped by `--max-memory`; a server refused the recording or was not reached
  4    the URL of the server is none";

/// Runs the command.
pub(super) fn run(args: &Args) -> Result<Exit, Refused> {
    let (scripts, inputs) = sort_out(&args.files, &args.input);
    let config = config(args.config.as_deref())?;
    let mut tasks = tasks(&scripts, &args.defining, &config)?;
    let task = match (tasks.pop(), tasks.is_empty()) {
        (Some(task), true) => task,
        (Some(_), false) => return Err("record the queries of one script at a time".to_owned().into()),
        (None, _) => return Err("there is no script: name a `.tick` file".to_owned().into()),
    };
    let asked = args.ask_influxdb.as_deref().map(|typed| Asked::new(typed, &config)).transpose();
    let asked = asked.map_err(|e| format!("`--ask-influxdb`: {e}"))?;
    if inputs.is_empty() && (asked.is_none() || args.from.is_none() || args.to.is_none()) {
        let hint = match asked {
            Some(_) => "say with `--from` and `--to` for which time the server is to be asked",
            None => "give a file with `--input FILE`, or `-` for standard input",
        };
        return Err(format!("there is no input: {hint}").into());
    }
    let queries = queries(&task)?;
    let place = Place::of(args.output.as_deref(), args.plain, queries.len())?;
    let zone = Zone::parse(args.reading.tz()).map_err(|e| format!("`--tz`: {e}"))?;
    let home = home(&args.defining.around(&config), std::slice::from_ref(&task));
    let mut engine = engine(&task, &home, zone)?;
    if asked.is_none() {
        engine.answer_queries();
    }

    let default_time = args.reading.default_time()?;
    let blocks = args.reading.open(&inputs, default_time).map_err(|e| e.to_string())?;
    let mut points = Points::new(home, default_time, args.reading.strict, args.quiet);
    points.max_memory = args.max_memory;
    let mut span: Option<(i64, i64)> = None;
    for blocks in blocks {
        let kept = points.each(blocks, &mut |p| {
            span = Some(span.map_or((p.time, p.time), |(a, b)| (a.min(p.time), b.max(p.time))));
            engine.keep(&RawPoint { series: p.id, time: p.time, fields: p.fields }, p.series, p.world);
            Ok(())
        });
        kept.map_err(|e| e.to_string())?;
        if let Some((held, max)) = points.stopped.zip(args.max_memory) {
            complain(&format!("error: stopped by `--max-memory`: the process holds {held}, more than {max}"));
            complain(&format!("  after {}; nothing was written", number(points.count, "point")));
            complain(
                "help: the points that queries may ask for are all kept: record a shorter time, or raise the limit",
            );
            return Ok(Exit::Stopped);
        }
    }
    let mut answers = Answers::new(queries, asked);
    if let Some((from, to)) = args.from.or(span.map(|s| s.0)).zip(args.to.or(span.map(|s| s.1))) {
        ask(&mut engine, from, to, &mut answers);
    }
    finish(args, &points, answers, &place)
}

/// Lets the clock run: each query asks when it is its time.
fn ask(engine: &mut Engine, from: i64, to: i64, answers: &mut Answers) {
    engine.advance(from, answers);
    while let Some(next) = engine.next_timer().filter(|next| *next <= to) {
        engine.advance(next, answers);
        if answers.is_broken() {
            return;
        }
    }
}

/// Writes the answers, says what they were, and gives the status.
fn finish(args: &Args, points: &Points, mut answers: Answers, place: &Place) -> Result<Exit, Refused> {
    let errors = std::mem::take(&mut answers.errors);
    let batches =
        if answers.batches == 1 { "1 batch".to_owned() } else { format!("{} batches", answers.batches) };
    let points_of = number(answers.points, "point");
    answers.write(place)?;
    if let Some(first) = errors.first() {
        complain(&format!("error: {first}"));
    }
    if !args.quiet {
        complain(&format!("{batches} of {points_of} written"));
        if errors.len() > 1 {
            complain(&format!("{} not answered", number(errors.len() as u64, "question")));
        }
        if points.skips.count > 0 {
            complain(&format!("{} skipped", number(points.skips.count, "line")));
        }
    }
    Ok(match (points.lost, !errors.is_empty() || points.skips.strict && points.skips.count > 0) {
        (true, _) => Exit::Usage,
        (false, true) => Exit::Finding,
        (false, false) => Exit::Ok,
    })
}

/// Names of the queries in the order of a recording's entries: the last of the script comes first.
fn queries(task: &Task) -> Result<Vec<String>, String> {
    let nodes = task.graph.nodes.iter().rev();
    let found: Vec<String> =
        nodes.filter(|n| matches!(n.kind, "query" | "queryFlux")).map(|n| n.name.clone()).collect();
    match found.is_empty() {
        true => Err(format!("`{}` has no query: use `tick record stream`", task.name)),
        false => Ok(found),
    }
}

/// The queries alone, at work: what stands below them is not run. Those of Flux are not asked, as in Kapacitor.
fn engine(task: &Task, home: &(String, String), zone: Zone) -> Result<Engine, String> {
    let mut graph = Graph { nodes: Vec::new(), ..task.graph.clone() };
    for node in task.graph.nodes.iter().filter(|n| matches!(n.kind, "batch" | "query")) {
        graph.nodes.push(crate::pipeline::NodeDef {
            children: Vec::new(),
            parents: Vec::new(),
            ..node.clone()
        });
    }
    let mut engine = Engine::new(zone, None);
    let mut options = reads(task, home);
    options.asks = true;
    let mut handlers = |_: &_| Err(Fault::new("queries have no handlers"));
    engine.add_task(&graph, options, &mut handlers).map_err(|errors| {
        let words = errors.first().map(|e| e.fault.message.clone().unwrap_or_else(|| e.fault.text.clone()));
        words.unwrap_or_default()
    })?;
    Ok(engine)
}
