//! HOT: line protocol to points, one pass over the bytes of a block.
//!
//! A line is read in three steps: the series by its raw key, the fields by the names that the
//! measurement's last line had, the timestamp. Every field's form is checked, but only those that
//! some script reads are turned into values. Whatever is rare (a new series, an exponent, an integer
//! of nineteen digits, a multi-line string, anything malformed) goes to the cold path, which asks the
//! complete parser in `point.rs` and has the last word.

use memchr::memchr;

use super::number::{Number, number, timestamp};
use super::point::{self, Precision};
use crate::data::{
    Catalog, Fields, RawFields, SeriesId, SourceId, Tape, Val, World, end_of_string, end_of_value, unescape,
};
use crate::value::Value;

/// A point as read: its wanted values lie on the tape.
#[derive(Clone, Copy, Debug)]
pub struct RawPoint<'b> {
    /// Which series.
    pub series: SeriesId,
    /// Nanoseconds since 1970.
    pub time: i64,
    /// All its fields, as written.
    pub fields: RawFields<'b>,
}

/// A line that cannot be read.
#[derive(Clone, PartialEq, Debug)]
pub struct BadLine {
    /// Where in the block it begins.
    pub offset: usize,
    /// Column of the mistake, in bytes from 0.
    pub column: usize,
    /// What is wrong with it.
    pub message: String,
}

/// What comes next in a block.
#[derive(Debug)]
pub enum Next<'b> {
    /// A point.
    Point(RawPoint<'b>),
    /// A line that was skipped.
    Bad(BadLine),
    /// Nothing.
    End,
}

/// Reads the lines of blocks. A block ends at the end of a line.
#[derive(Clone, Debug)]
pub struct LineReader {
    source: SourceId,
    precision: Precision,
    unit: i64,
    default_time: Option<i64>,
}

impl LineReader {
    /// A reader for points of a source. Points without a timestamp get `default_time`, or are bad.
    pub fn new(source: SourceId, precision: Precision, default_time: Option<i64>) -> LineReader {
        LineReader { source, precision, unit: precision.nanos(), default_time }
    }

    /// The next point of a block, from `at` on, which is moved behind it.
    pub fn next<'b>(
        &self,
        block: &'b [u8],
        at: &mut usize,
        catalog: &mut Catalog,
        world: &mut World,
        tape: &mut Tape,
    ) -> Next<'b> {
        loop {
            match block.get(*at) {
                None => return Next::End,
                Some(b'\n' | b'\r' | b' ' | b'\t') => *at += 1,
                Some(b'#') => *at = end_of_line(block, *at),
                Some(_) => break,
            }
        }
        if let Some((point, end)) = self.hot(block, *at, catalog, tape) {
            catalog.count(point.series);
            *at = end;
            return Next::Point(point);
        }
        tape.text.clear();
        self.cold(block, at, catalog, world, tape)
    }

    /// A line of the usual form, of a known series; also gives where it ends.
    fn hot<'b>(
        &self,
        block: &'b [u8],
        at: usize,
        catalog: &mut Catalog,
        tape: &mut Tape,
    ) -> Option<(RawPoint<'b>, usize)> {
        let line = &block[at..];
        let (series, key) = catalog.find(self.source, line)?;
        let start = key + 1;
        let mut fields = catalog.begin(series);
        let end = read_fields(line, start, &mut fields, tape)?;
        fields.end(tape);
        let (time, after) = match line.get(end) {
            Some(b' ') => {
                let (ticks, after) = timestamp(line, end + 1)?;
                (if self.unit == 1 { ticks } else { ticks.checked_mul(self.unit)? }, after)
            }
            _ => (self.default_time?, end),
        };
        let after = match line.get(after) {
            None => after,
            Some(b'\n') => after + 1,
            Some(b'\r') if line.get(after + 1) == Some(&b'\n') => after + 2,
            Some(_) => return None,
        };
        Some((RawPoint { series, time, fields: RawFields(&line[start..end]) }, at + after))
    }

    /// A line that is new, rare or wrong.
    #[cold]
    #[inline(never)]
    fn cold<'b>(
        &self,
        block: &'b [u8],
        at: &mut usize,
        catalog: &mut Catalog,
        world: &mut World,
        tape: &mut Tape,
    ) -> Next<'b> {
        let start = *at;
        let first = end_of_line(block, start);
        *at = first;
        let (point, end) = match self.parse(&block[start..first]) {
            Ok(point) => (point, first),
            Err(bad) => {
                // A string may hold newlines; but if that does not make a point of it either, only
                // the first line is given up.
                let end = end_of_record(block, start);
                match self.parse(&block[start..end]) {
                    Ok(point) if end > first => (point, end),
                    _ => return Next::Bad(BadLine { offset: start, ..bad }),
                }
            }
        };
        *at = end;
        let line = &block[start..end];
        let (key, from, to) = sections(line);
        let series = match catalog.find(self.source, line) {
            Some((series, _)) => series,
            None => catalog.insert(self.source, &line[..key], &point.name, &point.tags, world),
        };
        catalog.count(series);
        load_fields(&line[from..to], catalog.begin(series), tape);
        Next::Point(RawPoint { series, time: point.time, fields: RawFields(&line[from..to]) })
    }

    fn parse(&self, line: &[u8]) -> Result<point::OwnedPoint, BadLine> {
        let bad = |column: usize, message: String| BadLine { offset: 0, column, message };
        let text = std::str::from_utf8(line)
            .map_err(|e| bad(e.valid_up_to(), "the line is not valid UTF-8".to_owned()))?;
        point::parse_line(text, self.precision, self.default_time).map_err(|e| bad(e.offset, e.message))
    }
}

/// Reads fields up to the space or the line's end behind them; gives where that is.
#[inline]
fn read_fields(line: &[u8], start: usize, fields: &mut Fields<'_>, tape: &mut Tape) -> Option<usize> {
    let mut at = start;
    loop {
        let name = fields.name(&line[at..])?;
        at += name.len;
        let wanted = name.is_wanted();
        let (val, end) = match line.get(at)? {
            b'"' => {
                let len = end_of_string(&line[at + 1..])?;
                let content = &line[at + 1..at + 1 + len];
                // A quoted newline may as well be a missing quote: let the cold path look at it.
                if memchr(b'\n', content).is_some() {
                    return None;
                }
                (if wanted { string(content, tape)? } else { Val::Missing }, at + len + 2)
            }
            b'0'..=b'9' | b'-' | b'.' => match number(line, at, wanted)? {
                (Number::Float(x), end) => (Val::Float(x), end),
                (Number::Int(x), end) => (Val::Int(x), end),
            },
            _ => boolean(line, at)?,
        };
        if wanted {
            fields.set(name, val, tape);
        }
        at = end;
        match line.get(at) {
            Some(b',') => at += 1,
            None | Some(b' ' | b'\n' | b'\r') => return Some(at),
            Some(_) => return None,
        }
    }
}

fn string(content: &[u8], tape: &mut Tape) -> Option<Val> {
    if memchr(b'\\', content).is_some() {
        return Some(Val::Str(tape.text.push(&unescape(content, b"\"\\"))));
    }
    Some(Val::Str(tape.text.push(std::str::from_utf8(content).ok()?)))
}

fn boolean(line: &[u8], at: usize) -> Option<(Val, usize)> {
    let len = line[at..].iter().take(6).take_while(|b| b.is_ascii_alphabetic()).count();
    let val = match &line[at..at + len] {
        b"t" | b"T" | b"true" | b"True" | b"TRUE" => true,
        b"f" | b"F" | b"false" | b"False" | b"FALSE" => false,
        _ => return None,
    };
    Some((Val::Bool(val), at + len))
}

/// Offset behind the newline that ends the line at `at`.
fn end_of_line(block: &[u8], at: usize) -> usize {
    memchr(b'\n', &block[at..]).map_or(block.len(), |n| at + n + 1)
}

/// The same, but newlines inside strings do not count.
fn end_of_record(block: &[u8], at: usize) -> usize {
    let (_, mut from, _) = sections(&block[at..]);
    from += at;
    let mut quoted = false;
    while let Some(&byte) = block.get(from) {
        match byte {
            b'\\' => from += 1,
            b'"' => quoted = !quoted,
            b'\n' if !quoted => return from + 1,
            _ => {}
        }
        from += 1;
    }
    block.len()
}

/// Where the key of a line ends, and where its fields begin and end.
fn sections(line: &[u8]) -> (usize, usize, usize) {
    let key = (1..line.len()).find(|&i| line[i] == b' ' && line[i - 1] != b'\\').unwrap_or(line.len());
    let mut from = key;
    while line.get(from) == Some(&b' ') {
        from += 1;
    }
    let (mut to, mut quoted) = (from, false);
    while let Some(&byte) = line.get(to) {
        match byte {
            b'\\' => to += 1,
            b'"' => quoted = !quoted,
            b' ' | b'\n' | b'\r' if !quoted => break,
            _ => {}
        }
        to += 1;
    }
    (key, from, to.min(line.len()))
}

/// Fields that the complete parser has found to be well formed.
fn load_fields(section: &[u8], mut fields: Fields<'_>, tape: &mut Tape) {
    let mut rest = section;
    while let Some(name) = fields.name(rest) {
        rest = &rest[name.len..];
        let end = end_of_value(rest);
        if let (true, Some(value)) = (name.is_wanted(), crate::data::value(&rest[..end])) {
            let val = match value {
                Value::Float(x) => Val::Float(x),
                Value::Int(x) => Val::Int(x),
                Value::Bool(x) => Val::Bool(x),
                Value::Str(s) => Val::Str(tape.text.push(&s)),
                Value::Null | Value::Duration(_) => Val::Missing,
            };
            fields.set(name, val, tape);
        }
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    fields.end(tape);
}
