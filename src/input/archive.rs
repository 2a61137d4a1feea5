//! Zip archives: Kapacitor's recordings of batches, with an entry for each query, and inputs that were zipped.
//!
//! The directory is read with `zip`; entries are inflated as they are read.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;

use flate2::bufread::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

use super::blocks::InputError;
use super::brpl::Batches;

/// An archive on disk.
pub struct Archive {
    path: Arc<str>,
    entries: Vec<Entry>,
}

/// Where an entry lies.
struct Entry {
    name: String,
    start: u64,
    packed: u64,
    deflated: bool,
}

/// How an archive begins; the second is an empty one.
const MAGIC: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

/// Whether a text begins as an archive does.
pub(super) fn is_archive(head: &[u8]) -> bool {
    MAGIC.iter().any(|magic| head.starts_with(magic))
}

impl Archive {
    /// Opens a file; `None` if it is no archive, and then it is at its beginning.
    pub(super) fn open(path: &str, file: &mut File) -> Result<Option<Archive>, InputError> {
        let path: Arc<str> = path.into();
        let fail = |words: String| InputError::end(&path, None, words);
        let mut head = [0; 4];
        let io = |e: io::Error| fail(format!("cannot be read: {e}"));
        let got = read_up_to(file, &mut head).map_err(io)?;
        file.seek(SeekFrom::Start(0)).map_err(io)?;
        if !is_archive(head.get(..got).unwrap_or_default()) {
            return Ok(None);
        }
        let entries = entries(file).map_err(|e| fail(format!("is a damaged zip archive: {e}")))?;
        Ok(Some(Archive { path: path.clone(), entries }))
    }

    /// Names of the entries, in the order of the archive.
    pub fn names(&self) -> Vec<&str> {
        self.entries.iter().map(|entry| entry.name.as_str()).collect()
    }

    /// The batches of the entry with a name.
    ///
    /// # Errors
    /// If there is none, with the names that there are.
    pub fn batches(&self, name: &str) -> Result<Batches, InputError> {
        let (source, text) = self.entry(name)?;
        Ok(Batches::new(source, text))
    }

    /// The text of the entry with a name, and what messages call it.
    pub(super) fn entry(&self, name: &str) -> Result<(Arc<str>, Box<dyn Read + Send>), InputError> {
        let source: Arc<str> = format!("{}#{name}", self.path).into();
        let fail = |words: String| InputError::end(&source, None, words);
        let Some(entry) = self.entries.iter().find(|entry| entry.name == name) else {
            let names = self.names().join("`, `");
            return Err(fail(format!("there is no such entry; there are `{names}`")));
        };
        // A file of its own, since several entries may be read at the same time.
        let opened = File::open(&*self.path).and_then(|mut file| {
            file.seek(SeekFrom::Start(entry.start))?;
            Ok(file.take(entry.packed))
        });
        let packed = opened.map_err(|e| fail(format!("cannot be opened: {e}")))?;
        Ok(match entry.deflated {
            true => (source, Box::new(DeflateDecoder::new(BufReader::with_capacity(64 << 10, packed)))),
            false => (source, Box::new(packed)),
        })
    }
}

/// What is there, up to the length of `buf`.
fn read_up_to(file: &mut File, buf: &mut [u8]) -> io::Result<usize> {
    let mut len = 0;
    while let Some(free) = buf.get_mut(len..).filter(|free| !free.is_empty()) {
        match file.read(free)? {
            0 => break,
            got => len += got,
        }
    }
    Ok(len)
}

fn entries(file: &mut File) -> Result<Vec<Entry>, String> {
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|e| e.to_string())?;
    let mut entries = Vec::new();
    for at in 0..archive.len() {
        let entry = archive.by_index_raw(at).map_err(|e| e.to_string())?;
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        if name.ends_with('/') {
            continue;
        }
        let deflated = match entry.compression() {
            CompressionMethod::Deflated => true,
            CompressionMethod::Stored => false,
            other => return Err(format!("`{name}` is compressed with {other}, only deflate is known")),
        };
        if entry.encrypted() {
            return Err(format!("`{name}` is encrypted"));
        }
        let start = entry.data_start().ok_or_else(|| format!("`{name}` has no beginning"))?;
        entries.push(Entry { name, start, packed: entry.compressed_size(), deflated });
    }
    Ok(entries)
}
