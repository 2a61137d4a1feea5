//! `tick enable`, `tick disable` and `tick reload`

use super::{Done, Server};
use crate::client::Client;

/// What was typed.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Ids of tasks, or patterns such as `'*_alert'`; where nothing matches, nothing happens
    #[arg(value_name = "TASK", required = true)]
    tasks: Vec<String>,

    #[command(flatten)]
    server: Server,
}

/// Runs `tick enable`.
pub(super) fn enable(args: &Args, root: &Server) -> Done {
    set(args, &args.server.connect(root)?, true)
}

/// Runs `tick disable`.
pub(super) fn disable(args: &Args, root: &Server) -> Done {
    set(args, &args.server.connect(root)?, false)
}

/// Runs `tick reload`.
pub(super) fn reload(args: &Args, root: &Server) -> Done {
    let client = args.server.connect(root)?;
    set(args, &client, false)?;
    set(args, &client, true)
}

fn set(args: &Args, client: &Client, enable: bool) -> Done {
    Ok(args.tasks.iter().try_for_each(|pattern| client.enable(pattern, enable))?)
}
