//! Whether a file is as it was written, found out before anything is written to it.
//!
//! redb holds what it reads to checksums only after a crash, and then takes the older of two states if the newer one
//! is not whole; elsewhere it trusts its file, and stops the process where it cannot go on. So the file is first opened
//! under an [`Overlay`], shown as one that was not closed and that has but one state: the one that was acknowledged
//! last. Its header is no part of those checksums and is looked at here.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use redb::{Database, StorageBackend};

use super::error::StoreError;
use super::overlay::Overlay;
use super::place::Place;

// The head of redb's file, version 3: a magic number, flags, sizes, then two slots for the last two states.
const MAGIC: &[u8] = b"redb\x1a\x0a\xa9\x0d\x0a";
const FLAGS: usize = 9;
const SIZES: usize = 12;
const SLOTS: [usize; 2] = [64, 192];
const SLOT: usize = 128;
const TRANSACTION: usize = 104;
const HEAD: usize = 320;
const VERSION: u8 = 3;
// The flags: which slot is the newer one, not closed, written in two phases.
const SECOND: u8 = 1;
const NOT_CLOSED: u8 = 2;
const TWO_PHASES: u8 = 4;
/// Bytes of a page, pages of a region's head, pages of a region: what redb writes.
const LAYOUT: [u32; 3] = [4096, 0, 1 << 20];

/// Opens a file for reading, with all checks; nothing is ever written to it.
pub(super) fn open_unwritten(place: &Place, cache: usize) -> Result<Database, StoreError> {
    let file = &place.file;
    let mut opened = File::open(file).map_err(|e| StoreError::system(file, &e))?;
    let length = opened.metadata().map_err(|e| StoreError::system(file, &e))?.len();
    let mut head = [0; HEAD];
    match opened.read_exact(&mut head) {
        Ok(()) => {}
        Err(_) if length == 0 => return Err(damaged(file, "it is empty")),
        Err(e) if e.kind() == ErrorKind::UnexpectedEof => {
            return Err(damaged(file, "it is too short for a store"));
        }
        Err(e) => return Err(StoreError::system(file, &e)),
    }
    judge(&head, length).map_err(|why| damaged(file, why))?;
    let overlay = Overlay::new(opened).map_err(|e| StoreError::of(file, e))?;
    let shown = one_state(&head).ok_or_else(|| damaged(file, "its head cannot be read"))?;
    overlay.write(0, &shown).map_err(|e| StoreError::system(file, &e))?;
    Database::builder()
        .set_cache_size(cache)
        .create_with_backend(overlay)
        .map_err(|e| StoreError::of(file, e))
}

fn damaged(file: &Path, why: &str) -> StoreError {
    StoreError::Damaged { file: file.to_owned(), why: why.to_owned() }
}

/// What redb would not survive, or not notice.
fn judge(head: &[u8; HEAD], length: u64) -> Result<(), &'static str> {
    let number = |at: usize| {
        let bytes = head.get(at..).and_then(|rest| rest.first_chunk());
        bytes.map_or(u64::MAX, |b| u64::from(u32::from_le_bytes(*b)))
    };
    let transaction = |slot: usize| {
        let bytes = head.get(slot + TRANSACTION..).and_then(|rest| rest.first_chunk());
        bytes.map_or(u64::MAX, |b| u64::from_le_bytes(*b))
    };
    if !head.starts_with(MAGIC) {
        return Err("it is no store");
    }
    if SLOTS.into_iter().any(|slot| head.get(slot) != Some(&VERSION)) {
        return Err("its head says another version of the file format");
    }
    let flags = head.get(FLAGS).copied().unwrap_or(u8::MAX);
    if flags & TWO_PHASES == 0 || flags > SECOND | NOT_CLOSED | TWO_PHASES {
        return Err("its head has flags that no store has");
    }
    let layout = [number(SIZES), number(SIZES + 4), number(SIZES + 8)];
    if layout != LAYOUT.map(u64::from) {
        return Err("its head has sizes that no store has");
    }
    // Regions that are full, and pages of the one that is not.
    let (page, full, rest) = (layout[0], number(SIZES + 12), number(SIZES + 16));
    let pages = full.saturating_mul(layout[2]).saturating_add(rest).saturating_add(1);
    if full.saturating_add(rest) == 0 || rest >= layout[2] {
        return Err("its head has sizes that no store has");
    }
    if pages.saturating_mul(page) > length {
        return Err("its end is missing");
    }
    let [newer, older] = if flags & SECOND == 0 { SLOTS } else { [SLOTS[1], SLOTS[0]] };
    if flags & NOT_CLOSED == 0 && transaction(older) > transaction(newer) {
        return Err("its head says that an old state is the last one");
    }
    Ok(())
}

/// The head of the same file if it had not been closed, and had the state that was acknowledged last in both slots.
fn one_state(head: &[u8; HEAD]) -> Option<[u8; HEAD]> {
    let mut shown = *head;
    let flags = shown.get_mut(FLAGS)?;
    let second = *flags & SECOND;
    *flags = second | NOT_CLOSED;
    let [first, other] = SLOTS;
    let (from, to) = if second == 0 { (first, other) } else { (other, first) };
    shown.copy_within(from..from + SLOT, to);
    Some(shown)
}
