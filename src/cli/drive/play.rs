//! The loop of a run: blocks of the inputs to points, points to the engine.

use super::clock::{Clock, Until};
use super::feed::{Fed, Feed, Next};
use super::progress::Progress;
use super::show::Show;
use super::signal::Interrupt;
use super::summary::InputCounts;
use crate::data::RawPoint;
use crate::engine::Engine;
use crate::input::line::{self, BadLine, LineReader};
use crate::input::{BlockInfo, BoxedBlocks, InputError};

/// Skipped lines that are told one by one; more are only counted.
const TOLD: u64 = 10;

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

/// A player at work.
pub(super) struct Player<'a> {
    pub(super) engine: &'a mut Engine,
    pub(super) show: &'a mut Show,
    pub(super) progress: &'a mut Progress,
    pub(super) interrupt: &'a Interrupt,
    pub(super) score: Score,
    pub(super) counts: InputCounts,
    clock: Clock,
    /// The latest time of a point.
    last: i64,
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
        Player { engine, show, progress, interrupt, score, counts, clock, last: i64::MIN }
    }

    /// Plays the inputs one after the other.
    pub(super) fn play(&mut self, inputs: Vec<BoxedBlocks>) -> Ended {
        let mut ended = Ended::Through;
        for blocks in inputs {
            match self.input(blocks) {
                Ended::Through => {}
                Ended::Unreadable => ended = Ended::Unreadable,
                other => return other,
            }
        }
        self.run_out().unwrap_or(ended)
    }

    /// Carries the clock on to where it is to stop; tells if the run ended before.
    fn run_out(&mut self) -> Option<Ended> {
        if let Some(begin) = self.clock.begin_alone(&self.score) {
            self.engine.advance(begin, self.show);
        }
        let end = self.clock.end(&self.score)?;
        let mut steps: u32 = 0;
        while let Some(due) = self.engine.next_timer().filter(|due| *due < end) {
            self.engine.advance(due, self.show);
            steps += 1;
            if steps.is_multiple_of(STEPS) {
                self.breathe();
                if self.interrupt.is_set() {
                    return Some(Ended::Interrupted);
                }
                if self.show.is_deaf() {
                    return Some(Ended::Unheard);
                }
            }
        }
        self.engine.advance(end, self.show);
        None
    }

    fn input(&mut self, blocks: BoxedBlocks) -> Ended {
        let feed = match Feed::start(blocks) {
            Ok(feed) => feed,
            Err(error) => {
                self.tell(format!("error: no thread for reading: {error}"));
                return Ended::Unreadable;
            }
        };
        let mut ended = Ended::Through;
        loop {
            match feed.next(self.interrupt) {
                Next::Fed(Fed::Block(info, block)) => {
                    self.block(&info, &block);
                    feed.recycle(block);
                }
                Next::Fed(Fed::Unreadable(error)) if error.ends => {
                    self.tell(format!("error: {error}"));
                    ended = Ended::Unreadable;
                }
                Next::Fed(Fed::Unreadable(error)) => self.unreadable(&error),
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

    fn block(&mut self, info: &BlockInfo, block: &[u8]) {
        let db = info.db.as_deref().unwrap_or(&self.score.db);
        let rp = info.rp.as_deref().unwrap_or(&self.score.rp);
        let source = self.engine.source(db, rp);
        let reader = LineReader::new(source, info.precision, self.score.default_time);
        let mut at = 0;
        loop {
            let engine = &mut *self.engine;
            let next = reader.next(block, &mut at, &mut engine.catalog, &mut engine.world, &mut engine.tape);
            match next {
                line::Next::Point(point) => {
                    let Some(time) = self.clock.time(point.time, &self.score) else {
                        self.counts.after += 1;
                        continue;
                    };
                    self.counts.points += 1;
                    self.counts.late += u64::from(time < self.last);
                    self.last = self.last.max(time);
                    engine.push(RawPoint { time, ..point }, self.show);
                }
                line::Next::Bad(bad) => self.bad_line(info, block, &bad),
                line::Next::End => return,
            }
        }
    }

    #[cold]
    fn bad_line(&mut self, info: &BlockInfo, block: &[u8], bad: &BadLine) {
        // Counting lines for a message that nobody sees would make a block of bad lines very slow.
        if self.counts.skipped > TOLD {
            self.counts.skipped += 1;
            return;
        }
        let before = block.get(..bad.offset).unwrap_or(block);
        let index = memchr::memchr_iter(b'\n', before).count();
        let place = info.place(index);
        self.skipped(format!("{place}:{}: {}", bad.column.saturating_add(1), bad.message));
    }

    fn unreadable(&mut self, error: &InputError) {
        self.skipped(error.to_string());
    }

    fn skipped(&mut self, words: String) {
        self.counts.skipped += 1;
        let line = match self.counts.skipped {
            n if n <= TOLD && self.score.strict => words,
            n if n <= TOLD => format!("{words}; skipped"),
            n if n == TOLD + 1 => "further lines that cannot be read are only counted".to_owned(),
            _ => return,
        };
        match self.score.strict {
            true => self.tell(format!("error: {line}")),
            false => self.show.note(format!("warning: {line}")),
        }
    }

    fn tell(&mut self, line: String) {
        self.show.notices.push(line);
    }
}
