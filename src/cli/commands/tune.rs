//! `tick tune`

use std::path::PathBuf;

use crate::alert::{Call, FunctionKey, Given, Judgement, Judging, Level, Origin, Sink};
use crate::cli::Exit;
use crate::cli::drive::{Ears, History, Mistake, level, nanos, tasks};
use crate::cli::io::{complain, print};
use crate::handlers::config::Config;
use crate::pipeline::{Graph, Merged, TaskType, Vars, merge};
use crate::play::{self, Sweep, Task, files, sweeps};
use crate::report::{self, Chronicle, Trial, Watching, parse_incidents};
use crate::text::{Source, io_words};
use crate::udf::Functions;

/// What was typed.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The script whose vars are tried
    #[arg(value_name = "SCRIPT")]
    script: PathBuf,

    #[command(flatten)]
    history: History,

    /// Incidents that alerts should have told of: a list of `id` or `tags`, `start` and `end`, in YAML
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    incidents: Option<PathBuf>,

    /// The lowest level that is an alert
    #[arg(long, value_name = "LEVEL", default_value = "info", value_parser = level, help_heading = "Output")]
    level: Level,

    /// An alert flaps if it comes back sooner than this after it has recovered
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = nanos, help_heading = "Output")]
    flap: i64,

    /// How the values are compared
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    format: Format,

    /// Write the table with a picture of each measure as one page of HTML
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    report: Option<PathBuf>,

    /// Draw the alerts of each value as a bar beside the table
    #[arg(long, help_heading = "Output")]
    plot: bool,
}

/// `--format`
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Format {
    /// A table
    Text,
    /// CSV with durations in seconds
    Csv,
    /// A list of objects, with durations in nanoseconds
    Json,
}

const EXAMPLES: &str = "\
Examples:
  tick tune cpu.tick --var crit=80..95/1 --input month.lp.gz
  tick tune cpu.tick --var crit=80..95/5 --var window=1m,5m,10m --input month.lp.gz --format csv
  tick tune cpu.tick --var crit=80..95 --input month.lp --incidents incidents.yaml --level critical --report tune.html

A value of `--var` that is a range `FROM..TO/STEP` or a list `A,B,C` is tried; others are set. Several make a grid.

Exit status:
  0    all values were tried
  2    wrong usage, a script with mistakes, an input that cannot be read, a task that failed";

/// Runs the command.
pub(crate) fn run(args: &Args) -> Exit {
    match tune(args) {
        Ok(exit) => exit,
        Err(lines) => {
            lines.iter().for_each(|line| complain(line));
            Exit::Usage
        }
    }
}

fn usage(words: String) -> Mistake {
    vec![format!("error: {words}")]
}

fn tune(args: &Args) -> Result<Exit, Mistake> {
    let history = &args.history;
    let config = history.config()?;
    let incidents = args.incidents.as_deref().map(|path| {
        let name = path.display();
        let text = std::fs::read_to_string(path).map_err(|e| usage(format!("{name}: {}", io_words(&e))))?;
        parse_incidents(&text).map_err(|e| usage(format!("{name}: {e}")))
    });
    let incidents = incidents.transpose()?;
    let text = tasks::texts(&[&args.script]).map_err(usage)?.remove(0);
    let (fixed, swept) = declared(&text, args, &config)?;
    let sets = sweeps(&swept).map_err(usage)?;
    let graphs = graphs(&text, &fixed, &sets, args, &config)?;
    let name = tasks::names(&[&args.script], &history.defining).map_err(usage)?.remove(0);
    let watching = Watching { gap: args.flap, floor: args.level, spans: incidents.is_some() };
    let acts = stage(&name, &text, graphs)
        .into_iter()
        .map(|(tasks, owners, judging)| history.act(&tasks, &config, judging, Values::new(owners, watching)));
    let acts = acts.collect::<Result<Vec<_>, Mistake>>()?;
    let heard = history.play(acts)?;
    let summaries = heard
        .into_iter()
        .flat_map(|(end, ears)| ears.chronicles.into_iter().map(move |c| c.finish(end, None)));
    let trials: Vec<Trial> = sets
        .iter()
        .zip(summaries)
        .map(|(set, summary)| Trial::new(set.clone(), &summary, args.level, incidents.as_deref()))
        .collect();
    if let Some(path) = &args.report {
        let mut page = String::new();
        report::push_trials_html(&trials, &format!("Values for {name}"), &mut page);
        files::write(path, &page)
            .map_err(|e| usage(format!("cannot write `{}`: {}", path.display(), io_words(&e))))?;
    }
    Ok(show(&trials, args))
}

/// The values that are set, and those that are to be tried.
fn declared(text: &Source, args: &Args, config: &Config) -> Result<(Vars, Vec<Sweep>), Mistake> {
    let defining = &args.history.defining;
    let mut vars =
        defining.vars.as_deref().map(play::read_vars).transpose().map_err(usage)?.unwrap_or_default();
    let declared = play::declared(text, &vars, &defining.around(config));
    let (mut swept, mut single) = (Vec::new(), Vec::new());
    for typed in &defining.var {
        let (name, value) = play::split_var(typed).map_err(usage)?;
        let Some(info) = declared.iter().find(|d| d.name == name) else {
            let known: Vec<String> = declared.iter().map(|d| format!("`{}`", d.name)).collect();
            let known = if known.is_empty() {
                "it has none".to_owned()
            } else {
                format!("there are {}", known.join(", "))
            };
            return Err(usage(format!("`--var {name}`: the script has no such var; {known}")));
        };
        match Sweep::parse(name, value, info.ty).map_err(usage)? {
            Some(sweep) => swept.push(sweep),
            None => single.push(typed.clone()),
        }
    }
    if swept.is_empty() {
        return Err(usage(
            "nothing is to be tried: give `--var NAME=FROM..TO/STEP` or `--var NAME=A,B,C`".to_owned(),
        ));
    }
    for sweep in &swept {
        let Some(info) = declared.iter().find(|d| d.name == sweep.name) else { continue };
        for value in &sweep.values {
            play::typed_var(value, info.ty)
                .map_err(|e| usage(format!("`--var {}`: expected {e}, got `{value}`", sweep.name)))?;
        }
    }
    play::add_typed(&mut vars, &single, &declared).map_err(usage)?;
    Ok((vars, swept))
}

/// What the script describes with each set of values.
fn graphs(
    text: &Source,
    fixed: &Vars,
    sets: &[Vec<(String, String)>],
    args: &Args,
    config: &Config,
) -> Result<Vec<Graph>, Mistake> {
    let around = args.history.defining.around(config);
    let declared = play::declared(text, fixed, &around);
    let mut graphs = Vec::with_capacity(sets.len());
    for set in sets {
        let mut vars = fixed.clone();
        let typed: Vec<String> = set.iter().map(|(name, value)| format!("{name}={value}")).collect();
        play::add_typed(&mut vars, &typed, &declared).map_err(usage)?;
        let names = [play::stem(&args.script)];
        let built = play::build(&names, vec![text.clone()], &vars, &around);
        graphs.extend(built.map_err(|r| args.history.refused(&r))?.into_iter().map(|t| t.graph));
    }
    Ok(graphs)
}

/// Whose alerts the nodes of an engine are.
enum Owners {
    /// Of each task those of a set of values.
    Tasks(usize),
    /// All tasks in one; the set of each node, or none if it is of all.
    Nodes(usize, Vec<Option<usize>>),
}

/// Shares an engine among all sets of values where nothing that one does can be seen by another.
fn stage(name: &str, text: &Source, graphs: Vec<Graph>) -> Vec<(Vec<Task>, Owners, Judging)> {
    let task = |graph: Graph| Task { name: name.to_owned(), source: text.clone(), graph };
    let count = graphs.len();
    if graphs.iter().any(is_coupled) {
        let alone = |graph| (vec![task(graph)], Owners::Tasks(1), Judging::Alerting);
        return graphs.into_iter().map(alone).collect();
    }
    match merge(&graphs) {
        // More than the source and a `from`: that is worth more than what stands before single alerts.
        Some(Merged { graph, owners }) if owners.iter().filter(|o| o.is_none()).count() > 2 => {
            vec![(vec![task(graph)], Owners::Nodes(count, owners), Judging::Alone)]
        }
        _ => vec![(graphs.into_iter().map(task).collect(), Owners::Tasks(count), Judging::Alone)],
    }
}

/// Whether a script's alerts, or those of its groups, may know of each other.
fn is_coupled(graph: &Graph) -> bool {
    let grouped =
        |graph: &Graph| graph.nodes.iter().any(|n| n.kind == "groupBy" || n.prop("groupBy").is_some());
    let shares_id = |id: &str| !id.contains(".Group") && !id.contains(".Tags");
    graph.task_type == TaskType::Batch
        || graph.nodes.iter().any(|n| match n.kind {
            "alert" => {
                ["topic", "inhibit", "category"].iter().any(|p| n.prop(p).is_some())
                    || grouped(graph) && n.str("id").is_some_and(shares_id)
            }
            "barrier" | "kapacitorLoopback" => true,
            _ => false,
        })
}

/// What the alerts of each set of values did.
struct Values {
    functions: Functions,
    owners: Owners,
    chronicles: Vec<Chronicle>,
}

impl Values {
    fn new(owners: Owners, watching: Watching) -> Values {
        let (Owners::Tasks(count) | Owners::Nodes(count, _)) = owners;
        let chronicles = (0..count).map(|_| Chronicle::watching(watching)).collect();
        Values { functions: Functions::default(), chronicles, owners }
    }
}

impl Ears for Values {
    fn begin(&mut self, from: i64) {
        self.chronicles.iter_mut().for_each(|c| c.begin(from));
    }

    fn employ(&mut self, functions: Functions) {
        self.functions = functions;
    }
}

impl Sink for Values {
    fn call(&mut self, function: FunctionKey, call: Call<'_>) -> Result<Vec<Given>, String> {
        self.functions.call_quietly(function, call)
    }

    fn judged(&mut self, origin: Origin<'_>, judgement: &Judgement<'_>) {
        let owner = match &self.owners {
            Owners::Tasks(_) => Some(judgement.task),
            Owners::Nodes(_, nodes) => nodes.get(judgement.node).copied().flatten(),
        };
        match owner {
            Some(owner) => {
                if let Some(chronicle) = self.chronicles.get_mut(owner) {
                    chronicle.judged(origin, judgement);
                }
            }
            None => self.chronicles.iter_mut().for_each(|c| c.judged(origin, judgement)),
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

fn show(trials: &[Trial], args: &Args) -> Exit {
    let mut out = String::new();
    let lines = match args.format {
        Format::Text => report::trial_lines(trials, args.plot),
        Format::Csv => report::trial_csv(trials),
        Format::Json => {
            report::push_trials_json(trials, &mut out);
            Vec::new()
        }
    };
    lines.iter().for_each(|line| out.extend([line, "\n"]));
    print(&out).err().unwrap_or(Exit::Ok)
}
