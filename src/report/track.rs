//! One group of one alert, as a run goes on.

use std::sync::Arc;

use super::chronicle::Watching;
use super::strip::Picture;
use super::summary::{Alerting, IdSummary, Reason};
use crate::alert::{Judgement, Level, Origin, Range, Ruling, Scale, Withheld};

/// What happened to a group so far.
pub(super) struct Track {
    task: String,
    node: String,
    id: Arc<str>,
    /// Time of the first point that it was told of.
    met: i64,
    level: Level,
    /// When it came to that level; `None` where that was before its first point.
    since: Option<i64>,
    /// When it reached the level that counts as an alert, if it is there.
    left: Option<i64>,
    /// When it was back below last.
    back: Option<i64>,
    times: [i64; 4],
    events: [u64; 4],
    incidents: u64,
    flaps: u64,
    longest: i64,
    total: i64,
    first: Option<i64>,
    last: Option<i64>,
    reasons: Vec<Reason>,
    tags: Vec<(String, String)>,
    spans: Vec<(i64, i64)>,
    picture: Option<Picture>,
}

impl Track {
    pub(super) fn new(origin: Origin<'_>, judgement: &Judgement<'_>, watching: Watching) -> Track {
        let alerting = judgement.previous >= watching.floor;
        Track {
            task: origin.task.to_owned(),
            node: origin.node.to_owned(),
            id: judgement.id.clone(),
            met: judgement.time,
            level: judgement.previous,
            since: None,
            left: alerting.then_some(judgement.time),
            back: None,
            times: [0; 4],
            events: [0; 4],
            incidents: 0,
            flaps: 0,
            longest: 0,
            total: 0,
            first: None,
            last: None,
            reasons: Vec::new(),
            tags: judgement.tags.to_vec(),
            spans: Vec::new(),
            picture: None,
        }
    }

    /// Whether it is drawn.
    pub(super) fn has_picture(&self) -> bool {
        self.picture.is_some()
    }

    /// Draws a point that counts.
    pub(super) fn draw(&mut self, judgement: &Judgement<'_>, scale: Scale) {
        let met = self.met;
        let picture = self.picture.get_or_insert_with(|| Picture::new(scale, met, judgement.previous));
        let levels = (judgement.previous, judgement.level);
        picture.add(scale, judgement.time, levels, *judgement.ruling == Ruling::Told);
    }

    /// Draws what was at one level all the time.
    pub(super) fn draw_level(&mut self, scale: Scale) {
        self.picture.get_or_insert_with(|| Picture::new(scale, self.met, self.level));
    }

    /// Draws the curves of its fields.
    pub(super) fn draw_fields(&mut self, fields: Vec<(String, Vec<Option<Range>>)>) {
        if let Some(picture) = &mut self.picture {
            picture.fields = fields;
        }
    }

    /// One more point. Counts only what comes after `from`, if that is known.
    pub(super) fn judged(&mut self, judgement: &Judgement<'_>, from: Option<i64>, watching: Watching) {
        let Judgement { time, level, .. } = *judgement;
        if level != self.level {
            self.change(time, level, from, watching);
        }
        if from.is_none() {
            return;
        }
        match judgement.ruling {
            Ruling::Quiet => {}
            Ruling::Told => {
                if let Some(count) = self.events.get_mut(level as usize) {
                    *count += 1;
                }
                self.first = self.first.or(Some(time));
                self.last = Some(time);
            }
            Ruling::Withheld(withheld) => self.withheld(withheld),
        }
    }

    fn change(&mut self, time: i64, level: Level, from: Option<i64>, watching: Watching) {
        let Watching { gap, floor, .. } = watching;
        self.spend(time, from);
        if self.level < floor && level >= floor {
            self.left = Some(time);
            if from.is_some() {
                self.flaps += u64::from(self.back.is_some_and(|back| time.saturating_sub(back) < gap));
            }
        }
        if level < floor && self.level >= floor {
            self.recover(time, from, watching);
            self.back = Some(time);
        }
        (self.level, self.since) = (level, Some(time));
    }

    /// Adds the time at a level that ends.
    fn spend(&mut self, until: i64, from: Option<i64>) {
        let Some(from) = from else { return };
        let begin = self.since.map_or(from, |since| since.max(from));
        if let Some(spent) = self.times.get_mut(self.level as usize) {
            *spent = spent.saturating_add(until.saturating_sub(begin).max(0));
        }
    }

    fn recover(&mut self, time: i64, from: Option<i64>, watching: Watching) {
        let Some(left) = self.left.take() else { return };
        if from.is_some() {
            let lasted = time.saturating_sub(left).max(0);
            self.longest = self.longest.max(lasted);
            self.total = self.total.saturating_add(lasted);
            self.incidents += 1;
            if watching.spans {
                self.spans.push((left, time));
            }
        }
    }

    fn withheld(&mut self, withheld: &Withheld) {
        let kind = withheld.kind();
        match self.reasons.iter_mut().find(|reason| reason.kind == kind) {
            Some(reason) => reason.count += 1,
            None => self.reasons.push(Reason { kind, count: 1, words: withheld.to_string() }),
        }
    }

    /// The data have ended.
    pub(super) fn finish(mut self, from: i64, end: i64, watching: Watching, scale: Scale) -> IdSummary {
        if let Some(picture) = &mut self.picture {
            picture.end(scale, end, self.level);
        }
        self.spend(end, Some(from));
        let since = self.left;
        self.recover(end, Some(from), watching);
        let level = self.level;
        let alerting = since.map(|since| Alerting { level, since });
        IdSummary {
            task: self.task,
            node: self.node,
            id: self.id.to_string(),
            groups: 1,
            events: self.events,
            times: self.times,
            incidents: self.incidents,
            flaps: self.flaps,
            longest: self.longest,
            total: self.total,
            first: self.first,
            last: self.last,
            reasons: self.reasons,
            tags: self.tags,
            spans: self.spans,
            picture: self.picture,
            alerting,
        }
    }
}
