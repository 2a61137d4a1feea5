//! `tick serve`

use std::env;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::cli::Exit;
use crate::cli::configuration;
use crate::cli::drive::typed::some_time;
use crate::cli::io::complain;
use crate::config::Settings;
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

    /// Let others than this machine in, although nobody is asked who they are
    #[arg(long)]
    insecure: bool,

    /// How long the body of a request may stand still
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = some_time)]
    body_timeout: Duration,
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
    if !args.insecure && !args.bind.ip().to_canonical().is_loopback() {
        complain(&format!(
            "error: others could reach `{}`, and nobody is asked who they are: bind to 127.0.0.1, or say `--insecure`",
            args.bind
        ));
        return Exit::Usage;
    }
    let settings = match &args.config {
        Some(path) => Settings::load(path, configuration::variables()),
        None => Ok(Settings::default()),
    };
    let (settings, config) = match settings.and_then(|s| s.handlers().map(|config| (s, config))) {
        Ok(read) => read,
        Err(errors) => {
            errors.iter().for_each(|e| complain(&format!("error: {e}")));
            return Exit::Usage;
        }
    };
    // Whoever relies on it must not believe that it holds.
    if settings.http().auth_enabled {
        complain(
            "error: `auth-enabled` of `[http]`: this version asks nobody for credentials; set it to false",
        );
        return Exit::Usage;
    }
    let Some(data) = args.data.clone().or_else(standard) else {
        complain("error: there is no home folder: say with `--data DIR` where to keep tasks");
        return Exit::Usage;
    };
    let limits = serve::Limits { body: args.body_timeout, ..serve::Limits::default() };
    let default_rp = settings.default_retention_policy().to_owned();
    let options = serve::Options { config, data, bind: args.bind, default_rp, limits, udps: settings.udps() };
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
