//! `tick test --watch`: looks at the files from time to time, and runs again what a save affects.
//!
//! Times of files are asked for instead of being told by the system: it works the same everywhere, on network
//! folders and in containers too, and a few hundred questions a second cost nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use super::{Args, tell};
use crate::cli::Exit;
use crate::cli::io::complain;
use crate::suite::find;

/// How long a save may go unnoticed.
const BEAT: Duration = Duration::from_millis(300);

/// When files were changed last; none for files that are not there.
type Times = BTreeMap<PathBuf, Option<(SystemTime, u64)>>;

/// Runs until Ctrl-C.
pub(super) fn watch(args: &Args) -> Exit {
    let mut known = Known::default();
    complain("watching: Ctrl-C ends it");
    loop {
        match find(&args.paths()) {
            Ok(files) => {
                let changed = known.changed(&files);
                if !changed.is_empty() {
                    known.run(args, &changed);
                }
            }
            Err(words) => {
                complain(&format!("error: {words}"));
                return Exit::Usage;
            }
        }
        thread::sleep(BEAT);
    }
}

/// Test files with what they depend on.
#[derive(Default)]
struct Known {
    files: BTreeMap<PathBuf, Times>,
}

impl Known {
    /// The test files that are new, or of which something changed.
    fn changed(&mut self, files: &[PathBuf]) -> Vec<PathBuf> {
        self.files.retain(|file, _| files.contains(file));
        let differs = |times: &Times| times.iter().any(|(file, time)| time_of(file) != *time);
        files.iter().filter(|file| self.files.get(*file).is_none_or(differs)).cloned().collect()
    }

    fn run(&mut self, args: &Args, files: &[PathBuf]) {
        // Before the run: what is saved meanwhile is seen the next time.
        let before = |file: &PathBuf| (file.clone(), time_of(file));
        let own: Times = files.iter().map(before).collect();
        let mut depends = Vec::new();
        tell(args, files, &mut |files| depends.push(files));
        for (file, depends) in files.iter().zip(depends) {
            let time = |file: PathBuf| (own.get(&file).copied().unwrap_or_else(|| time_of(&file)), file);
            let times = depends.into_iter().map(time).map(|(time, file)| (file, time)).collect();
            self.files.insert(file.clone(), times);
        }
        for file in files {
            // What `--fail-fast` left out is not run again before it changes.
            self.files.entry(file.clone()).or_insert_with(|| own.clone());
        }
    }
}

fn time_of(file: &Path) -> Option<(SystemTime, u64)> {
    let data = fs::metadata(file).ok()?;
    Some((data.modified().ok()?, data.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_save_affects_is_run_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        let files = [path("a.test.yaml"), path("b.test.yaml")];
        for name in ["a.test.yaml", "b.test.yaml", "a.tick"] {
            fs::write(path(name), "x").expect("a file");
        }
        let mut known = Known::default();
        assert_eq!(known.changed(&files), files);
        let times = |names: &[&str]| names.iter().map(|n| (path(n), time_of(&path(n)))).collect::<Times>();
        known.files.insert(files[0].clone(), times(&["a.test.yaml", "a.tick", "data.lp"]));
        known.files.insert(files[1].clone(), times(&["b.test.yaml"]));
        assert!(known.changed(&files).is_empty());
        fs::write(path("a.tick"), "longer").expect("a file");
        assert_eq!(known.changed(&files), files[..1]);
        known.files.insert(files[0].clone(), times(&["a.test.yaml", "a.tick", "data.lp"]));
        fs::write(path("data.lp"), "m v=1 1").expect("a file");
        assert_eq!(known.changed(&files), files[..1], "it was missing before");
        assert_eq!(known.changed(&files[1..]), [] as [PathBuf; 0]);
    }
}
