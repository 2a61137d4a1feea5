//! A copy of the store as it is at one moment, which is a store again.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use redb::Database;

use super::error::StoreError;
use super::kind::TABLES;
use super::live::write;
use super::place::Place;
use super::view::View;
use crate::text::system_words;

/// A finished copy, in a file without a name: it goes with this value.
pub struct Backup {
    file: File,
    length: u64,
}

impl Backup {
    /// Copies what a view sees to a file in a folder.
    pub(super) fn of(view: &View<'_>, folder: &Path) -> Result<Backup, StoreError> {
        let place = Arc::new(Place::new(folder.join("backup")));
        let refused = |e: io::Error| StoreError::Folder {
            folder: folder.to_owned(),
            why: format!("no backup can be made: {}", system_words(e)),
        };
        let mut file = tempfile::tempfile_in(folder).map_err(refused)?;
        let copy = file.try_clone().map_err(refused)?;
        let database = Database::builder().create_file(copy).map_err(|e| place.fault(e))?;
        write(&database, &place, |change| {
            change.make_tables()?;
            TABLES
                .into_iter()
                .try_for_each(|table| view.scan(table, None, |key, bytes| change.copy(table, key, bytes)))
        })?;
        drop(database);
        let length = file.metadata().map_err(refused)?.len();
        file.seek(SeekFrom::Start(0)).map_err(refused)?;
        Ok(Backup { file, length })
    }

    /// How many bytes it has.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Writes all of it.
    pub fn write_to(mut self, mut out: impl Write) -> io::Result<u64> {
        io::copy(&mut self.file, &mut out)
    }
}

impl Read for Backup {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        self.file.read(to)
    }
}
