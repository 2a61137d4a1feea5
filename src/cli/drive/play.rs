//! The loop of a run: blocks of the inputs to points, points to the engine.

use super::feed::{Fed, Feed, Next};
use super::progress::Progress;
use super::show::Show;
use super::signal::Interrupt;
use super::sources::Sources;
use super::summary::InputCounts;
use crate::data::RawPoint;
use crate::engine::Engine;
use crate::input::line::{self, BadLine, LineReader};
use crate::input::{BlockInfo, BoxedBlocks, InputError};
use crate::text::system_words;

/// Skipped lines that are told one by one; more are only counted.
const TOLD: u64 = 10;

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
    /// Stop so long after the beginning, in nanoseconds.
    pub(super) until: Option<i64>,
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
    pub(super) counts: InputCounts,
    clock: Clock,
    /// What is held back still, the first to come last.
    held: Vec<(i64, BoxedBlocks)>,
    sources: Sources,
}

/// Where the data's time is mapped to.
struct Clock {
    begun: bool,
    /// When it began.
    begin: i64,
    shift: i64,
    /// How long after the beginning the input that begins the clock is held back.
    waits: Option<i64>,
    /// How long after the beginning the next input is due.
    alarm: Option<i64>,
    /// When the next recorded batch is due.
    recorded: i64,
    /// No point from this time on is played before something else is done.
    next: i64,
    end: Option<i64>,
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
        Player {
            engine,
            show,
            progress,
            interrupt,
            score,
            counts,
            clock,
            held: Vec::new(),
            sources: Sources::default(),
        }
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
        if let Some(end) = self.clock.end {
            self.engine.advance(end, self.show);
        }
        ended
    }

    /// Plays an input that was held back, unless the run has ended by then.
    fn release(&mut self, (delay, blocks): (i64, BoxedBlocks)) -> Ended {
        if self.score.until.is_some_and(|until| delay > until) {
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
        let feed = match Feed::start(blocks) {
            Ok(feed) => feed,
            Err(error) => {
                self.tell(format!("error: no thread for reading: {}", system_words(error)));
                return Ended::Unreadable;
            }
        };
        let mut ended = Ended::Through;
        loop {
            match feed.next(self.interrupt) {
                Next::Fed(Fed::Block(info, block)) => {
                    ended = ended.then(self.block(&info, &block));
                    if ended.at_once() {
                        return ended;
                    }
                    feed.recycle(block);
                }
                Next::Fed(Fed::Unreadable(error)) if error.ends => {
                    self.tell(format!("error: {error}"));
                    ended = ended.then(Ended::Unreadable);
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

    fn block(&mut self, info: &BlockInfo, block: &[u8]) -> Ended {
        let mut ended = Ended::Through;
        let db = info.db.as_deref().unwrap_or(&self.score.db);
        let rp = info.rp.as_deref().unwrap_or(&self.score.rp);
        let source = self.engine.source(db, rp);
        let reader = LineReader::new(source, info.precision, self.score.default_time);
        let mut at = 0;
        loop {
            let before = at;
            let engine = &mut *self.engine;
            let next = reader.next(block, &mut at, &mut engine.catalog, &mut engine.world, &mut engine.tape);
            match next {
                // A block may be worth many events, and each may have to wait for room in a queue.
                line::Next::Point(_) if self.interrupt.is_set() => return Ended::Interrupted,
                line::Next::Point(point) => {
                    let Some(time) = self.clock.time(point.time, &self.score) else { continue };
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
                    engine.push(RawPoint { time, ..point }, self.show);
                }
                line::Next::Bad(bad) => self.bad_line(info, block, &bad),
                line::Next::End => return ended,
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

impl Default for Clock {
    fn default() -> Clock {
        let (waits, alarm, end) = (None, None, None);
        Clock {
            begun: false,
            begin: 0,
            shift: 0,
            waits,
            alarm,
            recorded: i64::MAX,
            next: i64::MAX,
            end,
            last: 0,
        }
    }
}

impl Clock {
    /// So long after the beginning.
    fn after(&self, delay: i64) -> i64 {
        self.begin.saturating_add(delay)
    }

    fn set_alarm(&mut self, delay: Option<i64>) {
        self.alarm = delay;
        self.next = match (self.begun, self.waits, delay) {
            (true, Some(_), _) => i64::MIN,
            (true, None, Some(delay)) => self.after(delay),
            _ => i64::MAX,
        };
        self.next = self.next.min(self.recorded);
    }

    fn start(&mut self, begin: i64, score: &Score) {
        self.begun = true;
        self.end = score.until.map(|until| begin.saturating_add(until));
        (self.begin, self.last) = (begin, begin);
        self.set_alarm(self.alarm);
    }

    /// When a point is played; `None` if that is after the end.
    fn time(&mut self, time: i64, score: &Score) -> Option<i64> {
        if !self.begun {
            self.shift = score.epoch.map_or(0, |epoch| epoch.saturating_sub(time));
            self.start(time.saturating_add(self.shift), score);
        }
        let time = time.saturating_add(self.shift);
        match self.end {
            Some(end) if time > end => None,
            _ => Some(time),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_begins_at_the_epoch_and_ends_on_time() {
        let score = Score { epoch: Some(1000), until: Some(10), ..Score::default() };
        let mut clock = Clock::default();
        let times = [50, 55, 60, 61, 49].map(|t| clock.time(t, &score));
        assert_eq!(times, [Some(1000), Some(1005), Some(1010), None, Some(999)]);
        let mut free = Clock::default();
        assert_eq!([7, 9].map(|t| free.time(t, &Score::default())), [Some(7), Some(9)]);
    }
}
