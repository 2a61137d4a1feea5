//! HOT: what an alert node remembers of each group: one access for a point that stays at OK.
//!
//! Levels beyond the last two are kept only where flapping is watched, in one vector for all groups.

use super::{Level, Withheld};
use crate::data::{Damaged, Keep, Loader, Saver, kept};

/// Before any alert. Go's zero time lies so far back that every difference to it saturates.
const NEVER: i64 = i64::MIN;

/// The longest history that can be asked for.
pub const MAX_HISTORY: usize = 1 << 16;

/// When changes of the level are too many to tell of each.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Flapping {
    /// Settled again below this share of weighted changes.
    pub low: f64,
    /// Flapping above this share.
    pub high: f64,
    /// How many levels are looked at, at least 2.
    pub history: usize,
}

/// What of a node's properties decides on its events.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Policy {
    /// `.flapping(low, high)` with `.history(n)`
    pub flapping: Option<Flapping>,
    /// `.stateChangesOnly()`
    pub changes_only: bool,
    /// `.stateChangesOnly(d)`, in nanoseconds; 0 without.
    pub interval: i64,
    /// `.noRecoveries()`
    pub no_recoveries: bool,
}

/// What a point or a batch leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Nothing.
    Quiet,
    /// The alert ended, and nobody is to be told.
    Muted,
    /// An event.
    Event {
        /// Since the alert left OK, in nanoseconds.
        duration: i64,
    },
}

#[derive(Clone, Copy)]
struct State {
    first: i64,
    last: i64,
    /// Place of the newest level in the ring.
    newest: u32,
    /// How many levels in a row are the same, the newest included; at most the ring's length.
    same: u32,
    level: Level,
    previous: Level,
    seen: bool,
    changed: bool,
    expired: bool,
    flapping: bool,
}

const FRESH: State = State {
    first: NEVER,
    last: NEVER,
    newest: 0,
    same: u32::MAX,
    level: Level::Ok,
    previous: Level::Ok,
    seen: false,
    changed: false,
    expired: false,
    flapping: false,
};

/// The states of all groups of a node, by their dense index.
pub struct States {
    policy: Policy,
    /// Weight of each pair of neighbours in the ring; empty without flapping.
    weights: Vec<f64>,
    groups: Vec<State>,
    /// A ring of levels for each group; empty without flapping.
    rings: Vec<Level>,
    seen: usize,
}

impl States {
    /// No group yet.
    pub fn new(policy: Policy) -> States {
        let weights = policy.flapping.map(|f| weights(f.history)).unwrap_or_default();
        States { policy, weights, groups: Vec::new(), rings: Vec::new(), seen: 0 }
    }

    /// Whether levels at OK count for anything later.
    pub fn watches_flapping(&self) -> bool {
        !self.weights.is_empty()
    }

    /// How many groups were seen.
    pub fn len(&self) -> usize {
        self.seen
    }

    /// Whether no group was seen.
    pub fn is_empty(&self) -> bool {
        self.seen == 0
    }

    /// The level of a group, `None` if it was not seen yet.
    #[inline]
    pub fn level(&self, group: usize) -> Option<Level> {
        self.groups.get(group).filter(|s| s.seen).map(|s| s.level)
    }

    /// Why the last point or batch of a group led to nothing; `None` where there was nothing to tell. The group
    /// came to its level at `since`.
    #[cold]
    pub fn reason(&self, group: usize, since: Option<i64>) -> Option<Withheld> {
        let State { level, changed, flapping, last, .. } = *self.groups.get(group)?;
        if level == Level::Ok && !changed {
            return None;
        }
        Some(match (flapping, self.policy.flapping) {
            (true, Some(Flapping { low, history, .. })) => Withheld::Flapping { level, low, history },
            _ if level == Level::Ok => Withheld::Recovery,
            _ => match self.policy.interval {
                0 => Withheld::Unchanged { level, since },
                interval => Withheld::TooSoon { level, told: last, interval },
            },
        })
    }

    /// First sight of a group, with the level and the time of the last event told of it, if any is known.
    #[cold]
    pub fn open(&mut self, group: usize, restored: Option<(Level, i64)>) {
        let ring = self.ring_len();
        if self.groups.len() <= group {
            self.groups.resize(group + 1, FRESH);
            self.rings.resize((group + 1) * ring, Level::Ok);
        }
        let Some(state) = self.groups.get_mut(group) else { return };
        self.seen += usize::from(!state.seen);
        *state = State { seen: true, ..FRESH };
        if let Some(ring) = self.rings.get_mut(group * ring..(group + 1) * ring) {
            ring.fill(Level::Ok);
        }
        if let Some((level, time)) = restored.filter(|r| r.0 != Level::Ok) {
            self.record(group, time, level);
            self.trigger(group, time);
        }
    }

    /// Forgets a group. Whether it was known.
    pub fn forget(&mut self, group: usize) -> bool {
        match self.groups.get_mut(group) {
            Some(state) if state.seen => {
                state.seen = false;
                self.seen -= 1;
                true
            }
            _ => false,
        }
    }

    /// A point of an opened group was found to be at this level.
    #[inline]
    pub fn point(&mut self, group: usize, time: i64, level: Level) -> Outcome {
        let Some(state) = self.groups.get_mut(group) else { return Outcome::Quiet };
        if level == Level::Ok && state.level == Level::Ok && self.weights.is_empty() {
            state.previous = Level::Ok;
            state.changed = false;
            return Outcome::Quiet;
        }
        self.changing_point(group, time, level)
    }

    fn changing_point(&mut self, group: usize, time: i64, level: Level) -> Outcome {
        let state = self.record(group, time, level);
        if self.suppressed(state) || level == Level::Ok && !state.changed {
            return Outcome::Quiet;
        }
        self.tell(group, time, level)
    }

    /// A batch of an opened group was found to be at this level. Other than with points, a recovery
    /// is told however much the group flaps.
    pub fn batch(&mut self, group: usize, time: i64, level: Level) -> Outcome {
        let state = self.record(group, time, level);
        let due = match level {
            Level::Ok => state.changed,
            _ => !self.suppressed(state),
        };
        if due { self.tell(group, time, level) } else { Outcome::Quiet }
    }

    fn tell(&mut self, group: usize, time: i64, level: Level) -> Outcome {
        let duration = self.trigger(group, time);
        match level == Level::Ok && self.policy.no_recoveries {
            true => Outcome::Muted,
            false => Outcome::Event { duration },
        }
    }

    fn suppressed(&self, state: State) -> bool {
        state.flapping || self.policy.changes_only && !state.changed && !state.expired
    }

    fn record(&mut self, group: usize, time: i64, level: Level) -> State {
        let ring_len = self.ring_len();
        let Some(state) = self.groups.get_mut(group) else { return FRESH };
        state.changed = state.level != level;
        state.same = if state.changed { 1 } else { state.same.saturating_add(1) };
        state.previous = state.level;
        state.level = level;
        if let Some(ring) = self.rings.get_mut(group * ring_len..(group + 1) * ring_len)
            && let Some(flapping) = &self.policy.flapping
        {
            state.newest = (state.newest + 1) % ring_len as u32;
            if let Some(place) = ring.get_mut(state.newest as usize) {
                *place = level;
            }
            let share = match state.same as usize >= ring_len {
                true => 0.0,
                false => share_of_changes(ring, state.newest as usize, &self.weights),
            };
            state.flapping = if state.flapping { share >= flapping.low } else { share > flapping.high };
        }
        let interval = self.policy.interval;
        state.expired = !state.changed && interval != 0 && since(state.last, time) >= interval;
        *state
    }

    /// Notes that the group is told of at this time; for how long its alert has lasted.
    fn trigger(&mut self, group: usize, time: i64) -> i64 {
        let Some(state) = self.groups.get_mut(group) else { return 0 };
        state.last = time;
        if state.previous == Level::Ok {
            state.first = time;
        }
        since(state.first, time)
    }

    fn ring_len(&self) -> usize {
        self.policy.flapping.map_or(0, |f| f.history)
    }
}

kept!(State { first, last, newest, same, level, previous, changed, expired, flapping });

impl Keep for States {
    fn save(&self, out: &mut Saver<'_>) {
        let ring = self.ring_len();
        let world = out.world();
        let at = |(at, state)| Some((at, world.groups.at(u32::try_from(at).ok()?)?, state));
        let mut known: Vec<_> =
            self.groups.iter().enumerate().filter(|(_, s)| s.seen).filter_map(at).collect();
        // Not by their numbers, which another engine would not have given them.
        known.sort_by_cached_key(|(_, group, _)| world.group_id(*group));
        out.count(known.len());
        for (at, group, state) in known {
            out.group(group);
            state.save(out);
            out.each(self.rings.get(at * ring..(at + 1) * ring).unwrap_or_default());
        }
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        let ring = self.ring_len();
        for _ in 0..from.count()? {
            let group = from.group()?.index();
            if self.level(group).is_some() {
                return Err(Damaged);
            }
            self.open(group, None);
            let state = self.groups.get_mut(group).ok_or(Damaged)?;
            state.restore(from)?;
            if state.newest as usize >= ring.max(1) {
                return Err(Damaged);
            }
            from.each(self.rings.get_mut(group * ring..(group + 1) * ring).ok_or(Damaged)?)?;
        }
        Ok(())
    }
}

/// From one time to another, with [`NEVER`] farther back than a duration can tell.
fn since(from: i64, to: i64) -> i64 {
    if from == NEVER { i64::MAX } else { to.saturating_sub(from) }
}

fn weights(history: usize) -> Vec<f64> {
    let pairs = history.saturating_sub(1);
    let step = 0.4 / pairs as f64;
    let mut weight = 0.8;
    let mut weights = Vec::with_capacity(pairs);
    for _ in 0..pairs {
        weights.push(weight);
        weight += step;
    }
    weights
}

/// The walk starts at the newest level and goes on to the oldest: so the pair of the newest two weighs
/// least, the newest and the oldest count as neighbours, and the second and third newest do not.
fn share_of_changes(ring: &[Level], newest: usize, weights: &[f64]) -> f64 {
    let (younger, older) = ring.split_at(newest.min(ring.len()));
    let mut before = younger.last().or(ring.last());
    let mut changes = 0.0;
    for (level, weight) in older.iter().chain(younger).zip(weights) {
        if before != Some(level) {
            changes += weight;
        }
        before = Some(level);
    }
    changes / weights.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: i64 = 1_000_000_000;

    fn level(c: char) -> Level {
        match c {
            'i' => Level::Info,
            'w' => Level::Warning,
            'c' => Level::Critical,
            _ => Level::Ok,
        }
    }

    /// Times (in seconds) and durations of the events that these levels, one a second, lead to.
    fn events(policy: Policy, levels: &str) -> Vec<(usize, i64)> {
        let mut states = States::new(policy);
        states.open(0, None);
        let mut out = vec![];
        for (i, c) in levels.chars().enumerate() {
            if let Outcome::Event { duration } = states.point(0, i as i64 * S, level(c)) {
                out.push((i, if duration == i64::MAX { -1 } else { duration / S }));
            }
        }
        out
    }

    #[test]
    fn points_lead_to_events() {
        let plain = Policy::default();
        let changes = Policy { changes_only: true, ..plain };
        let every3 = Policy { changes_only: true, interval: 3 * S, ..plain };
        let flap = |low, high, history| Policy { flapping: Some(Flapping { low, high, history }), ..plain };
        type Case<'a> = (Policy, &'a str, &'a [(usize, i64)]);
        let cases: &[Case<'_>] = &[
            (plain, ".cc.", &[(1, 0), (2, 1), (3, 2)]),
            (plain, "..i.w", &[(2, 0), (3, 1), (4, 0)]),
            (Policy { no_recoveries: true, ..plain }, "c.cc", &[(0, 0), (2, 0), (3, 1)]),
            (changes, "ccwwc..", &[(0, 0), (2, 2), (4, 4), (5, 5)]),
            (every3, "cccccccc.", &[(0, 0), (3, 3), (6, 6), (8, 8)]),
            // Recorded: a group that flaps is silent until it settles, and keeps its first time.
            (
                flap(0.25, 0.5, 5),
                ".c.c.ccccc...c.c.....c",
                &[(1, 0), (2, 1), (9, 8), (10, 9), (13, 0), (14, 1), (21, 0)],
            ),
            // The first alert falls into a flap: its beginning is Go's zero time.
            (flap(0.1, 0.2, 2), "cc", &[(1, -1)]),
        ];
        for (policy, levels, want) in cases {
            assert_eq!(events(*policy, levels), *want, "{levels}");
        }
    }

    #[test]
    fn a_batch_tells_of_recovery_though_it_flaps() {
        let policy =
            Policy { flapping: Some(Flapping { low: 0.1, high: 0.2, history: 3 }), ..Policy::default() };
        let mut states = States::new(policy);
        states.open(0, None);
        let told = [Level::Critical, Level::Ok, Level::Ok].map(|l| states.batch(0, S, l));
        assert_eq!(told, [Outcome::Quiet, Outcome::Event { duration: i64::MAX }, Outcome::Quiet]);
    }

    #[test]
    fn a_restored_group_goes_on_from_its_last_event() {
        let mut states = States::new(Policy { changes_only: true, ..Policy::default() });
        states.open(3, Some((Level::Critical, 49 * S)));
        assert_eq!(states.point(3, 50 * S, Level::Critical), Outcome::Quiet);
        assert_eq!(states.point(3, 54 * S, Level::Ok), Outcome::Event { duration: 5 * S });
        assert_eq!(states.level(2), None);
        assert!(states.forget(3));
        assert!(!states.forget(3) && states.is_empty());
        states.open(3, None);
        assert_eq!(states.level(3), Some(Level::Ok));
    }

    #[test]
    fn a_group_costs_little() {
        assert!(size_of::<State>() <= 32);
    }
}
