//! `tick record stream`: the points of an input as a recording, all or those that scripts read.

use std::path::PathBuf;

use super::{Done, Refused, Server, config, sort_out, tasks};
use crate::cli::Exit;
use crate::cli::commands::convert::finish;
use crate::cli::commands::live;
use crate::cli::drive::{Defining, Reading};
use crate::cli::points::{Points, Seen};
use crate::cli::write::{Form, Out, is_packed};
use crate::play::{Task, home, reads};

/// What was typed.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Stream scripts: only what they read is recorded; files named `*.lp`, `*.csv` and the like are data
    #[arg(value_name = "SCRIPT")]
    files: Vec<PathBuf>,

    /// File with metrics, `-` for standard input; repeatable, one after the other
    #[arg(long, short, value_name = "FILE", help_heading = "Input")]
    input: Vec<String>,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    defining: Defining,

    /// Configuration in the format of kapacitor.conf
    #[arg(long, value_name = "FILE", help_heading = "Tasks")]
    config: Option<PathBuf>,

    /// File to write (default: standard output); compressed if its name ends in `.gz`
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,

    /// Compress with gzip, whatever the name, as Kapacitor does
    #[arg(long, help_heading = "Output")]
    gzip: bool,

    /// Say nothing but errors on standard error
    #[arg(long, short, help_heading = "Output")]
    quiet: bool,

    #[command(flatten)]
    live: live::Stream,
}

impl Args {
    /// Lets a server record.
    pub(super) fn live(&self, root: &Server) -> Done {
        self.live.record(self.defining.task.last().map(String::as_str), root)
    }
}

const EXAMPLES: &str = "\
Examples:
  tick record stream --input metrics.lp -o all.srpl --db telegraf --rp autogen
  tick record stream cpu.tick --input metrics.lp --gzip -o cpu.srpl
  tick record stream -task cpu_alert -duration 10m          # a server's task, recorded there

Exit status:
  0    everything was written
  1    `--strict` and a line was skipped
  2    wrong usage, a script with mistakes, an input that cannot be read, an output that cannot be written
  3    a server refused the recording or was not reached
  4    the URL of the server is none";

/// Runs the command.
pub(super) fn run(args: &Args) -> Result<Exit, Refused> {
    let (scripts, inputs) = sort_out(&args.files, &args.input);
    if inputs.is_empty() {
        return Err("there is no input: give a file with `--input FILE`, or `-` for standard input"
            .to_owned()
            .into());
    }
    let config = config(args.config.as_deref())?;
    let tasks = tasks(&scripts, &args.defining, &config)?;
    let home = home(&args.defining.around(&config), &tasks);
    if home.0.contains('\n') || home.1.contains('\n') {
        return Err("the name of a database or a retention policy cannot have line breaks".to_owned().into());
    }
    let mut wanted = Wanted::new(&tasks, &home)?;
    let default_time = args.reading.default_time()?;
    let blocks = args.reading.open(&inputs, default_time).map_err(|e| e.to_string())?;
    let packed = args.gzip || args.output.as_deref().is_some_and(is_packed);
    let mut writer = Form::Srpl.writer(Out::open(args.output.as_deref(), packed, &inputs)?);
    let mut points = Points::new(home, default_time, args.reading.strict, args.quiet);
    let mut written = 0;
    let read = blocks.into_iter().try_for_each(|blocks| {
        points.each(blocks, &mut |point| match wanted.includes(point) {
            true => {
                written += 1;
                writer.point(point)
            }
            false => Ok(()),
        })
    });
    Ok(finish(&points, written, read.and_then(|()| writer.finish()), args.quiet)?)
}

/// What scripts read; everything if there is none.
struct Wanted {
    /// Database, retention policy, and the measurement unless it is any.
    sources: Option<Vec<(String, String, Option<String>)>>,
    /// By series.
    known: Vec<Option<bool>>,
}

impl Wanted {
    fn new(tasks: &[Task], home: &(String, String)) -> Result<Wanted, String> {
        let mut sources = Vec::new();
        for task in tasks {
            let froms = || task.graph.nodes.iter().filter(|n| n.kind == "from");
            if froms().next().is_none() {
                return Err(format!("`{}` reads no stream: use `tick record batch`", task.name));
            }
            for (db, rp) in reads(task, home).dbrps {
                let measured = froms().map(|n| n.str("measurement").filter(|m| !m.is_empty()));
                sources.extend(measured.map(|m| (db.clone(), rp.clone(), m.map(str::to_owned))));
            }
        }
        Ok(Wanted { sources: (!tasks.is_empty()).then_some(sources), known: Vec::new() })
    }

    fn includes(&mut self, point: &Seen<'_>) -> bool {
        let Some(sources) = &self.sources else { return true };
        let at = point.id.index();
        if let Some(Some(known)) = self.known.get(at) {
            return *known;
        }
        let name = |sym| point.world.symbols.name(sym);
        let series = point.series;
        let wanted = sources.iter().any(|(db, rp, measurement)| {
            db == name(series.db)
                && rp == name(series.rp)
                && measurement.as_deref().is_none_or(|m| m == name(series.name))
        });
        self.known.resize(self.known.len().max(at + 1), None);
        if let Some(place) = self.known.get_mut(at) {
            *place = Some(wanted);
        }
        wanted
    }
}
