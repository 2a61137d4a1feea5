//! Process groups that functions lead, so that a run that is broken off leaves none behind. They belong to the whole
//! process, as its signals do.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::Signal;

use crate::handlers::signal_group;

static LEADERS: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

fn leaders() -> MutexGuard<'static, BTreeSet<u32>> {
    LEADERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A process leads a group from now on.
pub(super) fn add(leader: u32) {
    leaders().insert(leader);
}

/// To be called before the leader is waited for: its number may be somebody else's then.
pub(super) fn remove(leader: u32) {
    leaders().remove(&leader);
}

/// Ends the programs of all functions at once.
pub fn kill_functions() {
    for leader in leaders().iter() {
        signal_group(*leader, Signal::KILL);
    }
}
