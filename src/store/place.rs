//! Which file it is, and whether the system has refused something since it was opened.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use super::error::StoreError;

/// The file of a store.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) file: PathBuf,
    failed: AtomicBool,
}

impl Place {
    pub(super) fn new(file: PathBuf) -> Place {
        Place { file, failed: AtomicBool::new(false) }
    }

    /// An error in words. After one of the system redb has to open its file again: that is noted.
    pub(super) fn fault(&self, error: impl Into<redb::Error>) -> StoreError {
        let error = error.into();
        let of_system = matches!(
            error,
            redb::Error::Io(_)
                | redb::Error::PreviousIo
                | redb::Error::DatabaseClosed
                | redb::Error::LockPoisoned(_)
        );
        if of_system {
            self.failed.store(true, Ordering::Release);
        }
        StoreError::of(&self.file, error)
    }

    pub(super) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Acquire)
    }

    pub(super) fn has_recovered(&self) {
        self.failed.store(false, Ordering::Release);
    }
}
