//! `tick config`

use std::env;
use std::path::{Path, PathBuf};

use crate::cli::Exit;
use crate::cli::configuration::variables;
use crate::cli::io::{complain, print};
use crate::config::{Settings, lookup};
use crate::handlers::FileError;

/// What was typed.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// A `kapacitor.conf` (default: `$KAPACITOR_CONFIG_PATH`, `~/.kapacitor/kapacitor.conf`,
    /// `/etc/kapacitor/kapacitor.conf`; `/dev/null` for none)
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Say what is wrong, and print nothing else
    #[arg(long)]
    check: bool,

    /// Print secrets, too, instead of `***`
    #[arg(long, conflicts_with = "check")]
    show_secrets: bool,
}

const EXAMPLES: &str = "\
Examples:
  tick config
  tick config --config kapacitor.conf --check
  KAPACITOR_SMTP_HOST=mail tick config --config kapacitor.conf

Exit status:
  0    the configuration is valid
  1    `--check` found something wrong
  2    wrong usage, or a configuration that cannot be read";

/// Runs the command.
pub(crate) fn run(args: &Args) -> Exit {
    let variable = |name: &str| env::var(name).ok();
    let path = lookup(
        args.config.as_deref(),
        variable("KAPACITOR_CONFIG_PATH").as_deref(),
        variable("HOME").as_deref(),
        Path::is_file,
    );
    let read = match &path {
        Some(path) => Settings::load(path, variables()),
        None => Settings::read("kapacitor.conf", "", variables()),
    };
    let bad = if args.check { Exit::Finding } else { Exit::Usage };
    let settings = match read {
        Ok(settings) => settings,
        Err(errors) => return told(&errors, bad),
    };
    settings.warnings.iter().for_each(|warning| complain(&format!("warning: {warning}")));
    if !args.check {
        return print(&settings.print(args.show_secrets)).err().unwrap_or(Exit::Ok);
    }
    // What a server needs, and what lies in other files, is wrong only where somebody asks for all that is.
    let mut errors: Vec<FileError> = settings.lacking().filter(|_| path.is_some()).into_iter().collect();
    errors.extend(settings.handlers().err().into_iter().flatten());
    told(&errors, Exit::Finding)
}

fn told(errors: &[FileError], bad: Exit) -> Exit {
    errors.iter().for_each(|error| complain(&format!("error: {error}")));
    if errors.is_empty() { Exit::Ok } else { bad }
}
