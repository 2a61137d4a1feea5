//! The commands that talk to a server: Kapacitor's own, one file for each or for a few that are alike.

mod backup;
mod define;
mod delete;
mod form;
mod go_flags;
mod handlers;
mod list;
mod logs;
mod recording;
mod replaying;
mod server;
mod show;
mod stats;
mod tasks;

pub(crate) use form::{Form, form};
pub(crate) use go_flags::go_flags;
pub(crate) use recording::{Batch, Query, Stream};
pub(crate) use replaying::Replay;
pub(crate) use server::{Done, Server, Stop, finish};

use crate::cli::Exit;

/// A command that is nothing without a server.
#[derive(clap::Subcommand, Debug)]
pub(crate) enum Command {
    /// Make a task on a server, or change it
    #[command(after_help = define::EXAMPLES)]
    Define(define::Task),
    /// Make a template on a server, or change it
    DefineTemplate(define::Template),
    /// Make a handler of a topic on a server, or change it
    DefineTopicHandler(handlers::Define),
    /// Start tasks of a server
    Enable(tasks::Args),
    /// Stop tasks of a server
    Disable(tasks::Args),
    /// Stop tasks of a server and start them again
    Reload(tasks::Args),
    /// Delete tasks, templates, recordings, replays, topics or handlers of a server
    Delete(delete::Args),
    /// List the tasks, templates, recordings, replays, topics, handlers or services of a server
    List(list::Args),
    /// Show a task of a server
    Show(show::Task),
    /// Show a template of a server
    ShowTemplate(show::Template),
    /// Show a topic of a server with its events
    ShowTopic(show::Topic),
    /// Show a handler of a server
    ShowTopicHandler(show::Handler),
    /// Replay data to a task of a server without recording them
    ReplayLive(replaying::Args),
    /// Watch the log of a task of a server
    Watch(logs::Watch),
    /// Watch the log of a server
    Logs(logs::Logs),
    /// Change how much a server logs
    Level(stats::Level),
    /// Show what a server counts
    Stats(stats::Stats),
    /// Print the variables of a server as JSON
    Vars(stats::Vars),
    /// Test the services that a server can reach
    ServiceTests(stats::ServiceTests),
    /// Copy the store of a server to a file
    Backup(backup::Args),
}

/// Runs a command.
pub(crate) fn run(command: &Command, root: &Server) -> Exit {
    finish(match command {
        Command::Define(args) => define::task(args, root),
        Command::DefineTemplate(args) => define::template(args, root),
        Command::DefineTopicHandler(args) => handlers::define(args, root),
        Command::Enable(args) => tasks::enable(args, root),
        Command::Disable(args) => tasks::disable(args, root),
        Command::Reload(args) => tasks::reload(args, root),
        Command::Delete(args) => delete::run(args, root),
        Command::List(args) => list::run(args, root),
        Command::Show(args) => show::task(args, root),
        Command::ShowTemplate(args) => show::template(args, root),
        Command::ShowTopic(args) => show::topic(args, root),
        Command::ShowTopicHandler(args) => show::handler(args, root),
        Command::ReplayLive(args) => replaying::run(args, root),
        Command::Watch(args) => logs::watch(args, root),
        Command::Logs(args) => logs::logs(args, root),
        Command::Level(args) => stats::level(args, root),
        Command::Stats(args) => stats::stats(args, root),
        Command::Vars(args) => stats::vars(args, root),
        Command::ServiceTests(args) => stats::service_tests(args, root),
        Command::Backup(args) => backup::run(args, root),
    })
}
