//! What a run of the command line is played for: the sink, the progress and Ctrl-C.

use super::feed::Feed;
use super::progress::Progress;
use super::show::Show;
use super::signal::Interrupt;
use super::{memory, stopped};
use crate::alert::Sink;
use crate::engine::{Engine, Origin};
use crate::input::{BoxedBlocks, Scout};
use crate::play::{Audience, Block, Hit, Next, Place};
use crate::text::system_words;

/// The three together.
pub(super) struct Stand<'a> {
    pub(super) show: &'a mut Show,
    pub(super) progress: &'a mut Progress,
    pub(super) interrupt: &'a Interrupt,
}

impl Audience for Stand<'_> {
    type Feed = Feed;

    fn sink(&mut self) -> &mut dyn Sink {
        self.show
    }

    fn open(&mut self, blocks: BoxedBlocks, scout: Scout) -> Result<Feed, String> {
        Feed::start(blocks, scout).map_err(|error| format!("no thread for reading: {}", system_words(error)))
    }

    fn next(&mut self, feed: &mut Feed) -> Next {
        feed.next(self.interrupt)
    }

    fn recycle(&mut self, feed: &mut Feed, block: Block) {
        feed.recycle(block);
    }

    fn breathe(&mut self, points: u64) {
        self.show.hear_handlers();
        self.progress.at(points, self.show.tally.all_events());
        let show = &mut *self.show;
        self.progress.aside(|| show.flush());
        self.progress.say(&mut self.show.notices);
    }

    fn begin(&mut self, from: i64) {
        self.show.warming = false;
        if let Some(chronicle) = &mut self.show.chronicle {
            chronicle.begin(from);
        }
    }

    fn is_interrupted(&self) -> bool {
        self.interrupt.is_set()
    }

    fn is_deaf(&self) -> bool {
        self.show.is_deaf()
    }

    fn is_slow(&self) -> bool {
        self.show.asked.is_some()
    }

    fn memory(&self) -> Option<u64> {
        memory::resident()
    }

    fn stopped(&mut self, hit: Hit, place: &Place, engine: &Engine) {
        let name = |task: &str, node: &str| self.show.place(Origin { task, node });
        let lines = stopped::lines(hit, place, engine, name);
        self.show.stopped(&lines);
    }

    fn tell(&mut self, line: String) {
        self.show.notices.push(line);
    }

    fn note(&mut self, line: String) {
        self.show.note(line);
    }
}
