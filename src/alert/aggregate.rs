//! Handlers that gather events and make one of them: `kind: aggregate`.

use std::sync::Arc;

use super::{Data, Event, Level, Series, TopicId};
use crate::data::{Keep, Saver, kept};
use crate::template::{Datum, Options, Struct, Template};

/// What an aggregate handler is told to do.
#[derive(Clone, Debug)]
pub struct Aggregate {
    /// Id of the events it makes.
    pub id: String,
    /// Nanoseconds between them; more than 0.
    pub interval: i64,
    /// The topic that gets them.
    pub topic: String,
    /// Template of their message, which knows `.Count` and `.Interval`.
    pub message: String,
}

/// How many events came in how long.
struct Gathered {
    count: usize,
    interval: i64,
}

impl Struct for Gathered {
    fn type_name(&self) -> &str {
        "alert.aggregateMessageData"
    }

    fn fields(&self) -> &[&'static str] {
        &["Count", "Interval"]
    }

    fn field(&self, name: &str) -> Option<Datum<'_>> {
        match name {
            "Count" => Some(Datum::count(self.count)),
            "Interval" => Some(Datum::Duration(self.interval)),
            _ => None,
        }
    }
}

/// An aggregate handler at work.
pub(super) struct Aggregator {
    spec: Aggregate,
    message: Template,
    to: TopicId,
    /// Intervals are counted from here, once the clock runs.
    start: Option<i64>,
    /// When the events gathered are told of.
    due: Option<i64>,
    events: Vec<Arc<Event>>,
}

impl Aggregator {
    /// Refuses a message that cannot be written, as Kapacitor does: by writing one about nothing.
    pub(super) fn new(spec: Aggregate, to: TopicId) -> Result<Aggregator, String> {
        if spec.interval <= 0 {
            return Err("an `aggregate` handler needs an `interval` of more than 0".to_owned());
        }
        let message = Template::parse("message", &spec.message, Options::default());
        let message = message.map_err(|e| e.to_string())?;
        let new = Aggregator { spec, message, to, start: None, due: None, events: Vec::new() };
        let tried = new.message(&Gathered { count: 0, interval: 0 });
        tried.map_err(|e| format!("failed to evaluate message template with aggregate message data: {e}"))?;
        Ok(new)
    }

    fn message(&self, gathered: &Gathered) -> Result<String, String> {
        let mut out = String::new();
        self.message.render(Datum::Struct(gathered), &mut out).map_err(|e| e.to_string())?;
        Ok(out)
    }

    pub(super) fn topic(&self) -> TopicId {
        self.to
    }

    /// Intervals are counted from now, if they are not yet.
    pub(super) fn start(&mut self, now: i64) {
        self.start.get_or_insert(now);
    }

    pub(super) fn due(&self) -> Option<i64> {
        self.due
    }

    pub(super) fn add(&mut self, event: &Arc<Event>, now: i64) {
        if self.events.is_empty() {
            // What is due at a time happens before the events of that time: so the next tick is later.
            let into = now.saturating_sub(self.start.unwrap_or_default()).rem_euclid(self.spec.interval);
            self.due = Some(now.saturating_add(self.spec.interval - into));
        }
        self.events.push(event.clone());
    }

    /// The event made of those gathered, which are forgotten.
    pub(super) fn fire(&mut self) -> Result<Event, String> {
        self.due = None;
        let events = std::mem::take(&mut self.events);
        let details: Vec<&str> = events.iter().map(|e| &*e.message).collect();
        let series: Vec<Series> =
            events.iter().filter_map(|e| e.series()).flat_map(|s| s.into_owned()).collect();
        Ok(Event {
            id: self.spec.id.clone(),
            message: self.message(&Gathered { count: events.len(), interval: self.spec.interval })?,
            details: super::Details::Text(details.join("\n")),
            time: events.iter().map(|e| e.time).max().unwrap_or_default(),
            duration: events.iter().map(|e| e.duration).max().unwrap_or_default(),
            level: events.iter().map(|e| e.level).max().unwrap_or_default(),
            data: if series.is_empty() { Data::None } else { Data::Series(series) },
            ..Event::nothing()
        })
    }
}

/// What an aggregate has gathered.
#[derive(Default)]
pub(super) struct Gathering {
    start: Option<i64>,
    due: Option<i64>,
    events: Vec<Part>,
}

/// What of an event goes into the event that is made of many.
#[derive(Default)]
struct Part {
    message: String,
    time: i64,
    duration: i64,
    level: Level,
    series: Vec<Series>,
}

kept!(Gathering { start, due, events });
kept!(Part { message, time, duration, level, series });

impl Gathering {
    /// How many events.
    pub(super) fn len(&self) -> usize {
        self.events.len()
    }
}

impl Aggregator {
    /// Id of the events it makes.
    pub(super) fn id(&self) -> &str {
        &self.spec.id
    }

    /// Writes what it has gathered.
    pub(super) fn save(&self, out: &mut Saver<'_>) {
        let part = |event: &Arc<Event>| Part {
            message: event.message.clone(),
            time: event.time,
            duration: event.duration,
            level: event.level,
            series: event.series().map(|s| s.into_owned()).unwrap_or_default(),
        };
        let events = self.events.iter().map(part).collect();
        Gathering { start: self.start, due: self.due, events }.save(out);
    }

    /// Goes on from what was gathered.
    pub(super) fn put_back(&mut self, gathered: Gathering) {
        let event = |part: Part| {
            let Part { message, time, duration, level, series } = part;
            let data = if series.is_empty() { Data::None } else { Data::Series(series) };
            Arc::new(Event { message, time, duration, level, data, ..Event::nothing() })
        };
        (self.start, self.due) = (gathered.start, gathered.due);
        self.events = gathered.events.into_iter().map(event).collect();
    }
}
