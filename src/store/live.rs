//! The open file: its readers, its one writer, and what becomes of it when the system refuses to write.
//!
//! redb gives up on a file after the first such error. A server goes on: the file is opened again, with what was
//! acknowledged; if not even that can be written, it is read without writing until it can.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use redb::{Database, ReadableDatabase};

use super::change::Change;
use super::check::open_unwritten;
use super::error::StoreError;
use super::place::Place;
use super::view::{Source, View};

/// The format that this version writes, and the last one that it reads.
pub(super) const FORMAT: u32 = 1;
/// How much of the file is kept in memory, in bytes.
const CACHE: usize = 16 << 20;

/// An open file.
pub(super) struct Live {
    place: Arc<Place>,
    opened: RwLock<Opened>,
    /// Held while somebody writes.
    writing: Mutex<()>,
}

enum Opened {
    Whole(Database),
    /// Nothing can be written, for this reason.
    ReadOnly(Database, String),
    Closed,
}

impl Live {
    /// Opens a file that is there.
    pub(super) fn open(file: &Path) -> Result<Live, StoreError> {
        let place = Arc::new(Place::new(file.to_owned()));
        let database = open_whole(&place)?;
        Ok(Live { place, opened: RwLock::new(Opened::Whole(database)), writing: Mutex::new(()) })
    }

    pub(super) fn view(&self) -> Result<View<'static>, StoreError> {
        // A writer that is at work opens the file again itself.
        if self.place.has_failed()
            && let Ok(_alone) = self.writing.try_lock()
        {
            self.open_again()?;
        }
        match &*self.opened.read().unwrap_or_else(PoisonError::into_inner) {
            Opened::Whole(database) | Opened::ReadOnly(database, _) => read(database, &self.place),
            Opened::Closed => Err(self.refused("it could not be opened again")),
        }
    }

    pub(super) fn change<T, E: From<StoreError>>(
        &self,
        make: impl FnOnce(&Change<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let _alone = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if self.place.has_failed() || !self.is_whole() {
            self.open_again()?;
        }
        let done = match &*self.opened.read().unwrap_or_else(PoisonError::into_inner) {
            Opened::Whole(database) => write(database, &self.place, make),
            Opened::ReadOnly(_, why) => Err(self.refused(why).into()),
            Opened::Closed => Err(self.refused("it could not be opened again").into()),
        };
        if self.place.has_failed() {
            // The error that led here says what is wrong; if it lasts, the next call tells it again.
            let _ = self.open_again();
        }
        done
    }

    fn is_whole(&self) -> bool {
        matches!(&*self.opened.read().unwrap_or_else(PoisonError::into_inner), Opened::Whole(_))
    }

    fn open_again(&self) -> Result<(), StoreError> {
        let mut opened = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        // Only one at a time has a file open.
        *opened = Opened::Closed;
        *opened = match open_whole(&self.place) {
            Ok(database) => Opened::Whole(database),
            Err(StoreError::System { why, .. }) => Opened::ReadOnly(open_unwritten(&self.place, CACHE)?, why),
            Err(other) => return Err(other),
        };
        self.place.has_recovered();
        Ok(())
    }

    fn refused(&self, why: &str) -> StoreError {
        StoreError::System { file: self.place.file.clone(), why: why.to_owned() }
    }
}

/// Checks a file, then opens it.
fn open_whole(place: &Arc<Place>) -> Result<Database, StoreError> {
    check_format(&read(&open_unwritten(place, CACHE)?, place)?)?;
    let opened = Database::builder().set_cache_size(CACHE).open(&place.file);
    opened.map_err(|e| StoreError::of(&place.file, e))
}

fn check_format(view: &View<'_>) -> Result<(), StoreError> {
    let file = view.place.file.clone();
    match view.itself("format")?.and_then(|format| format.parse::<u32>().ok()) {
        None => Err(StoreError::Damaged { file, why: "it does not say its format".to_owned() }),
        Some(found) if found > FORMAT => Err(StoreError::Newer { file, found, known: FORMAT }),
        Some(_) => Ok(()),
    }
}

fn read(database: &Database, place: &Arc<Place>) -> Result<View<'static>, StoreError> {
    let reading = database.begin_read().map_err(|e| place.fault(e))?;
    Ok(View { source: Source::Reading(reading), place: Arc::clone(place) })
}

/// One transaction.
pub(super) fn write<T, E: From<StoreError>>(
    database: &Database,
    place: &Arc<Place>,
    make: impl FnOnce(&Change<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let mut transaction = database.begin_write().map_err(|e| place.fault(e))?;
    // In two phases a state that is not whole was never acknowledged; in one it could also be a damaged file, and
    // redb would go back to the state before without a word.
    transaction.set_two_phase_commit(true);
    let done = make(&Change::of(&transaction, Arc::clone(place)))?;
    transaction.commit().map_err(|e| place.fault(e))?;
    Ok(done)
}
