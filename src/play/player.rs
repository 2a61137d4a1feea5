//! The loop of a run: blocks of the inputs to points, points to the engine.

use super::clock::{Clock, Counted, Until};
use super::limits::{Guard, Hit, Limits, Place};
use super::skips::Skips;
use super::sources::Sources;
use crate::alert::Sink;
use crate::data::RawPoint;
use crate::engine::Engine;
use crate::input::line::{self, LineReader};
use crate::input::{BlockInfo, BoxedBlocks, Cursor, InputError, Scout, Scouted};

/// How often something may happen without data before the run looks up.
const STEPS: u32 = 1000;

/// How data are played.
#[derive(Clone, Debug, Default)]
pub struct Score {
    /// Database of data that do not name theirs.
    pub db: String,
    /// Retention policy of data that do not name theirs.
    pub rp: String,
    /// Time of points without one.
    pub default_time: Option<i64>,
    /// Shift the data so that the first point is here.
    pub epoch: Option<i64>,
    /// Whether lines that cannot be read are errors.
    pub strict: bool,
    /// When the clock stops.
    pub until: Option<Until>,
    /// Which part of the run counts.
    pub counted: Counted,
    /// What the run may hold.
    pub limits: Limits,
}

impl Score {
    /// The time before which no point is played.
    pub(super) fn first(&self) -> i64 {
        match self.counted {
            Counted::From { from, warmup: Some(warmup) } => from.saturating_sub(warmup),
            _ => i64::MIN,
        }
    }
}

/// Why the data came to an end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// All was played.
    Through,
    /// Part of the input was lost.
    Unreadable,
    /// Ctrl-C.
    Interrupted,
    /// Nobody listens any more.
    Unheard,
    /// A limit was met.
    Stopped,
}

impl Ended {
    /// What comes of two parts of a run.
    pub(super) fn then(self, other: Ended) -> Ended {
        match other {
            Ended::Through => self,
            _ => other,
        }
    }

    /// Whether nothing more is to be played.
    pub(super) fn at_once(self) -> bool {
        matches!(self, Ended::Interrupted | Ended::Unheard | Ended::Stopped)
    }
}

/// Counts of the input.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct InputCounts {
    /// Points that reached the tasks.
    pub points: u64,
    /// Lines that could not be read.
    pub skipped: u64,
    /// Points older than the one before them.
    pub late: u64,
    /// Points before the part that is played.
    pub before: u64,
    /// Points after the end of the run.
    pub after: u64,
}

/// Whole lines.
pub struct Block {
    /// What holds for all of them.
    pub info: BlockInfo,
    /// The lines.
    pub text: Vec<u8>,
    /// What the scout has found in them, if it has read them.
    pub found: Option<Scouted>,
}

/// What an input gives next.
pub enum Fed {
    /// Whole lines.
    Block(Block),
    /// A part that cannot be read.
    Unreadable(InputError),
    /// Something that the user should be told.
    Notice(String),
}

/// The next thing to do.
pub enum Next {
    /// Take this.
    Fed(Fed),
    /// Nothing has come for a while: show what there is.
    Idle,
    /// All inputs are read.
    End,
    /// Ctrl-C.
    Interrupted,
}

impl Next {
    /// The next block of an input that is read on the thread that plays it.
    pub fn read(blocks: &mut BoxedBlocks) -> Next {
        let mut text = Vec::new();
        match blocks.next_block(&mut text) {
            Ok(Some(info)) => Next::Fed(Fed::Block(Block { info, text, found: None })),
            Ok(None) => Next::End,
            Err(error) => Next::Fed(Fed::Unreadable(error)),
        }
    }
}

/// Who a run is played for: what listens to it, and how its inputs are read.
pub trait Audience {
    /// An input that is being read.
    type Feed;

    /// What takes all that happens.
    fn sink(&mut self) -> &mut dyn Sink;

    /// Begins to read an input; an error is in words. The scout may read lines ahead.
    fn open(&mut self, blocks: BoxedBlocks, scout: Scout) -> Result<Self::Feed, String>;

    /// What the input gives next.
    fn next(&mut self, feed: &mut Self::Feed) -> Next;

    /// Gives a block back, to be filled again.
    fn recycle(&mut self, feed: &mut Self::Feed, block: Block) {
        let _ = (feed, block);
    }

    /// Between two blocks or recorded batches: the engine may be exchanged for one that goes on from its state.
    fn between(&mut self, engine: &mut Engine) {
        let _ = engine;
    }

    /// Between two blocks: say what there is to say. So many points were played.
    fn breathe(&mut self, points: u64) {
        let _ = points;
    }

    /// From here on, at this time, what happens counts.
    fn begin(&mut self, from: i64) {
        let _ = from;
    }

    /// Whether the run is to end at once.
    fn is_interrupted(&self) -> bool {
        false
    }

    /// Whether nobody listens any more.
    fn is_deaf(&self) -> bool {
        false
    }

    /// Whether somebody outside takes a time to answer queries.
    fn is_slow(&self) -> bool {
        false
    }

    /// How many bytes the process holds, where that is known.
    fn memory(&self) -> Option<u64> {
        None
    }

    /// A limit was met: says so, and what is the largest.
    fn stopped(&mut self, hit: Hit, place: &Place, engine: &Engine) {
        let _ = (hit, place, engine);
    }

    /// Says something that must be heard.
    fn tell(&mut self, line: String);

    /// Says something that is no error.
    fn note(&mut self, line: String);
}

/// The inputs of a run.
#[derive(Default)]
pub struct Inputs {
    /// Those that are played one after the other.
    pub plain: Vec<BoxedBlocks>,
    /// Those that are held back until the clock has gone on for so many nanoseconds.
    pub held: Vec<(i64, BoxedBlocks)>,
    /// Recorded batches.
    pub sources: Sources,
}

/// A player at work.
pub struct Player<'a, A> {
    engine: &'a mut Engine,
    audience: &'a mut A,
    score: Score,
    counts: InputCounts,
    skips: Skips,
    clock: Clock,
    /// What is held back still, the first to come last.
    held: Vec<(i64, BoxedBlocks)>,
    sources: Sources,
    guard: Guard,
    /// Scouts are not believed any more.
    is_doubtful: bool,
}

impl<'a, A: Audience> Player<'a, A> {
    /// Nothing is played yet.
    pub fn new(engine: &'a mut Engine, audience: &'a mut A, score: Score) -> Player<'a, A> {
        let (counts, clock) = (InputCounts::default(), Clock::default());
        let skips = Skips { count: 0, strict: score.strict };
        let guard = Guard::new(score.limits);
        Player {
            engine,
            audience,
            score,
            counts,
            skips,
            clock,
            held: Vec::new(),
            sources: Sources::default(),
            guard,
            is_doubtful: false,
        }
    }

    /// What was read.
    pub fn counts(&self) -> InputCounts {
        InputCounts { skipped: self.skips.count, ..self.counts }
    }

    /// Plays the inputs one after the other, and those that are held back when it is their time.
    pub fn play(&mut self, inputs: Inputs) -> Ended {
        let mut ended = Ended::Through;
        self.held = inputs.held;
        // The next one is last; of those for the same time the one that was named first.
        self.held.reverse();
        self.held.sort_by_key(|(delay, _)| std::cmp::Reverse(*delay));
        self.sources = inputs.sources;
        self.set_alarm();
        for blocks in inputs.plain {
            ended = ended.then(self.input(blocks));
            if ended.at_once() {
                return ended;
            }
        }
        ended.then(self.end())
    }

    /// Batches that are recorded for queries.
    pub(super) fn set_sources(&mut self, sources: Sources) {
        self.sources = sources;
        self.set_alarm();
    }

    /// Plays what is left when the inputs are at their end.
    pub(super) fn end(&mut self) -> Ended {
        // Nothing else moves the clock any more.
        let mut ended = self.batches(i64::MAX);
        while let Some(held) = self.held.pop() {
            ended = ended.then(self.release(held));
            if ended.at_once() {
                return ended;
            }
        }
        ended.then(self.run_out())
    }

    /// Carries the clock on to where it is to stop.
    fn run_out(&mut self) -> Ended {
        if let Some(begin) = self.clock.begin_alone(&self.score) {
            self.engine.advance(begin, self.audience.sink());
        }
        self.count_from(self.clock.end.unwrap_or(i64::MIN));
        let Some(end) = self.clock.end else { return Ended::Through };
        let mut steps: u32 = 0;
        while let Some(due) = self.engine.next_timer().filter(|due| *due < end) {
            self.engine.advance(due, self.audience.sink());
            if let Some(hit) = self.guard.groups(self.counts.points, self.engine) {
                return self.stop(hit, None);
            }
            steps += 1;
            // A server takes its time.
            if steps.is_multiple_of(STEPS) || self.audience.is_slow() {
                self.breathe();
                if self.audience.is_interrupted() {
                    return Ended::Interrupted;
                }
                if self.audience.is_deaf() {
                    return Ended::Unheard;
                }
                if let Some(hit) = self.memory() {
                    return self.stop(hit, None);
                }
            }
        }
        self.engine.advance(end, self.audience.sink());
        Ended::Through
    }

    /// Plays an input that was held back, unless the run has ended by then.
    fn release(&mut self, (delay, blocks): (i64, BoxedBlocks)) -> Ended {
        if self.clock.is_over(delay, &self.score) {
            return Ended::Through;
        }
        match self.clock.begun {
            true => self.engine.advance(self.clock.after(delay), self.audience.sink()),
            // Its own first point begins the clock, and then it waits.
            false => self.clock.waits = Some(delay),
        }
        self.set_alarm();
        self.input(blocks)
    }

    /// What comes before a point of this time: the inputs that were held back until then.
    #[cold]
    fn interlude(&mut self, time: i64) -> Ended {
        self.count_from(self.clock.begin);
        if let Some(delay) = self.clock.waits.take() {
            self.engine.advance(self.clock.begin, self.audience.sink());
            self.engine.advance(self.clock.after(delay), self.audience.sink());
        }
        self.count_from(time);
        let mut ended = self.batches(time);
        while !ended.at_once()
            && let Some(held) = self.held.pop_if(|(delay, _)| self.clock.after(*delay) <= time)
        {
            ended = ended.then(self.release(held));
        }
        self.set_alarm();
        ended
    }

    /// Plays the recorded batches that are due by then.
    fn batches(&mut self, time: i64) -> Ended {
        let mut ended = Ended::Through;
        if let Some(begin) = self.sources.begin().filter(|_| !self.clock.begun) {
            let begin = begin.max(self.score.first());
            self.clock.start(begin, &self.score);
            self.engine.advance(begin, self.audience.sink());
        }
        while let Some(due) = self.sources.due(time) {
            self.count_from(due.time);
            if self.audience.is_interrupted() {
                return Ended::Interrupted;
            }
            for error in self.sources.take_errors() {
                self.audience.tell(format!("error: {error}"));
                ended = Ended::Unreadable;
            }
            if self.clock.end.is_some_and(|end| due.time > end) || due.time < self.score.first() {
                continue;
            }
            self.counts.points += due.batch.points.len() as u64;
            self.engine.advance(due.time, self.audience.sink());
            self.engine.batch(due.task, due.node, &due.batch, self.audience.sink());
            self.breathe();
            if self.audience.is_deaf() {
                return Ended::Unheard;
            }
            let hit = self.guard.groups(self.counts.points, self.engine);
            if let Some(hit) = hit.or_else(|| self.memory()) {
                return self.stop(hit, None);
            }
        }
        ended
    }

    /// Tells that what happens counts, if it does by this time.
    fn count_from(&mut self, time: i64) {
        if let Some(from) = self.clock.counts.filter(|from| *from <= time) {
            self.clock.counts = None;
            if from > self.clock.begin {
                self.engine.advance(from, self.audience.sink());
            }
            self.engine.sketches.begin(from);
            self.audience.begin(from);
            self.set_alarm();
        }
    }

    /// Tells the clock when it is to be looked after next.
    fn set_alarm(&mut self) {
        let held = self.held.last().map(|(delay, _)| *delay);
        self.clock.recorded = self.sources.next_time().unwrap_or(i64::MAX);
        self.clock.set_alarm(held);
    }

    fn input(&mut self, blocks: BoxedBlocks) -> Ended {
        let mut feed = match self.open(blocks) {
            Ok(feed) => feed,
            Err(ended) => return ended,
        };
        let mut ended = Ended::Through;
        loop {
            match self.audience.next(&mut feed) {
                Next::Fed(Fed::Block(block)) => {
                    ended = ended.then(self.block(&block.info, &block.text, block.found.as_ref()));
                    if ended.at_once() {
                        return ended;
                    }
                    if let Some(hit) = self.memory() {
                        return self.stop(hit, Some(place(&block.info, &block.text)));
                    }
                    self.audience.recycle(&mut feed, block);
                }
                Next::Fed(other) => ended = ended.then(self.aside(other)),
                // A whole input may be sorted before its first block.
                Next::Idle => {
                    if let Some(hit) = self.memory() {
                        return self.stop(hit, None);
                    }
                }
                Next::End => return ended,
                Next::Interrupted => return Ended::Interrupted,
            }
            self.breathe();
            if self.audience.is_deaf() {
                return Ended::Unheard;
            }
        }
    }

    pub(super) fn open(&mut self, blocks: BoxedBlocks) -> Result<A::Feed, Ended> {
        let scout = Scout::new(self.engine.catalog.wants(&self.engine.world), self.score.default_time);
        self.audience.open(blocks, scout).map_err(|words| {
            self.audience.tell(format!("error: {words}"));
            Ended::Unreadable
        })
    }

    pub(super) fn next(&mut self, feed: &mut A::Feed) -> Next {
        self.audience.next(feed)
    }

    pub(super) fn recycle(&mut self, feed: &mut A::Feed, block: Block) {
        self.audience.recycle(feed, block);
    }

    /// What an input gives beside blocks.
    pub(super) fn aside(&mut self, fed: Fed) -> Ended {
        match fed {
            Fed::Block(_) => {}
            Fed::Unreadable(error) if error.ends => {
                self.audience.tell(format!("error: {error}"));
                return Ended::Unreadable;
            }
            Fed::Unreadable(error) => {
                let line = self.skips.unreadable(&error);
                self.skipped(line);
            }
            Fed::Notice(notice) => self.audience.note(format!("note: {notice}")),
        }
        Ended::Through
    }

    pub(super) fn breathe(&mut self) {
        self.audience.between(self.engine);
        self.audience.breathe(self.counts.points);
    }

    /// Plays a block; `found` is what the scout of this player's engine has found in it.
    pub(super) fn block(&mut self, info: &BlockInfo, block: &[u8], found: Option<&Scouted>) -> Ended {
        let mut ended = Ended::Through;
        let db = info.db.as_deref().unwrap_or(&self.score.db);
        let rp = info.rp.as_deref().unwrap_or(&self.score.rp);
        let source = self.engine.source(db, rp);
        let reader = LineReader::new(source, info.precision, self.score.default_time);
        let found = found.filter(|_| !self.is_doubtful);
        let mut at = Cursor::default();
        loop {
            let before = at;
            let engine = &mut *self.engine;
            let Engine { catalog, world, tape, .. } = &mut *engine;
            let next = match found {
                Some(found) => reader.next_scouted(block, found, &mut at, catalog, world, tape),
                None => reader.next(block, &mut at.at, catalog, world, tape),
            };
            match next {
                // A block may be worth many events, and each may have to wait for room in a queue.
                line::Next::Point(_) if self.audience.is_interrupted() => return Ended::Interrupted,
                line::Next::Point(point) => {
                    let Some(time) = self.clock.time(point.time, &self.score) else {
                        match self.clock.is_before(point.time) {
                            true => self.counts.before += 1,
                            false => self.counts.after += 1,
                        }
                        continue;
                    };
                    if time >= self.clock.next {
                        // Others come first: this one is read again then.
                        at = before;
                        ended = ended.then(self.interlude(time));
                        if ended.at_once() {
                            return ended;
                        }
                        continue;
                    }
                    self.counts.points += 1;
                    self.counts.late += u64::from(time < self.clock.last);
                    self.clock.last = self.clock.last.max(time);
                    engine.push(RawPoint { time, ..point }, self.audience.sink());
                    if self.guard.is_due(self.counts.points)
                        && let Some(hit) = self.guard.groups(self.counts.points, self.engine)
                    {
                        return self.stop(hit, Some(place(info, block.get(..at.at).unwrap_or(block))));
                    }
                }
                line::Next::Bad(bad) => {
                    let line = self.skips.bad_line(info, block, &bad);
                    self.skipped(line);
                }
                line::Next::End => {
                    self.is_doubtful |= at.is_doubtful;
                    return ended;
                }
            }
        }
    }

    /// Ends the run at a limit, and says why.
    #[cold]
    fn stop(&mut self, hit: Hit, line: Option<String>) -> Ended {
        let place = Place { time: self.clock.begun.then(|| self.engine.now()), line };
        self.audience.stopped(hit, &place, self.engine);
        Ended::Stopped
    }

    fn memory(&mut self) -> Option<Hit> {
        self.guard.memory(|| self.audience.memory())
    }

    /// Says what was skipped.
    fn skipped(&mut self, line: Option<String>) {
        let Some(line) = line else { return };
        match self.skips.strict {
            true => self.audience.tell(line),
            false => self.audience.note(line),
        }
    }
}

/// The last line of a text.
fn place(info: &BlockInfo, text: &[u8]) -> String {
    info.place(memchr::memchr_iter(b'\n', text.strip_suffix(b"\n").unwrap_or(text)).count())
}
