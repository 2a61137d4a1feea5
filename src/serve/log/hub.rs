//! Who reads the log: standard error, from a level on that can be changed, and followers, who get all levels.
//!
//! A follower that does not keep up loses records, and is told how many: nobody waits for it.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc::{Receiver, Sender, channel};
use tracing::Level;

use super::record::{Form, Record};
use crate::serve::clock::now;

/// Records that may wait for a follower.
const WAITING: usize = 1000;

/// The log of a server.
pub(crate) struct Hub {
    /// The rank of the lowest level that standard error gets.
    level: AtomicU8,
    followers: AtomicUsize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    next: u64,
    ended: bool,
    lines: Vec<Line>,
}

/// The way to a follower.
struct Line {
    id: u64,
    door: Sender<String>,
    form: Form,
    filter: Filter,
    lost: u64,
}

/// Somebody who follows the log.
pub(crate) struct Follower {
    id: u64,
    hub: Arc<Hub>,
    /// Records, each with its line end. It ends when the server does.
    pub(crate) records: Receiver<String>,
}

impl Drop for Follower {
    fn drop(&mut self) {
        let mut state = self.hub.lock();
        state.lines.retain(|line| line.id != self.id);
        self.hub.followers.store(state.lines.len(), Ordering::Relaxed);
    }
}

impl Hub {
    /// Standard error gets records from this level on.
    pub(crate) fn new(level: Level) -> Hub {
        let level = AtomicU8::new(rank(level));
        Hub { level, followers: AtomicUsize::new(0), state: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on standard error gets records from this level on.
    pub(crate) fn set_level(&self, level: Level) {
        self.level.store(rank(level), Ordering::Relaxed);
    }

    /// Whether anybody reads records of a level.
    pub(super) fn wants(&self, level: Level) -> bool {
        self.is_printed(level) || self.followers.load(Ordering::Relaxed) > 0
    }

    fn is_printed(&self, level: Level) -> bool {
        rank(level) >= self.level.load(Ordering::Relaxed)
    }

    /// Follows the log: what happens from now on and passes the filter.
    pub(crate) fn follow(self: &Arc<Hub>, form: Form, filter: Filter) -> Follower {
        let (door, records) = channel(WAITING);
        let mut state = self.lock();
        let id = state.next;
        state.next += 1;
        if !state.ended {
            state.lines.push(Line { id, door, form, filter, lost: 0 });
        }
        self.followers.store(state.lines.len(), Ordering::Relaxed);
        drop(state);
        Follower { id, hub: Arc::clone(self), records }
    }

    /// Lets all followers go.
    pub(crate) fn end(&self) {
        let mut state = self.lock();
        state.ended = true;
        state.lines.clear();
        self.followers.store(0, Ordering::Relaxed);
    }

    /// Hands a record to all who want it.
    pub(super) fn take(&self, record: &Record<'_>) {
        if self.is_printed(record.level) {
            // There is nobody to tell that nobody listens.
            let _ = io::stderr().lock().write_all(record.line(Form::Logfmt).as_bytes());
        }
        if self.followers.load(Ordering::Relaxed) > 0 {
            self.lock().lines.iter_mut().for_each(|line| line.offer(record));
        }
    }
}

impl Line {
    fn offer(&mut self, record: &Record<'_>) {
        if !self.filter.passes(record) {
            return;
        }
        if self.lost > 0 {
            let count = self.lost.to_string();
            let pairs = [("count", &*count)];
            let (level, message, service) = (Level::WARN, "records were lost", super::HTTP);
            let notice = Record { time: now(), level, message, service, pairs: &pairs };
            if self.door.try_send(notice.line(self.form)).is_ok() {
                self.lost = 0;
            }
        }
        if self.door.try_send(record.line(self.form)).is_err() {
            self.lost += 1;
        }
    }
}

/// What a follower wants to see: all of these must hold.
#[derive(Default, Debug)]
pub(crate) struct Filter {
    /// This level and those above.
    from: Option<Level>,
    /// Fields that have exactly this text.
    fields: Vec<(String, String)>,
}

impl Filter {
    /// Reads a query; a parameter that comes twice makes it void.
    pub(crate) fn read(query: Vec<(String, String)>) -> Result<Filter, String> {
        let mut filter = Filter::default();
        let mut seen = std::collections::HashSet::new();
        for (key, value) in query {
            if !seen.insert(key.clone()) {
                return Err("query params cannot contain duplicate params".to_owned());
            }
            // A plus that is not encoded comes as a space.
            let above = value.strip_suffix(['+', ' ']).filter(|_| key == "lvl").and_then(level_named);
            match above {
                Some(level) => filter.from = Some(level),
                None => filter.fields.push((key, value)),
            }
        }
        Ok(filter)
    }

    fn passes(&self, record: &Record<'_>) -> bool {
        self.from.is_none_or(|from| rank(record.level) >= rank(from))
            && self.fields.iter().all(|(key, value)| record.field(key) == Some(value))
    }
}

/// The level of a name, in any case.
pub(crate) fn level_named(name: &str) -> Option<Level> {
    let levels = [Level::DEBUG, Level::INFO, Level::WARN, Level::ERROR];
    levels.into_iter().find(|level| super::record::level_name(*level).eq_ignore_ascii_case(name))
}

fn rank(level: Level) -> u8 {
    match level {
        Level::ERROR => 3,
        Level::WARN => 2,
        Level::INFO => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record<'a>(level: Level, pairs: &'a [(&'a str, &'a str)]) -> Record<'a> {
        Record { time: 0, level, message: "m", service: "kapacitor", pairs }
    }

    fn filter(query: &[(&str, &str)]) -> Result<Filter, String> {
        Filter::read(query.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
    }

    #[test]
    fn filters_ask_for_fields_and_levels() {
        let of_cpu = [("task", "cpu")];
        for (query, passes) in [
            (&[][..], true),
            (&[("task", "cpu")], true),
            (&[("task", "mem")], false),
            (&[("task", "cpu"), ("node", "alert2")], false),
            (&[("lvl", "info")], false),
            (&[("lvl", "info+")], true),
            (&[("lvl", "info ")], true),
            (&[("lvl", "error+")], false),
            (&[("msg", "m"), ("service", "kapacitor"), ("lvl", "warn")], true),
        ] {
            let filter = filter(query).unwrap();
            assert_eq!(filter.passes(&record(Level::WARN, &of_cpu)), passes, "{query:?}");
        }
        assert!(filter(&[("task", "a"), ("task", "b")]).unwrap_err().contains("duplicate"));
    }

    #[test]
    fn a_follower_that_is_slow_loses_records_and_is_told() {
        let hub = Arc::new(Hub::new(Level::ERROR));
        assert!(hub.wants(Level::ERROR) && !hub.wants(Level::DEBUG));
        let mut follower = hub.follow(Form::Logfmt, Filter::default());
        assert!(hub.wants(Level::DEBUG));
        for _ in 0..WAITING + 5 {
            hub.take(&record(Level::DEBUG, &[]));
        }
        for _ in 0..2 {
            assert!(follower.records.try_recv().unwrap().contains("lvl=debug"));
        }
        hub.take(&record(Level::DEBUG, &[]));
        let mut last = Vec::new();
        while let Ok(line) = follower.records.try_recv() {
            last.push(line);
        }
        assert!(last[last.len() - 2].contains("msg=\"records were lost\" service=http count=5"), "{last:?}");
        drop(follower);
        assert!(!hub.wants(Level::DEBUG));
        hub.follow(Form::Json, Filter::default());
        hub.end();
        let mut late = hub.follow(Form::Json, Filter::default());
        assert!(late.records.blocking_recv().is_none(), "there is nothing more to come");
    }
}
