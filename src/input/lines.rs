//! A reader of bytes to blocks of whole lines.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read};
use std::sync::Arc;

use memchr::{memchr, memrchr};

use super::blocks::{BlockInfo, Blocks, InputError, Places};
use super::clean;
use super::point::{self, Precision};
use crate::text::system_words;

/// How much is read at once, and about how long a block is.
pub const BLOCK: usize = 256 << 10;

/// A longer line is skipped: it is no point but a file of another kind.
pub const MAX_LINE: usize = 16 << 20;

/// So many lines are looked at for the beginning of a string with newlines.
const RECORD: usize = 300;

/// The text of an input, cut into blocks that end where lines end.
pub struct LineBlocks {
    source: Arc<str>,
    reader: Box<dyn Read + Send>,
    /// Bytes wait for nobody: give what one read gives instead of filling the block.
    live: bool,
    precision: Precision,
    max_line: usize,
    /// Whether a string may hold newlines, so that a point may be several lines.
    records: bool,
    /// What was read but is not part of a block yet.
    carry: Vec<u8>,
    /// Whether `carry` may hold whole lines.
    unseen: bool,
    /// Number of the next line, from 1.
    line: u64,
    /// Bytes read so far, for messages.
    offset: u64,
    done: bool,
    /// Reading failed, so what stands behind the last line end is a part of a line.
    broken: bool,
    /// The last line had no end of its own.
    unended: bool,
    errors: VecDeque<InputError>,
}

impl LineBlocks {
    /// The lines of `head`, which was read already, and then of `reader`.
    ///
    /// `live` is for pipes and terminals: lines are passed on as soon as they come.
    pub fn new(source: Arc<str>, head: Vec<u8>, reader: Box<dyn Read + Send>, live: bool) -> LineBlocks {
        LineBlocks {
            source,
            reader,
            live,
            precision: Precision::Nanos,
            max_line: MAX_LINE,
            records: false,
            unseen: !head.is_empty(),
            offset: head.len() as u64,
            carry: head,
            line: 1,
            done: false,
            broken: false,
            unended: false,
            errors: VecDeque::new(),
        }
    }

    /// The same with timestamps in another unit.
    #[must_use]
    pub fn precision(mut self, precision: Precision) -> LineBlocks {
        self.precision = precision;
        self
    }

    /// The same with another limit on the length of lines.
    #[must_use]
    pub fn max_line(mut self, bytes: usize) -> LineBlocks {
        self.max_line = bytes;
        self
    }

    /// The same for line protocol, where a string may hold newlines: blocks end behind a point.
    #[must_use]
    pub fn records(mut self) -> LineBlocks {
        self.records = true;
        self
    }

    /// Number of the next line.
    pub(super) fn next_line(&self) -> u64 {
        self.line
    }

    /// Whether all was read and the last line had no end.
    pub(super) fn is_unended(&self) -> bool {
        self.unended
    }

    pub(super) fn source(&self) -> &Arc<str> {
        &self.source
    }

    /// Whole lines, without a look at what is in them.
    fn fill(&mut self, buf: &mut Vec<u8>) {
        buf.clear();
        buf.append(&mut self.carry);
        let mut seen = 0;
        loop {
            if !std::mem::take(&mut self.unseen) && !self.read(buf) {
                if self.broken {
                    self.drop_part(buf);
                }
                if !buf.is_empty() && !buf.ends_with(b"\n") {
                    self.end_last_line(buf);
                }
                return;
            }
            // What was looked through is not looked through again: a line may come in very small pieces.
            let is_news = memchr(b'\n', buf.get(seen..).unwrap_or_default()).is_some();
            seen = buf.len();
            if !is_news && buf.len() <= self.max_line {
                continue;
            }
            if let Some(end) = self.end(buf) {
                self.carry.extend_from_slice(buf.get(end..).unwrap_or_default());
                buf.truncate(end);
                return;
            }
            if buf.len() > self.max_line {
                self.skip_line(buf);
                return;
            }
        }
    }

    /// Takes away a last line without its end: a number that was cut is another number.
    fn drop_part(&mut self, buf: &mut Vec<u8>) {
        let end = memrchr(b'\n', buf).map_or(0, |at| at + 1);
        if end < buf.len() {
            buf.truncate(end);
            let line = self.line + clean::count_lines(buf);
            self.errors.push_back(InputError::line(&self.source, line, "the line is cut off"));
        }
    }

    /// Gives the last line its end. A line that is a point is taken for whole: many files end like that.
    fn end_last_line(&mut self, buf: &mut Vec<u8>) {
        self.unended = true;
        if self.records
            && let Some((start, why)) = cut_line(buf)
        {
            buf.truncate(start);
            let line = self.line + clean::count_lines(buf);
            self.errors.push_back(InputError::line(&self.source, line, cut_words(&why)));
            return;
        }
        buf.push(b'\n');
    }

    /// Where the last line of `buf` ends.
    ///
    /// Of line protocol only a line that is a point for itself is an end: behind another one may stand
    /// the rest of a string. A few hundred lines that are none are not waited for.
    fn end(&self, buf: &[u8]) -> Option<usize> {
        let last = memrchr(b'\n', buf)? + 1;
        if !self.records {
            return Some(last);
        }
        let mut end = last;
        for _ in 0..RECORD {
            let line = buf.get(..end.saturating_sub(1)).unwrap_or_default();
            let start = memrchr(b'\n', line).map_or(0, |at| at + 1);
            if is_whole(line.get(start..).unwrap_or_default()) {
                return Some(end);
            }
            if start == 0 {
                return (buf.len() > self.max_line).then_some(last);
            }
            end = start;
        }
        Some(last)
    }

    /// Reads more behind `buf`; false at the end.
    fn read(&mut self, buf: &mut Vec<u8>) -> bool {
        if self.done {
            return false;
        }
        let before = buf.len();
        let result =
            if self.live { read_some(&mut *self.reader, buf) } else { read_block(&mut *self.reader, buf) };
        let got = buf.len() - before;
        self.offset += got as u64;
        match result {
            Ok(()) => self.done = got == 0,
            Err(error) => {
                self.done = true;
                self.broken = true;
                self.errors.push_back(InputError::end(&self.source, None, self.describe(&error)));
            }
        }
        got > 0
    }

    fn describe(&self, error: &std::io::Error) -> String {
        let at = self.offset;
        match error.kind() {
            ErrorKind::UnexpectedEof => {
                format!("the compressed data break off after {at} bytes of text: what came before is used")
            }
            ErrorKind::InvalidData | ErrorKind::InvalidInput => {
                format!(
                    "the compressed data are damaged after {at} bytes of text ({error}): what came before is used"
                )
            }
            _ => format!("cannot read on after {at} bytes: {}", system_words(error)),
        }
    }

    /// Passes over a line that is too long, without keeping it; an empty line stands for it.
    fn skip_line(&mut self, buf: &mut Vec<u8>) {
        let limit = self.max_line;
        let message = format!("line is longer than {limit} bytes");
        self.errors.push_back(InputError::line(&self.source, self.line, message));
        loop {
            buf.clear();
            if !self.read(buf) {
                break;
            }
            if let Some(at) = memchr(b'\n', buf) {
                self.carry.extend_from_slice(buf.get(at + 1..).unwrap_or_default());
                self.unseen = true;
                break;
            }
        }
        buf.clear();
        buf.push(b'\n');
    }
}

/// Where the last line begins if it is neither a point nor the end of one, and why not. Lines that are not UTF-8
/// are refused elsewhere.
fn cut_line(text: &[u8]) -> Option<(usize, String)> {
    let start = memrchr(b'\n', text).map_or(0, |at| at + 1);
    let line = std::str::from_utf8(text.get(start..)?).ok()?;
    if !point::is_data(line) || line.contains('\0') || is_whole(line.as_bytes()) {
        return None;
    }
    let why = point::parse_line(point::unprompted(line), Precision::Nanos, Some(0)).err()?;
    // The rest of a string with newlines: the point began some lines before.
    let mut from = start;
    for _ in 0..RECORD {
        let Some(end) = from.checked_sub(1) else { break };
        from = memrchr(b'\n', text.get(..end)?).map_or(0, |at| at + 1);
        let record = point::unprompted(std::str::from_utf8(text.get(from..)?).ok()?);
        if point::parse_line(record, Precision::Nanos, Some(0)).is_ok() {
            return None;
        }
        if is_whole(text.get(from..end)?) {
            break;
        }
    }
    Some((start, why.message))
}

/// What is said of a last line without end that is no point.
pub(super) fn cut_words(why: &str) -> String {
    format!("{why}: the line has no end, so the input seems to be cut off in it")
}

/// Whether a line is a point or a comment. An empty line may stand in a string.
fn is_whole(line: &[u8]) -> bool {
    let Ok(line) = std::str::from_utf8(line) else { return false };
    line.starts_with('#') || point::parse_line(point::unprompted(line), Precision::Nanos, Some(0)).is_ok()
}

/// As much as makes a block; waits for it.
fn read_block(reader: &mut dyn Read, buf: &mut Vec<u8>) -> std::io::Result<()> {
    // `read_to_end` reads straight into spare capacity; zeroing it first would cost as much as a copy.
    buf.reserve(BLOCK);
    reader.take(BLOCK as u64).read_to_end(buf).map(|_| ())
}

/// What is there now; waits only if that is nothing.
fn read_some(reader: &mut dyn Read, buf: &mut Vec<u8>) -> std::io::Result<()> {
    const CHUNK: usize = 64 << 10;
    let before = buf.len();
    buf.resize(before + CHUNK, 0);
    loop {
        let result = reader.read(buf.get_mut(before..).unwrap_or_default());
        match result {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Ok(got) => {
                buf.truncate(before + got);
                return Ok(());
            }
            Err(error) => {
                buf.truncate(before);
                return Err(error);
            }
        }
    }
}

impl Blocks for LineBlocks {
    fn next_block(&mut self, buf: &mut Vec<u8>) -> Result<Option<BlockInfo>, InputError> {
        if let Some(error) = self.errors.pop_front() {
            buf.clear();
            return Err(error);
        }
        self.fill(buf);
        if buf.is_empty() {
            return self.errors.pop_front().map_or(Ok(None), Err);
        }
        let first = self.line;
        self.line += clean::count_lines(buf);
        let (source, errors) = (&self.source, &mut self.errors);
        clean::blank_bad_lines(buf, |index, reason| {
            errors.push_back(InputError::line(source, first + index, reason));
        });
        let places = Places::Every { source: self.source.clone(), first, step: 1 };
        Ok(Some(BlockInfo { places, db: None, rp: None, precision: self.precision }))
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::input::blocks::testing::drain;

    fn blocks(reader: impl Read + Send + 'static) -> LineBlocks {
        LineBlocks::new("f".into(), Vec::new(), Box::new(reader), false)
    }

    /// Gives its pieces one a read.
    struct Pieces(VecDeque<io::Result<Vec<u8>>>);

    impl Pieces {
        fn of(pieces: impl IntoIterator<Item = &'static str>) -> Pieces {
            Pieces(pieces.into_iter().map(|p| Ok(p.as_bytes().to_vec())).collect())
        }
    }

    impl Read for Pieces {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            let Some(piece) = self.0.pop_front() else { return Ok(0) };
            let piece = piece?;
            let n = piece.len().min(buf.len());
            buf[..n].copy_from_slice(&piece[..n]);
            if n < piece.len() {
                self.0.push_front(Ok(piece[n..].to_vec()));
            }
            Ok(n)
        }
    }

    #[test]
    fn blocks_end_where_lines_end_however_the_bytes_come() {
        let want = (vec!["a 1 @f:1".to_owned(), "bb 2\u{e4} @f:2".into(), "c @f:4".into()], vec![]);
        for live in [false, true] {
            for pieces in [
                vec!["a 1\nbb 2ä\n\nc"],
                vec!["a", " 1\nb", "b 2ä", "\n", "\n", "c"],
                vec!["a 1\n", "bb 2ä\n\nc\n"],
            ] {
                let mut b = LineBlocks::new("f".into(), Vec::new(), Box::new(Pieces::of(pieces)), live);
                assert_eq!(drain(&mut b), want, "live: {live}");
            }
        }
        let mut b =
            LineBlocks::new("f".into(), b"a 1\nbb".to_vec(), Box::new(&b" 2\xc3\xa4\n\nc"[..]), false);
        assert_eq!(drain(&mut b), want);
    }

    #[test]
    fn a_live_block_does_not_wait_for_more() {
        let mut b = LineBlocks::new("f".into(), Vec::new(), Box::new(Pieces::of(["a\nb\nc", "\n"])), true);
        let mut buf = Vec::new();
        b.next_block(&mut buf).unwrap();
        assert_eq!(buf, b"a\nb\n");
    }

    #[test]
    fn a_block_does_not_end_inside_a_string() {
        let text = ["m s=\"a\n", "b\n", "c\" 1\nm f=2 2\nbad\n", "m f=3 3\nbad\n"];
        let mut b = LineBlocks::new("f".into(), Vec::new(), Box::new(Pieces::of(text)), true).records();
        let mut seen = Vec::new();
        let mut buf = Vec::new();
        while let Some(info) = b.next_block(&mut buf).unwrap() {
            seen.push((info.place(0), String::from_utf8(buf.clone()).unwrap()));
        }
        assert!(seen.iter().all(|(_, text)| !text.starts_with("c\"")), "{seen:?}");
        assert_eq!(seen.iter().map(|s| s.1.as_str()).collect::<String>(), text.concat());
        assert_eq!(seen.last().unwrap(), &("f:7".to_owned(), "bad\n".to_owned()));
    }

    #[test]
    fn a_last_line_without_end_is_a_point_or_said_to_be_cut() {
        let read = |text: &'static str| drain(&mut blocks(text.as_bytes()).records());
        for whole in ["m f=1 1", "m f=1", "> m f=1 1", "# m f=", "m s=\"a\nb\nc\" 5", "  "] {
            let text: &'static str = format!("m f=0 0\n{whole}").leak();
            assert_eq!(read(text).1, [""; 0], "{whole}");
        }
        for (cut, why) in [
            ("m", "missing fields"),
            ("m,host=a", "missing fields"),
            ("> m f=", "missing value of field `f`"),
            ("m f=1 1x", "bad timestamp"),
            ("m s=\"a\nb", "missing fields"),
        ] {
            let text: &'static str = format!("m f=0 0\n{cut}").leak();
            let (lines, errors) = read(text);
            assert_eq!(lines.len(), cut.lines().count(), "{lines:?}");
            assert_eq!(errors.len(), 1, "{cut}: {errors:?}");
            let place = format!("f:{}: ", 1 + cut.lines().count());
            assert!(errors[0].starts_with(&place) && errors[0].contains(why), "{errors:?}");
            assert!(errors[0].ends_with("so the input seems to be cut off in it"), "{errors:?}");
        }
        // Only the reader of lines knows points: others are told of the missing end.
        let mut plain = blocks(&b"a\nb"[..]);
        assert_eq!(drain(&mut plain).0, ["a @f:1", "b @f:2"]);
        assert!(plain.is_unended());
    }

    #[test]
    fn nothing_gives_nothing() {
        assert_eq!(drain(&mut blocks(&b""[..])), (vec![], vec![]));
        assert_eq!(drain(&mut blocks(&b"\n\n"[..])), (vec![], vec![]));
    }

    #[test]
    fn a_line_without_end_is_skipped_in_bounded_memory() {
        let long = io::repeat(b'x').take(10 * BLOCK as u64);
        let text = Read::chain(Read::chain(&b"a\n"[..], long), &b"\nb\n"[..]);
        let mut b = blocks(text).max_line(1000);
        let mut buf = Vec::new();
        let mut most = 0;
        let (mut lines, mut errors) = (Vec::new(), Vec::new());
        loop {
            match b.next_block(&mut buf) {
                Ok(None) => break,
                Ok(Some(info)) => {
                    let text = std::str::from_utf8(&buf).unwrap();
                    lines.extend(text.lines().enumerate().map(|(i, l)| format!("{l} {}", info.place(i))));
                }
                Err(error) => errors.push(error.to_string()),
            }
            most = most.max(buf.capacity() + b.carry.capacity());
        }
        assert_eq!(lines, ["a f:1", " f:2", "b f:3"]);
        assert_eq!(errors, ["f:2: line is longer than 1000 bytes"]);
        assert!(most < 5 * BLOCK, "{most} bytes are held");
    }

    #[test]
    fn a_read_error_ends_the_input_after_what_came_before() {
        let broken =
            Pieces(VecDeque::from([Ok(b"a\nb".to_vec()), Err(io::Error::other("the disk is gone"))]));
        let (lines, errors) = drain(&mut blocks(broken));
        assert_eq!(lines, ["a @f:1"]);
        assert_eq!(errors, ["f: cannot read on after 3 bytes: the disk is gone", "f:2: the line is cut off"]);
    }

    #[test]
    fn bad_bytes_cost_their_line_only() {
        let (lines, errors) = drain(&mut blocks(&b"a\nb\0\nc\n\xff\nd\n"[..]));
        assert_eq!(lines, ["a @f:1", "c @f:3", "d @f:5"]);
        assert_eq!(errors, ["f:2: NUL byte", "f:4: not valid UTF-8"]);
    }
}
