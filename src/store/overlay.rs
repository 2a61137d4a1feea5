//! A file that is read and never written: what redb writes while it opens it stays in memory. So a file is looked
//! at without a byte of it changing, and read where nothing can be written.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use redb::StorageBackend;
use redb::backends::FileBackend;

/// What is kept in memory as one piece.
const PAGE: u64 = 4096;

/// The file with what was written over it.
#[derive(Debug)]
pub(super) struct Overlay {
    below: FileBackend,
    above: Mutex<Above>,
}

#[derive(Debug)]
struct Above {
    pages: BTreeMap<u64, Vec<u8>>,
    /// As it would be in the file.
    length: u64,
    /// What the file has beyond is not shown: it was cut off, and grew again.
    shown: u64,
}

impl Overlay {
    /// Over a file, which gets redb's lock.
    pub(super) fn new(file: File) -> Result<Overlay, redb::DatabaseError> {
        let below = FileBackend::new(file)?;
        let length = below.len()?;
        Ok(Overlay { below, above: Mutex::new(Above { pages: BTreeMap::new(), length, shown: length }) })
    }

    fn above(&self) -> MutexGuard<'_, Above> {
        self.above.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A page with what was written over it.
    fn page(&self, above: &Above, number: u64) -> io::Result<Vec<u8>> {
        if let Some(page) = above.pages.get(&number) {
            return Ok(page.clone());
        }
        let mut page = vec![0; usize_of(PAGE)?];
        let start = number.saturating_mul(PAGE);
        let there = usize_of(above.shown.saturating_sub(start).min(PAGE))?;
        if let Some(part) = page.get_mut(..there) {
            self.below.read(start, part)?;
        }
        Ok(page)
    }
}

/// Each page that a range of bytes touches: its number, where in it, where in the bytes, how many.
fn pieces(offset: u64, length: usize) -> impl Iterator<Item = io::Result<(u64, usize, usize, usize)>> {
    let mut done = 0;
    std::iter::from_fn(move || {
        if done >= length {
            return None;
        }
        let piece = || {
            let at = offset.checked_add(u64_of(done)?).ok_or(io::ErrorKind::UnexpectedEof)?;
            let within = usize_of(at % PAGE)?;
            let count = (usize_of(PAGE)? - within).min(length - done);
            Ok((at / PAGE, within, done, count))
        };
        let piece = piece();
        done = piece.as_ref().map_or(length, |(_, _, from, count)| from + count);
        Some(piece)
    })
}

fn usize_of(n: u64) -> io::Result<usize> {
    usize::try_from(n).map_err(io::Error::other)
}

fn u64_of(n: usize) -> io::Result<u64> {
    u64::try_from(n).map_err(io::Error::other)
}

impl StorageBackend for Overlay {
    fn len(&self) -> io::Result<u64> {
        Ok(self.above().length)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let above = self.above();
        if offset.checked_add(u64_of(out.len())?).is_none_or(|end| end > above.length) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        for piece in pieces(offset, out.len()) {
            let (number, within, from, count) = piece?;
            let page = self.page(&above, number)?;
            if let (Some(to), Some(part)) =
                (out.get_mut(from..from + count), page.get(within..within + count))
            {
                to.copy_from_slice(part);
            }
        }
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        let mut above = self.above();
        if length < above.length {
            above.shown = above.shown.min(length);
            above.pages.retain(|number, _| number.saturating_mul(PAGE) < length);
            let (last, within) = (length / PAGE, usize_of(length % PAGE)?);
            if let Some(rest) = above.pages.get_mut(&last).and_then(|page| page.get_mut(within..)) {
                rest.fill(0);
            }
        }
        above.length = length;
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut above = self.above();
        for piece in pieces(offset, data.len()) {
            let (number, within, from, count) = piece?;
            let mut page = self.page(&above, number)?;
            if let (Some(to), Some(part)) =
                (page.get_mut(within..within + count), data.get(from..from + count))
            {
                to.copy_from_slice(part);
            }
            above.pages.insert(number, page);
        }
        Ok(())
    }

    fn close(&self) -> io::Result<()> {
        self.below.close()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Op {
        Write(u64, Vec<u8>),
        Resize(u64),
        Read(u64, usize),
    }

    fn op() -> impl Strategy<Value = Op> {
        let offset = 0..12_000_u64;
        let bytes = proptest::collection::vec(any::<u8>(), 0..200);
        let long = (any::<u8>(), 4000..9000_usize).prop_map(|(b, n)| vec![b; n]);
        prop_oneof![
            (offset.clone(), prop_oneof![bytes, long]).prop_map(|(at, data)| Op::Write(at, data)),
            (0..16_000_u64).prop_map(Op::Resize),
            (offset, 0..9000_usize).prop_map(|(at, count)| Op::Read(at, count)),
        ]
    }

    proptest! {
        /// It is what a file would be, and the file stays as it was.
        #[test]
        fn it_is_like_a_file(length in 0..10_000_usize, ops in proptest::collection::vec(op(), 0..30)) {
            let before: Vec<u8> = (0..length).map(|i| u8::try_from(i % 251).unwrap()).collect();
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(&before).unwrap();
            let overlay = Overlay::new(file.reopen().unwrap()).unwrap();
            let mut model = before.clone();
            for op in ops {
                match op {
                    // As redb does, which makes a file longer first.
                    Op::Write(at, data) => {
                        let (start, end) = (usize::try_from(at).unwrap(), usize::try_from(at).unwrap() + data.len());
                        if end <= model.len() {
                            overlay.write(at, &data).unwrap();
                            model[start..end].copy_from_slice(&data);
                        }
                    }
                    Op::Resize(length) => {
                        overlay.set_len(length).unwrap();
                        model.resize(usize::try_from(length).unwrap(), 0);
                    }
                    Op::Read(at, count) => {
                        let mut out = vec![1; count];
                        let start = usize::try_from(at).unwrap();
                        match model.get(start..start + count) {
                            Some(want) => {
                                overlay.read(at, &mut out).unwrap();
                                prop_assert_eq!(&out, want);
                            }
                            None => prop_assert!(overlay.read(at, &mut out).is_err()),
                        }
                    }
                }
                prop_assert_eq!(overlay.len().unwrap(), u64::try_from(model.len()).unwrap());
            }
            prop_assert_eq!(std::fs::read(file.path()).unwrap(), before);
        }
    }
}
