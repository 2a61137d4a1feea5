//! The inputs of a test as a run takes them: points in the order in which they arrive, and batches for queries.

use std::collections::VecDeque;
use std::sync::Arc;

use super::model::{Data, InlineLine, Input, Series, Test};
use super::noise::Noise;
use super::time::{DEFAULT_START, When};
use crate::data::line::{push_fields, push_key};
use crate::data::{Batch, BatchPoint};
use crate::input::point::{self, Precision};
use crate::input::{self, BlockInfo, Blocks, BoxedBlocks, InputError, Places, Recording, Sorted};
use crate::play::Recorded;
use crate::value::Value;

/// What is played in a test.
pub(super) struct Feed {
    /// When the test starts.
    pub(super) start: i64,
    /// When its first point is.
    pub(super) first: Option<i64>,
    /// Points.
    pub(super) blocks: Vec<BoxedBlocks>,
    /// Batches with the query that they are for.
    pub(super) batches: Vec<(String, Recorded)>,
}

/// More points of one test than that are a mistake: they are held in memory.
const MAX_POINTS: usize = 20_000_000;

/// A point on its way.
struct Arriving {
    arrives: i64,
    time: i64,
    /// Line protocol without the time.
    line: String,
}

impl Feed {
    /// Makes the points of a test, and opens its files.
    ///
    /// # Errors
    /// Lines for people: what is wrong with which input of `file`.
    pub(super) fn new(file: &str, test: &Test) -> Result<Feed, Vec<String>> {
        let place = |input: &Input, words: String| {
            vec![format!("{file}:{}:{}: {words}", input.place.line, input.place.column)]
        };
        let start = test.start.or_else(|| is_relative(test).then_some(DEFAULT_START));
        let base = start.unwrap_or(DEFAULT_START);
        let (mut own, mut files, mut batches) = (Vec::new(), Vec::new(), Vec::new());
        for input in &test.inputs {
            match (&input.data, &input.query) {
                (Data::File { path, .. }, Some(query)) => {
                    let recorded = recording(&path.display().to_string()).map_err(|e| place(input, e))?;
                    batches.push((query.value.clone(), recorded));
                }
                (Data::File { path, how }, None) => {
                    let opened = input::open(&path.display().to_string(), how);
                    files.push(opened.map_err(|e| place(input, e.to_string()))?.blocks);
                }
                (data, query) => {
                    let mut points = Vec::new();
                    generate(data, base, &mut points).map_err(|e| place(input, e))?;
                    match query {
                        Some(query) => batches.push((query.value.clone(), answers(&points))),
                        None => own.extend(points),
                    }
                }
            }
        }
        let late = own.iter().any(|point| point.arrives != point.time);
        if late && !files.is_empty() {
            return Err(vec![format!(
                "{file}:{}:{}: points that come late cannot be mixed with a file: write a test of their own",
                test.place.line, test.place.column
            )]);
        }
        let mut feed = Feed { start: base, first: None, blocks: Vec::new(), batches };
        feed.gather(file, own, files);
        if let (None, Some(first)) = (start, feed.first) {
            feed.start = first;
        }
        Ok(feed)
    }

    fn gather(&mut self, file: &str, mut own: Vec<Arriving>, mut files: Vec<BoxedBlocks>) {
        own.sort_by_key(|point| point.arrives);
        if !own.is_empty() {
            files.push(Box::new(Held::of(file, &own)));
        }
        let blocks: BoxedBlocks = match files.len() {
            0 => return,
            1 => files.remove(0),
            _ => Box::new(Sorted::new(files, None)),
        };
        let blocks = Peeked::new(blocks);
        self.first = blocks.first_time();
        self.blocks.push(Box::new(blocks));
    }
}

/// Whether some time of the data is told as an offset from the start.
fn is_relative(test: &Test) -> bool {
    let after = |when: When| matches!(when, When::After(_));
    test.inputs.is_empty()
        || test.inputs.iter().any(|input| match &input.data {
            Data::Series(series) => after(series.from),
            Data::Lines(lines) => lines.iter().any(|line| after(line.time)),
            Data::File { .. } => false,
        })
}

fn generate(data: &Data, start: i64, points: &mut Vec<Arriving>) -> Result<(), String> {
    match data {
        Data::Series(series) => generate_series(series, start, points),
        Data::Lines(lines) => {
            lines_in_order(lines, start, points);
            Ok(())
        }
        Data::File { .. } => Ok(()),
    }
}

/// A line that is earlier than one before it comes when that one came.
fn lines_in_order(lines: &[InlineLine], start: i64, points: &mut Vec<Arriving>) {
    let mut now = i64::MIN;
    for line in lines {
        let time = line.time.from(start);
        now = now.max(time);
        points.push(Arriving { arrives: now, time, line: line.text.clone() });
    }
}

fn generate_series(series: &Series, start: i64, points: &mut Vec<Arriving>) -> Result<(), String> {
    let from = series.from.from(start);
    for tags in &series.tags {
        let mut key = String::new();
        push_key(&mut key, &series.name, tags.iter().map(|(k, v)| (k.as_str(), v.as_str())));
        let mut columns = Vec::new();
        for (name, notation) in &series.fields {
            let mut noise = Noise::named(series.seed, &format!("{key} {name}"));
            columns.push((name.as_str(), notation.samples(series.interval, &mut noise)?));
        }
        let rows = columns.iter().map(|(_, samples)| samples.len()).max().unwrap_or(0);
        if points.len().saturating_add(rows) > MAX_POINTS {
            return Err(format!("more than {MAX_POINTS} points: use a longer interval, or fewer series"));
        }
        for row in 0..rows {
            let time = from.saturating_add((row as i64).saturating_mul(series.interval));
            let samples = || columns.iter().filter_map(|(name, samples)| Some((*name, samples.get(row)?)));
            let fields: Vec<(&str, &Value)> =
                samples().filter_map(|(name, sample)| Some((name, sample.value.as_ref()?))).collect();
            if fields.is_empty() {
                continue;
            }
            let mut line = format!("{key} ");
            push_fields(&mut line, fields.iter().copied());
            let late = samples().map(|(_, sample)| sample.late).max().unwrap_or(0);
            let copies = if samples().any(|(_, sample)| sample.twice) { 2 } else { 1 };
            let arrives = time.saturating_add(late);
            points.extend((0..copies).map(|_| Arriving { arrives, time, line: line.clone() }));
        }
    }
    Ok(())
}

/// The answer of a query that these points make: a batch for each set of tags, in the order in which they come.
fn answers(points: &[Arriving]) -> Recorded {
    let mut batches: Vec<Batch> = Vec::new();
    for arriving in points {
        // Lines were checked when they were read, or are made here.
        let Ok(point) = point::parse_line(&arriving.line, Precision::Nanos, Some(arriving.time)) else {
            continue;
        };
        let found = batches.iter_mut().find(|b| b.name == point.name && b.tags == point.tags);
        let row = BatchPoint { time: point.time, tags: point.tags.clone(), fields: point.fields };
        match found {
            Some(batch) => batch.points.push(row),
            None => batches.push(Batch {
                name: point.name,
                tags: point.tags,
                by_name: false,
                tmax: 0,
                points: vec![row],
            }),
        }
    }
    for batch in &mut batches {
        batch.points.sort_by_key(|point| point.time);
        batch.tmax = batch.points.last().map_or(0, |point| point.time);
    }
    batches.sort_by_key(|batch| batch.tmax);
    Box::new(batches.into_iter().map(Ok))
}

fn recording(path: &str) -> Result<Recorded, String> {
    match input::open_recording(path).map_err(|e| e.to_string())? {
        Recording::Plain(batches) => Ok(Box::new(batches)),
        Recording::Archive(archive) => match archive.names().as_slice() {
            [one] => Ok(Box::new(archive.batches(one).map_err(|e| e.to_string())?)),
            names => Err(format!("{path}: expected the recording of one query, found {}", names.len())),
        },
    }
}

/// Blocks that lie in memory.
struct Held {
    info: BlockInfo,
    text: Option<Vec<u8>>,
}

impl Held {
    fn of(file: &str, points: &[Arriving]) -> Held {
        let mut text = String::with_capacity(points.iter().map(|p| p.line.len() + 21).sum());
        for point in points {
            text.push_str(&point.line);
            text.push(' ');
            crate::value::number::push_int(&mut text, point.time);
            text.push('\n');
        }
        let places = Places::Every { source: Arc::from(file), first: 1, step: 1 };
        let info = BlockInfo { places, db: None, rp: None, precision: Precision::Nanos };
        Held { info, text: Some(text.into_bytes()) }
    }
}

impl Blocks for Held {
    fn next_block(&mut self, buf: &mut Vec<u8>) -> Result<Option<BlockInfo>, InputError> {
        Ok(self.text.take().map(|text| {
            *buf = text;
            self.info.clone()
        }))
    }
}

/// Blocks of which the first was looked at.
struct Peeked {
    first: VecDeque<(BlockInfo, Vec<u8>)>,
    failed: Option<InputError>,
    rest: BoxedBlocks,
}

impl Peeked {
    fn new(mut rest: BoxedBlocks) -> Peeked {
        let (mut first, mut buffer) = (VecDeque::new(), Vec::new());
        let mut failed = None;
        match rest.next_block(&mut buffer) {
            Ok(Some(info)) => first.push_back((info, buffer)),
            Ok(None) => {}
            Err(error) => failed = Some(error),
        }
        Peeked { first, failed, rest }
    }

    /// When the first point is, if it can be read.
    fn first_time(&self) -> Option<i64> {
        let (info, block) = self.first.front()?;
        let text = String::from_utf8_lossy(block);
        let line = text.lines().map(point::unprompted).find(|line| point::is_data(line))?;
        point::parse_line(line, info.precision, None).ok().map(|point| point.time)
    }
}

impl Blocks for Peeked {
    fn next_block(&mut self, buf: &mut Vec<u8>) -> Result<Option<BlockInfo>, InputError> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        match self.first.pop_front() {
            Some((info, block)) => {
                *buf = block;
                Ok(Some(info))
            }
            None => self.rest.next_block(buf),
        }
    }

    fn take_notices(&mut self) -> Vec<String> {
        self.rest.take_notices()
    }
}
