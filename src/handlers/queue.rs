//! The bounded queue between the engine's thread and the worker of one handler.
//!
//! Not a channel of tokio: the engine must be able to wait from any thread, also from one that belongs to a
//! runtime, and workers take all that is there with a single lock.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::payload::Payload;

/// What to do with an event when a handler's queue is full.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum OnFull {
    /// Wait until there is room; no event is lost.
    #[default]
    Block,
    /// Throw the event away and count it.
    Drop,
}

/// What became of an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Pushed {
    Queued,
    Dropped,
}

#[derive(Default)]
struct State {
    items: VecDeque<Arc<Payload>>,
    closed: bool,
}

pub(super) struct Queue {
    state: Mutex<State>,
    capacity: usize,
    /// Wakes the engine when there is room.
    room: Condvar,
    /// Wakes the worker when there is work.
    work: Notify,
}

impl Queue {
    pub(super) fn new(capacity: usize) -> Queue {
        Queue {
            state: Mutex::default(),
            capacity: capacity.max(1),
            room: Condvar::new(),
            work: Notify::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an event. A closed queue drops it.
    pub(super) fn push(&self, item: Arc<Payload>, on_full: OnFull) -> Pushed {
        let mut state = self.lock();
        while state.items.len() >= self.capacity && !state.closed {
            if on_full == OnFull::Drop {
                return Pushed::Dropped;
            }
            state = self.room.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.closed {
            return Pushed::Dropped;
        }
        state.items.push_back(item);
        let first = state.items.len() == 1;
        drop(state);
        if first {
            self.work.notify_one();
        }
        Pushed::Queued
    }

    /// The next event; `None` when the queue is closed and empty.
    pub(super) async fn next(&self) -> Option<Arc<Payload>> {
        loop {
            {
                let mut state = self.lock();
                if let Some(item) = state.items.pop_front() {
                    self.room.notify_one();
                    return Some(item);
                }
                if state.closed {
                    return None;
                }
            }
            self.work.notified().await;
        }
    }

    /// Moves up to `most` events to `batch`; false when the queue is closed and empty.
    pub(super) async fn batch(&self, batch: &mut Vec<Arc<Payload>>, most: usize) -> bool {
        loop {
            {
                let mut state = self.lock();
                if !state.items.is_empty() {
                    let n = state.items.len().min(most);
                    batch.extend(state.items.drain(..n));
                    self.room.notify_one();
                    return true;
                }
                if state.closed {
                    return false;
                }
            }
            self.work.notified().await;
        }
    }

    /// No more events come; what is queued is still worked off.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.room.notify_all();
        self.work.notify_one();
    }

    /// Closes the queue and empties it. Gives the number of events thrown away.
    pub(super) fn discard(&self) -> u64 {
        let items = {
            let mut state = self.lock();
            state.closed = true;
            std::mem::take(&mut state.items)
        };
        self.room.notify_all();
        self.work.notify_one();
        items.len() as u64
    }
}
