//! Listens to what alerts find, group by group, and sums it up at the end.

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

use super::summary::{IdSummary, Summary};
use super::track::Track;
use crate::alert::{Judgement, Level, Origin, Ruling, Scale, Sketches};

/// Groups that are drawn: what more than that can be looked at?
const PICTURES: usize = 2000;

/// What counts as an alert, and what is kept of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Watching {
    /// An alert that comes back sooner than this after its recovery flaps; in nanoseconds.
    pub gap: i64,
    /// The lowest level that is an alert.
    pub floor: Level,
    /// Whether the beginning and the end of each alert are kept.
    pub spans: bool,
}

/// What is known of every alert of a run.
pub struct Chronicle {
    watching: Watching,
    /// How many groups are still to be drawn.
    pictures: usize,
    scale: Scale,
    /// Alerts that were at OK all the time are wanted, too.
    wants_quiet: bool,
    /// From when on it counts; nothing counts before that is known.
    from: Option<i64>,
    tracks: Vec<Track>,
    /// By task, node and group.
    index: HashMap<(usize, usize, usize), usize, FixedState>,
}

impl Chronicle {
    /// Nothing is known yet. What comes back within `gap` nanoseconds flaps.
    pub fn new(gap: i64) -> Chronicle {
        Chronicle::watching(Watching { gap, floor: Level::Info, spans: false })
    }

    /// The same, for a certain kind of alerts.
    pub fn watching(watching: Watching) -> Chronicle {
        let scale = Scale::new(0);
        Chronicle {
            watching,
            pictures: 0,
            scale,
            wants_quiet: false,
            from: None,
            tracks: Vec::new(),
            index: HashMap::default(),
        }
    }

    /// Draws alerts, the first so many. To be told of the first point of each group, beside all that are not at OK.
    pub fn draw(&mut self) {
        self.pictures = PICTURES;
    }

    /// Sums up what was at OK all the time, too, as far as it is told of it.
    pub fn keep_quiet_ids(&mut self) {
        self.wants_quiet = true;
    }

    /// What happens from now on, at this time, counts.
    pub fn begin(&mut self, from: i64) {
        self.from = Some(from);
        self.scale = Scale::new(from);
    }

    /// An alert found the level of a point.
    pub fn judged(&mut self, origin: Origin<'_>, judgement: &Judgement<'_>) {
        let key = (judgement.task, judgement.node, judgement.group);
        let (tracks, watching) = (&mut self.tracks, self.watching);
        let at = *self.index.entry(key).or_insert_with(|| {
            tracks.push(Track::new(origin, judgement, watching));
            tracks.len() - 1
        });
        if let Some(track) = tracks.get_mut(at) {
            track.judged(judgement, self.from, watching);
            let drawn = track.has_picture();
            let at_rest = judgement.level == judgement.previous && *judgement.ruling == Ruling::Quiet;
            if self.from.is_some() && (drawn || !at_rest && self.pictures > 0) {
                self.pictures -= usize::from(!drawn);
                self.scale.reach(judgement.time);
                track.draw(judgement, self.scale);
            }
        }
    }

    /// What it all came to, when the data ended; with the curves that were kept, if some were.
    pub fn finish(mut self, end: i64, sketches: Option<&mut Sketches>) -> Summary {
        if self.from.is_none() {
            self.tracks.clear();
        }
        // Without data nothing has begun.
        let from = self.from.unwrap_or(end).min(end);
        self.scale.reach(end);
        if let Some(sketches) = sketches {
            self.draw_rest(sketches);
        }
        let (mut ids, mut quiet) = (ById::default(), ById::default());
        for track in self.tracks {
            let id = track.finish(from, end, self.watching, self.scale);
            match id.is_empty() {
                false => ids.add(id),
                true if self.wants_quiet => quiet.add(id),
                true => {}
            }
        }
        let mut quiet: Vec<IdSummary> =
            quiet.0.into_iter().filter(|(key, _)| !ids.0.contains_key(key)).map(|(_, id)| id).collect();
        let mut ids: Vec<IdSummary> = ids.0.into_values().collect();
        quiet.sort_by(IdSummary::worst_first);
        ids.sort_by(IdSummary::worst_first);
        Summary {
            from: self.from,
            to: end,
            ids,
            quiet,
            held: Vec::new(),
            missing: Vec::new(),
            thresholds: Vec::new(),
        }
    }
}

/// What came of each id, by task, node and id.
#[derive(Default)]
struct ById(HashMap<(String, String, String), IdSummary, FixedState>);

impl ById {
    fn add(&mut self, id: IdSummary) {
        match self.0.entry((id.task.clone(), id.node.clone(), id.id.clone())) {
            Entry::Occupied(mut known) => known.get_mut().join(id),
            Entry::Vacant(new) => drop(new.insert(id)),
        }
    }
}

impl Chronicle {
    /// Draws what is known when all have ended.
    fn draw_rest(&mut self, sketches: &mut Sketches) {
        for (&(task, node, group), &at) in &self.index {
            let Some(track) = self.tracks.get_mut(at) else { continue };
            if track.has_picture() {
                track.draw_fields(sketches.take(task, node, group, self.scale));
            }
        }
        if !self.wants_quiet {
            return;
        }
        let mut keys: Vec<_> = self.index.iter().map(|(key, at)| (*at, *key)).collect();
        keys.sort_unstable();
        for (at, (task, node, group)) in keys {
            let Some(track) = self.tracks.get_mut(at) else { continue };
            if !track.has_picture() && self.pictures > 0 {
                self.pictures -= 1;
                track.draw_level(self.scale);
                track.draw_fields(sketches.take(task, node, group, self.scale));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::alert::{Ruling, Withheld};

    const S: i64 = 1_000_000_000;

    /// Levels of a group, one a second from the first second on; what is not changed is withheld.
    fn tell(chronicle: &mut Chronicle, group: usize, id: &str, levels: &str) {
        let id: Arc<str> = id.into();
        let (mut previous, mut since) = (Level::Ok, None);
        for (second, c) in levels.chars().enumerate() {
            let time = (second as i64 + 1) * S;
            let level = match c {
                'c' => Level::Critical,
                'w' => Level::Warning,
                _ => Level::Ok,
            };
            let ruling = match level == previous {
                true if level == Level::Ok => continue,
                true => Ruling::Withheld(Withheld::Unchanged { level, since }),
                false => {
                    since = Some(time);
                    Ruling::Told
                }
            };
            let judgement = Judgement {
                id: &id,
                tags: &[],
                task: 0,
                node: 2,
                group,
                time,
                previous,
                level,
                since,
                ruling: &ruling,
                asked: &[],
            };
            chronicle.judged(Origin { task: "cpu", node: "alert2" }, &judgement);
            previous = level;
        }
    }

    #[test]
    fn levels_are_summed_up_by_id() {
        let mut chronicle = Chronicle::new(5 * S);
        chronicle.begin(S);
        tell(&mut chronicle, 0, "a", "..cc..w.......c");
        tell(&mut chronicle, 1, "b", "....");
        tell(&mut chronicle, 2, "c", "c.");
        let summary = chronicle.finish(20 * S, None);
        let ids: Vec<&str> = summary.ids.iter().map(|i| i.id.as_str()).collect();
        assert_eq!(ids, ["a", "c"], "the one with more events first, none without any");
        let a = &summary.ids[0];
        assert_eq!((a.events, a.times), ([2, 0, 1, 2], [11 * S, 0, S, 7 * S]));
        assert_eq!((a.incidents, a.flaps, a.longest, a.total), (3, 1, 5 * S, 8 * S));
        assert_eq!((a.first, a.last), (Some(3 * S), Some(15 * S)));
        let alerting = a.alerting.as_ref().map(|a| (a.level, a.since));
        assert_eq!(alerting, Some((Level::Critical, 15 * S)));
        let reasons: Vec<_> = a.reasons.iter().map(|r| (r.kind, r.count)).collect();
        assert_eq!(reasons, [("stateChangesOnly", 1)]);
    }

    #[test]
    fn what_came_before_the_beginning_only_leads_to_the_state() {
        let mut chronicle = Chronicle::new(5 * S);
        tell(&mut chronicle, 0, "a", "cc");
        tell(&mut chronicle, 1, "b", "c.");
        chronicle.begin(10 * S);
        let summary = chronicle.finish(14 * S, None);
        assert_eq!(summary.ids.len(), 1, "one was over by then");
        let a = &summary.ids[0];
        assert_eq!((a.events, a.times, a.longest), ([0; 4], [0, 0, 0, 4 * S], 13 * S));
        assert!(a.reasons.is_empty());
        assert_eq!(a.alerting.as_ref().map(|a| a.since), Some(S));
    }

    #[test]
    fn groups_with_one_id_are_one() {
        let mut chronicle = Chronicle::new(0);
        chronicle.begin(S);
        tell(&mut chronicle, 0, "same", "c.");
        tell(&mut chronicle, 1, "same", "w..");
        let summary = chronicle.finish(4 * S, None);
        assert_eq!(summary.ids.len(), 1);
        let same = &summary.ids[0];
        assert_eq!((same.groups, same.events, same.incidents), (2, [2, 0, 1, 1], 2));
        assert!(same.alerting.is_none());
    }
}
