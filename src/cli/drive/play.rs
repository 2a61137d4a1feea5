//! The loop of a run: blocks of the inputs to points, points to the engine.

use super::clock::{Clock, Until};
use super::feed::{self, Block, Fed, Feed, Next};
use super::progress::Progress;
use super::show::Show;
use super::signal::Interrupt;
use super::skips::Skips;
use super::sources::Sources;
use super::summary::InputCounts;
use crate::data::RawPoint;
use crate::engine::Engine;
use crate::input::line::{self, LineReader};
use crate::input::{BoxedBlocks, Cursor, Scout};
use crate::text::system_words;

/// How often something may happen without data before the run looks up.
const STEPS: u32 = 1000;

/// How data are played.
#[derive(Clone, Debug, Default)]
pub(super) struct Score {
    /// Database of data that do not name theirs.
    pub(super) db: String,
    /// Retention policy of data that do not name theirs.
    pub(super) rp: String,
    /// Time of points without one.
    pub(super) default_time: Option<i64>,
    /// Shift the data so that the first point is here.
    pub(super) epoch: Option<i64>,
    /// Whether lines that cannot be read are errors.
    pub(super) strict: bool,
    /// When the clock stops.
    pub(super) until: Option<Until>,
}

/// Why the data came to an end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ended {
    /// All was played.
    Through,
    /// Part of the input was lost.
    Unreadable,
    /// Ctrl-C.
    Interrupted,
    /// Nobody listens any more.
    Unheard,
}

impl Ended {
    /// What comes of two parts of a run.
    fn then(self, other: Ended) -> Ended {
        match other {
            Ended::Through => self,
            _ => other,
        }
    }

    /// Whether nothing more is to be played.
    fn at_once(self) -> bool {
        matches!(self, Ended::Interrupted | Ended::Unheard)
    }
}

/// The inputs of a run.
#[derive(Default)]
pub(super) struct Inputs {
    /// Those that are played one after the other.
    pub(super) plain: Vec<BoxedBlocks>,
    /// Those that are held back until the clock has gone on for so many nanoseconds.
    pub(super) held: Vec<(i64, BoxedBlocks)>,
    /// Recorded batches.
    pub(super) sources: Sources,
}

/// A player at work.
pub(super) struct Player<'a> {
    pub(super) engine: &'a mut Engine,
    pub(super) show: &'a mut Show,
    pub(super) progress: &'a mut Progress,
    pub(super) interrupt: &'a Interrupt,
    pub(super) score: Score,
    counts: InputCounts,
    skips: Skips,
    clock: Clock,
    /// What is held back still, the first to come last.
    held: Vec<(i64, BoxedBlocks)>,
    sources: Sources,
}

impl<'a> Player<'a> {
    pub(super) fn new(
        engine: &'a mut Engine,
        show: &'a mut Show,
        progress: &'a mut Progress,
        interrupt: &'a Interrupt,
        score: Score,
    ) -> Player<'a> {
        let (counts, clock) = (InputCounts::default(), Clock::default());
        let skips = Skips { count: 0, strict: score.strict };
        Player {
            engine,
            show,
            progress,
            interrupt,
            score,
            counts,
            skips,
            clock,
            held: Vec::new(),
            sources: Sources::default(),
        }
    }

    /// What was read.
    pub(super) fn counts(&self) -> InputCounts {
        InputCounts { skipped: self.skips.count, ..self.counts }
    }

    /// Plays the inputs one after the other, and those that are held back when it is their time.
    pub(super) fn play(&mut self, inputs: Inputs) -> Ended {
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
        // Nothing else moves the clock any more.
        ended = ended.then(self.batches(i64::MAX));
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
            self.engine.advance(begin, self.show);
        }
        let Some(end) = self.clock.end else { return Ended::Through };
        let mut steps: u32 = 0;
        while let Some(due) = self.engine.next_timer().filter(|due| *due < end) {
            self.engine.advance(due, self.show);
            steps += 1;
            // A server takes its time.
            if steps.is_multiple_of(STEPS) || self.show.asked.is_some() {
                self.breathe();
                if self.interrupt.is_set() {
                    return Ended::Interrupted;
                }
                if self.show.is_deaf() {
                    return Ended::Unheard;
                }
            }
        }
        self.engine.advance(end, self.show);
        Ended::Through
    }

    /// Plays an input that was held back, unless the run has ended by then.
    fn release(&mut self, (delay, blocks): (i64, BoxedBlocks)) -> Ended {
        if self.clock.is_over(delay, &self.score) {
            return Ended::Through;
        }
        match self.clock.begun {
            true => self.engine.advance(self.clock.after(delay), self.show),
            // Its own first point begins the clock, and then it waits.
            false => self.clock.waits = Some(delay),
        }
        self.set_alarm();
        self.input(blocks)
    }

    /// What comes before a point of this time: the inputs that were held back until then.
    #[cold]
    fn interlude(&mut self, time: i64) -> Ended {
        if let Some(delay) = self.clock.waits.take() {
            self.engine.advance(self.clock.begin, self.show);
            self.engine.advance(self.clock.after(delay), self.show);
        }
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
            self.clock.start(begin, &self.score);
            self.engine.advance(begin, self.show);
        }
        while let Some(due) = self.sources.due(time) {
            if self.interrupt.is_set() {
                return Ended::Interrupted;
            }
            for error in self.sources.take_errors() {
                self.tell(format!("error: {error}"));
                ended = Ended::Unreadable;
            }
            if self.clock.end.is_some_and(|end| due.time > end) {
                continue;
            }
            self.counts.points += due.batch.points.len() as u64;
            self.engine.advance(due.time, self.show);
            self.engine.batch(due.task, due.node, &due.batch, self.show);
            self.breathe();
            if self.show.is_deaf() {
                return Ended::Unheard;
            }
        }
        ended
    }

    /// Tells the clock when it is to be looked after next.
    fn set_alarm(&mut self) {
        let held = self.held.last().map(|(delay, _)| *delay);
        self.clock.recorded = self.sources.next_time().unwrap_or(i64::MAX);
        self.clock.set_alarm(held);
    }

    fn input(&mut self, blocks: BoxedBlocks) -> Ended {
        let engine = &*self.engine;
        let scout = || Scout::new(engine.catalog.wants(&engine.world), self.score.default_time);
        let feed = match Feed::start(blocks, feed::scout(scout)) {
            Ok(feed) => feed,
            Err(error) => {
                self.tell(format!("error: no thread for reading: {}", system_words(error)));
                return Ended::Unreadable;
            }
        };
        let mut ended = Ended::Through;
        loop {
            match feed.next(self.interrupt) {
                Next::Fed(Fed::Block(block)) => {
                    ended = ended.then(self.block(&block));
                    if ended.at_once() {
                        return ended;
                    }
                    feed.recycle(block);
                }
                Next::Fed(Fed::Unreadable(error)) if error.ends => {
                    self.tell(format!("error: {error}"));
                    ended = ended.then(Ended::Unreadable);
                }
                Next::Fed(Fed::Unreadable(error)) => {
                    let line = self.skips.unreadable(&error);
                    self.skipped(line);
                }
                Next::Fed(Fed::Notice(notice)) => self.show.note(format!("note: {notice}")),
                Next::Idle => {}
                Next::End => return ended,
                Next::Interrupted => return Ended::Interrupted,
            }
            self.breathe();
            if self.show.is_deaf() {
                return Ended::Unheard;
            }
        }
    }

    /// Between two blocks: say what there is to say.
    fn breathe(&mut self) {
        self.show.hear_handlers();
        self.progress.at(self.counts.points, self.show.tally.all_events());
        let show = &mut *self.show;
        self.progress.aside(|| show.flush());
        self.progress.say(&mut self.show.notices);
    }

    fn block(&mut self, block: &Block) -> Ended {
        let mut ended = Ended::Through;
        let Block { info, text, found } = block;
        let db = info.db.as_deref().unwrap_or(&self.score.db);
        let rp = info.rp.as_deref().unwrap_or(&self.score.rp);
        let source = self.engine.source(db, rp);
        let reader = LineReader::new(source, info.precision, self.score.default_time);
        let mut at = Cursor::default();
        loop {
            let before = at;
            let Engine { catalog, world, tape, .. } = &mut *self.engine;
            let next = match found {
                Some(found) => reader.next_scouted(text, found, &mut at, catalog, world, tape),
                None => reader.next(text, &mut at.at, catalog, world, tape),
            };
            match next {
                // A block may be worth many events, and each may have to wait for room in a queue.
                line::Next::Point(_) if self.interrupt.is_set() => return Ended::Interrupted,
                line::Next::Point(point) => {
                    let Some(time) = self.clock.time(point.time, &self.score) else {
                        self.counts.after += 1;
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
                    self.engine.push(RawPoint { time, ..point }, self.show);
                }
                line::Next::Bad(bad) => {
                    let line = self.skips.bad_line(info, text, &bad);
                    self.skipped(line);
                }
                line::Next::End => return ended,
            }
        }
    }

    /// Says what was skipped.
    fn skipped(&mut self, line: Option<String>) {
        let Some(line) = line else { return };
        match self.skips.strict {
            true => self.tell(line),
            false => self.show.note(line),
        }
    }

    fn tell(&mut self, line: String) {
        self.show.notices.push(line);
    }
}
