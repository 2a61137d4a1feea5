//! Process groups that functions lead, so that a run that is broken off leaves none behind.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use rustix::process::Signal;

use crate::handlers::signal_group;

/// The process groups of all functions at work.
#[derive(Clone, Debug, Default)]
pub struct Groups(Arc<Mutex<BTreeSet<u32>>>);

impl Groups {
    pub(super) fn add(&self, leader: u32) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(leader);
    }

    /// To be called before the leader is waited for: its number may be somebody else's then.
    pub(super) fn remove(&self, leader: u32) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&leader);
    }

    /// Ends them all at once.
    pub fn kill(&self) {
        for leader in self.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            signal_group(*leader, Signal::KILL);
        }
    }
}
