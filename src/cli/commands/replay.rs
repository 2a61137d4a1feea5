//! `tick replay`

use crate::cli::Exit;
use crate::cli::drive::{Backtest, Mode, Options, drive};

/// What was typed.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    options: Options,

    #[command(flatten)]
    backtest: Backtest,
}

const EXAMPLES: &str = "\
Examples:
  tick replay cpu.tick --input history.lp
  tick replay cpu.tick --input year.lp.gz --from 2020-03-01T00:00:00Z --warmup 1h --summary json
  tick replay cpu.tick --input history.lp --report alerts.html
  tick replay cpu.tick --input history.lp --explain web-2/cpu@2020-03-01T12:00:00Z
  tick replay cpu.tick --input history.lp --trace -
  tick replay cpu.tick --input week.srpl --epoch 2020-01-01T00:00:00Z --until 1h

A replay delivers nothing unless `--deliver` says so: the trace tells what would have been.

Exit status:
  0    played to the end, whatever alerts and errors there were
  1    a script is refused, a task failed, an event met `--fail-on`, or `--strict` and a line was skipped
  2    wrong usage, a file that cannot be read
  3    stopped by `--max-groups` or `--max-memory`
  130  ended by Ctrl-C";

/// Runs the command.
pub(crate) fn run(args: &Args) -> Exit {
    drive(Mode::Replay, &args.options, &args.backtest)
}
