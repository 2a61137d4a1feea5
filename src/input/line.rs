//! HOT: line protocol to points, one pass over the bytes of a block.
//!
//! A line is read in three steps: the series by its raw key, the fields by the names that the
//! measurement's last line had, the timestamp. Every field's form is checked, but only those that
//! some script reads are turned into values. Whatever is rare (a new series, an exponent, an integer
//! of nineteen digits, a multi-line string, anything malformed) goes to the cold path, which asks the
//! complete parser in `point.rs` and has the last word.

use memchr::memchr;

use super::number::{Number, Shape, number, timestamp};
use super::point::{self, Precision};
use crate::data::{
    Catalog, Fields, RawFields, RawPoint, SourceId, Tape, Val, World, end_of_string, end_of_value, unescape,
};
use crate::value::Value;

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
    pub(super) source: SourceId,
    precision: Precision,
    default_time: Option<i64>,
}

impl LineReader {
    /// A reader for points of a source. Points without a timestamp get `default_time`, or are bad.
    pub fn new(source: SourceId, precision: Precision, default_time: Option<i64>) -> LineReader {
        LineReader { source, precision, default_time }
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
        // The strings of the last point.
        tape.text.clear();
        if !find_data(block, at) {
            return Next::End;
        }
        if let Some((point, end)) = self.hot(block, *at, catalog, world, tape) {
            *at = end;
            return Next::Point(point);
        }
        // What the other way has pushed.
        tape.text.clear();
        self.cold(block, at, catalog, world, tape)
    }

    /// A line of the usual form; also gives where it ends.
    fn hot<'b>(
        &self,
        block: &'b [u8],
        at: usize,
        catalog: &mut Catalog,
        world: &mut World,
        tape: &mut Tape,
    ) -> Option<(RawPoint<'b>, usize)> {
        let (series, key) = catalog.find_or_learn(self.source, &block[at..], world)?;
        let start = at + key + 1;
        let mut fields = catalog.begin(series);
        let end = read_fields(block, start, &mut fields, tape)?;
        fields.end(tape);
        let (time, after) = read_time(block, end, self.precision, self.default_time)?;
        Some((RawPoint { series, time, fields: RawFields(&block[start..end]) }, after))
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
                let end = end_of_record(block, start, first);
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

/// Goes on to the next byte of a point; false if there is none.
#[inline]
pub(super) fn find_data(block: &[u8], at: &mut usize) -> bool {
    loop {
        match block.get(*at) {
            None => return false,
            Some(b'\n' | b' ' | b'\t') => *at += 1,
            Some(b'#' | b'\r') => *at = end_of_line(block, *at),
            // `telegraf --test` puts a prompt before each point.
            Some(b'>') if block.get(*at + 1) == Some(&b' ') => *at += 2,
            Some(_) => return true,
        }
    }
}

/// The time behind the fields that end at `end`, and where the line ends.
#[inline]
pub(super) fn read_time(
    block: &[u8],
    end: usize,
    precision: Precision,
    default_time: Option<i64>,
) -> Option<(i64, usize)> {
    let (time, after) = match block.get(end) {
        Some(b' ') => {
            let (ticks, after) = timestamp(block, end + 1)?;
            (precision.to_nanos(ticks)?, after)
        }
        _ => (default_time?, end),
    };
    let after = match block.get(after) {
        None => after,
        Some(b'\n') => after + 1,
        Some(b'\r') if block.get(after + 1) == Some(&b'\n') => after + 2,
        Some(_) => return None,
    };
    Some((time, after))
}

/// Passes over numbers that nobody reads, as long as their names are those that are expected: most of what is
/// read. The first field that is anything else ends it; gives where that is, or the space behind the last.
#[inline]
fn pass(text: &[u8], mut at: usize, fields: &mut Fields<'_>) -> (usize, bool) {
    let mut count = 0;
    for key in fields.expected() {
        let Some(rest) = text.get(at..) else { break };
        if !rest.first_chunk().is_some_and(|head| key.passes(head)) {
            break;
        }
        let Some(span) = rest.get(key.len..).and_then(<[u8]>::first_chunk) else { break };
        // The commonest value of all in what Telegraf writes; foreseen, nobody waits for where it ends.
        let len = if (span[0] == b'0') & (span[1] == b',') {
            1
        } else {
            let Some(shape) = Shape::of(span).filter(|shape| shape.is_number()) else { break };
            match span.get(shape.len) {
                Some(b',') => shape.len,
                Some(b' ') => return (at + key.len + shape.len, true),
                _ => break,
            }
        };
        count += 1;
        at += key.len + len + 1;
    }
    fields.passed(count);
    (at, false)
}

/// Reads fields up to the space or the line's end behind them; gives where that is.
#[inline]
pub(super) fn read_fields(
    text: &[u8],
    start: usize,
    fields: &mut Fields<'_>,
    tape: &mut Tape,
) -> Option<usize> {
    // A tab before the fields is skipped, one at the beginning of a later name belongs to it.
    if text.get(start) == Some(&b'\t') {
        return None;
    }
    let mut at = start;
    loop {
        let (next, is_end) = pass(text, at, fields);
        if is_end {
            return Some(next);
        }
        at = next;
        let name = fields.name(text.get(at..)?)?;
        at += name.len;
        let wanted = name.is_wanted();
        let (val, end) = match text.get(at)? {
            b'0'..=b'9' | b'-' | b'.' => match number(text, at, wanted)? {
                (Number::Float(x), end) => (Val::Float(x), end),
                (Number::Int(x), end) => (Val::Int(x), end),
            },
            b'"' => {
                let len = end_of_string(&text[at + 1..])?;
                let content = &text[at + 1..at + 1 + len];
                // A quoted newline may as well be a missing quote: let the cold path look at it.
                if memchr(b'\n', content).is_some() {
                    return None;
                }
                (if wanted { string(content, tape)? } else { Val::Missing }, at + len + 2)
            }
            _ => boolean(text, at)?,
        };
        if wanted {
            fields.set(name, val, tape);
        }
        at = end;
        match text.get(at) {
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
pub(super) fn end_of_line(block: &[u8], at: usize) -> usize {
    memchr(b'\n', &block[at..]).map_or(block.len(), |n| at + n + 1)
}

/// The same, but newlines inside strings do not count. `first` is where the line itself ends.
///
/// Only a line in which a string is opened is followed further: looking ahead for each bad line would
/// take time in the square of the block.
fn end_of_record(block: &[u8], at: usize, first: usize) -> usize {
    let (_, from, to) = sections(&block[at..first]);
    let quotes = memchr::memchr_iter(b'"', &block[at + from..at + to]).count();
    if quotes == 0 {
        return first;
    }
    let (mut from, mut quoted) = (at + from, false);
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
    while matches!(line.get(from), Some(b' ' | b'\t')) {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::data::Sym;

    struct Bench {
        catalog: Catalog,
        world: World,
        tape: Tape,
        reader: LineReader,
    }

    /// Reads with these fields wanted, in this order.
    fn bench(names: &[&str]) -> Bench {
        let mut catalog = Catalog::default();
        let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
        catalog.want(None, &names, 0);
        let source = catalog.source(Sym::EMPTY, Sym::EMPTY);
        let tape = Tape { vals: vec![Val::Missing; names.len()], ..Tape::default() };
        let reader = LineReader::new(source, Precision::Nanos, None);
        Bench { catalog, world: World::default(), tape, reader }
    }

    impl Bench {
        fn read(&mut self, block: &str) -> Vec<Result<String, String>> {
            let (mut at, mut seen) = (0, Vec::new());
            loop {
                self.tape.text.clear();
                let block = block.as_bytes();
                let next =
                    self.reader.next(block, &mut at, &mut self.catalog, &mut self.world, &mut self.tape);
                match next {
                    Next::End => return seen,
                    Next::Bad(bad) => seen.push(Err(format!("{}+{}", bad.offset, bad.column))),
                    Next::Point(p) => seen.push(Ok(self.show(&p))),
                }
            }
        }

        fn show(&self, point: &RawPoint<'_>) -> String {
            let series = self.catalog.series(point.series);
            let name = |s: Sym| self.world.symbols.name(s);
            let mut out = name(series.name).to_owned();
            for &(k, v) in self.world.tags.pairs(series.tags) {
                out += &format!(",{}={}", name(k), name(v));
            }
            for val in &self.tape.vals {
                out += &match val {
                    Val::Str(r) => format!(" {:?}", self.tape.text.get(*r)),
                    other => format!(" {other:?}"),
                };
            }
            out + &format!(" @{}", point.time)
        }
    }

    #[test]
    fn usual_lines_and_rare_ones() {
        let mut b = bench(&["v", "s"]);
        let block = "# comment\n\ncpu,host=a v=1.5,x=2i 10\ncpu,host=a v=2,x=2i 20\r\ncpu,host=a x=1 30\n\
                     m\\ n,k\\,1=a\\ b s=\"q\\\"x, y=1\",v=-3i 40\nm\\ n,k\\,1=a\\ b s=\"two\nlines\",v=1e3 50";
        let want = [
            "cpu,host=a Float(1.5) Missing @10",
            "cpu,host=a Float(2.0) Missing @20",
            "cpu,host=a Missing Missing @30",
            "m n,k,1=a b Int(-3) \"q\\\"x, y=1\" @40",
            "m n,k,1=a b Float(1000.0) \"two\\nlines\" @50",
        ];
        assert_eq!(b.read(block), want.map(|w| Ok(w.to_owned())));
        assert_eq!(b.read(block), want.map(|w| Ok(w.to_owned())), "again, now that all series are known");
    }

    #[test]
    fn a_bad_line_costs_only_itself() {
        let mut b = bench(&["v"]);
        let block = "cpu v=1 10\ncpu v= 20\ncpu v=\"open 30\ncpu v=4 40\nnonsense\ncpu v=1x 50\ncpu v=6 60\nmore\ncpu v=7 70\n";
        let seen = b.read(block);
        let good: Vec<_> = seen.iter().filter_map(|r| r.as_deref().ok()).collect();
        assert_eq!(
            good,
            ["cpu Float(1.0) @10", "cpu Float(4.0) @40", "cpu Float(6.0) @60", "cpu Float(7.0) @70"]
        );
        assert_eq!(seen.iter().filter(|r| r.is_err()).count(), 5);
    }

    #[test]
    fn prompts_are_skipped() {
        let mut b = bench(&["v"]);
        let want = ["cpu Float(1.0) @10", "cpu Float(2.0) @20"].map(|s| Ok(s.to_owned()));
        assert_eq!(b.read("> cpu v=1 10\n> cpu v=2 20\n"), want);
        assert_eq!(
            b.read("> \n>\n").len(),
            1,
            "a prompt alone is nothing; without its blank it is a bad line"
        );
    }

    #[test]
    fn no_timestamp_needs_a_default() {
        let mut b = bench(&["v"]);
        assert!(b.read("cpu v=1\n")[0].is_err());
        b.reader = LineReader::new(b.catalog.source(Sym::EMPTY, Sym::EMPTY), Precision::Seconds, Some(7));
        assert_eq!(
            b.read("cpu v=1\ncpu v=2 3\n"),
            ["cpu Float(1.0) @7", "cpu Float(2.0) @3000000000"].map(|s| Ok(s.to_owned()))
        );
        assert_eq!(
            b.read("cpu v=1\ncpu v=2"),
            ["cpu Float(1.0) @7", "cpu Float(2.0) @7"].map(|s| Ok(s.to_owned()))
        );
    }

    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("cpu"),
            Just(","),
            Just("="),
            Just(" "),
            Just("v=1"),
            Just("v=0,"),
            Just("v="),
            Just("\""),
            Just("\\"),
            Just("x"),
            Just("-"),
            Just("."),
            Just("5"),
            Just("i"),
            Just("t"),
            Just("e3"),
            Just("1577836800000000000"),
            Just("é"),
            Just("\r"),
            Just("h=a"),
            Just("true"),
            Just("u"),
            Just("cpu,h=a v=1,s=\"x\" 5"),
            Just("99999999999999999999"),
        ];
        prop::collection::vec(piece, 0..12).prop_map(|p| p.concat())
    }

    proptest! {
        /// One line: this reader and the complete parser agree, at first sight and once all is known.
        #[test]
        fn agrees_with_the_complete_parser(line in text()) {
            let mut b = bench(&["v", "s", "x"]);
            for _ in 0..2 {
                let seen = b.read(&line);
                if !point::is_data(&line) {
                    prop_assert!(seen.is_empty(), "{:?}", seen);
                    continue;
                }
                match point::parse_line(&line, Precision::Nanos, None) {
                    Err(_) => prop_assert!(seen.iter().all(Result::is_err), "{:?}", seen),
                    Ok(p) => {
                        let mut want = p.name.clone();
                        for (k, v) in &p.tags {
                            want += &format!(",{k}={v}");
                        }
                        for name in ["v", "s", "x"] {
                            let val = p.fields.iter().find(|f| f.0 == name).map(|f| &f.1);
                            want += &match val {
                                None => " Missing".to_owned(),
                                Some(Value::Str(s)) => format!(" {s:?}"),
                                Some(v) => format!(" {v:?}"),
                            };
                        }
                        want += &format!(" @{}", p.time);
                        prop_assert_eq!(seen, vec![Ok(want)]);
                    }
                }
            }
        }
    }
}
