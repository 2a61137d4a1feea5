//! `tick list`

use super::{Done, Server};
use crate::cli::io::print;
use crate::client::Kind;

/// What was typed.
#[derive(clap::Args, Debug)]
#[command(override_usage = "tick list [OPTIONS] <WHAT> [ID]...
       tick list [OPTIONS] topic-handlers [TOPIC [ID]...]")]
pub(crate) struct Args {
    /// What is listed
    #[arg(value_name = "WHAT")]
    what: What,

    /// Ids, or patterns such as `'*_alert'` (default: all). Of handlers the topic comes first
    #[arg(value_name = "ID")]
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
    ServiceTests,
}

/// Runs the command.
pub(super) fn run(args: &Args, root: &Server) -> Done {
    let client = args.server.connect(root)?;
    let all = [String::new()];
    let or_all = |ids: &[String]| if ids.is_empty() { all.to_vec() } else { ids.to_vec() };
    let ids = or_all(&args.ids);
    let table = match args.what {
        What::Tasks => client.table(Kind::Tasks, &ids)?,
        What::Templates => client.table(Kind::Templates, &ids)?,
        What::Recordings => client.table(Kind::Recordings, &ids)?,
        What::Replays => client.table(Kind::Replays, &ids)?,
        What::Topics => client.topics_table(&ids)?,
        What::TopicHandlers => {
            let (topic, ids) = ids.split_first().map_or(("", &[][..]), |(topic, ids)| (topic.as_str(), ids));
            client.handlers_table(topic, &or_all(ids))?
        }
        What::ServiceTests => client.services_table(&ids)?,
    };
    Ok(print(&table)?)
}
