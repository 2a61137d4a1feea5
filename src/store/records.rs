//! What is kept, as plain structs: what a store gives back is what it was given, to the last byte.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::words;
use crate::alert::Level;
use crate::pipeline::TaskType;

/// A task as it was defined.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Task {
    /// Its id.
    pub id: String,
    /// The template it was made from.
    pub template: Option<String>,
    /// Where its data come from.
    #[serde(with = "words::task_type")]
    pub task_type: TaskType,
    /// Databases and retention policies, as the user gave them or the script names them.
    pub dbrps: Vec<(String, String)>,
    /// The script, byte for byte.
    pub script: String,
    /// Vars by name, each `{"type", "value", "description"}` as Kapacitor writes them.
    pub vars: Map<String, Json>,
    /// Whether it shall run.
    pub enabled: bool,
    /// Why it does not run; empty if it does or shall not.
    pub error: String,
    /// When it was made, in nanoseconds.
    pub created: i64,
    /// When it was last changed, in nanoseconds.
    pub modified: i64,
    /// When it was last enabled, in nanoseconds; none if never.
    pub last_enabled: Option<i64>,
}

/// A script with vars to be filled in.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Template {
    /// Its id.
    pub id: String,
    /// Where the data of its tasks come from.
    #[serde(with = "words::task_type")]
    pub task_type: TaskType,
    /// The script, byte for byte.
    pub script: String,
    /// What is wrong with it; empty if nothing.
    pub error: String,
    /// When it was made, in nanoseconds.
    pub created: i64,
    /// When it was last changed, in nanoseconds.
    pub modified: i64,
}

/// A handler of a topic.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TopicHandler {
    /// The topic.
    pub topic: String,
    /// Its id in the topic.
    pub id: String,
    /// `slack`, `log`, …
    pub kind: String,
    /// What the user sent, in the user's order; none if nothing was sent.
    pub options: Option<Map<String, Json>>,
    /// The lambda that an event must satisfy; empty: every event.
    #[serde(rename = "match")]
    pub matching: String,
}

/// The last event with some id in some topic.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EventState {
    /// The message.
    pub message: String,
    /// The details.
    pub details: String,
    /// When it happened, in nanoseconds.
    pub time: i64,
    /// How long it had not been OK, in nanoseconds.
    pub duration: i64,
    /// How bad it is.
    #[serde(with = "words::level")]
    pub level: Level,
}

/// How far a recording or a replay is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunStatus {
    /// Under way.
    Running,
    /// Done.
    Finished,
    /// Ended by an error.
    Failed,
}

impl RunStatus {
    /// As Kapacitor's API prints it.
    pub fn as_str(self) -> &'static str {
        match self {
            RunStatus::Running => "running",
            RunStatus::Finished => "finished",
            RunStatus::Failed => "failed",
        }
    }
}

/// Recorded data.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Recording {
    /// Its id.
    pub id: String,
    /// What was recorded.
    #[serde(with = "words::task_type")]
    pub task_type: TaskType,
    /// Bytes of its file; -1 if there is none.
    pub size: i64,
    /// When it last changed, in nanoseconds.
    pub date: i64,
    /// Why it failed; empty if it did not.
    pub error: String,
    /// How far it is.
    pub status: RunStatus,
    /// From 0 to 1.
    pub progress: f64,
}

/// A recording, a query or a time range played to a task.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Replay {
    /// Its id.
    pub id: String,
    /// The task.
    pub task: String,
    /// The recording; empty if it played what it asked for itself.
    pub recording: String,
    /// Whether points keep their times.
    pub recording_time: bool,
    /// Whether it waits for the times of the points.
    pub real_clock: bool,
    /// When it last changed, in nanoseconds.
    pub date: i64,
    /// Why it failed; empty if it did not.
    pub error: String,
    /// How far it is.
    pub status: RunStatus,
    /// From 0 to 1.
    pub progress: f64,
    /// The counters at its end, as the API prints them.
    pub stats: Json,
}

/// What was changed of an element of a section of the configuration.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Override {
    /// The section: `smtp`, `slack`, …
    pub section: String,
    /// The element; empty in a section that has one alone.
    pub element: String,
    /// Where the element comes from.
    pub origin: Origin,
    /// Options that were set.
    pub set: Map<String, Json>,
    /// Options that were deleted.
    pub delete: Vec<String>,
}

/// Where an overridden element comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// It is in the configuration file.
    File,
    /// It was added.
    Added,
    /// It is in the configuration file, and was removed.
    Removed,
}

/// What was once read from the load folder: it goes when its file goes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Loaded {
    /// What it is.
    pub kind: LoadedKind,
    /// Its id; a handler's is `topic/id`.
    pub id: String,
}

/// What a file of the load folder makes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LoadedKind {
    /// A template.
    Template,
    /// A task.
    Task,
    /// A handler.
    Handler,
}

impl LoadedKind {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            LoadedKind::Template => "template",
            LoadedKind::Task => "task",
            LoadedKind::Handler => "handler",
        }
    }
}

/// A user of the API.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct User {
    /// The name.
    pub name: String,
    /// The hash of the password; never the password.
    pub hash: String,
    /// Whether everything is allowed.
    pub admin: bool,
    /// `none`, `api`, `config_api`, `write_points`, `all`.
    pub permissions: Vec<String>,
}

/// The state of a task's nodes at some time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snapshot {
    /// The task.
    pub task: String,
    /// Of what the task was made: a state fits no other task.
    pub fingerprint: String,
    /// The state, as those who wrote it read it.
    pub state: Vec<u8>,
}
