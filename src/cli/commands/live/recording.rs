//! `tick record` on a server: what a task reads, what its queries are answered, what a query is answered.

use std::time::{SystemTime, UNIX_EPOCH};

use super::{Done, Server, Stop};
use crate::cli::drive::moment;
use crate::cli::io::print;
use crate::client::{Client, Making};
use crate::value::{duration, time};

/// What was typed for `tick record stream`.
#[derive(clap::Args, Debug)]
pub(crate) struct Stream {
    /// Let the server record what `--task` reads for so long: `10s`, `5m`
    #[arg(long, value_name = "DURATION", value_parser = length, help_heading = "Server")]
    duration: Option<i64>,

    #[command(flatten)]
    made: Made,
}

/// What was typed for `tick record batch`.
#[derive(clap::Args, Debug)]
pub(crate) struct Batch {
    #[command(flatten)]
    span: Span,

    #[command(flatten)]
    made: Made,
}

/// What was typed for `tick record query`.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Query {
    /// The query; its source is a whole name: `"telegraf"."autogen"."cpu"`
    #[arg(long, value_name = "QUERY", help_heading = "Server")]
    query: Option<String>,

    /// What it is recorded as
    #[arg(long = "type", value_name = "TYPE", help_heading = "Server")]
    kind: Option<Kind>,

    /// The `[[influxdb]]` of the server's configuration that is asked
    #[arg(long, value_name = "NAME", help_heading = "Server")]
    cluster: Option<String>,

    #[command(flatten)]
    made: Made,
}

const EXAMPLES: &str = "\
Examples:
  tick record query -query 'SELECT usage_idle FROM \"telegraf\".\"autogen\".\"cpu\" WHERE time > now() - 1h' -type stream

The id of the recording is printed once it is finished.

Exit status:
  0    recorded
  2    wrong usage
  3    the recording failed, the server refused it or was not reached
  4    the URL of the server is none";

#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Stream,
    Batch,
}

/// The time for which queries are asked.
#[derive(clap::Args, Debug)]
pub(super) struct Span {
    /// Ask the queries of `--task` on the server, from this time on, RFC 3339
    #[arg(long, value_name = "TIME", value_parser = moment, help_heading = "Server")]
    start: Option<i64>,

    /// Ask them for so long before `--stop`, in place of `--start`
    #[arg(long, value_name = "DURATION", value_parser = length, help_heading = "Server")]
    past: Option<i64>,

    /// Ask them up to this time (default: now)
    #[arg(long, value_name = "TIME", value_parser = moment, help_heading = "Server")]
    stop: Option<i64>,
}

/// What is the same for all recordings.
#[derive(clap::Args, Debug)]
struct Made {
    /// The id of the recording (default: one that the server makes up)
    #[arg(long, value_name = "ID", help_heading = "Server")]
    recording_id: Option<String>,

    /// Do not wait for the end of the recording, and print nothing
    #[arg(long, help_heading = "Server")]
    no_wait: bool,

    #[command(flatten)]
    server: Server,
}

impl Stream {
    /// Records what a task reads.
    pub(crate) fn record(&self, task: Option<&str>, root: &Server) -> Done {
        let (Some(task), Some(duration)) = (task, self.duration) else {
            return Err(Stop::because("both task and duration are required"));
        };
        let stop = rfc3339(now().saturating_add(duration));
        self.made.make(root, |id| Making::stream(id, task, &stop))
    }
}

impl Batch {
    /// Records what the queries of a task are answered.
    pub(crate) fn record(&self, task: Option<&str>, root: &Server) -> Done {
        let task = task.ok_or_else(|| Stop::because("task is required"))?;
        let (start, stop) = self.span.read()?;
        self.made.make(root, |id| Making::batch(id, task, &start, &stop))
    }
}

impl Query {
    /// Records what a query is answered.
    pub(crate) fn record(&self, root: &Server) -> Done {
        let (Some(query), Some(kind)) = (&self.query, self.kind) else {
            return Err(Stop::because("both query and type are required"));
        };
        let kind = match kind {
            Kind::Stream => "stream",
            Kind::Batch => "batch",
        };
        let cluster = self.cluster.as_deref().unwrap_or_default();
        self.made.make(root, |id| Making::query(id, query, kind, cluster))
    }
}

impl Span {
    /// Its two ends, as the server reads them.
    pub(super) fn read(&self) -> Result<(String, String), Stop> {
        let stop = self.stop.unwrap_or_else(now);
        let start = match (self.start, self.past) {
            (Some(start), None) => start,
            (None, Some(past)) => stop.saturating_sub(past),
            (None, None) => return Err(Stop::because("must set one of start or past flags.")),
            (Some(_), Some(_)) => return Err(Stop::because("cannot set both start and past flags.")),
        };
        Ok((rfc3339(start), rfc3339(stop)))
    }
}

impl Made {
    fn make(&self, root: &Server, making: impl FnOnce(&str) -> Making) -> Done {
        let making = making(self.recording_id.as_deref().unwrap_or_default());
        make(&self.server.connect(root)?, &making, self.no_wait)
    }
}

/// Has something made, waits for it and prints its id.
pub(super) fn make(client: &Client, making: &Making, no_wait: bool) -> Done {
    let made = client.make(making)?;
    if no_wait {
        return Ok(());
    }
    let (id, failed) = client.finished(making, made)?;
    print(&format!("{id}\n"))?;
    failed.map_or(Ok(()), |why| Err(Stop::because(why)))
}

fn length(text: &str) -> Result<i64, String> {
    duration::parse_influx(text).map_err(|_| "expected a duration such as `10s` or `1h30m`".to_owned())
}

fn rfc3339(ns: i64) -> String {
    let mut text = String::new();
    time::push_rfc3339_nano(&mut text, ns);
    text
}

/// Nanoseconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}
