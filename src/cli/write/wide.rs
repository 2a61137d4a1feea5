//! A table of all points: one row a point, one column for each tag and each field of the whole input.
//!
//! The columns are known at the end of the input only. Until then the points wait as line protocol, in memory as
//! long as they are few, then in a file that vanishes. Headers say the types, so that the table reads back as the
//! same points.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex};

use foldhash::fast::FixedState;
use tempfile::SpooledTempFile;

use super::fields::{self, Kind};
use super::{Lines, Out, Writer};
use crate::cli::points::{Points, Seen};
use crate::data::unescape;
use crate::input::{self, Format};
use crate::value::time::push_rfc3339_nano;

/// Bytes of points that wait in memory.
const IN_MEMORY: usize = 32 << 20;

/// What a table's first column is called, which names the measurement, and its second.
const HEAD: [&str; 2] = ["name", "time"];

/// Headers that mean something else than a field.
const TAKEN: [&str; 9] =
    ["name", "measurement", "_measurement", "time", "_time", "timestamp", "ts", "date", "datetime"];

/// A column.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Column {
    Tag(String),
    Field(String, Kind),
}

/// Writes a table.
pub(crate) struct Wide {
    out: Out,
    delimiter: u8,
    waiting: Box<Lines>,
    spool: Spool,
    columns: BTreeSet<Column>,
    /// Series whose tags have columns.
    series: Vec<bool>,
    /// Fields that have columns, by their names as written.
    fields: HashMap<Box<[u8]>, Vec<Kind>, FixedState>,
}

/// A file that two hold: the one who writes, and the one who reads afterwards.
#[derive(Clone)]
struct Spool(Arc<Mutex<SpooledTempFile>>);

impl Spool {
    fn with<T>(&self, work: impl FnOnce(&mut SpooledTempFile) -> io::Result<T>) -> io::Result<T> {
        match self.0.lock() {
            Ok(mut file) => work(&mut file),
            Err(_) => Err(io::Error::other("the points that wait are lost")),
        }
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.with(|file| file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.with(SpooledTempFile::flush)
    }
}

impl Read for Spool {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.with(|file| file.read(bytes))
    }
}

impl Wide {
    /// Writes there, with this between cells.
    pub(crate) fn new(out: Out, delimiter: u8) -> Wide {
        let spool = Spool(Arc::new(Mutex::new(SpooledTempFile::new(IN_MEMORY))));
        let waiting = Box::new(Lines::new(Out::new(Box::new(spool.clone()), false), false));
        Wide {
            out,
            delimiter,
            waiting,
            spool,
            columns: BTreeSet::new(),
            series: Vec::new(),
            fields: HashMap::default(),
        }
    }

    fn learn_tags(&mut self, point: &Seen<'_>) {
        let at = point.id.index();
        if self.series.get(at) == Some(&true) {
            return;
        }
        self.series.resize(self.series.len().max(at + 1), false);
        if let Some(known) = self.series.get_mut(at) {
            *known = true;
        }
        let keys = point.world.tags.pairs(point.series.tags).iter().map(|&(k, _)| k);
        self.columns.extend(keys.map(|k| Column::Tag(point.world.symbols.name(k).to_owned())));
    }

    fn learn_fields(&mut self, point: &Seen<'_>) {
        for field in fields::sorted(point.fields) {
            let kind = field.kind();
            match self.fields.get_mut(field.raw) {
                Some(kinds) if kinds.contains(&kind) => continue,
                Some(kinds) => kinds.push(kind),
                None => drop(self.fields.insert(field.raw.into(), vec![kind])),
            }
            self.columns.insert(Column::Field(field.name.into_owned(), kind));
        }
    }
}

impl Writer for Wide {
    fn point(&mut self, point: &Seen<'_>) -> io::Result<()> {
        self.learn_tags(point);
        self.learn_fields(point);
        self.waiting.point(point)
    }

    fn finish(self: Box<Self>) -> io::Result<Vec<String>> {
        let Wide { out, delimiter, waiting, mut spool, columns, .. } = *self;
        let notices = waiting.finish()?;
        spool.with(|file| file.seek(SeekFrom::Start(0)))?;
        let how = input::Options { format: Some(Format::Lines), ..input::Options::default() };
        spool.flush()?;
        let blocks =
            input::open_reader("points", Box::new(spool), false, &how).map_err(io::Error::other)?.blocks;
        let mut rows = Rows::new(out, delimiter, &columns)?;
        let mut points = Points::new(Default::default(), None, false, true);
        points.each(blocks, &mut |point| rows.point(point))?;
        if points.lost || points.skips.count > 0 {
            return Err(io::Error::other("the points that wait for their columns cannot be read again"));
        }
        rows.finish(notices)
    }
}

/// The second pass: the columns are known.
struct Rows {
    table: csv::Writer<Out>,
    tags: BTreeMap<String, usize>,
    fields: HashMap<(String, Kind), usize, FixedState>,
    cells: Vec<Vec<u8>>,
    time: String,
    /// Strings that a table cannot tell from missing values.
    empty: u64,
}

impl Rows {
    fn new(out: Out, delimiter: u8, columns: &BTreeSet<Column>) -> io::Result<Rows> {
        let table = csv::WriterBuilder::new().delimiter(delimiter).from_writer(out);
        let mut rows = Rows {
            table,
            tags: BTreeMap::new(),
            fields: HashMap::default(),
            cells: vec![Vec::new(); HEAD.len() + columns.len()],
            time: String::new(),
            empty: 0,
        };
        let mut header: Vec<String> = HEAD.map(str::to_owned).to_vec();
        for column in columns {
            match column {
                Column::Tag(name) => drop(rows.tags.insert(name.clone(), header.len())),
                Column::Field(name, kind) => drop(rows.fields.insert((name.clone(), *kind), header.len())),
            }
            header.push(column.header());
        }
        rows.table.write_record(&header)?;
        Ok(rows)
    }

    fn point(&mut self, point: &Seen<'_>) -> io::Result<()> {
        self.cells.iter_mut().for_each(Vec::clear);
        let text = |sym| point.world.symbols.name(sym);
        self.time.clear();
        push_rfc3339_nano(&mut self.time, point.time);
        for (cell, value) in self.cells.iter_mut().zip([text(point.series.name), &self.time]) {
            cell.extend_from_slice(value.as_bytes());
        }
        for &(key, value) in point.world.tags.pairs(point.series.tags) {
            let cell = self.tags.get(text(key)).and_then(|at| self.cells.get_mut(*at));
            cell.into_iter().for_each(|cell| cell.extend_from_slice(text(value).as_bytes()));
        }
        for field in fields::sorted(point.fields) {
            let kind = field.kind();
            let value = cell(&field);
            self.empty += u64::from(kind == Kind::Str && value.is_empty());
            let place = self.fields.get(&(field.name.into_owned(), kind));
            let cell = place.and_then(|at| self.cells.get_mut(*at));
            cell.into_iter().for_each(|cell| cell.extend_from_slice(&value));
        }
        Ok(self.table.write_record(&self.cells)?)
    }

    fn finish(self, mut notices: Vec<String>) -> io::Result<Vec<String>> {
        if self.empty > 0 {
            notices.push(format!("{} strings are empty: a table cannot tell them from none", self.empty));
        }
        let out =
            self.table.into_inner().map_err(|e| io::Error::new(e.error().kind(), e.error().to_string()))?;
        out.finish()?;
        Ok(notices)
    }
}

/// A field's value as a cell has it.
fn cell(field: &fields::Field<'_>) -> Vec<u8> {
    match (field.kind(), field.value) {
        (Kind::Float, digits) => digits.to_vec(),
        (Kind::Int, _) => field.digits().to_vec(),
        (Kind::Bool, [b't' | b'T', ..]) => b"true".to_vec(),
        (Kind::Bool, _) => b"false".to_vec(),
        (Kind::Str, [b'"', content @ .., b'"']) => unescape(content, b"\"\\").into_owned().into_bytes(),
        (Kind::Str, other) => other.to_vec(),
    }
}

impl Column {
    /// The header that reads back as this column.
    fn header(&self) -> String {
        match self {
            Column::Tag(name) => format!("{name}:tag"),
            Column::Field(name, Kind::Int) => format!("{name}:int"),
            Column::Field(name, Kind::Bool) => format!("{name}:bool"),
            Column::Field(name, Kind::Str) => format!("{name}:string"),
            // A column of numbers is told by itself.
            Column::Field(name, Kind::Float) => {
                let taken = name.contains(':') || TAKEN.iter().any(|t| name.eq_ignore_ascii_case(t));
                if taken { format!("{name}:float") } else { name.clone() }
            }
        }
    }
}
