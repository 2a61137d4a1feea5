//! Tables of comma separated values to line protocol.
//!
//! What a table is, is decided by its header and first rows, and said once: annotated CSV
//! (`annotated.rs`), or a header alone (`plain.rs`). Each row becomes a line; a row that does not fit
//! its table is skipped with a message. A `NaN` is a missing value, as is an empty cell.

mod annotated;
mod iso;
mod kind;
mod plain;
mod table;
mod time;
mod writer;

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::Arc;

use csv::ByteRecord;
use jiff::tz::TimeZone;

use self::annotated::Annotations;
use self::plain::Context;
use self::table::{Scratch, Table};
use self::writer::LineWriter;
use super::blocks::{BlockInfo, Blocks, InputError, Places};
use super::clean;
use super::lines::{BLOCK, MAX_LINE};
use super::point::Precision;
use crate::text::system_words;

/// What the user says about a table.
#[derive(Clone, Default, Debug)]
pub struct CsvOptions {
    /// Measurement of all rows.
    pub measurement: Option<String>,
    /// The column that holds the time.
    pub time_column: Option<String>,
    /// Columns that are tags; if given, no others are.
    pub tags: Vec<String>,
    /// Columns that are fields, with a type if wanted (`load:int`); if given, no others are.
    pub fields: Vec<String>,
    /// `unix`, `unix_ms`, `unix_us`, `unix_ns`, `rfc3339`, a layout of Go's or of strftime's.
    pub time_format: Option<String>,
    /// Time zone of times that name no offset, such as `Europe/Berlin`; UTC if none.
    pub tz: Option<String>,
    /// What stands between cells; told from the header if not given.
    pub delimiter: Option<u8>,
    /// Unit of the numbers that annotated CSV calls times.
    pub precision: Precision,
    /// Time of rows without one; without it such rows are refused.
    pub default_time: Option<i64>,
    /// A row that is longer ends the table.
    pub max_row: Option<usize>,
}

impl CsvOptions {
    fn zone(&self) -> Result<Option<TimeZone>, String> {
        let Some(name) = &self.tz else { return Ok(None) };
        TimeZone::get(name)
            .map(Some)
            .map_err(|_| format!("unknown time zone `{name}`: expected one such as Europe/Berlin"))
    }
}

/// How many rows are looked at to tell what columns are.
const SAMPLE: usize = 1000;

/// The rows of a CSV as line protocol.
pub struct CsvBlocks {
    source: Arc<str>,
    reader: csv::Reader<Bounded>,
    options: CsvOptions,
    stem: String,
    live: bool,
    /// Lines before what the reader sees.
    skipped: u64,
    /// Whether lines end with `\r\n`: then the reader counts a line when it begins the next.
    crlf: bool,
    notes: Annotations,
    header: ByteRecord,
    table: Option<Table>,
    /// Rows that were looked at ahead.
    ahead: VecDeque<ByteRecord>,
    /// A row whose memory serves for the next.
    spare: Option<ByteRecord>,
    writer: LineWriter,
    scratch: Scratch,
    done: bool,
    decided: bool,
    without_fields: u64,
    errors: VecDeque<InputError>,
    notices: Vec<String>,
}

impl CsvBlocks {
    /// The table in this text, of which the beginning was read already. Reads on until it is clear
    /// what the table is; `live` texts are looked at one row ahead only.
    pub fn new(
        source: Arc<str>,
        head: Vec<u8>,
        reader: Box<dyn Read + Send>,
        live: bool,
        options: &CsvOptions,
    ) -> Result<CsvBlocks, InputError> {
        let (delimiter, skip) = dialect(&source, &head, options.delimiter);
        let crlf = head.split_inclusive(|b| *b == b'\n').next().is_some_and(|line| line.ends_with(b"\r\n"));
        let mut head = io::Cursor::new(head);
        head.set_position(skip as u64);
        let bounded = Bounded {
            inner: Box::new(head.chain(reader)),
            since: 0,
            most: options.max_row.unwrap_or(MAX_LINE),
        };
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .buffer_capacity(256 << 10)
            .from_reader(bounded);
        let mut blocks = CsvBlocks {
            stem: super::file::stem(&source).to_owned(),
            source,
            reader,
            options: options.clone(),
            live,
            skipped: u64::from(skip > 0),
            crlf,
            notes: Annotations::default(),
            header: ByteRecord::new(),
            table: None,
            ahead: VecDeque::new(),
            spare: None,
            writer: LineWriter::default(),
            scratch: Scratch::default(),
            done: false,
            decided: false,
            without_fields: 0,
            errors: VecDeque::new(),
            notices: Vec::new(),
        };
        blocks.find_table()?;
        Ok(blocks)
    }

    /// Whether the rows come series after series, or one field a row: then they are to be sorted by
    /// time and joined.
    pub fn is_by_series(&self) -> bool {
        self.table.as_ref().is_some_and(|table| table.by_series)
    }

    /// Reads up to the first row of a table with a header.
    fn find_table(&mut self) -> Result<(), InputError> {
        while self.table.is_none() {
            match self.next_row() {
                Some(row) => self.head_row(row)?,
                None => break,
            }
        }
        Ok(())
    }

    /// Takes in an annotation, a comment or a header.
    fn head_row(&mut self, row: ByteRecord) -> Result<(), InputError> {
        if row.get(0).is_some_and(|cell| cell.starts_with(b"#")) {
            return self.notes.add(&row).map_err(|message| self.give_up(&row, message));
        }
        let annotated = !self.notes.is_empty() || annotated::is_shorthand(&row);
        if !annotated {
            self.look_ahead();
        }
        let (table, notice) = self.decide(&row, annotated).map_err(|message| self.give_up(&row, message))?;
        if !std::mem::replace(&mut self.decided, true) {
            self.notices.push(format!("{}: {notice}", self.source));
        }
        (self.table, self.header, self.notes) = (Some(table), row, Annotations::default());
        self.scratch.forget();
        Ok(())
    }

    fn decide(&self, header: &ByteRecord, annotated: bool) -> Result<(Table, String), String> {
        let context = Context { options: &self.options, stem: &self.stem };
        if annotated {
            return annotated::table(header, &self.notes, &context);
        }
        let is_row = |row: &&ByteRecord| !begins_table(row);
        let rows = self.ahead.iter().take_while(is_row).filter(|row| *row != header);
        plain::table(header, &rows, &context)
    }

    /// The rest cannot be read without knowing what this row means.
    fn give_up(&mut self, row: &ByteRecord, message: String) -> InputError {
        self.done = true;
        self.ahead.clear();
        InputError::end(&self.source, Some(self.line_of(row)), message)
    }

    fn look_ahead(&mut self) {
        let wanted = if self.live { 1 } else { SAMPLE };
        while self.ahead.len() < wanted {
            match self.read_row() {
                Some(row) => self.ahead.push_back(row),
                None => break,
            }
        }
    }

    fn next_row(&mut self) -> Option<ByteRecord> {
        self.ahead.pop_front().or_else(|| self.read_row())
    }

    fn read_row(&mut self) -> Option<ByteRecord> {
        if self.done {
            return None;
        }
        let mut row = self.spare.take().unwrap_or_default();
        self.reader.get_mut().since = 0;
        match self.reader.read_byte_record(&mut row) {
            Ok(true) => return Some(row),
            Ok(false) => {}
            Err(error) => self.errors.push_back(self.describe(&error)),
        }
        self.done = true;
        None
    }

    fn describe(&self, error: &csv::Error) -> InputError {
        let line = self.reader.position().line() + self.skipped;
        let message = match error.kind() {
            csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                "the compressed data break off here: what came before is used".to_owned()
            }
            csv::ErrorKind::Io(error) => format!("cannot read on: {}", system_words(error)),
            _ => format!("cannot read on: {error}"),
        };
        InputError::end(&self.source, Some(line), message)
    }

    fn line_of(&self, row: &ByteRecord) -> u64 {
        let Some(place) = row.position() else { return 0 };
        place.line() + self.skipped + u64::from(self.crlf && place.byte() > 0)
    }

    /// Writes a row of the table, or an empty line for what is none.
    fn write_row(&mut self, row: &ByteRecord, line: u64) {
        let Some(table) = &self.table else { return };
        if row.get(0) == self.header.get(0) && *row == self.header {
            return self.writer.empty();
        }
        match table.write(row, &mut self.writer, &mut self.scratch) {
            Ok(true) => {}
            Ok(false) => {
                self.without_fields += 1;
                self.writer.cancel();
            }
            Err(message) => {
                self.writer.cancel();
                self.errors.push_back(InputError::line(&self.source, line, message));
            }
        }
    }

    /// Writes rows until a block is full or the rows' numbers skip; gives the number of the first.
    fn fill(&mut self) -> Result<Option<u64>, InputError> {
        let mut first = None;
        let mut expected = 0;
        while self.writer.out.len() < BLOCK {
            let Some(row) = self.next_row() else { break };
            let line = self.line_of(&row);
            let begins = begins_table(&row);
            if first.is_some() && (begins || line != expected) {
                self.ahead.push_front(row);
                break;
            }
            if begins {
                self.table = None;
                self.head_row(row)?;
                self.find_table()?;
                continue;
            }
            self.write_row(&row, line);
            first.get_or_insert(line);
            expected = line + 1;
            self.spare = Some(row);
            if self.live {
                break;
            }
        }
        Ok(first)
    }

    fn finish(&mut self) {
        let mut count = |count: u64, what: &str| {
            if count > 0 {
                self.notices.push(format!("{}: {count} {what}", self.source));
            }
        };
        count(std::mem::take(&mut self.scratch.not_a_number), "cells are NaN or infinite: read as missing");
        count(std::mem::take(&mut self.without_fields), "rows have no field: skipped");
        count(std::mem::take(&mut self.writer.breaks), "cells have line breaks: read as spaces");
    }
}

impl Blocks for CsvBlocks {
    fn next_block(&mut self, buf: &mut Vec<u8>) -> Result<Option<BlockInfo>, InputError> {
        if let Some(error) = self.errors.pop_front() {
            return Err(error);
        }
        std::mem::swap(buf, &mut self.writer.out);
        self.writer.reset();
        let first = self.fill();
        std::mem::swap(buf, &mut self.writer.out);
        let Some(first) = first? else {
            self.finish();
            return self.errors.pop_front().map_or(Ok(None), Err);
        };
        let (source, errors) = (&self.source, &mut self.errors);
        clean::blank_bad_lines(buf, |index, reason| {
            errors.push_back(InputError::line(source, first + index, reason));
        });
        let places = Places::Every { source: self.source.clone(), first, step: 1 };
        Ok(Some(BlockInfo { places, db: None, rp: None, precision: Precision::Nanos }))
    }

    fn take_notices(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notices)
    }
}

/// Whether a row belongs to what comes before a table rather than to the table.
fn begins_table(row: &ByteRecord) -> bool {
    let first = row.get(0).unwrap_or_default();
    if first.starts_with(b"#") {
        return true;
    }
    // InfluxDB 1.x writes a header whenever the columns change.
    first == b"name" && row.get(1) == Some(b"tags") && row.iter().any(|cell| cell == b"time")
}

/// What stands between the cells, and how many bytes of the beginning say so.
fn dialect(name: &str, head: &[u8], given: Option<u8>) -> (u8, usize) {
    let lines = || head.split_inclusive(|b| *b == b'\n');
    let first = lines().next().unwrap_or_default();
    if let Some([delimiter, ..]) = first.strip_prefix(b"sep=") {
        return (given.unwrap_or(*delimiter), first.len());
    }
    if let Some(delimiter) = given {
        return (delimiter, 0);
    }
    if name.ends_with(".tsv") || name.ends_with(".tsv.gz") {
        return (b'\t', 0);
    }
    let line = lines().find(|line| !line.starts_with(b"# ") && !line.trim_ascii().is_empty());
    let line = line.unwrap_or_default();
    let count = |delimiter: u8| line.iter().filter(|b| **b == delimiter).count();
    // Of equal counts the last wins: the comma.
    let delimiter = [b'\t', b';', b','].into_iter().max_by_key(|d| count(*d));
    (delimiter.unwrap_or(b','), 0)
}

/// Refuses to go on inside a row that never ends.
struct Bounded {
    inner: Box<dyn Read + Send>,
    /// Bytes read since a row was complete.
    since: usize,
    most: usize,
}

impl Read for Bounded {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.since > self.most {
            let message = format!("the row is longer than {} bytes: is a quote not closed?", self.most);
            return Err(io::Error::other(message));
        }
        let got = self.inner.read(buf)?;
        self.since += got;
        Ok(got)
    }
}

#[cfg(test)]
mod tests;
