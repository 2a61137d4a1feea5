//! What `run` and `replay` have in common on the command line.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::defining::Defining;
use super::defining::moment;
use super::delay::InputArg;
use super::deliver::Deliver;
use super::event_line::Format;
use super::limits::Limits;
use super::reading::Reading;
use super::typed::{duration, positive, some_time};
use crate::alert::Level;
use crate::cli::color::Color;
use crate::cli::scripts;
use crate::handlers::OnFull;
use crate::play::{Until, until};

/// Scripts, inputs and what happens to events.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// Scripts to run, or folders of them; `-` is data on standard input, and so is a file named `*.lp`, `*.csv` and the like
    #[arg(value_name = "SCRIPT", required = true)]
    pub(crate) files: Vec<PathBuf>,

    /// File with metrics, `-` for standard input; repeatable, one after the other. With `@1h` behind its name it is
    /// held back until the data are one hour on
    #[arg(long, short, value_name = "FILE[@DELAY]", help_heading = "Input")]
    pub(crate) input: Vec<InputArg>,

    #[command(flatten)]
    pub(crate) reading: Reading,

    /// Shift the data so that the first point is at this time, RFC 3339
    #[arg(long, value_name = "TIME", value_parser = moment, help_heading = "Time")]
    pub(crate) epoch: Option<i64>,

    /// Stop the clock then: a time, or so long after its beginning, as in `+1h`. Later points are not
    /// played; `barrier`, `stats` and `deadman` go on until then when the data end earlier
    #[arg(long, visible_alias = "to", value_name = "TIME|DURATION", value_parser = until, help_heading = "Time")]
    pub(crate) until: Option<Until>,

    /// Recorded batches (`.brpl`) for the queries of a batch script, or for one, by its node's name or its number
    #[arg(long, value_name = "[QUERY=]FILE[#ENTRY]", help_heading = "Input")]
    pub(crate) source: Vec<String>,

    /// Print what flows out of a node as a table, instead of events: `mean3`, or `mean` for all of that kind
    #[arg(long, value_name = "NODE", help_heading = "Output")]
    pub(crate) watch: Vec<String>,

    /// Ask the queries of batch scripts of this InfluxDB 1.x instead of the input: its URL, or the name of an
    /// `[[influxdb]]` of `--config`. Without input, for the time from `--epoch` to `--until`
    #[arg(long, value_name = "URL", help_heading = "Input")]
    pub(crate) ask_influxdb: Option<String>,

    #[command(flatten)]
    pub(crate) defining: Defining,

    /// Handler file (YAML or JSON) or a folder of them; repeatable
    #[arg(long, value_name = "FILE|DIR", help_heading = "Handlers")]
    pub(crate) handler: Vec<PathBuf>,

    /// Configuration of handlers, in the format of kapacitor.conf
    #[arg(long, value_name = "FILE", help_heading = "Handlers")]
    pub(crate) config: Option<PathBuf>,

    /// Kinds of handlers that act: `exec,log,tcp,post`, `all`, `none`, or `-KIND` for all but one
    #[arg(long, value_name = "KINDS", allow_hyphen_values = true, help_heading = "Handlers")]
    pub(crate) deliver: Option<Deliver>,

    /// Deliver nothing, only tell what would be: `--deliver none`
    #[arg(long, conflicts_with = "deliver", help_heading = "Handlers")]
    pub(crate) dry_run: bool,

    /// What to do with an event for a handler whose queue is full
    #[arg(long, value_name = "WHAT", default_value = "block", help_heading = "Handlers")]
    pub(crate) on_full: Full,

    /// Events that may wait for each handler
    #[arg(long, value_name = "N", default_value_t = 5000, value_parser = positive, help_heading = "Handlers")]
    pub(crate) queue: usize,

    /// How long what is queued is still delivered after Ctrl-C
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = duration, help_heading = "Handlers")]
    pub(crate) drain: Duration,

    /// How long a program of an `exec` handler may take
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = some_time, help_heading = "Handlers")]
    pub(crate) exec_timeout: Duration,

    /// How many programs may run at once (default: one for each processor)
    #[arg(long, value_name = "N", value_parser = positive, help_heading = "Handlers")]
    pub(crate) exec_jobs: Option<usize>,

    #[command(flatten)]
    pub(crate) limits: Limits,

    /// How events are printed
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    pub(crate) format: Format,

    /// Write all that happens to a file, one JSON object a line; `-` is standard output
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) trace: Option<PathBuf>,

    /// Write the points of `influxDBOut` to a file of line protocol; `-` is standard output
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) influxdb_out: Option<PathBuf>,

    /// Write the points of `influxDBOut` to this InfluxDB 1.x: `http://user:password@host:8086`
    #[arg(long, value_name = "URL", conflicts_with = "dry_run", help_heading = "Output")]
    pub(crate) influxdb: Option<String>,

    /// Exit with status 1 if there was an event of this level or worse
    #[arg(long, value_name = "LEVEL", value_parser = level, help_heading = "Output")]
    pub(crate) fail_on: Option<Level>,

    /// Print what each node counted, at the end, and how long it worked
    #[arg(long, help_heading = "Output")]
    pub(crate) stats: bool,

    /// Write the summary and what each node counted to a file, as JSON; `-` is standard output
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) stats_file: Option<PathBuf>,

    /// Say nothing but errors on standard error
    #[arg(long, short, help_heading = "Output")]
    pub(crate) quiet: bool,

    /// When to colour
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    pub(crate) color: Color,
}

/// `--on-full`
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Full {
    /// Wait until there is room: no event is lost
    Block,
    /// Drop the event and count it, as Kapacitor does
    Drop,
}

impl From<Full> for OnFull {
    fn from(full: Full) -> OnFull {
        match full {
            Full::Block => OnFull::Block,
            Full::Drop => OnFull::Drop,
        }
    }
}

impl Options {
    /// The scripts among the files, and those in the folders that are named.
    pub(crate) fn scripts(&self) -> Result<Vec<PathBuf>, String> {
        let named: Vec<PathBuf> = self.files.iter().filter(|f| !is_data(f)).cloned().collect();
        scripts::find(&named)
    }

    /// The inputs: those named by `--input`, then those among the files.
    pub(crate) fn inputs(&self) -> Vec<InputArg> {
        let files = self.files.iter().filter(|f| is_data(f)).map(|f| f.to_string_lossy().into_owned());
        self.input.iter().cloned().chain(files.map(InputArg::plain)).collect()
    }

    /// Which handlers act.
    pub(crate) fn deliver(&self, default: Deliver) -> Deliver {
        match (&self.deliver, self.dry_run) {
            (_, true) => Deliver::none(),
            (Some(deliver), false) => deliver.clone(),
            (None, false) => default,
        }
    }

    /// Whether the trace has standard output for itself.
    pub(crate) fn trace_on_stdout(&self) -> bool {
        self.trace.as_deref() == Some(Path::new("-"))
    }

    /// Whether the points of `influxDBOut` have.
    pub(crate) fn points_on_stdout(&self) -> bool {
        self.influxdb_out.as_deref() == Some(Path::new("-"))
    }

    /// Whether the statistics have.
    pub(crate) fn stats_on_stdout(&self) -> bool {
        self.stats_file.as_deref() == Some(Path::new("-"))
    }

    /// Whether the time of nodes is measured.
    pub(crate) fn measures(&self) -> bool {
        self.stats || self.stats_file.is_some()
    }

    /// The options that want standard output for themselves.
    pub(crate) fn on_stdout(&self) -> Vec<&'static str> {
        let wants = [
            ("--trace", self.trace_on_stdout()),
            ("--influxdb-out", self.points_on_stdout()),
            ("--stats-file", self.stats_on_stdout()),
        ];
        wants.into_iter().filter(|w| w.1).map(|w| w.0).collect()
    }
}

/// Whether a file among the scripts holds metrics, by its name.
pub(crate) fn is_data(file: &Path) -> bool {
    let name = file.to_string_lossy().to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    name == "-"
        || [".lp", ".line", ".lines", ".influx", ".csv", ".tsv", ".srpl"]
            .iter()
            .any(|end| name.ends_with(end))
}

pub(crate) fn level(text: &str) -> Result<Level, String> {
    match text.to_ascii_lowercase().as_str() {
        "ok" => Ok(Level::Ok),
        "info" => Ok(Level::Info),
        "warn" | "warning" => Ok(Level::Warning),
        "crit" | "critical" => Ok(Level::Critical),
        _ => Err("expected `info`, `warning` or `critical`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_are_told_from_scripts_by_their_names() {
        for (name, data) in [
            ("cpu.tick", false),
            ("-", true),
            ("metrics.lp", true),
            ("a/b.csv.gz", true),
            ("week.SRPL", true),
            ("script", false),
            ("lp", false),
        ] {
            assert_eq!(is_data(Path::new(name)), data, "{name}");
        }
    }

    #[test]
    fn levels_have_short_names() {
        assert_eq!(level("crit"), level("CRITICAL"));
        assert!(level("bad").is_err());
    }
}
