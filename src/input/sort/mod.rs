//! Points in the order of their times: `--sort`, and formats that come series after series.
//!
//! All is held in memory: the text of the lines, without timestamps, and 48 bytes a line.

mod cut;

use std::collections::VecDeque;
use std::io::Write;
use std::sync::Arc;

use foldhash::HashMap;

use super::blocks::{BlockInfo, Blocks, InputError, Places};
use super::lines::BLOCK;
use super::point::{self, Precision};

/// Where the blocks come from.
pub type BoxedBlocks = Box<dyn Blocks + Send>;

/// All points of some inputs, sorted by time; points of the same time keep their order.
pub struct Sorted {
    inputs: VecDeque<BoxedBlocks>,
    /// Whether lines of the same series and time are one point.
    join: bool,
    default_time: Option<i64>,
    loaded: bool,
    text: Vec<u8>,
    lines: Vec<Line>,
    next: usize,
    series: HashMap<Box<[u8]>, u32>,
    contexts: Vec<Context>,
    sources: Vec<Arc<str>>,
    errors: VecDeque<InputError>,
    notices: Vec<String>,
    points: u64,
}

/// One line, without its timestamp.
struct Line {
    time: i64,
    /// In `text`: the key, a space and the fields.
    start: usize,
    key: u32,
    len: u32,
    /// Series by order of appearance; 0 unless lines are joined.
    series: u32,
    context: u32,
    source: u32,
    number: u64,
}

/// What a point has besides its line.
#[derive(PartialEq)]
struct Context {
    db: Option<Arc<str>>,
    rp: Option<Arc<str>>,
}

impl Sorted {
    /// The points of these inputs by time. Points without a timestamp get `default_time`, or are
    /// refused.
    pub fn new(inputs: impl IntoIterator<Item = BoxedBlocks>, default_time: Option<i64>) -> Sorted {
        Sorted {
            inputs: inputs.into_iter().collect(),
            join: false,
            default_time,
            loaded: false,
            text: Vec::new(),
            lines: Vec::new(),
            next: 0,
            series: HashMap::default(),
            contexts: Vec::new(),
            sources: Vec::new(),
            errors: VecDeque::new(),
            notices: Vec::new(),
            points: 0,
        }
    }

    /// The same; lines of the same series and time are made one point, with the fields of all.
    #[must_use]
    pub fn joined(mut self) -> Sorted {
        self.join = true;
        self
    }

    /// Takes in a block.
    fn load(&mut self, block: &[u8], info: &BlockInfo) {
        let context = self.context(info);
        let (mut at, mut index) = (0, 0);
        while at < block.len() {
            let rest = block.get(at..).unwrap_or_default();
            let len = cut::record(rest);
            let line = rest.get(..len).unwrap_or_default();
            let trimmed = line.get(point::prompt_len(line)..).unwrap_or_default().trim_ascii();
            if !trimmed.is_empty() && !trimmed.starts_with(b"#") {
                self.load_line(trimmed, info, index, context);
            }
            at += len.max(1);
            index += super::clean::count_lines(line) as usize;
        }
    }

    fn load_line(&mut self, line: &[u8], info: &BlockInfo, index: usize, context: u32) {
        let (source, number) = self.place(info, index);
        let Some(parts) = cut::cut(line) else {
            return self.refuse(source, number, cut::reason(line));
        };
        let time = match parts.time {
            Some(count) => {
                info.precision.to_nanos(count).ok_or("timestamp is outside the years 1677 to 2262")
            }
            None => self.default_time.ok_or("missing timestamp"),
        };
        let time = match time {
            Ok(time) => time,
            Err(message) => return self.refuse(source, number, message.to_owned()),
        };
        let key = line.get(..parts.key).unwrap_or_default();
        let fields = line.get(parts.from..parts.to).unwrap_or_default();
        let start = self.text.len();
        let len = key.len() + 1 + fields.len();
        let (Ok(key_len), Ok(len)) = (u32::try_from(key.len()), u32::try_from(len)) else { return };
        self.text.extend_from_slice(key);
        self.text.push(b' ');
        self.text.extend_from_slice(fields);
        let series = if self.join { self.series_of(key) } else { 0 };
        self.lines.push(Line { time, start, key: key_len, len, series, context, source, number });
    }

    fn refuse(&mut self, source: u32, number: u64, message: String) {
        if let Some(source) = self.sources.get(source as usize) {
            self.errors.push_back(InputError::line(source, number, message));
        }
    }

    fn series_of(&mut self, key: &[u8]) -> u32 {
        if let Some(&series) = self.series.get(key) {
            return series;
        }
        let series = self.series.len() as u32;
        self.series.insert(key.into(), series);
        series
    }

    fn context(&mut self, info: &BlockInfo) -> u32 {
        let wanted = Context { db: info.db.clone(), rp: info.rp.clone() };
        let known = self.contexts.iter().position(|c| *c == wanted);
        known.unwrap_or_else(|| {
            self.contexts.push(wanted);
            self.contexts.len() - 1
        }) as u32
    }

    fn place(&mut self, info: &BlockInfo, index: usize) -> (u32, u64) {
        let (source, number) = info.at(index);
        let known = self.sources.iter().rposition(|s| *s == source);
        let source = known.unwrap_or_else(|| {
            self.sources.push(source);
            self.sources.len() - 1
        });
        (source as u32, number)
    }

    /// All lines are there.
    fn sort(&mut self) {
        self.loaded = true;
        self.series = HashMap::default();
        if self.join {
            self.lines.sort_by_key(|line| (line.time, line.context, line.series));
        } else {
            self.lines.sort_by_key(|line| line.time);
        }
    }

    /// Writes the point of the lines from `next` on; gives how many they are.
    fn write_point(&self, buf: &mut Vec<u8>) -> usize {
        let rest = self.lines.get(self.next..).unwrap_or_default();
        let Some(first) = rest.first() else { return 0 };
        buf.extend_from_slice(
            self.text.get(first.start..first.start + first.len as usize).unwrap_or_default(),
        );
        let mut count = 1;
        if self.join {
            let same = |line: &&Line| {
                (line.time, line.context, line.series) == (first.time, first.context, first.series)
            };
            for line in rest.iter().skip(1).take_while(same) {
                let fields = line.start + line.key as usize + 1..line.start + line.len as usize;
                buf.push(b',');
                buf.extend_from_slice(self.text.get(fields).unwrap_or_default());
                count += 1;
            }
        }
        // Writing to a `Vec` cannot fail.
        let _ = writeln!(buf, " {}", first.time);
        count
    }

    fn finish(&mut self) {
        if self.lines.is_empty() {
            return;
        }
        let bytes = self.text.len() + self.lines.len() * std::mem::size_of::<Line>();
        let (lines, points, mib) = (self.lines.len(), self.points, bytes >> 20);
        self.notices.push(if self.join {
            format!("{lines} fields rejoined to {points} points and sorted by time, in {mib} MiB of memory")
        } else {
            format!("{points} points sorted by time, in {mib} MiB of memory")
        });
        (self.lines, self.text) = (Vec::new(), Vec::new());
        self.next = 0;
    }
}

impl Blocks for Sorted {
    fn next_block(&mut self, buf: &mut Vec<u8>) -> Result<Option<BlockInfo>, InputError> {
        while !self.loaded {
            if let Some(error) = self.errors.pop_front() {
                return Err(error);
            }
            let Some(input) = self.inputs.front_mut() else {
                self.sort();
                break;
            };
            match input.next_block(buf)? {
                Some(info) => self.load(buf, &info),
                None => {
                    self.notices.append(&mut input.take_notices());
                    self.inputs.pop_front();
                }
            }
        }
        buf.clear();
        let mut places = Vec::new();
        let context = self.lines.get(self.next).map(|line| line.context);
        while let Some(line) = self.lines.get(self.next)
            && buf.len() < BLOCK
            && Some(line.context) == context
        {
            if let Some(source) = self.sources.get(line.source as usize) {
                let place = (source.clone(), line.number);
                let before = buf.len();
                let count = self.write_point(buf);
                // One place for each line of text: a string may hold newlines.
                let written = super::clean::count_lines(buf.get(before..).unwrap_or_default());
                places.extend((0..written).map(|i| (place.0.clone(), place.1 + i)));
                self.points += 1;
                self.next += count;
            }
        }
        let Some(context) = context.and_then(|c| self.contexts.get(c as usize)) else {
            self.finish();
            return Ok(None);
        };
        let (db, rp) = (context.db.clone(), context.rp.clone());
        Ok(Some(BlockInfo { places: Places::Each(places), db, rp, precision: Precision::Nanos }))
    }

    fn take_notices(&mut self) -> Vec<String> {
        let mut notices = std::mem::take(&mut self.notices);
        for input in &mut self.inputs {
            notices.append(&mut input.take_notices());
        }
        notices
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::blocks::testing::drain;
    use crate::input::export::ExportBlocks;
    use crate::input::lines::LineBlocks;

    fn lines(name: &str, text: &'static str) -> LineBlocks {
        LineBlocks::new(name.into(), Vec::new(), Box::new(text.as_bytes()), false).records()
    }

    #[test]
    fn points_are_sorted_over_all_inputs_and_keep_their_places() {
        let a = lines("a", "m f=3 30\nm f=1 10\nm f=2 10\n").precision(Precision::Nanos);
        let b = lines("b", "m f=4 10 \nnonsense\nm s=\"x\ny\" 5\n\nm f=0\nm f=5 20\n");
        let mut sorted = Sorted::new([Box::new(a) as BoxedBlocks, Box::new(b)], None);
        let (lines, errors) = drain(&mut sorted);
        let want = [
            "m s=\"x @b:3",
            "y\" 5 @b:4",
            "m f=1 10 @a:2",
            "m f=2 10 @a:3",
            "m f=4 10 @b:1",
            "m f=5 20 @b:7",
            "m f=3 30 @a:1",
        ];
        assert_eq!(lines, want);
        assert_eq!(errors, ["b:2: missing fields", "b:6: missing timestamp"]);
        assert_eq!(sorted.take_notices(), ["6 points sorted by time, in 0 MiB of memory"]);
    }

    #[test]
    fn prompts_are_passed_over() {
        let a = lines("a", "> m f=2 20\n> m s=\"x\n> y\" 10\n> \n>m f=1 1\n");
        let (lines, errors) = drain(&mut Sorted::new([Box::new(a) as BoxedBlocks], None));
        assert_eq!(lines, [">m f=1 1 @a:5", "m s=\"x @a:2", "> y\" 10 @a:3", "m f=2 20 @a:1"]);
        assert_eq!(errors, [""; 0]);
    }

    #[test]
    fn units_become_nanoseconds_and_a_default_time_serves() {
        let a = lines("a", "m f=3 30\nm f=1\nm f=2 9223372037\n").precision(Precision::Seconds);
        let (lines, errors) = drain(&mut Sorted::new([Box::new(a) as BoxedBlocks], Some(31_000_000_000)));
        assert_eq!(lines, ["m f=3 30000000000 @a:1", "m f=1 31000000000 @a:2"]);
        assert_eq!(errors, ["a:3: timestamp is outside the years 1677 to 2262"]);
    }

    #[test]
    fn exports_become_points_again() {
        let text = "# CONTEXT-DATABASE:d\n# CONTEXT-RETENTION-POLICY:r\nm,h=a x=1 1\nm,h=a x=2 2\n\
                    m,h=a y=\"q w\" 1\nm,h=a y=\"p\" 2\nm,h=b x=5 1\nm,h=b x=6 3\n# CONTEXT-DATABASE:e\nm,h=b y=7 1\n";
        let export = ExportBlocks::new(lines("e", text), Precision::Nanos);
        let mut sorted = Sorted::new([Box::new(export) as BoxedBlocks], None).joined();
        let (lines, errors) = drain(&mut sorted);
        let want = [
            "[d.r] m,h=a x=1,y=\"q w\" 1 @e:3",
            "[d.r] m,h=b x=5 1 @e:7",
            "[e.] m,h=b y=7 1 @e:10",
            "[d.r] m,h=a x=2,y=\"p\" 2 @e:4",
            "[d.r] m,h=b x=6 3 @e:8",
        ];
        assert_eq!(lines, want);
        assert_eq!(errors, [""; 0]);
        assert_eq!(
            sorted.take_notices(),
            ["7 fields rejoined to 5 points and sorted by time, in 0 MiB of memory"]
        );
    }
}
