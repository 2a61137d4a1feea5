//! `tick replay` and `tick record` mean two things: without a server, or on one. What was typed tells which.

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};

use super::Server;
use crate::cli::Exit;
use crate::cli::io::complain;

/// What a command means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// Scripts and inputs.
    Offline,
    /// Tasks and recordings of a server.
    Live,
}

/// The heading below which the options of a server stand.
const HEADING: &str = "Server";

/// The one option that means something in both forms.
const SHARED: &str = "task";

/// Which form the innermost command was typed in. What belongs to both at once is told.
pub(crate) fn form(command: &Command, matches: &ArgMatches, root: &Server) -> Result<Form, Exit> {
    let (mut command, mut matches) = (command, matches);
    let mut path = Vec::new();
    while let Some((name, inner)) = matches.subcommand()
        && let Some(found) = command.find_subcommand(name)
    {
        (command, matches) = (found, inner);
        path.push(name);
    }
    let typed = |arg: &&Arg| matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine);
    let typed: Vec<&Arg> = command.get_arguments().filter(typed).collect();
    let shared = typed.iter().any(|arg| arg.get_id() == SHARED);
    let of_server = typed.iter().find(|arg| arg.get_help_heading() == Some(HEADING)).map(|arg| shown(arg));
    let of_server = of_server.or_else(|| root.is_given().then(|| "--url".to_owned()));
    let offline = typed.iter().find(|arg| arg.get_help_heading() != Some(HEADING) && arg.get_id() != SHARED);
    match (offline, of_server) {
        (None, Some(_)) => Ok(Form::Live),
        (None, None) if shared => Ok(Form::Live),
        (_, None) => Ok(Form::Offline),
        (Some(offline), Some(of_server)) => {
            complain(&mixture(&path.join(" "), &shown(offline), &of_server));
            Err(Exit::Usage)
        }
    }
}

fn shown(arg: &Arg) -> String {
    match arg.get_long() {
        Some(long) => format!("--{long}"),
        None => arg
            .get_value_names()
            .and_then(|names| names.first())
            .map(|name| name.to_string())
            .unwrap_or_default(),
    }
}

fn mixture(command: &str, offline: &str, of_server: &str) -> String {
    let (without, with) = match command {
        "record stream" => ("[SCRIPT...] --input FILE -o FILE", "--task TASK --duration 10s"),
        "record batch" => ("SCRIPT --input FILE -o FILE", "--task TASK --past 1h"),
        _ => ("SCRIPT... --input FILE", "--task TASK --recording RECORDING"),
    };
    format!(
        "error: `{offline}` is for `tick {command}` without a server, `{of_server}` for the one on a server: choose one\n  \
         tick {command} {without}\n  \
         tick {command} {with}"
    )
}
