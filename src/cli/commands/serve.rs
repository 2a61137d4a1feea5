//! `tick serve`

use std::env;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::cli::Exit;
use crate::cli::io::complain;
use crate::handlers::config;
use crate::serve;
use crate::store::default_folder;

/// What was typed.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// A `kapacitor.conf`
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Folder where tasks, handlers and the states of alerts are kept (default: in `$XDG_DATA_HOME`)
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,

    /// Address to listen on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:9092")]
    bind: SocketAddr,
}

const EXAMPLES: &str = "\
Examples:
  tick serve
  tick serve --data ./data --bind 127.0.0.1:9093

Exit status:
  0    ended by SIGTERM or Ctrl-C
  2    wrong usage, a configuration that cannot be read, an address or a folder that cannot be had";

/// Runs the command.
pub(crate) fn run(args: &Args) -> Exit {
    let config = match args.config.as_deref().map(config::load).transpose() {
        Ok(config) => config.unwrap_or_default(),
        Err(errors) => {
            errors.iter().for_each(|e| complain(&format!("error: {e}")));
            return Exit::Usage;
        }
    };
    let Some(data) = args.data.clone().or_else(standard) else {
        complain("error: there is no home folder: say with `--data DIR` where to keep tasks");
        return Exit::Usage;
    };
    let options =
        serve::Options { config, data, bind: args.bind, default_rp: String::new(), udps: Vec::new() };
    match serve::run(options, |address| complain(&format!("listening on http://{address}"))) {
        Ok(()) => Exit::Ok,
        Err(error) => {
            complain(&format!("error: {error}"));
            Exit::Usage
        }
    }
}

fn standard() -> Option<PathBuf> {
    default_folder(env::var("XDG_DATA_HOME").ok().as_deref(), env::var("HOME").ok().as_deref())
}
