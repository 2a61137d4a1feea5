//! The points of inputs one by one, for commands that write data instead of running scripts.

use std::io;

use super::drive::Size;
use super::io::complain;
use crate::data::{Catalog, RawFields, RawPoint, Series, SeriesId, Tape, World};
use crate::input::line::{self, LineReader};
use crate::input::{BlockInfo, BoxedBlocks};
use crate::play::Skips;

/// A reader of inputs, with all series that it has seen.
pub(crate) struct Points {
    /// Database and retention policy of points that do not name theirs.
    home: (String, String),
    default_time: Option<i64>,
    quiet: bool,
    catalog: Catalog,
    world: World,
    tape: Tape,
    /// What was skipped.
    pub(crate) skips: Skips,
    /// Points that were read.
    pub(crate) count: u64,
    /// Whether a part of the inputs could not be read.
    pub(crate) lost: bool,
    /// How much memory the process may hold.
    pub(crate) max_memory: Option<Size>,
    /// What it held when that was too much: nothing was read from then on.
    pub(crate) stopped: Option<Size>,
}

/// A point that was read.
#[derive(Clone, Copy)]
pub(crate) struct Seen<'a> {
    /// Names and tags.
    pub(crate) world: &'a World,
    /// Number of its series.
    pub(crate) id: SeriesId,
    /// Its series: database, retention policy, measurement and tags.
    pub(crate) series: &'a Series,
    /// As they are written.
    pub(crate) fields: RawFields<'a>,
    /// Nanoseconds since 1970.
    pub(crate) time: i64,
}

/// What takes points.
pub(crate) type Take<'t> = dyn FnMut(&Seen<'_>) -> io::Result<()> + 't;

impl Points {
    /// Nothing is read yet. `quiet` says nothing but errors.
    pub(crate) fn new(
        home: (String, String),
        default_time: Option<i64>,
        strict: bool,
        quiet: bool,
    ) -> Points {
        Points {
            home,
            default_time,
            quiet,
            catalog: Catalog::default(),
            world: World::default(),
            tape: Tape::default(),
            skips: Skips { count: 0, strict },
            count: 0,
            lost: false,
            max_memory: None,
            stopped: None,
        }
    }

    /// Reads an input to its end. What cannot be read is said and counted.
    ///
    /// # Errors
    /// Those of `take`.
    pub(crate) fn each(&mut self, mut blocks: BoxedBlocks, take: &mut Take<'_>) -> io::Result<()> {
        let mut buffer = Vec::new();
        loop {
            let next = blocks.next_block(&mut buffer);
            for notice in blocks.take_notices() {
                self.note(&format!("note: {notice}"));
            }
            match next {
                Ok(Some(info)) => {
                    self.block(&info, &buffer, take)?;
                    self.stopped = self.max_memory.and_then(Size::exceeded);
                    if self.stopped.is_some() {
                        return Ok(());
                    }
                }
                Ok(None) => return Ok(()),
                Err(error) if error.ends => {
                    self.lost = true;
                    complain(&format!("error: {error}"));
                }
                Err(error) => {
                    let line = self.skips.unreadable(&error);
                    self.skipped(line);
                }
            }
        }
    }

    fn block(&mut self, info: &BlockInfo, block: &[u8], take: &mut Take<'_>) -> io::Result<()> {
        let [db, rp] = [(&info.db, &self.home.0), (&info.rp, &self.home.1)]
            .map(|(named, home)| self.world.symbols.intern(named.as_deref().unwrap_or(home)));
        let source = self.catalog.source(db, rp);
        let reader = LineReader::new(source, info.precision, self.default_time);
        let mut at = 0;
        loop {
            match reader.next(block, &mut at, &mut self.catalog, &mut self.world, &mut self.tape) {
                line::Next::Point(RawPoint { series: id, time, fields }) => {
                    self.count += 1;
                    let series = self.catalog.series(id);
                    take(&Seen { world: &self.world, id, series, fields, time })?;
                }
                line::Next::Bad(bad) => {
                    let line = self.skips.bad_line(info, block, &bad);
                    self.skipped(line);
                }
                line::Next::End => return Ok(()),
            }
        }
    }

    fn skipped(&self, line: Option<String>) {
        let Some(line) = line else { return };
        match self.skips.strict {
            true => complain(&line),
            false => self.note(&line),
        }
    }

    fn note(&self, line: &str) {
        if !self.quiet {
            complain(line);
        }
    }
}
