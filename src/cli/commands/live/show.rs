//! `tick show`, `tick show-template`, `tick show-topic` and `tick show-topic-handler`

use super::{Done, Server};
use crate::cli::io::print;

/// What was typed for a task.
#[derive(clap::Args, Debug)]
pub(crate) struct Task {
    /// Its id
    #[arg(value_name = "TASK")]
    id: String,

    /// Show it as it runs in this replay
    #[arg(long, value_name = "REPLAY")]
    replay: Option<String>,

    #[command(flatten)]
    server: Server,
}

/// What was typed for a template.
#[derive(clap::Args, Debug)]
pub(crate) struct Template {
    /// Its id
    #[arg(value_name = "TEMPLATE")]
    id: String,

    #[command(flatten)]
    server: Server,
}

/// What was typed for a topic.
#[derive(clap::Args, Debug)]
pub(crate) struct Topic {
    /// Its id
    #[arg(value_name = "TOPIC")]
    id: String,

    #[command(flatten)]
    server: Server,
}

/// What was typed for a handler.
#[derive(clap::Args, Debug)]
pub(crate) struct Handler {
    /// The id of its topic
    #[arg(value_name = "TOPIC")]
    topic: String,

    /// Its id
    #[arg(value_name = "HANDLER")]
    id: String,

    #[command(flatten)]
    server: Server,
}

/// Runs `tick show`.
pub(super) fn task(args: &Task, root: &Server) -> Done {
    let replay = args.replay.as_deref().unwrap_or_default();
    Ok(print(&args.server.connect(root)?.show_task(&args.id, replay)?)?)
}

/// Runs `tick show-template`.
pub(super) fn template(args: &Template, root: &Server) -> Done {
    Ok(print(&args.server.connect(root)?.show_template(&args.id)?)?)
}

/// Runs `tick show-topic`.
pub(super) fn topic(args: &Topic, root: &Server) -> Done {
    Ok(print(&args.server.connect(root)?.show_topic(&args.id)?)?)
}

/// Runs `tick show-topic-handler`.
pub(super) fn handler(args: &Handler, root: &Server) -> Done {
    Ok(print(&args.server.connect(root)?.show_handler(&args.topic, &args.id)?)?)
}
