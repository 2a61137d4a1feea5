//! `tick run`

use crate::cli::Exit;
use crate::cli::drive::{Backtest, Mode, Options, drive};

/// What was typed.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    options: Options,
}

const EXAMPLES: &str = "\
Examples:
  tick run cpu.tick --input metrics.lp
  telegraf --test | tick run cpu.tick -
  tick run cpu_alert.tick --handler exec_cpu_handler.yaml --input cpu.csv
  tick run *.tick --input metrics.lp --dry-run --format jsonl
  tick run deadman.tick --input metrics.lp --until 2020-02-01T00:00:00Z

Exit status:
  0    everything went as asked
  1    an event met `--fail-on`, a handler failed, a task failed, or `--strict` and a line was skipped
  2    wrong usage, a script with mistakes, an input that cannot be read
  3    stopped by `--max-groups` or `--max-memory`
  130  ended by Ctrl-C, after what was under way was finished";

/// Runs the command.
pub(crate) fn run(args: &Args) -> Exit {
    drive(Mode::Run, &args.options, &Backtest::default())
}
