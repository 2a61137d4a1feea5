//! HOT: lines read ahead of the engine, on a thread that has nothing of it.
//!
//! A scout does what a [`LineReader`] does that needs no series: it checks the lines of a block, and takes the
//! wanted values and the times out of them. The engine's thread then only looks up each series. Whatever is
//! rare is left to it: lines that are not of the usual form are only marked, and those that a series or a field
//! is new in turn out when their values are to be put in place. So it makes no difference who read a block.

use super::line::{LineReader, Next, end_of_line, find_data, read_fields, read_time};
use super::point::Precision;
use crate::data::{Catalog, Names, RawFields, RawPoint, Tape, Text, Val, Wants, World, end_of_key};

/// Reads blocks ahead.
pub struct Scout {
    names: Names,
    default_time: Option<i64>,
    tape: Tape,
}

/// What a scout found in a block.
#[derive(Default)]
pub struct Scouted {
    lines: Vec<Line>,
    vals: Vec<Val>,
    text: Text,
}

/// A line with data. All places are those in the block.
#[derive(Clone, Copy, Default)]
struct Line {
    time: i64,
    start: u32,
    /// Length of the key; 0 if the line has to be read again.
    key: u32,
    /// Where the fields end.
    end: u32,
    /// Where the values of wanted fields begin, and after that how many they are.
    vals: u32,
    count: u32,
    /// It has fields that the scout did not know.
    is_news: bool,
}

/// How far a block was read.
#[derive(Clone, Copy, Default, Debug)]
pub struct Cursor {
    /// In the block: where [`LineReader::next`] goes on.
    pub at: usize,
    /// Among the lines that were found.
    line: usize,
    /// The engine did not learn all fields that the scout knows: a line that has them is no point. From here on
    /// the scout's word counts no more.
    pub is_doubtful: bool,
}

impl Scout {
    /// A scout for an engine with these wants. Points without a timestamp get `default_time`.
    pub fn new(wants: Wants, default_time: Option<i64>) -> Scout {
        Scout { names: Names::new(wants), default_time, tape: Tape::default() }
    }

    /// Reads a block; false if it is too long for that.
    pub fn read(&mut self, block: &[u8], precision: Precision, found: &mut Scouted) -> bool {
        found.lines.clear();
        found.vals.clear();
        found.text.clear();
        // Places are kept in 32 bits.
        if u32::try_from(block.len()).is_err() {
            return false;
        }
        std::mem::swap(&mut found.text, &mut self.tape.text);
        let mut at = 0;
        while find_data(block, &mut at) {
            let read = self.line(block, at, precision, &mut found.vals);
            // The engine has to learn them too.
            let is_news = self.names.learned();
            match read {
                Some((line, after)) if !is_news => {
                    found.lines.push(line);
                    at = after;
                }
                _ => {
                    found.lines.push(Line { start: at as u32, is_news, ..Line::default() });
                    at = end_of_line(block, at);
                }
            }
        }
        std::mem::swap(&mut found.text, &mut self.tape.text);
        true
    }

    #[inline]
    fn line(
        &mut self,
        block: &[u8],
        at: usize,
        precision: Precision,
        vals: &mut Vec<Val>,
    ) -> Option<(Line, usize)> {
        let key = end_of_key(&block[at..])?;
        let (mut fields, count) = self.names.begin(&block[at..at + key])?;
        if self.tape.vals.len() < count {
            self.tape.vals.resize(count, Val::Missing);
        }
        let end = read_fields(block, at + key + 1, &mut fields, &mut self.tape)?;
        fields.end(&mut self.tape);
        let (time, after) = read_time(block, end, precision, self.default_time)?;
        let first = vals.len() as u32;
        vals.extend_from_slice(&self.tape.vals[..count]);
        let line = Line {
            time,
            start: at as u32,
            key: key as u32,
            end: end as u32,
            vals: first,
            count: count as u32,
            is_news: false,
        };
        Some((line, after))
    }
}

impl LineReader {
    /// The next point of a block that a scout has read, from the cursor on, which is moved behind it.
    pub fn next_scouted<'b>(
        &self,
        block: &'b [u8],
        found: &Scouted,
        cursor: &mut Cursor,
        catalog: &mut Catalog,
        world: &mut World,
        tape: &mut Tape,
    ) -> Next<'b> {
        while let Some(line) = found.lines.get(cursor.line) {
            cursor.line += 1;
            let start = line.start as usize;
            // The rest of a string with newlines, whose first line had to be read again.
            if start < cursor.at {
                cursor.is_doubtful |= line.is_news;
                continue;
            }
            tape.text.clear();
            if !cursor.is_doubtful
                && let Some(point) = self.scouted(block, found, line, catalog, tape)
            {
                cursor.at = line.end as usize;
                return Next::Point(point);
            }
            cursor.at = start;
            let next = self.next(block, &mut cursor.at, catalog, world, tape);
            cursor.is_doubtful |= line.is_news && !matches!(next, Next::Point(_));
            return next;
        }
        Next::End
    }

    #[inline]
    fn scouted<'b>(
        &self,
        block: &'b [u8],
        found: &Scouted,
        line: &Line,
        catalog: &mut Catalog,
        tape: &mut Tape,
    ) -> Option<RawPoint<'b>> {
        if line.key == 0 {
            return None;
        }
        let (start, key) = (line.start as usize, line.key as usize);
        let (series, len) = catalog.find(self.source, block.get(start..)?)?;
        let vals = found.vals.get(line.vals as usize..(line.vals + line.count) as usize)?;
        if len != key || !catalog.place(series, vals, &found.text, tape) {
            return None;
        }
        let fields = RawFields(block.get(start + key + 1..line.end as usize)?);
        Some(RawPoint { series, time: line.time, fields })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::data::Sym;

    /// A reader with all it needs, and what a scout needs for the same.
    struct Side {
        catalog: Catalog,
        world: World,
        tape: Tape,
        scout: Scout,
    }

    const NAMES: [&str; 4] = ["v", "s", "x", "a name=longer than what is compared at once"];

    impl Side {
        /// Two tasks: one reads all names of any measurement, one reads some of `cpu`.
        fn new(default_time: Option<i64>) -> Side {
            let (mut catalog, mut world) = (Catalog::default(), World::default());
            let cpu = world.symbols.intern("cpu");
            catalog.want(Some(cpu), &["x".to_owned(), "v".to_owned()], 0);
            catalog.want(None, &NAMES.map(str::to_owned), 2);
            let scout = Scout::new(catalog.wants(&world), default_time);
            Side { catalog, world, tape: Tape { vals: vec![Val::Missing; 6], ..Tape::default() }, scout }
        }

        /// All that a run would see of blocks.
        fn read(
            &mut self,
            blocks: &[String],
            scouted: impl Fn(usize) -> bool,
            default_time: Option<i64>,
        ) -> String {
            let (mut out, mut found, mut doubt) = (String::new(), Scouted::default(), false);
            let source = self.catalog.source(Sym::EMPTY, Sym::EMPTY);
            let reader = LineReader::new(source, Precision::Nanos, default_time);
            for (i, block) in blocks.iter().enumerate() {
                let block = block.as_bytes();
                let is_scouted = !doubt && scouted(i) && self.scout.read(block, Precision::Nanos, &mut found);
                let mut at = Cursor::default();
                loop {
                    let Side { catalog, world, tape, .. } = self;
                    let next = match is_scouted {
                        true => reader.next_scouted(block, &found, &mut at, catalog, world, tape),
                        false => reader.next(block, &mut at.at, catalog, world, tape),
                    };
                    out += &match next {
                        Next::End => break,
                        Next::Bad(bad) => format!("{bad:?}\n"),
                        Next::Point(point) => self.show(&point),
                    };
                }
                doubt |= at.is_doubtful;
            }
            out
        }

        fn show(&self, point: &RawPoint<'_>) -> String {
            let series = self.catalog.series(point.series);
            // Of other measurements nobody looks at the places of `cpu` alone.
            let first = if self.world.symbols.name(series.name) == "cpu" { 0 } else { 2 };
            let vals = self.tape.vals[first..].iter().map(|val| match val {
                Val::Str(piece) => format!("{:?}", self.tape.text.get(*piece)),
                val => format!("{val:?}"),
            });
            let vals: Vec<String> = vals.collect();
            let has = NAMES.map(|name| self.catalog.has_field(series.name, name));
            let fields = String::from_utf8_lossy(point.fields.0);
            let (id, epoch) = (point.series, self.catalog.epoch());
            let names: Vec<String> = self.catalog.field_names(series.name).collect();
            format!("{id:?} {} {vals:?} {fields} {has:?} {names:?} {epoch}\n", point.time)
        }
    }

    fn same(blocks: &[String], default_time: Option<i64>) {
        let plain = Side::new(default_time).read(blocks, |_| false, default_time);
        for (what, scouted) in
            [("all", (|_| true) as fn(usize) -> bool), ("even", |i| i % 2 == 0), ("odd", |i| i % 2 == 1)]
        {
            let read = Side::new(default_time).read(blocks, scouted, default_time);
            assert_eq!(read, plain, "{what} scouted");
        }
    }

    #[test]
    fn a_scouted_block_reads_the_same() {
        let block = "# comment\n> cpu,h=a v=1,x=2i 10\ncpu,h=a v=3,s=\"x\" 20\r\ncpu,h=b x=1 30\n\n\
                     m\\ n,k=1 v=2,s=\"q\\\"x\" 40\ncpu,h=a v=1e3,s=\"two\nlines\ncpu,h=a v=7 8\" 50\n\
                     cpu,h=a v=,x=1 60\ncpu,h=a a\\ name\\=longer\\ than\\ what\\ is\\ compared\\ at\\ once=5 70\n\
                     disk free=1,v=2,v=3 80\ndisk x=t,s=\"\"\nnonsense\nh=1\n,a=b v=1 1\ncpu,h=a v=9 90";
        same(&[block.to_owned(), block.replace('\n', "\n\n"), block.to_owned()], None);
        same(&[block.to_owned(), block.to_owned()], Some(7));
    }

    fn line() -> impl Strategy<Value = String> {
        let key = prop::sample::select(vec![
            "cpu",
            "cpu,h=a",
            "cpu,h=b",
            "mem,h=a",
            "cpu\\ x,h=a",
            "cp",
            "cpu,h=a\\ b",
            "cpu,h=a\\",
            "cpu,z=1,h=a",
            "\"m\"",
            "",
            "> cpu",
            "#",
            "cpu,h",
        ]);
        let name = prop::sample::select(vec![
            "v",
            "s",
            "x",
            "y",
            "usage_idle",
            "a\\ name\\=longer\\ than\\ what\\ is\\ compared\\ at\\ once",
            "",
            "v ",
            "\\v",
        ]);
        let value = prop::sample::select(vec![
            "1",
            "0",
            "-2.5",
            "3i",
            "7u",
            "1e3",
            "93.54838709677419",
            "t",
            "false",
            "\"text\"",
            "\"a\nb\"",
            "\"",
            "\"q\\\"\"",
            "99999999999999999999",
            "12345678901234567890123456789012345",
            "",
            ".",
            "5.",
            ".5",
            "1.2.3",
            "x",
        ]);
        let fields = prop::collection::vec((name, value), 0..4);
        let end = prop::sample::select(vec![
            " 10\n",
            " 1577836800000000000\n",
            "\n",
            " -5\r\n",
            " x\n",
            "  10\n",
            " 10 \n",
            "",
        ]);
        (key, fields, end).prop_map(|(key, fields, end)| {
            let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
            format!("{key} {}{end}", fields.join(","))
        })
    }

    proptest! {
        /// Whoever reads the blocks of an input, and whatever is wrong in them.
        #[test]
        fn it_makes_no_difference_who_reads(
            lines in prop::collection::vec(line(), 0..30),
            cuts in prop::collection::vec(0..30_usize, 0..3),
            default_time in prop::option::of(Just(7_i64)),
        ) {
            let mut blocks = vec![String::new()];
            for (i, line) in lines.iter().enumerate() {
                let block = blocks.last_mut().expect("there is one from the beginning on");
                block.push_str(line);
                if cuts.contains(&i) && block.ends_with('\n') {
                    blocks.push(String::new());
                }
            }
            same(&blocks, default_time);
        }
    }
}
