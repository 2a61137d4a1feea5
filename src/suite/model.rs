//! A test file as it was read.

use std::path::PathBuf;

use super::pattern::{Entry, Pattern, Range};
use super::series::Notation;
use super::time::{Span as Stretch, When};
use crate::alert::Level;
use crate::handlers::tree::{At, Node, Place};
use crate::input;
use crate::text::{Source, Span};
use crate::value::Zone;

/// A test file.
#[derive(Debug)]
pub struct SuiteFile {
    /// Its text.
    pub source: Source,
    /// Its tests, in order.
    pub tests: Vec<Test>,
}

/// One test.
#[derive(Debug)]
pub struct Test {
    /// Unique in its file.
    pub name: String,
    /// Where it begins.
    pub place: Place,
    /// The key that all keys of the test are below: where it begins, in bytes.
    pub span: Span,
    /// The script and what surrounds it.
    pub setting: Setting,
    /// Where the clock starts; none: where the data do, or at the default.
    pub start: Option<i64>,
    /// The clock goes on until then.
    pub until: Option<When>,
    /// What is played.
    pub inputs: Vec<Input>,
    /// What is expected.
    pub expect: Expect,
}

/// A script with its surroundings: what a task is made of.
#[derive(Clone, PartialEq, Debug)]
pub struct Setting {
    /// The script.
    pub script: PathBuf,
    /// Task id; none: the script's name.
    pub task: Option<String>,
    /// Values of vars, the last of a name counts.
    pub vars: Vec<(At<String>, At<Node>)>,
    /// Database of the data.
    pub db: Option<String>,
    /// Retention policy of the data.
    pub rp: Option<String>,
    /// Handler files.
    pub handlers: Vec<PathBuf>,
    /// The server's configuration.
    pub config: Option<PathBuf>,
    /// For the calendar functions of lambdas.
    pub zone: String,
}

impl Setting {
    /// The zone, which was checked when the file was read.
    pub fn zone(&self) -> Zone {
        Zone::parse(&self.zone).unwrap_or_else(|_| Zone::utc())
    }
}

/// Something that is played.
#[derive(Debug)]
pub struct Input {
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub data: Data,
    /// The query that gets it as its answers, instead of the tasks as points.
    pub query: Option<At<String>>,
}

/// The data of an input.
#[derive(Debug)]
pub enum Data {
    /// Generated points.
    Series(Series),
    /// Line protocol.
    Lines(Vec<InlineLine>),
    /// A file.
    File {
        /// Its path.
        path: PathBuf,
        /// How it is read.
        how: Box<input::Options>,
    },
}

/// Points at equal intervals.
#[derive(Debug)]
pub struct Series {
    /// Measurement.
    pub name: String,
    /// The tags of each series.
    pub tags: Vec<Vec<(String, String)>>,
    /// Fields with their values.
    pub fields: Vec<(String, Notation)>,
    /// From one value to the next, in nanoseconds.
    pub interval: i64,
    /// When the first value is.
    pub from: When,
    /// Decides the noise.
    pub seed: u64,
}

/// A line of line protocol.
#[derive(Debug)]
pub struct InlineLine {
    /// Without its time.
    pub text: String,
    /// Its time.
    pub time: When,
    /// Where it stands.
    pub place: Place,
}

/// What is expected of a test.
#[derive(Debug, Default)]
pub struct Expect {
    /// Where it stands; none where the test expects nothing yet.
    pub place: Option<Place>,
    /// The script is refused, or its task fails.
    pub error: Option<ExpectedError>,
    /// Events.
    pub events: Option<List>,
    /// Events that must not be.
    pub none: Vec<Expected>,
    /// How many events there are: of a level, or of all.
    pub counts: Vec<Count>,
    /// The last level of ids.
    pub levels: Vec<FinalLevel>,
    /// Rows of nodes.
    pub rows: Vec<(At<String>, List)>,
    /// What handlers would have done.
    pub calls: Option<List>,
    /// How far numbers may be apart.
    pub tolerance: f64,
}

impl Expect {
    /// Whether nothing is expected.
    pub fn is_empty(&self) -> bool {
        self.error.is_none()
            && self.events.is_none()
            && self.none.is_empty()
            && self.counts.is_empty()
            && self.levels.is_empty()
            && self.rows.is_empty()
            && self.calls.is_none()
    }
}

/// A list of things that happen.
#[derive(Debug)]
pub struct List {
    /// Where it stands.
    pub place: Place,
    /// Where it begins, in bytes.
    pub span: Span,
    /// Nothing else happens.
    pub exact: bool,
    /// In order of time.
    pub items: Vec<Expected>,
}

/// Something that is to happen.
#[derive(Clone, Debug)]
pub struct Expected {
    /// Where it stands.
    pub place: Place,
    /// Where its table begins, in bytes.
    pub span: Span,
    /// When.
    pub when: Stretch,
    /// Where the time stands.
    pub when_at: Option<(Place, Span)>,
    /// What it is like.
    pub entries: Vec<Entry>,
    /// Tags and fields have no further keys.
    pub exact: bool,
}

impl Expected {
    /// The pattern of a key.
    pub fn get(&self, key: &str) -> Option<&Pattern> {
        self.entries.iter().find(|e| e.key.value == key).map(|e| &e.want.value)
    }
}

/// How many events there are.
#[derive(Debug)]
pub struct Count {
    /// None: of all levels.
    pub level: Option<Level>,
    /// Its key.
    pub key: At<String>,
    /// How many.
    pub want: At<Range>,
}

/// The last level of an id.
#[derive(Debug)]
pub struct FinalLevel {
    /// The id.
    pub id: At<String>,
    /// Its level at the end.
    pub level: At<Level>,
}

/// A script that does not run.
#[derive(Debug)]
pub struct ExpectedError {
    /// Where it stands.
    pub place: Place,
    /// `E0301`
    pub code: Option<At<String>>,
    /// The message, or Kapacitor's words.
    pub text: Option<At<Pattern>>,
    /// Line of the script.
    pub line: Option<At<i64>>,
}
