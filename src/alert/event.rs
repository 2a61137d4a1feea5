//! An event, with all that its handlers and templates may ask for.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use super::plain::push_html_escaped;
use super::{Level, Server, details};
use crate::value::Value;

/// What an alert node sends to a topic. Shared by all who handle it.
#[derive(Clone, PartialEq, Debug)]
pub struct Event {
    /// Rendered `id`.
    pub id: String,
    /// Rendered `message`.
    pub message: String,
    /// Rendered `details`; read it with [`Event::details`].
    pub details: Details,
    /// Nanoseconds since 1970.
    pub time: i64,
    /// Since the alert left OK, in nanoseconds.
    pub duration: i64,
    /// Now.
    pub level: Level,
    /// Of the last event with this id on this topic.
    pub previous: Level,
    /// Counts the news of a run: what goes to several topics keeps its number.
    pub serial: u64,
    /// Whether a recovery will be told.
    pub recoverable: bool,
    /// Task id; empty for aggregates.
    pub task: Arc<str>,
    /// Measurement; empty for aggregates.
    pub name: String,
    /// Group id; empty where ungrouped (alert templates print `nil` there).
    pub group: String,
    /// `.category()` of the node.
    pub category: String,
    /// Tags, sorted by key.
    pub tags: Vec<(String, String)>,
    /// Fields, sorted by key.
    pub fields: Vec<(String, Value)>,
    /// The data that caused it.
    pub data: Data,
}

/// The data that caused an event.
#[derive(Clone, PartialEq, Debug)]
pub enum Data {
    /// None: prints as `"series":null`.
    None,
    /// A point: its measurement, time, tags and fields are the event's own.
    Point,
    /// Tables: a batch, or what an aggregate gathered.
    Series(Vec<Series>),
}

/// The details of an event.
#[derive(Clone, Debug)]
pub enum Details {
    /// As a template rendered them.
    Text(String),
    /// The default, `{{ json . }}`: made when somebody reads it, since it is most of the work of an event
    /// and often nobody does.
    Default {
        /// What it shows of the server.
        server: Arc<Server>,
        /// Once it was made.
        text: OnceLock<String>,
    },
}

impl Default for Details {
    fn default() -> Details {
        Details::Text(String::new())
    }
}

impl From<&str> for Details {
    fn from(text: &str) -> Details {
        Details::Text(text.to_owned())
    }
}

impl PartialEq for Details {
    /// Equal as far as it can be told without the event: what is not made yet differs from a text.
    fn eq(&self, other: &Details) -> bool {
        match (self, other) {
            (Details::Text(a), Details::Text(b)) => a == b,
            (Details::Default { server: a, .. }, Details::Default { server: b, .. }) => a == b,
            _ => false,
        }
    }
}

impl Event {
    /// The rendered details.
    pub fn details(&self) -> &str {
        match &self.details {
            Details::Text(text) => text,
            Details::Default { server, text } => text.get_or_init(|| {
                let mut json = String::new();
                // Where a number has no JSON form, the event was given a text instead.
                let _ = details::push_json(self, server, &mut json);
                let mut out = String::with_capacity(json.len() * 2);
                push_html_escaped(&mut out, &json);
                out
            }),
        }
    }

    /// The data as tables; `None` where there were no data.
    pub fn series(&self) -> Option<Cow<'_, [Series]>> {
        match &self.data {
            Data::None => None,
            Data::Point => Some(Cow::Owned(vec![self.row()])),
            Data::Series(series) => Some(Cow::Borrowed(series)),
        }
    }

    fn row(&self) -> Series {
        let (columns, values) = self.fields.iter().cloned().unzip();
        let (name, tags) = (self.name.clone(), self.tags.clone());
        Series { name, tags, columns, values: vec![(self.time, values)] }
    }
}

/// A table of the data that caused an event.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Series {
    /// Measurement.
    pub name: String,
    /// Tags, sorted by key.
    pub tags: Vec<(String, String)>,
    /// Columns after `time`, sorted.
    pub columns: Vec<String>,
    /// Rows: time, then a value for each column.
    pub values: Vec<(i64, Vec<Value>)>,
}

#[cfg(test)]
impl Event {
    /// A critical event of task `t` on a point of `m` without tags and fields, for tests.
    pub(crate) fn example() -> Event {
        Event {
            id: String::new(),
            message: String::new(),
            details: Details::default(),
            time: 0,
            duration: 0,
            level: Level::Critical,
            previous: Level::Ok,
            serial: 0,
            recoverable: true,
            task: "t".into(),
            name: "m".into(),
            group: String::new(),
            category: String::new(),
            tags: Vec::new(),
            fields: Vec::new(),
            data: Data::Point,
        }
    }
}
