//! What goes wrong with the store, in words for people.

use std::io;
use std::path::{Path, PathBuf};

use crate::text::{io_words, system_words};

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder can be neither found nor made, or nothing can be written to it.
    #[error("data folder `{}`: {why}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// In words.
        why: String,
    },
    /// Somebody else has it open.
    #[error(
        "data folder `{}`: another server uses it; stop that one first, or give this one a folder of its own",
        folder.display()
    )]
    Busy {
        /// The folder.
        folder: PathBuf,
    },
    /// The file is not as it was written. It was not touched.
    #[error(
        "store `{}` is damaged: {why}; nothing was changed in it. Put a backup in its place, or move it away to \
         begin with an empty store",
        file.display()
    )]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What was seen.
        why: String,
    },
    /// The file was written by a later version of `tick`.
    #[error(
        "store `{}` has format {found}, and this version of `tick` reads formats up to {known}: use the version that \
         wrote it, or a later one",
        file.display()
    )]
    Newer {
        /// The file.
        file: PathBuf,
        /// Its format.
        found: u32,
        /// The last one that is read.
        known: u32,
    },
    /// The system refused to read or to write.
    #[error("store `{}`: {why}", file.display())]
    System {
        /// The file.
        file: PathBuf,
        /// In words.
        why: String,
    },
    /// One with this key is there already.
    #[error("{0}")]
    Exists(String),
    /// None with this key is there.
    #[error("{0}")]
    Missing(String),
}

impl StoreError {
    /// What redb said about a file.
    pub(super) fn of(file: &Path, error: impl Into<redb::Error>) -> StoreError {
        let why = match error.into() {
            redb::Error::Io(e) if e.kind() == io::ErrorKind::InvalidData => "it is no store".to_owned(),
            redb::Error::Io(e) if e.kind() == io::ErrorKind::UnexpectedEof => "its end is missing".to_owned(),
            redb::Error::Io(e) => return StoreError::system(file, &e),
            redb::Error::Corrupted(why) => system_words(why),
            redb::Error::DatabaseAlreadyOpen => {
                let folder = file.parent().unwrap_or(file).to_owned();
                return StoreError::Busy { folder };
            }
            e @ (redb::Error::TableDoesNotExist(_)
            | redb::Error::TableTypeMismatch { .. }
            | redb::Error::TypeDefinitionChanged { .. }
            | redb::Error::UpgradeRequired(_)
            | redb::Error::RepairAborted) => system_words(e),
            e => return StoreError::System { file: file.to_owned(), why: system_words(e) },
        };
        StoreError::Damaged { file: file.to_owned(), why }
    }

    /// What the system said about a file.
    pub(super) fn system(file: &Path, error: &io::Error) -> StoreError {
        StoreError::System { file: file.to_owned(), why: io_words(error) }
    }
}
