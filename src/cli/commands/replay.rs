//! `tick replay`

use super::live::{Form, Replay, Server, finish};
use crate::cli::Exit;
use crate::cli::drive::{Backtest, Mode, Options, drive};

/// What was typed.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
#[command(mut_arg("files", |files| files.required(false).required_unless_present_any(["recording", "task"])))]
pub(crate) struct Args {
    #[command(flatten)]
    options: Options,

    #[command(flatten)]
    backtest: Backtest,

    #[command(flatten)]
    live: Replay,
}

const EXAMPLES: &str = "\
Examples:
  tick replay cpu.tick --input history.lp
  tick replay cpu.tick --input year.lp.gz --from 2020-03-01T00:00:00Z --warmup 1h --summary json
  tick replay cpu.tick --input history.lp --report alerts.html
  tick replay cpu.tick --input history.lp --explain web-2/cpu@2020-03-01T12:00:00Z
  tick replay cpu.tick --input history.lp --trace -
  tick replay cpu.tick --input week.srpl --epoch 2020-01-01T00:00:00Z --until 1h
  tick replay -task cpu_alert -recording e24db07d-1646-4bb3-a445-828f5049bea0   # on a server

A replay delivers nothing unless `--deliver` says so: the trace tells what would have been.
Replays on a server do.

Exit status:
  0    played to the end, whatever alerts and errors there were
  1    a script is refused, a task failed, an event met `--fail-on`, or `--strict` and a line was skipped
  2    wrong usage, a file that cannot be read
  3    stopped by `--max-groups` or `--max-memory`; a server refused the replay or was not reached
  4    the URL of the server is none
  130  ended by Ctrl-C";

/// Runs the command.
pub(crate) fn run(args: &Args, form: Form, root: &Server) -> Exit {
    match form {
        Form::Offline => drive(Mode::Replay, &args.options, &args.backtest),
        Form::Live => finish(args.live.replay(args.options.defining.task.last().map(String::as_str), root)),
    }
}
