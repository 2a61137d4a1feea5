//! Which server is asked, and how a command ends that asked it.

use std::env;
use std::fmt::Display;

use crate::cli::Exit;
use crate::cli::io::complain;
use crate::client::{Client, Failed};

/// Where a server is unless somebody says something else.
const DEFAULT: &str = "http://localhost:9092";

/// What was typed about the server.
#[derive(clap::Args, Debug, Default)]
pub(crate) struct Server {
    /// The server, `http://user:password@host:port` if it wants to know who asks (default: KAPACITOR_URL, else
    /// http://localhost:9092)
    #[arg(long, value_name = "URL", help_heading = "Server")]
    url: Option<String>,

    /// Take any TLS certificate of the server; so does KAPACITOR_UNSAFE_SSL=true
    #[arg(long = "skipVerify", visible_alias = "skip-verify", help_heading = "Server")]
    skip_verify: bool,
}

impl Server {
    /// Whether anything was typed.
    pub(crate) fn is_given(&self) -> bool {
        self.url.is_some() || self.skip_verify
    }

    /// The server that is meant; `root` is what was typed before the command.
    pub(crate) fn connect(&self, root: &Server) -> Result<Client, Stop> {
        let typed = self.url.clone().or_else(|| root.url.clone());
        let set = || env::var("KAPACITOR_URL").ok().filter(|url| !url.is_empty());
        let url = typed.or_else(set).unwrap_or_else(|| DEFAULT.to_owned());
        let skip_verify = self.skip_verify || root.skip_verify || unsafe_ssl()?;
        Client::new(&url, skip_verify).map_err(|words| Stop::told(&words, Exit::NoServer))
    }
}

/// `KAPACITOR_UNSAFE_SSL`
fn unsafe_ssl() -> Result<bool, Stop> {
    let text = env::var("KAPACITOR_UNSAFE_SSL").unwrap_or_default();
    match go_bool(&text) {
        _ if text.is_empty() => Ok(false),
        Some(set) => Ok(set),
        None => {
            let words = format!("KAPACITOR_UNSAFE_SSL is `{text}`: expected `true` or `false`");
            Err(Stop::told(&words, Exit::Environment))
        }
    }
}

/// A truth value as Go reads it.
pub(super) fn go_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// What a command did, or why it stopped.
pub(crate) type Done = Result<(), Stop>;

/// A command has stopped, and everything about that was said.
#[derive(Debug)]
pub(crate) struct Stop(Exit);

impl Stop {
    /// Says why.
    fn told(words: &str, exit: Exit) -> Stop {
        complain(&format!("Error: {words}"));
        Stop(exit)
    }

    /// What was asked for cannot be had.
    pub(crate) fn because(words: impl Display) -> Stop {
        Stop::told(&words.to_string(), Exit::Refused)
    }
}

impl From<Failed> for Stop {
    fn from(failed: Failed) -> Stop {
        Stop::because(failed)
    }
}

impl From<Exit> for Stop {
    fn from(exit: Exit) -> Stop {
        Stop(exit)
    }
}

/// How a command ends.
pub(crate) fn finish(done: Done) -> Exit {
    match done {
        Ok(()) => Exit::Ok,
        Err(Stop(exit)) => exit,
    }
}
