//! Recordings and replays that a server makes.

use std::thread;
use std::time::Duration;

use serde_json::{Map, Value as Json};

use super::connection::Method;
use super::{Answer, Client, Failed};

/// How often is asked whether something is finished.
const AGAIN: Duration = Duration::from_millis(500);

/// How a replay goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pace {
    /// Times stay as they were recorded, instead of being moved to now.
    pub recorded_times: bool,
    /// As fast as the data came, not as fast as possible.
    pub real_clock: bool,
}

/// A recording or a replay that a server is to make. An empty id is one for the server to choose, an empty cluster its
/// first; moments are RFC 3339.
pub struct Making {
    path: &'static str,
    noun: &'static str,
    body: Map<String, Json>,
}

impl Making {
    /// A recording of what a task reads from now on.
    pub fn stream(id: &str, task: &str, stop: &str) -> Making {
        Making::new("recordings/stream", &[("id", id), ("task", task), ("stop", stop)])
    }

    /// A recording of what the queries of a task are answered.
    pub fn batch(id: &str, task: &str, start: &str, stop: &str) -> Making {
        Making::new("recordings/batch", &[("id", id), ("task", task), ("start", start), ("stop", stop)])
    }

    /// A recording of what a query is answered.
    pub fn query(id: &str, query: &str, kind: &str, cluster: &str) -> Making {
        let said = [("id", id), ("query", query), ("type", kind), ("cluster", cluster)];
        Making::new("recordings/query", &said)
    }

    /// A replay of a recording.
    pub fn replay(id: &str, task: &str, recording: &str, pace: Pace) -> Making {
        Making::new("replays", &[("id", id), ("recording", recording), ("task", task)]).at(pace)
    }

    /// A replay of what the queries of a task are answered.
    pub fn replay_batch(id: &str, task: &str, start: &str, stop: &str, pace: Pace) -> Making {
        Making::new("replays/batch", &[("id", id), ("task", task), ("start", start), ("stop", stop)]).at(pace)
    }

    /// A replay of what a query is answered.
    pub fn replay_query(id: &str, task: &str, query: &str, cluster: &str, pace: Pace) -> Making {
        let said = [("id", id), ("task", task), ("query", query), ("cluster", cluster)];
        Making::new("replays/query", &said).at(pace)
    }

    fn new(path: &'static str, said: &[(&str, &str)]) -> Making {
        let noun = if path.starts_with("recordings") { "recording" } else { "replay" };
        let said = said.iter().filter(|(key, text)| !["id", "cluster"].contains(key) || !text.is_empty());
        let body = said.map(|(key, text)| ((*key).to_owned(), Json::from(*text))).collect();
        Making { path, noun, body }
    }

    fn at(mut self, pace: Pace) -> Making {
        let clock = if pace.real_clock { "real" } else { "fast" };
        self.body.insert("recording-time".to_owned(), pace.recorded_times.into());
        self.body.insert("clock".to_owned(), clock.into());
        self
    }
}

impl Client {
    /// Asks for a recording or a replay; gives what the server says of it.
    ///
    /// # Errors
    /// What the server says.
    pub fn make(&self, making: &Making) -> Result<Answer, Failed> {
        let path = format!("/kapacitor/v1/{}", making.path);
        self.send(Method::Post, &path, &Json::Object(making.body.clone()), 201)
    }

    /// Waits until that is finished; gives its id, and why it failed if it did.
    ///
    /// # Errors
    /// What the server says.
    pub fn finished(&self, making: &Making, mut made: Answer) -> Result<(String, Option<String>), Failed> {
        while made.text("status") == "running" {
            thread::sleep(AGAIN);
            made = self.get(&made.href("link"), &[])?;
        }
        let why = (made.text("status") == "failed").then(|| match made.text("error") {
            "" => format!("{} failed: unknown reason", making.noun),
            error => error.to_owned(),
        });
        Ok((made.text("id").to_owned(), why))
    }
}
