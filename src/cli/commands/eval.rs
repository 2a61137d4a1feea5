//! `tick eval`

use crate::cli::Exit;

/// What was typed.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {}

/// Runs the command.
pub(crate) fn run(_args: &Args) -> Exit {
    Exit::Ok
}
