//! `tick replay` of a recording on a server, and `tick replay-live`.

use super::recording::{Span, make};
use super::{Done, Server, Stop};
use crate::client::{Making, Pace};

/// What was typed for `tick replay` of a recording.
#[derive(clap::Args, Debug)]
pub(crate) struct Replay {
    /// Replay this recording of a server to its task `--task`, in place of scripts and inputs
    #[arg(long, value_name = "RECORDING", help_heading = "Server")]
    recording: Option<String>,

    #[command(flatten)]
    how: How,
}

/// What was typed for `tick replay-live`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand, Debug)]
enum What {
    /// Replay what the queries of a batch task are answered
    #[command(after_help = BATCH)]
    Batch(Batch),
    /// Replay what a query is answered
    #[command(after_help = QUERY)]
    Query(Query),
}

#[derive(clap::Args, Debug)]
struct Batch {
    /// The task whose queries are asked
    #[arg(long, value_name = "TASK", help_heading = "Server")]
    task: Option<String>,

    #[command(flatten)]
    span: Span,

    #[command(flatten)]
    how: How,
}

#[derive(clap::Args, Debug)]
struct Query {
    /// The task that gets the points
    #[arg(long, value_name = "TASK", help_heading = "Server")]
    task: Option<String>,

    /// The query; its source is a whole name: `"telegraf"."autogen"."cpu"`
    #[arg(long, value_name = "QUERY", help_heading = "Server")]
    query: Option<String>,

    /// The `[[influxdb]]` of the server's configuration that is asked
    #[arg(long, value_name = "NAME", help_heading = "Server")]
    cluster: Option<String>,

    #[command(flatten)]
    how: How,
}

/// What is the same for all replays of a server.
#[derive(clap::Args, Debug)]
struct How {
    /// As fast as the data came, not as fast as possible
    #[arg(long, help_heading = "Server")]
    real_clock: bool,

    /// Keep the times of the recording, instead of moving them to now
    #[arg(long, help_heading = "Server")]
    rec_time: bool,

    /// The id of the replay (default: one that the server makes up)
    #[arg(long, value_name = "ID", help_heading = "Server")]
    replay_id: Option<String>,

    /// Do not wait for the end of the replay, and print nothing
    #[arg(long, help_heading = "Server")]
    no_wait: bool,

    #[command(flatten)]
    server: Server,
}

const BATCH: &str = "\
Examples:
  tick replay-live batch -task cpu_day -past 10h
  tick replay-live batch -task cpu_day -start 2026-01-01T00:00:00Z -stop 2026-01-02T00:00:00Z -rec-time

The id of the replay is printed once it is finished. Its handlers act.";

const QUERY: &str = "\
Examples:
  tick replay-live query -task cpu_alert -query 'SELECT usage_idle FROM \"telegraf\".\"autogen\".\"cpu\" WHERE time > now() - 1h'

The id of the replay is printed once it is finished. Its handlers act.";

/// Runs `tick replay-live`.
pub(super) fn run(args: &Args, root: &Server) -> Done {
    match &args.what {
        What::Batch(args) => args.replay(root),
        What::Query(args) => args.replay(root),
    }
}

impl Replay {
    /// Replays a recording to a task.
    pub(crate) fn replay(&self, task: Option<&str>, root: &Server) -> Done {
        let recording = self.recording.as_deref().ok_or_else(|| Stop::because("must pass recording ID"))?;
        let task = task.ok_or_else(|| Stop::because("must pass task ID"))?;
        self.how.make(root, |id, pace| Making::replay(id, task, recording, pace))
    }
}

impl Batch {
    fn replay(&self, root: &Server) -> Done {
        let task = self.task.as_deref().ok_or_else(|| Stop::because("task is required"))?;
        let (start, stop) = self.span.read()?;
        self.how.make(root, |id, pace| Making::replay_batch(id, task, &start, &stop, pace))
    }
}

impl Query {
    fn replay(&self, root: &Server) -> Done {
        let (Some(query), Some(task)) = (&self.query, &self.task) else {
            return Err(Stop::because("both query and task are required"));
        };
        let cluster = self.cluster.as_deref().unwrap_or_default();
        self.how.make(root, |id, pace| Making::replay_query(id, task, query, cluster, pace))
    }
}

impl How {
    fn make(&self, root: &Server, making: impl FnOnce(&str, Pace) -> Making) -> Done {
        let pace = Pace { recorded_times: self.rec_time, real_clock: self.real_clock };
        let id = self.replay_id.as_deref().unwrap_or_default();
        make(&self.server.connect(root)?, &making(id, pace), self.no_wait)
    }
}
