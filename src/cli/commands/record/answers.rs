//! The answers of queries on their way into a file: each query's wait apart, since an archive takes one entry after
//! the other.

use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::SpooledTempFile;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::alert::{Origin, Question, Sink};
use crate::cli::write::{Out, is_packed};
use crate::data::Batch;
use crate::input::push_batch;
use crate::play::Asked;
use crate::query;

/// Bytes of a query's answers that wait in memory.
const IN_MEMORY: usize = 8 << 20;

/// Where answers go.
#[derive(PartialEq, Debug)]
pub(super) enum Place {
    /// A zip archive, as Kapacitor's.
    Archive(PathBuf),
    /// A file of JSON lines for each query; standard output has no name.
    Files(Vec<Option<PathBuf>>),
}

impl Place {
    /// For so many queries.
    pub(super) fn of(output: Option<&Path>, plain: bool, queries: usize) -> Result<Place, String> {
        let output = output.filter(|o| *o != Path::new("-"));
        match output {
            Some(file) if !plain && !is_packed(file) => Ok(Place::Archive(file.to_owned())),
            _ if queries == 1 => Ok(Place::Files(vec![output.map(Path::to_owned)])),
            Some(file) => Ok(Place::Files((0..queries).map(|i| Some(numbered(file, i))).collect())),
            None => Err(format!("{queries} queries need a file: name it with `-o day.brpl`")),
        }
    }
}

/// `day.0.brpl` for `day.brpl`, as recordings of tests are called.
fn numbered(file: &Path, number: usize) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let at = name.to_ascii_lowercase().rfind(".brpl").or(name.rfind('.')).unwrap_or(name.len());
    let (stem, end) = name.split_at_checked(at).unwrap_or((&name, ""));
    file.with_file_name(format!("{stem}.{number}{end}"))
}

/// The answers of all queries of a task.
pub(super) struct Answers {
    /// By entry: the node's name and what it was answered.
    entries: Vec<(String, SpooledTempFile)>,
    line: String,
    /// Who answers instead of the input.
    asked: Option<Asked>,
    /// Batches that were recorded.
    pub(super) batches: u64,
    /// Their points.
    pub(super) points: u64,
    /// What could not be answered.
    pub(super) errors: Vec<String>,
    failed: Option<io::Error>,
}

impl Answers {
    /// None yet. Names of queries in the order of the entries.
    pub(super) fn new(queries: Vec<String>, asked: Option<Asked>) -> Answers {
        let entries = queries.into_iter().map(|name| (name, SpooledTempFile::new(IN_MEMORY))).collect();
        let (line, errors) = (String::new(), Vec::new());
        Answers { entries, line, asked, batches: 0, points: 0, errors, failed: None }
    }

    /// Whether nothing more can be taken.
    pub(super) fn is_broken(&self) -> bool {
        self.failed.is_some()
    }

    /// Writes all.
    pub(super) fn write(self, place: &Place) -> Result<(), String> {
        if let Some(error) = self.failed {
            return Err(format!("cannot keep the answers: {error}"));
        }
        let entries = self.entries.into_iter().map(|(_, entry)| entry);
        match place {
            Place::Archive(file) => archive(file, entries.collect())
                .map_err(|e| format!("cannot write `{}`: {e}", file.display())),
            Place::Files(files) => files.iter().zip(entries).try_for_each(|(file, mut entry)| {
                let packed = file.as_deref().is_some_and(is_packed);
                let mut out = Out::open(file.as_deref(), packed, &[])?;
                copy(&mut entry, &mut out).and_then(|()| out.finish()).or_else(|e| match e.kind() {
                    io::ErrorKind::BrokenPipe => Ok(()),
                    _ => Err(format!("cannot write: {e}")),
                })
            }),
        }
    }
}

fn copy(from: &mut SpooledTempFile, to: &mut impl Write) -> io::Result<()> {
    from.seek(SeekFrom::Start(0))?;
    io::copy(from, to).map(|_| ())
}

/// Entries are named by their numbers and have no time, so that the same answers make the same file.
fn archive(file: &Path, entries: Vec<SpooledTempFile>) -> io::Result<()> {
    let mut archive = ZipWriter::new(std::fs::File::create(file)?);
    for (number, mut entry) in entries.into_iter().enumerate() {
        let size = entry.seek(SeekFrom::End(0))?;
        let how = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .large_file(size >= u64::from(u32::MAX));
        archive.start_file(number.to_string(), how).map_err(io::Error::other)?;
        copy(&mut entry, &mut archive)?;
    }
    archive.finish().map_err(io::Error::other)?.flush()
}

impl Sink for Answers {
    fn ask(&mut self, question: &Question<'_>) -> Option<Result<Vec<query::Series>, String>> {
        Some(self.asked.as_ref()?.ask(question))
    }

    fn answered(&mut self, origin: Origin<'_>, batch: &Batch) {
        let Some((_, entry)) = self.entries.iter_mut().find(|entry| entry.0 == origin.node) else { return };
        self.line.clear();
        push_batch(&mut self.line, batch);
        self.batches += 1;
        self.points += batch.points.len() as u64;
        if let Err(error) = entry.write_all(self.line.as_bytes()) {
            self.failed = Some(error);
        }
    }

    fn error(&mut self, origin: Origin<'_>, message: &str, error: &str, _: &[(&str, &str)]) {
        self.errors.push(format!("{}: {message}: {error}", origin.node));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_says_what_is_written() {
        let of = |name: &str, plain, queries| Place::of(Some(Path::new(name)), plain, queries);
        let files = |names: &[&str]| Ok(Place::Files(names.iter().map(|n| Some(PathBuf::from(n))).collect()));
        assert_eq!(of("a/day.brpl", false, 2), Ok(Place::Archive("a/day.brpl".into())));
        assert_eq!(of("day.brpl", false, 1), Ok(Place::Archive("day.brpl".into())));
        assert_eq!(of("a/day.brpl", true, 2), files(&["a/day.0.brpl", "a/day.1.brpl"]));
        assert_eq!(of("day.brpl", true, 1), files(&["day.brpl"]));
        assert_eq!(of("x.brpl.gz", false, 2), files(&["x.0.brpl.gz", "x.1.brpl.gz"]));
        assert_eq!(of("x", true, 2), files(&["x.0", "x.1"]));
        assert_eq!(Place::of(None, false, 1), Ok(Place::Files(vec![None])));
        assert!(of("-", false, 2).is_err());
    }
}
