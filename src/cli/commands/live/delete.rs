//! `tick delete`

use super::{Done, Server, Stop};
use crate::client::Kind;

/// What was typed.
#[derive(clap::Args, Debug)]
#[command(override_usage = "tick delete [OPTIONS] <WHAT> <ID>...
       tick delete [OPTIONS] topic-handlers <TOPIC> <ID>...")]
pub(crate) struct Args {
    /// What is deleted
    #[arg(value_name = "WHAT")]
    what: What,

    /// Ids, or patterns such as `'*_alert'`; where nothing matches, nothing happens. Of handlers the topic comes first
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,

    #[command(flatten)]
    server: Server,
}

#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum What {
    Tasks,
    Templates,
    Recordings,
    Replays,
    Topics,
    TopicHandlers,
}

/// Runs the command.
pub(super) fn run(args: &Args, root: &Server) -> Done {
    let client = args.server.connect(root)?;
    let each = |kind| args.ids.iter().try_for_each(|id| client.delete_all(kind, id));
    match args.what {
        What::Tasks => each(Kind::Tasks)?,
        What::Templates => each(Kind::Templates)?,
        What::Recordings => each(Kind::Recordings)?,
        What::Replays => each(Kind::Replays)?,
        What::Topics => args.ids.iter().try_for_each(|id| client.delete_topics(id))?,
        What::TopicHandlers => match args.ids.split_first() {
            Some((topic, ids)) if !ids.is_empty() => {
                ids.iter().try_for_each(|id| client.delete_handlers(topic, id))?;
            }
            _ => return Err(Stop::because("which handlers? `tick delete topic-handlers TOPIC ID...`")),
        },
    }
    Ok(())
}
