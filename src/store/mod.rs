//! What a server keeps on disk: one file, changed in transactions, whole after a `kill -9` at any moment.
//!
//! ```
//! use tickscript::pipeline::TaskType;
//! use tickscript::store::{Listing, Store, StoreError, Task, Template};
//!
//! let folder = tempfile::tempdir().unwrap();
//! let store = Store::open(folder.path())?; // makes folder and file, locks the folder, checks the file
//!
//! let task = Task {
//!     id: "cpu".into(), template: None, task_type: TaskType::Stream, dbrps: vec![("db".into(), "rp".into())],
//!     script: "stream|from()".into(), vars: Default::default(), enabled: true, error: String::new(),
//!     created: 1, modified: 1, last_enabled: None,
//! };
//! store.create(&task)?; // on disk when it returns
//! assert_eq!(store.create(&task).unwrap_err().to_string(), "task cpu already exists");
//! assert_eq!(store.get::<Task>("cpu")?, Some(task.clone()));
//! assert_eq!(store.list::<Task>(&Listing { pattern: "c*".into(), ..Listing::default() })?.len(), 1);
//!
//! // Several things at one moment: a view. It does not see what is written after it was taken.
//! let view = store.view()?;
//! let (templates, tasks) = (view.all::<Template>()?, view.tasks_of("some template")?);
//!
//! // Several changes, all or nothing: an error from within undoes them. Only one change is made at a time; to
//! // begin another one from within would wait for ever.
//! store.change(|change| {
//!     change.rename_task("cpu", &Task { id: "load".into(), ..task })?;
//!     change.delete_topic("main:cpu:alert2")
//! })?;
//! # Ok::<(), StoreError>(())
//! ```
//!
//! Kinds with a pair as key ([`TopicHandler`]: topic and id, [`Override`]: section and element, [`Loaded`]: the word
//! of its kind and id) are asked for with that pair: `store.get::<TopicHandler>((topic, id))`. Calls wait for the
//! disk: from asynchronous code use `spawn_blocking`.

mod backup;
mod change;
mod check;
mod error;
mod folder;
mod kind;
mod list;
mod live;
mod overlay;
mod place;
mod records;
mod view;
mod words;

pub use backup::Backup;
pub use change::Change;
pub use error::StoreError;
pub use folder::default_folder;
pub use kind::{Key, Record};
pub use list::Listing;
pub use records::{
    EventState, Loaded, LoadedKind, Origin, Override, Recording, Replay, RunStatus, Snapshot, Task, Template,
    TopicHandler, User,
};
pub use view::{Events, View};

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use redb::Database;
use uuid::Uuid;

use live::Live;
use place::Place;

/// The file in the data folder.
const FILE: &str = "store.redb";
/// A new file before it is whole.
const NEW: &str = "store.redb.new";

/// An open store.
pub struct Store {
    live: Live,
    folder: PathBuf,
    /// Held for its lock.
    _lock: File,
}

impl Store {
    /// Opens the store of a data folder; makes what is not there. Recordings and replays that were running when the
    /// last server ended have failed.
    pub fn open(folder: &Path) -> Result<Store, StoreError> {
        let lock = folder::claim(folder)?;
        let file = folder.join(FILE);
        if !fs::exists(&file).map_err(|e| StoreError::system(&file, &e))? {
            make(folder, &file)?;
        }
        let store = Store { live: Live::open(&file)?, folder: folder.to_owned(), _lock: lock };
        store.end_runs()?;
        Ok(store)
    }

    /// The store as it is now.
    pub fn view(&self) -> Result<View<'static>, StoreError> {
        self.live.view()
    }

    /// Makes changes, all of them or, if `make` gives an error, none. They are on disk when this returns.
    pub fn change<T, E: From<StoreError>>(
        &self,
        make: impl FnOnce(&Change<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.live.change(make)
    }

    /// A copy of the store as it is now, for `store.redb` in another data folder. It takes as much room in the data
    /// folder as the store until it is dropped; nobody waits for it.
    pub fn backup(&self) -> Result<Backup, StoreError> {
        Backup::of(&self.view()?, &self.folder)
    }

    /// See [`View::get`].
    pub fn get<'k, R: Record>(&self, key: impl Into<Key<'k>>) -> Result<Option<R>, StoreError> {
        self.view()?.get(key)
    }

    /// See [`View::all`].
    pub fn all<R: Record>(&self) -> Result<Vec<R>, StoreError> {
        self.view()?.all()
    }

    /// See [`View::list`].
    pub fn list<R: Record>(&self, what: &Listing) -> Result<Vec<R>, StoreError> {
        self.view()?.list(what)
    }

    /// See [`Change::create`].
    pub fn create<R: Record>(&self, record: &R) -> Result<(), StoreError> {
        self.change(|change| change.create(record))
    }

    /// See [`Change::put`].
    pub fn put<R: Record>(&self, record: &R) -> Result<(), StoreError> {
        self.change(|change| change.put(record))
    }

    /// See [`Change::delete`].
    pub fn delete<'k, R: Record>(&self, key: impl Into<Key<'k>>) -> Result<bool, StoreError> {
        self.change(|change| change.delete::<R>(key))
    }

    /// See [`Change::put_events`].
    pub fn put_events(&self, events: &[(&str, &str, &EventState)]) -> Result<(), StoreError> {
        self.change(|change| change.put_events(events))
    }

    /// The id of the cluster, made with the store.
    pub fn cluster_id(&self) -> Result<String, StoreError> {
        self.id("cluster")
    }

    /// The id of the server, made with the store.
    pub fn server_id(&self) -> Result<String, StoreError> {
        self.id("server")
    }

    fn id(&self, of: &str) -> Result<String, StoreError> {
        let why = || format!("the id of the {of} is missing");
        let file = || self.folder.join(FILE);
        self.view()?.itself(of)?.ok_or_else(|| StoreError::Damaged { file: file(), why: why() })
    }

    /// Recordings and replays do not go on after a restart.
    fn end_runs(&self) -> Result<(), StoreError> {
        const WHY: &str = "unexpected Kapacitor shutdown";
        let mut recordings = self.all::<Recording>()?;
        let mut replays = self.all::<Replay>()?;
        recordings.retain(|r| r.status == RunStatus::Running);
        replays.retain(|r| r.status == RunStatus::Running);
        if recordings.is_empty() && replays.is_empty() {
            return Ok(());
        }
        self.change(|change| {
            for recording in recordings {
                let (status, error) = (RunStatus::Failed, WHY.to_owned());
                change.put(&Recording { status, error, ..recording })?;
            }
            for replay in replays {
                let (status, error) = (RunStatus::Failed, WHY.to_owned());
                change.put(&Replay { status, error, ..replay })?;
            }
            Ok(())
        })
    }
}

/// Makes an empty store beside its place, and moves it there when it is whole.
fn make(folder: &Path, file: &Path) -> Result<(), StoreError> {
    let new = folder.join(NEW);
    let refused = |e| StoreError::system(file, &e);
    match fs::remove_file(&new) {
        Err(e) if e.kind() != ErrorKind::NotFound => return Err(refused(e)),
        _ => {}
    }
    let database = Database::create(&new).map_err(|e| StoreError::of(file, e))?;
    live::write(&database, &Arc::new(Place::new(file.to_owned())), |change| {
        change.make_tables()?;
        change.set_itself("format", &live::FORMAT.to_string())?;
        change.set_itself("cluster", &Uuid::new_v4().to_string())?;
        change.set_itself("server", &Uuid::new_v4().to_string())
    })?;
    drop(database);
    fs::rename(&new, file).and_then(|()| folder::sync(folder)).map_err(refused)
}

#[cfg(test)]
mod crash;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod tests;
