//! `tick diff`

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::alert::{Call, Event, FunctionKey, Given, Judgement, Judging, Origin, Ruling, Sink};
use crate::cli::Exit;
use crate::cli::drive::{Ears, History, Mistake, nanos, tasks};
use crate::cli::io::{complain, print};
use crate::cli::scripts;
use crate::play;
use crate::report::{Said, ToldEvent, difference};
use crate::text::Source;
use crate::udf::Functions;

/// What was typed.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The script as it is, or a folder of scripts
    #[arg(value_name = "OLD")]
    old: PathBuf,

    /// The script as it is to be, or a folder of scripts
    #[arg(value_name = "NEW")]
    new: PathBuf,

    #[command(flatten)]
    history: History,

    /// Events with an id and a level that are no farther apart have moved; others are lost and gained
    #[arg(long, value_name = "DURATION", default_value = "1m", value_parser = nanos, help_heading = "Output")]
    tolerance: i64,

    /// Compare ids, levels and times of events only, not their messages, tags and fields
    #[arg(long, help_heading = "Output")]
    only_levels: bool,

    /// How the difference is told
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    format: Format,

    /// Name all ids, not only the twenty with the most differences
    #[arg(long, help_heading = "Output")]
    all_ids: bool,
}

/// `--format`
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Format {
    /// A table, and the events
    Text,
    /// One JSON object with all ids and events
    Json,
    /// For a comment on a change
    Markdown,
}

const EXAMPLES: &str = "\
Examples:
  tick diff cpu.tick new/cpu.tick --input week.lp.gz
  tick diff rules/ new-rules/ --input week.lp.gz --format markdown
  tick diff cpu.tick cpu.tick --input week.lp --tolerance 0s

Exit status:
  0    both versions tell the same
  1    they differ
  2    wrong usage, a script with mistakes, an input that cannot be read, a task that failed";

/// Ids that are named unless all are.
const IDS: usize = 20;

/// Runs the command.
pub(crate) fn run(args: &Args) -> Exit {
    match compare(args) {
        Ok(exit) => exit,
        Err(lines) => {
            lines.iter().for_each(|line| complain(line));
            Exit::Usage
        }
    }
}

fn compare(args: &Args) -> Result<Exit, Mistake> {
    let history = &args.history;
    let config = history.config()?;
    let (old, new) = (scripts_of(&args.old)?, scripts_of(&args.new)?);
    let around = history.defining.around(&config);
    let texts = [texts_of(&old)?, texts_of(&new)?];
    // One of the two has to have each var that was typed.
    tasks::vars(&texts.concat(), &history.defining, &around).map_err(usage)?;
    let mut acts = Vec::new();
    for (found, texts) in [&old, &new].into_iter().zip(texts) {
        let vars = tasks::known_vars(&texts, &history.defining, &around).map_err(usage)?;
        // A script has its name whatever its file is called, so that ids with the name stay the same.
        let named = if old.len() == 1 && new.len() == 1 { &new } else { found };
        let named: Vec<&Path> = named.iter().map(PathBuf::as_path).collect();
        let names = tasks::names(&named, &history.defining).map_err(usage)?;
        let built = play::build(&names, texts, &vars, &around).map_err(|r| history.refused(&r))?;
        acts.push(history.act(
            &built,
            &config,
            Judging::Alerting,
            Events { reads: !args.only_levels, ..Events::default() },
        )?);
    }
    let heard = history.play(acts)?;
    let [(end, old), (_, new)] = &heard[..] else { return Ok(Exit::Usage) };
    let range = (old.from.unwrap_or(*end), *end);
    let found = difference(&old.told, &new.told, args.tolerance, range);
    let limit = if args.all_ids { usize::MAX } else { IDS };
    let mut out = String::new();
    let lines = match args.format {
        Format::Text => found.text(limit),
        Format::Markdown => found.markdown(limit),
        Format::Json => {
            found.push_json(&mut out);
            Vec::new()
        }
    };
    lines.iter().for_each(|line| out.extend([line, "\n"]));
    let exit = if found.is_empty() { Exit::Ok } else { Exit::Finding };
    Ok(print(&out).err().unwrap_or(exit))
}

fn usage(words: String) -> Mistake {
    vec![format!("error: {words}")]
}

fn texts_of(found: &[PathBuf]) -> Result<Vec<Source>, Mistake> {
    let paths: Vec<&Path> = found.iter().map(PathBuf::as_path).collect();
    tasks::texts(&paths).map_err(usage)
}

fn scripts_of(path: &Path) -> Result<Vec<PathBuf>, Mistake> {
    scripts::find(&[path.to_owned()]).map_err(usage)
}

/// The events of a version.
#[derive(Default)]
struct Events {
    functions: Functions,
    from: Option<i64>,
    /// What events say is compared, too.
    reads: bool,
    told: Vec<ToldEvent>,
}

impl Ears for Events {
    fn begin(&mut self, from: i64) {
        self.from = Some(from);
    }

    fn employ(&mut self, functions: Functions) {
        self.functions = functions;
    }
}

impl Sink for Events {
    fn call(&mut self, function: FunctionKey, call: Call<'_>) -> Result<Vec<Given>, String> {
        self.functions.call_quietly(function, call)
    }

    /// Each is sent right after it was judged.
    fn event(&mut self, _: Origin<'_>, _: &str, event: &Arc<Event>) {
        let is_it = |told: &&mut ToldEvent| {
            told.said.is_none() && (&*told.id, told.level, told.time) == (&*event.id, event.level, event.time)
        };
        if let Some(told) = self.told.last_mut().filter(|told| self.reads && is_it(told)) {
            told.said = Some(Said::of(event));
        }
    }

    fn judged(&mut self, _: Origin<'_>, judgement: &Judgement<'_>) {
        if self.from.is_some() && *judgement.ruling == Ruling::Told {
            let Judgement { id, level, time, .. } = *judgement;
            self.told.push(ToldEvent { id: id.clone(), level, time, said: None });
        }
    }

    fn wants_logs(&self) -> bool {
        false
    }

    fn wants_writes(&self) -> bool {
        false
    }

    fn wants_errors(&self) -> bool {
        false
    }
}
