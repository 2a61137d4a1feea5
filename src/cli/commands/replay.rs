//! `tick replay`

use crate::cli::Exit;
use crate::cli::drive::{Mode, Options, drive, duration, rfc3339};
use crate::cli::io::complain;

/// What was typed.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    options: Options,

    /// Shift the data so that the first point is at this time (RFC 3339)
    #[arg(long, value_name = "TIME", help_heading = "Time", value_parser = |t: &str| rfc3339("--epoch", t))]
    epoch: Option<i64>,

    /// Stop so long after the beginning; later points are not played
    #[arg(long, value_name = "DURATION", help_heading = "Time", value_parser = duration)]
    until: Option<std::time::Duration>,
}

const EXAMPLES: &str = "\
Examples:
  tick replay cpu.tick --input history.lp --trace -
  tick replay cpu.tick --input week.srpl --epoch 2020-01-01T00:00:00Z --until 1h

A replay delivers nothing unless `--deliver` says so: the trace tells what would have been.

Exit status:
  0    played to the end, whatever alerts and errors there were
  1    a script is refused, a task failed, an event met `--fail-on`, or `--strict` and a line was skipped
  2    wrong usage, a file that cannot be read
  130  ended by Ctrl-C";

/// Runs the command.
pub(crate) fn run(args: &Args) -> Exit {
    let until = match args.until.map(|d| i64::try_from(d.as_nanos())) {
        Some(Err(_)) => {
            complain("error: `--until` is too long");
            return Exit::Usage;
        }
        Some(Ok(nanos)) => Some(nanos),
        None => None,
    };
    drive(Mode::Replay { epoch: args.epoch, until }, &args.options)
}
