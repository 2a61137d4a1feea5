//! An event, with all that its handlers and templates may ask for.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use super::plain::push_html_escaped;
use super::{Form, Level, Point};
use crate::data::kept;
use crate::value::{Value, json};

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
    /// What it is about: measurement, tags and fields, all empty for aggregates.
    pub point: Arc<Point>,
    /// Group id; empty where ungrouped (alert templates print `nil` there).
    pub group: String,
    /// `.category()` of the node.
    pub category: Arc<str>,
    /// The data that caused it.
    pub data: Data,
}

/// The data that caused an event.
#[derive(Clone, PartialEq, Debug)]
pub enum Data {
    /// None: prints as `"series":null`.
    None,
    /// The event's own point.
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
        /// What all events of a node have in common.
        form: Arc<Form>,
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
            (Details::Default { form: a, .. }, Details::Default { form: b, .. }) => a == b,
            _ => false,
        }
    }
}

impl Event {
    /// An event about nothing, of nobody.
    pub(super) fn nothing() -> Event {
        Event {
            id: String::new(),
            message: String::new(),
            details: Details::default(),
            time: 0,
            duration: 0,
            level: Level::Ok,
            previous: Level::Ok,
            serial: 0,
            recoverable: false,
            task: "".into(),
            point: Arc::default(),
            group: String::new(),
            category: "".into(),
            data: Data::None,
        }
    }

    /// Measurement; empty for aggregates.
    pub fn name(&self) -> &str {
        &self.point.label.name
    }

    /// Tags, sorted by key.
    pub fn tags(&self) -> &[(String, String)] {
        &self.point.label.tags
    }

    /// The rendered details.
    pub fn details(&self) -> &str {
        match &self.details {
            Details::Text(text) => text,
            Details::Default { form, text } => text.get_or_init(|| {
                let mut json = String::new();
                // Where a number has no JSON form, the event was given a text instead.
                let _ = form.push_json(self, &mut json);
                let mut out = String::with_capacity(json.len() * 2);
                push_html_escaped(&mut out, &json);
                out
            }),
        }
    }

    /// Appends the details as a JSON string.
    pub(crate) fn push_details_json(&self, out: &mut String) {
        let mark = out.len();
        if let Details::Default { form, .. } = &self.details {
            out.push('"');
            if form.push_nested(self, out).is_ok() {
                out.push('"');
                return;
            }
            out.truncate(mark);
        }
        json::push_json_str(out, self.details());
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
        let Point { label, fields, time, .. } = &*self.point;
        let (columns, values) = fields.iter().map(|(k, v)| (k.to_owned(), v.clone())).unzip();
        Series { name: label.name.clone(), tags: label.tags.clone(), columns, values: vec![(*time, values)] }
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

kept!(Series { name, tags, columns, values });

#[cfg(test)]
impl Event {
    /// A critical event of task `t` on a point, for tests.
    pub(crate) fn on(name: &str, tags: &[(&str, &str)], fields: &[(&str, Value)], time: i64) -> Event {
        let tags = tags.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        let fields = fields.iter().map(|(k, v)| (k.to_string(), v.clone())).collect();
        Event { point: Arc::new(Point::new(name, tags, fields, time)), time, ..Event::example() }
    }

    /// The same event about another point of its time.
    pub(crate) fn about(self, name: &str, tags: &[(&str, &str)], fields: &[(&str, Value)]) -> Event {
        Event { point: Event::on(name, tags, fields, self.time).point, ..self }
    }

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
            point: Arc::new(Point::new("m", Vec::new(), Vec::new(), 0)),
            group: String::new(),
            category: "".into(),
            data: Data::Point,
        }
    }
}
