//! The command `tick`: what was typed, and one file for each command.

mod aside;
mod color;
mod commands;
mod configuration;
mod drive;
mod exit;
mod io;
mod points;
mod recipes;
mod report;
mod sample;
mod scripts;
mod write;

use std::env;
use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};

pub use exit::Exit;

/// Run, replay and test Kapacitor TICKscripts.
#[derive(Parser, Debug)]
#[command(name = "tick", version, about, propagate_version = true, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    server: commands::live::Server,

    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Run scripts on metrics and deliver what their handlers ask for
    Run(commands::run::Args),
    /// Play recorded metrics through scripts on a simulated clock
    Replay(commands::replay::Args),
    /// Test scripts on made-up or recorded metrics
    Test(commands::test::Args),
    /// Check, formatting and tests at once, as for a CI server
    Ci(commands::ci::Args),
    /// Rewrite a test file of kapacitor-unit
    Migrate(commands::migrate::Args),
    /// Compare what two versions of scripts tell on recorded metrics
    Diff(commands::diff::Args),
    /// Try values of vars on recorded metrics
    Tune(commands::tune::Args),
    /// Write a rule, its data and its test to start from
    Init(commands::init::Args),
    /// Check scripts and report every mistake
    Check(commands::check::Args),
    /// Format scripts as Kapacitor's formatter does
    Fmt(commands::fmt::Args),
    /// Print the graph of a script as DOT or Mermaid
    Graph(commands::graph::Args),
    /// Turn metrics of one format into another
    Convert(commands::convert::Args),
    /// Record what scripts read, as Kapacitor does
    Record(commands::record::Args),
    /// Run tasks live, behind Kapacitor's HTTP API
    Serve(commands::serve::Args),
    /// Evaluate a lambda expression on points
    Eval(commands::eval::Args),
    /// Print a configuration as it holds, or say what is wrong with it
    Config(commands::config::Args),
    /// Explain a diagnostic's code, a node, a property, a function or a handler
    Explain(commands::explain::Args),
    #[command(flatten)]
    Live(commands::live::Command),
    /// Print the version
    Version,
}

/// Runs the command line and gives its exit status.
pub fn main() -> ExitCode {
    let command = Cli::command();
    let args = commands::live::go_flags(&command, env::args_os());
    let matches = command.clone().get_matches_from(args);
    match Cli::from_arg_matches(&matches) {
        Ok(cli) => run(&cli, &command, &matches).unwrap_or_else(|exit| exit).into(),
        Err(error) => error.exit(),
    }
}

fn run(cli: &Cli, command: &clap::Command, matches: &ArgMatches) -> Result<Exit, Exit> {
    let server = &cli.server;
    let form = || commands::live::form(command, matches, server);
    if server.is_given() && !cli.command.knows_servers() {
        io::complain("error: `--url` and `--skipVerify` are for commands that talk to a server");
        return Err(Exit::Usage);
    }
    Ok(match &cli.command {
        Command::Run(args) => commands::run::run(args),
        Command::Replay(args) => commands::replay::run(args, form()?, server),
        Command::Test(args) => commands::test::run(args),
        Command::Ci(args) => commands::ci::run(args),
        Command::Migrate(args) => commands::migrate::run(args),
        Command::Diff(args) => commands::diff::run(args),
        Command::Tune(args) => commands::tune::run(args),
        Command::Init(args) => commands::init::run(args),
        Command::Check(args) => commands::check::run(args),
        Command::Fmt(args) => commands::fmt::run(args),
        Command::Graph(args) => commands::graph::run(args),
        Command::Convert(args) => commands::convert::run(args),
        Command::Record(args) => commands::record::run(args, form()?, server),
        Command::Serve(args) => commands::serve::run(args),
        Command::Eval(args) => commands::eval::run(args),
        Command::Config(args) => commands::config::run(args),
        Command::Explain(args) => commands::explain::run(args),
        Command::Live(live) => commands::live::run(live, server),
        Command::Version => {
            io::print(concat!("tick ", env!("CARGO_PKG_VERSION"), "\n"))?;
            Exit::Ok
        }
    })
}

impl Command {
    /// Whether it means something to say which server.
    fn knows_servers(&self) -> bool {
        matches!(self, Command::Live(_) | Command::Replay(_) | Command::Record(_))
    }
}
