//! What came of each alert id.

use std::cmp::Ordering;

use super::missing::Missing;
use super::strip::Picture;
use super::thresholds::Threshold;
use super::words::{moment, span};
use crate::alert::Level;

/// What came of a run.
#[derive(Clone, PartialEq, Debug)]
pub struct Summary {
    /// From when on it counts; nanoseconds since 1970. `None` if nothing does: there were no points, or they ended
    /// before.
    pub from: Option<i64>,
    /// When the data ended; without any, the smallest number.
    pub to: i64,
    /// The ids that were not at OK all the time, the worst first.
    pub ids: Vec<IdSummary>,
    /// Those that were, by name, if they are wanted.
    pub quiet: Vec<IdSummary>,
    /// Points that waited in nodes when the data ended.
    pub held: Vec<WaitingPoints>,
    /// Fields and tags that lambdas name and no point had.
    pub missing: Vec<Missing>,
    /// The numbers that alerts compare fields with.
    pub thresholds: Vec<Threshold>,
}

/// What came of an id.
#[derive(Clone, PartialEq, Debug)]
pub struct IdSummary {
    /// Task id.
    pub task: String,
    /// Node name.
    pub node: String,
    /// Alert id.
    pub id: String,
    /// How many groups have it.
    pub groups: u64,
    /// Events of each level, in the order of [`Level::ALL`].
    pub events: [u64; 4],
    /// Nanoseconds at each level.
    pub times: [i64; 4],
    /// How often it left OK.
    pub incidents: u64,
    /// How often that was soon after it had come back.
    pub flaps: u64,
    /// The longest time away from OK, in nanoseconds.
    pub longest: i64,
    /// All times away from OK; more than the times at levels if some began before the beginning.
    pub total: i64,
    /// Time of the first event.
    pub first: Option<i64>,
    /// Time of the last event.
    pub last: Option<i64>,
    /// Why points led to no event.
    pub reasons: Vec<Reason>,
    /// Tags of the first point that it was told of, sorted by key.
    pub tags: Vec<(String, String)>,
    /// When it left OK and when it was back, if that is kept.
    pub spans: Vec<(i64, i64)>,
    /// What it looked like, if that was drawn; of the first group.
    pub picture: Option<Picture>,
    /// What it was when the data ended, if it was not OK.
    pub alerting: Option<Alerting>,
}

/// Points that led to no event.
#[derive(Clone, PartialEq, Debug)]
pub struct Reason {
    /// The property that is behind it.
    pub kind: &'static str,
    /// How many points.
    pub count: u64,
    /// What was said of the first.
    pub words: String,
}

/// An alert that had not ended.
#[derive(Clone, PartialEq, Debug)]
pub struct Alerting {
    /// Its level.
    pub level: Level,
    /// When it left OK.
    pub since: i64,
}

/// Points that waited in a node.
#[derive(Clone, PartialEq, Debug)]
pub struct WaitingPoints {
    /// Task id.
    pub task: String,
    /// Node name.
    pub node: String,
    /// How many points.
    pub points: u64,
    /// Of how many groups.
    pub groups: u64,
}

impl Summary {
    /// How long it was, in nanoseconds.
    pub fn length(&self) -> i64 {
        self.from.map_or(0, |from| self.to.saturating_sub(from))
    }

    /// From when until when it counts, and for how long, in words.
    pub(super) fn range(&self) -> String {
        match self.from {
            Some(from) => format!("{} to {} ({})", moment(from), moment(self.to), span(self.length())),
            None if self.to == i64::MIN => "no points".to_owned(),
            None => format!("the data end at {}, before anything counts", moment(self.to)),
        }
    }

    /// Events of all ids.
    pub fn events(&self) -> u64 {
        self.ids.iter().map(IdSummary::all_events).sum()
    }
}

impl IdSummary {
    /// Whether nothing happened.
    pub(super) fn is_empty(&self) -> bool {
        self.incidents == 0 && self.reasons.is_empty() && self.all_events() == 0
    }

    /// Events of all levels.
    pub fn all_events(&self) -> u64 {
        self.events.iter().sum()
    }

    /// Nanoseconds at other levels than OK.
    pub fn time_alerting(&self) -> i64 {
        self.times.iter().skip(1).sum()
    }

    /// Of the times away from OK; `None` if there were none.
    pub fn mean(&self) -> Option<i64> {
        i64::try_from(self.incidents).ok().filter(|n| *n > 0).map(|n| self.total / n)
    }

    /// The highest level that it had an event or a time of.
    pub fn worst(&self) -> Level {
        let had = |level: &&Level| {
            let at = **level as usize;
            self.events.get(at).is_some_and(|n| *n > 0) || self.times.get(at).is_some_and(|t| *t > 0)
        };
        let worst = Level::ALL.iter().rev().find(had).copied().unwrap_or_default();
        self.alerting.as_ref().map_or(worst, |a| worst.max(a.level))
    }

    /// The order of tables: by the worst level, then by events, then by the time away from OK.
    pub(super) fn worst_first(&self, other: &IdSummary) -> Ordering {
        let key = |id: &IdSummary| (id.worst(), id.all_events(), id.time_alerting());
        let names = |id: &IdSummary| (id.task.clone(), id.id.clone(), id.node.clone());
        key(other).cmp(&key(self)).then_with(|| names(self).cmp(&names(other)))
    }

    /// Takes in another group with the same id.
    pub(super) fn join(&mut self, other: IdSummary) {
        self.groups += other.groups;
        self.events.iter_mut().zip(other.events).for_each(|(sum, n)| *sum += n);
        self.times.iter_mut().zip(other.times).for_each(|(sum, t)| *sum = sum.saturating_add(t));
        self.incidents += other.incidents;
        self.flaps += other.flaps;
        self.longest = self.longest.max(other.longest);
        self.total = self.total.saturating_add(other.total);
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.last = self.last.max(other.last);
        self.spans.extend(other.spans);
        self.picture = self.picture.take().or(other.picture);
        for reason in other.reasons {
            match self.reasons.iter_mut().find(|r| r.kind == reason.kind) {
                Some(same) => same.count += reason.count,
                None => self.reasons.push(reason),
            }
        }
        if let Some(other) = other.alerting {
            let worse = self.alerting.as_ref().is_none_or(|a| a.level < other.level);
            if worse {
                self.alerting = Some(other);
            }
        }
    }
}
