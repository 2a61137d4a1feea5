//! Which test files are meant by paths.

use std::fs;
use std::path::{Path, PathBuf};

use super::read::ENDING;
use crate::text::io_words;

/// How deep folders may be nested.
const MAX_FOLDERS: usize = 32;

/// The test files that are named, those beside scripts that are named, and all in folders that are; hidden folders
/// below them are left out.
///
/// # Errors
/// What cannot be read, in words.
pub fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            folder(path, 0, &mut files)?;
        } else if path.extension().is_some_and(|extension| extension == "tick") {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            let beside = path.with_file_name(format!("{stem}{ENDING}"));
            if !beside.is_file() {
                return Err(format!(
                    "{}: has no test beside it: {} is missing",
                    path.display(),
                    beside.display()
                ));
            }
            files.push(beside);
        } else {
            fs::metadata(path).map_err(|e| format!("{}: {}", path.display(), io_words(&e)))?;
            files.push(path.clone());
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    files.retain(|file| seen.insert(file.clone()));
    Ok(files)
}

fn folder(path: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let wrong = |e: std::io::Error| format!("{}: {}", path.display(), io_words(&e));
    let mut entries: Vec<(PathBuf, bool)> = Vec::new();
    for entry in fs::read_dir(path).map_err(wrong)? {
        let entry = entry.map_err(wrong)?;
        let is_dir = entry.file_type().map_err(wrong)?.is_dir();
        // `./a` is called `a`.
        let name = entry.path();
        let name = name.strip_prefix(".").map(Path::to_owned).unwrap_or(name);
        entries.push((name, is_dir));
    }
    entries.sort();
    for (entry, is_dir) in entries {
        let name = entry.file_name().unwrap_or_default().to_string_lossy();
        if is_dir {
            if depth < MAX_FOLDERS && !name.starts_with('.') {
                folder(&entry, depth + 1, files)?;
            }
        } else if name.ends_with(ENDING) {
            files.push(entry);
        }
    }
    Ok(())
}
