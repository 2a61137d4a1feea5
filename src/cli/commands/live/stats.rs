//! `tick level`, `tick stats`, `tick vars` and `tick service-tests`

use super::logs::pass_on;
use super::{Done, Server};
use crate::cli::io::print;

/// What was typed for `tick level`.
#[derive(clap::Args, Debug)]
pub(crate) struct Level {
    /// `debug`, `info` or `error`
    #[arg(value_name = "LEVEL")]
    level: String,

    #[command(flatten)]
    server: Server,
}

/// What was typed for `tick stats`.
#[derive(clap::Args, Debug)]
pub(crate) struct Stats {
    /// Which of them
    #[arg(value_name = "WHICH")]
    which: Which,

    #[command(flatten)]
    server: Server,
}

#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Which {
    /// Who the server is and how many tasks it has
    General,
    /// The points it got, by database, retention policy and measurement
    Ingress,
}

/// What was typed for `tick vars`.
#[derive(clap::Args, Debug)]
pub(crate) struct Vars {
    #[command(flatten)]
    server: Server,
}

/// What was typed for `tick service-tests`.
#[derive(clap::Args, Debug)]
pub(crate) struct ServiceTests {
    /// Names of services, or patterns such as `'*'`
    #[arg(value_name = "SERVICE", required = true)]
    services: Vec<String>,

    #[command(flatten)]
    server: Server,
}

/// Runs `tick level`.
pub(super) fn level(args: &Level, root: &Server) -> Done {
    Ok(args.server.connect(root)?.log_level(&args.level)?)
}

/// Runs `tick stats`.
pub(super) fn stats(args: &Stats, root: &Server) -> Done {
    let client = args.server.connect(root)?;
    let table = match args.which {
        Which::General => client.general_stats()?,
        Which::Ingress => client.ingress_stats()?,
    };
    Ok(print(&table)?)
}

/// Runs `tick vars`.
pub(super) fn vars(args: &Vars, root: &Server) -> Done {
    pass_on(args.server.connect(root)?.vars()?)
}

/// Runs `tick service-tests`.
pub(super) fn service_tests(args: &ServiceTests, root: &Server) -> Done {
    Ok(print(&args.server.connect(root)?.test_services(&args.services)?)?)
}
