//! `tick record`: recordings as Kapacitor makes them, without a server and on one.

mod answers;
mod batch;
mod stream;

use std::io;
use std::path::{Path, PathBuf};

use super::live::{Done, Form, Query, Server, finish};
use crate::cli::Exit;
use crate::cli::color::Color;
use crate::cli::configuration;
use crate::cli::drive::{Defining, is_data, tasks};
use crate::cli::io::complain;
use crate::handlers::FileError;
use crate::handlers::config::Config;
use crate::play::{self, Task};

/// What was typed.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand, Debug)]
enum What {
    /// Record the points that stream scripts read (`.srpl`)
    Stream(stream::Args),
    /// Record the answers that the queries of a batch script would get (`.brpl`)
    Batch(batch::Args),
    /// Record what a query is answered, on a server
    Query(Query),
}

/// Why nothing is recorded: lines for standard error.
struct Refused(Vec<String>);

impl From<String> for Refused {
    fn from(words: String) -> Refused {
        Refused(vec![format!("error: {words}")])
    }
}

/// Runs the command.
pub(crate) fn run(args: &Args, form: Form, root: &Server) -> Exit {
    let done = match (&args.what, form) {
        (What::Query(query), _) => return finish(query.record(root)),
        (What::Stream(args), Form::Live) => return finish(args.live(root)),
        (What::Batch(args), Form::Live) => return finish(args.live(root)),
        (What::Stream(args), Form::Offline) => stream::run(args),
        (What::Batch(args), Form::Offline) => batch::run(args),
    };
    done.unwrap_or_else(|Refused(lines)| {
        lines.iter().for_each(|line| complain(line));
        Exit::Usage
    })
}

/// The scripts among the files, and the names of inputs: those given as such, then those among the files.
fn sort_out<'a>(files: &'a [PathBuf], inputs: &[String]) -> (Vec<&'a Path>, Vec<String>) {
    let (data, scripts): (Vec<&Path>, Vec<&Path>) =
        files.iter().map(PathBuf::as_path).partition(|f| is_data(f));
    let data = data.into_iter().map(|file| file.to_string_lossy().into_owned());
    (scripts, inputs.iter().cloned().chain(data).collect())
}

/// `--config`
fn config(file: Option<&Path>) -> Result<Config, Refused> {
    let Some(file) = file else { return Ok(Config::default()) };
    let refused = |errors: Vec<FileError>| Refused(errors.iter().map(|e| format!("error: {e}")).collect());
    configuration::load(file).map_err(refused)
}

/// What scripts describe.
fn tasks(scripts: &[&Path], defining: &Defining, config: &Config) -> Result<Vec<Task>, Refused> {
    if scripts.is_empty() {
        return Ok(Vec::new());
    }
    let around = defining.around(config);
    let names = tasks::names(scripts, defining)?;
    let texts = tasks::texts(scripts)?;
    let vars = tasks::vars(&texts, defining, &around)?;
    let color = Color::Auto.on(&io::stderr());
    play::build(&names, texts, &vars, &around)
        .map_err(|refusal| Refused(tasks::refusal_lines(&refusal, color)))
}
