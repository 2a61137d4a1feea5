//! The data folder: where it is, that it can be written to, and that one server alone uses it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::error::StoreError;
use crate::text::system_words;

/// The file whose lock is the folder's.
const LOCK: &str = "lock";

/// Where a server keeps its data if nobody says otherwise: `$XDG_DATA_HOME/tickscript`, else
/// `~/.local/share/tickscript`. Takes the values of `XDG_DATA_HOME` and `HOME`; none if neither says a place.
pub fn default_folder(data_home: Option<&str>, home: Option<&str>) -> Option<PathBuf> {
    // A relative `XDG_DATA_HOME` is to be ignored.
    let data_home = data_home.map(Path::new).filter(|path| path.is_absolute()).map(Path::to_owned);
    let home = home.filter(|home| !home.is_empty()).map(|home| Path::new(home).join(".local/share"));
    data_home.or(home).map(|path| path.join("tickscript"))
}

/// Makes the folder if it is not there, readable for its owner alone, and locks it for as long as the file is held.
pub(super) fn claim(folder: &Path) -> Result<File, StoreError> {
    let refused = |e: io::Error| {
        let why = match e.kind() {
            io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            io::ErrorKind::AlreadyExists => "it is not a folder".to_owned(),
            _ => system_words(&e),
        };
        StoreError::Folder { folder: folder.to_owned(), why }
    };
    make(folder).map_err(refused)?;
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    let lock = options.open(folder.join(LOCK)).map_err(refused)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StoreError::Busy { folder: folder.to_owned() }),
        Err(TryLockError::Error(e)) => Err(refused(e)),
    }
}

fn make(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Makes sure that a file's name outlasts a loss of power.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    // Elsewhere a folder cannot be opened as a file.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_folder_follows_the_environment() {
        for (data_home, home, want) in [
            (Some("/d"), Some("/h"), Some("/d/tickscript")),
            (None, Some("/h"), Some("/h/.local/share/tickscript")),
            (Some(""), Some("/h"), Some("/h/.local/share/tickscript")),
            (Some("relative"), Some("/h"), Some("/h/.local/share/tickscript")),
            (Some("/d"), None, Some("/d/tickscript")),
            (None, Some(""), None),
            (None, None, None),
        ] {
            assert_eq!(default_folder(data_home, home).as_deref(), want.map(Path::new));
        }
    }
}
