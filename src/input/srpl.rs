//! Kapacitor's recordings of streams: three lines a point, of which the third is line protocol.
//!
//! The first two, database and retention policy, are nearly always those of the point before: then
//! they are passed over with one comparison and the third is copied.

use std::collections::VecDeque;
use std::sync::Arc;

use memchr::memchr;

use super::blocks::{BlockInfo, Blocks, InputError, Places};
use super::clean;
use super::lines::{LineBlocks, cut_words};
use super::point::{self, Precision};

/// A `.srpl` as line protocol.
pub struct SrplBlocks {
    lines: LineBlocks,
    precision: Precision,
    /// What was read and not yet used, from `at` on.
    text: Vec<u8>,
    at: usize,
    /// Number of the line at `at`.
    line: u64,
    db: Arc<str>,
    rp: Arc<str>,
    /// `db` and `rp` as they stand before each point.
    prefix: Vec<u8>,
    done: bool,
    errors: VecDeque<InputError>,
}

/// What stands at the reader's place.
enum Record {
    /// A point: where its line begins, and where the next record does.
    Point(usize, usize),
    /// A point of another database or retention policy.
    Switch,
    /// An empty line.
    Blank(usize),
    /// Less than a record.
    Short,
}

impl SrplBlocks {
    /// The recording in these lines.
    pub fn new(lines: LineBlocks, precision: Precision) -> SrplBlocks {
        SrplBlocks {
            line: lines.next_line(),
            lines,
            precision,
            text: Vec::new(),
            at: 0,
            db: "".into(),
            rp: "".into(),
            prefix: Vec::new(),
            done: false,
            errors: VecDeque::new(),
        }
    }

    fn rest(&self) -> &[u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Reads more behind what is left; false at the end.
    fn read(&mut self) -> bool {
        let mut more = Vec::new();
        loop {
            match self.lines.next_block(&mut more) {
                Ok(Some(_)) => break,
                Ok(None) => {
                    self.done = true;
                    return false;
                }
                Err(error) => self.errors.push_back(error),
            }
        }
        if self.at < self.text.len() {
            self.text.drain(..self.at);
            self.text.append(&mut more);
        } else {
            self.text = more;
        }
        self.at = 0;
        true
    }

    fn record(&self) -> Record {
        let rest = self.rest();
        if !self.prefix.is_empty() && rest.starts_with(&self.prefix) {
            let start = self.prefix.len();
            return match memchr(b'\n', rest.get(start..).unwrap_or_default()) {
                Some(len) => Record::Point(start, start + len + 1),
                None => Record::Short,
            };
        }
        match rest {
            [] => Record::Short,
            [b'\n', ..] => Record::Blank(1),
            [b'\r', b'\n', ..] => Record::Blank(2),
            _ if memchr::memchr_iter(b'\n', rest).nth(2).is_none() => Record::Short,
            _ => Record::Switch,
        }
    }

    /// Takes over the database and retention policy of the record at hand.
    fn switch(&mut self) -> Result<(), InputError> {
        let rest = self.rest();
        let mut ends = memchr::memchr_iter(b'\n', rest);
        let (Some(first), Some(second)) = (ends.next(), ends.next()) else { return Ok(()) };
        let db = text(rest.get(..first));
        let rp = text(rest.get(first + 1..second));
        if point::parse_line(&db, Precision::Nanos, Some(0)).is_ok() {
            let message = "expected the name of a database, found a point: a recording has three lines a \
                           point (database, retention policy, line protocol)";
            return Err(InputError::end(self.lines.source(), Some(self.line), message));
        }
        let prefix = rest.get(..=second).unwrap_or_default().to_vec();
        (self.db, self.rp, self.prefix) = (db.into(), rp.into(), prefix);
        Ok(())
    }

    /// At the end of the input: a record that lacks lines.
    fn cut_off(&mut self) {
        let message = match memchr::memchr_iter(b'\n', self.rest()).count() {
            _ if self.rest().is_empty() => return,
            1 => "the recording ends inside a point: the retention policy and the point are missing",
            _ => "the recording ends inside a point: the line with the point is missing",
        };
        let line = self.line + clean::count_lines(self.rest()) - 1;
        self.errors.push_back(InputError::end(self.lines.source(), Some(line), message));
        self.at = self.text.len();
    }

    /// Whether the last line of all has no end and is no point; then nothing is left.
    fn is_cut(&mut self, start: usize, end: usize) -> bool {
        if !self.lines.is_unended() || self.at + end < self.text.len() {
            return false;
        }
        let line = text(self.text.get(self.at + start..self.at + end));
        let Err(error) = point::parse_line(&line, self.precision, Some(0)) else { return false };
        let message = cut_words(&error.message);
        self.errors.push_back(InputError::end(self.lines.source(), Some(self.line + 2), message));
        self.at = self.text.len();
        true
    }
}

fn text(bytes: Option<&[u8]>) -> String {
    let line = String::from_utf8_lossy(bytes.unwrap_or_default());
    line.trim_end_matches('\r').to_owned()
}

impl Blocks for SrplBlocks {
    fn next_block(&mut self, buf: &mut Vec<u8>) -> Result<Option<BlockInfo>, InputError> {
        buf.clear();
        if let Some(error) = self.errors.pop_front() {
            return Err(error);
        }
        let mut first = None;
        loop {
            match self.record() {
                Record::Point(start, end) => {
                    if self.is_cut(start, end) {
                        break;
                    }
                    let from = self.at;
                    buf.extend_from_slice(self.text.get(from + start..from + end).unwrap_or_default());
                    first.get_or_insert(self.line + 2);
                    self.at += end;
                    self.line += 3;
                }
                // The numbers of a block's lines go up by three: a new one begins here.
                Record::Blank(_) | Record::Switch if first.is_some() => break,
                Record::Blank(len) => {
                    self.at += len;
                    self.line += 1;
                }
                Record::Switch => {
                    if let Err(error) = self.switch() {
                        (self.done, self.at) = (true, self.text.len());
                        return Err(error);
                    }
                }
                // What is there is not held back while more is waited for.
                Record::Short if first.is_some() => break,
                Record::Short if self.done => break,
                Record::Short => {
                    if !self.read() {
                        self.cut_off();
                        break;
                    }
                }
            }
        }
        let Some(first) = first else { return self.errors.pop_front().map_or(Ok(None), Err) };
        Ok(Some(BlockInfo {
            places: Places::Every { source: self.lines.source().clone(), first, step: 3 },
            db: Some(self.db.clone()),
            rp: Some(self.rp.clone()),
            precision: self.precision,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::blocks::testing::drain;

    fn srpl(text: &'static str) -> SrplBlocks {
        let lines = LineBlocks::new("r".into(), Vec::new(), Box::new(text.as_bytes()), false);
        SrplBlocks::new(lines, Precision::Seconds)
    }

    #[test]
    fn points_keep_their_database_and_line_number() {
        let (lines, errors) = drain(&mut srpl(
            "db\nrp\nm f=1 1\ndb\nrp\nm f=2 2\n\ndb\nrp\nm f=3 3\nother\n\nm f=4 4\r\ndb\r\nrp\r\nm f=5 5",
        ));
        assert_eq!(errors, [""; 0]);
        let want = [
            "[db.rp] m f=1 1 @r:3",
            "[db.rp] m f=2 2 @r:6",
            "[db.rp] m f=3 3 @r:10",
            "[other.] m f=4 4 @r:13",
            "[db.rp] m f=5 5 @r:16",
        ];
        assert_eq!(lines, want);
    }

    #[test]
    fn a_recording_that_is_cut_off_gives_what_it_has() {
        for (rest, error) in [
            ("db\nrp\n", "r:5: the recording ends inside a point: the line with the point is missing"),
            ("db\nrp", "r:5: the recording ends inside a point: the line with the point is missing"),
            ("db", "r:4: the recording ends inside a point: the retention policy and the point are missing"),
            (
                "db\n",
                "r:4: the recording ends inside a point: the retention policy and the point are missing",
            ),
            (
                "db\nrp\nm f=",
                "r:6: missing value of field `f`: the line has no end, so the input seems to be cut off in it",
            ),
            (
                "other\nrp\nm",
                "r:6: missing fields: the line has no end, so the input seems to be cut off in it",
            ),
        ] {
            let text: &'static str = format!("db\nrp\nm f=1 1\n{rest}").leak();
            let (lines, errors) = drain(&mut srpl(text));
            assert_eq!(lines, ["[db.rp] m f=1 1 @r:3"]);
            assert_eq!(errors, [error]);
        }
        assert_eq!(drain(&mut srpl("db\nrp\nm f=")).1.len(), 1);
    }

    #[test]
    fn line_protocol_is_no_recording() {
        let (lines, errors) = drain(&mut srpl("m f=1 1\nm f=2 2\nm f=3 3\n"));
        assert!(lines.is_empty());
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert!(errors[0].starts_with("r:1: expected the name of a database"), "{errors:?}");
    }

    #[test]
    fn nothing_gives_nothing() {
        assert_eq!(drain(&mut srpl("")), (vec![], vec![]));
        assert_eq!(drain(&mut srpl("\n\n")), (vec![], vec![]));
    }
}
