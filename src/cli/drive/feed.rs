//! Inputs are read on a thread of their own, so that waiting for data never keeps Ctrl-C waiting.
//!
//! Where there is more than one processor, that thread also reads the lines of a block, as long as the engine
//! has others to go on with. So both have about the same to do, whatever the scripts cost, and lines that come
//! one by one through a pipe never wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

use super::signal::Interrupt;
use crate::input::{BlockInfo, Blocks, Scout, Scouted};
use crate::play::{Block, Fed, Next};

/// Blocks read ahead of the engine.
const AHEAD: usize = 6;

/// As many as have to wait for the engine before the lines of the next are read for it.
const PLENTY: usize = 2;

/// How long an interrupt may go unnoticed.
const BEAT: Duration = Duration::from_millis(50);

/// An input that is being read.
pub(crate) struct Feed {
    fed: Receiver<Fed>,
    used: Sender<Block>,
    waiting: Arc<AtomicUsize>,
}

impl Feed {
    /// Begins to read; with the scout, if there is a processor for it.
    pub(crate) fn start(blocks: Box<dyn Blocks + Send>, scout: Scout) -> std::io::Result<Feed> {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        let scout = (processors > 1).then_some(scout);
        let (to, fed) = sync_channel(AHEAD);
        let (used, back) = channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let reader = Reader { blocks, scout, to, back, waiting: Arc::clone(&waiting) };
        thread::Builder::new().name("input".to_owned()).spawn(move || reader.run())?;
        Ok(Feed { fed, used, waiting })
    }

    /// Waits for the next block; not longer than a moment.
    pub(crate) fn next(&self, interrupt: &Interrupt) -> Next {
        if interrupt.is_set() {
            return Next::Interrupted;
        }
        match self.fed.recv_timeout(BEAT) {
            Ok(fed) => {
                if let Fed::Block(_) = fed {
                    self.waiting.fetch_sub(1, Ordering::Relaxed);
                }
                Next::Fed(fed)
            }
            Err(RecvTimeoutError::Timeout) => Next::Idle,
            Err(RecvTimeoutError::Disconnected) => Next::End,
        }
    }

    /// Gives a block back, to be filled again.
    pub(crate) fn recycle(&self, block: Block) {
        // The reader may have come to its end.
        let _ = self.used.send(block);
    }
}

/// The thread that reads.
struct Reader {
    blocks: Box<dyn Blocks + Send>,
    scout: Option<Scout>,
    to: SyncSender<Fed>,
    back: Receiver<Block>,
    /// Blocks that are ready for the engine.
    waiting: Arc<AtomicUsize>,
}

impl Reader {
    fn run(mut self) {
        // What blocks that were not scouted leave for those that are.
        let mut spare = Vec::new();
        loop {
            let (mut text, found) =
                self.back.try_recv().map_or_else(|_| (Vec::new(), None), |b| (b.text, b.found));
            spare.extend(found);
            let next = self.blocks.next_block(&mut text);
            let notices = self.blocks.take_notices();
            let is_told = notices.into_iter().all(|n| self.to.send(Fed::Notice(n)).is_ok());
            let fed = match next {
                Ok(Some(info)) => {
                    let found = self.look(&info, &text, &mut spare);
                    // Before it is sent: the other side takes it away again.
                    self.waiting.fetch_add(1, Ordering::Relaxed);
                    Fed::Block(Block { info, text, found })
                }
                Ok(None) => return,
                Err(error) => Fed::Unreadable(error),
            };
            // Nobody takes it: the run has ended.
            if !is_told || self.to.send(fed).is_err() {
                return;
            }
        }
    }

    /// Reads the lines of a block, if the engine has enough to do.
    fn look(&mut self, info: &BlockInfo, text: &[u8], spare: &mut Vec<Scouted>) -> Option<Scouted> {
        let scout = self.scout.as_mut().filter(|_| self.waiting.load(Ordering::Relaxed) >= PLENTY)?;
        let mut found = spare.pop().unwrap_or_default();
        scout.read(text, info.precision, &mut found).then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Wants;
    use crate::input::LineBlocks;

    #[test]
    fn blocks_come_in_order_and_then_the_end() {
        let text = b"m v=1 1\nm v=2 2\n".to_vec();
        let blocks =
            LineBlocks::new(Arc::from("x.lp"), Vec::new(), Box::new(std::io::Cursor::new(text)), false);
        let feed = Feed::start(Box::new(blocks), Scout::new(Wants::default(), None)).unwrap();
        let mut got = Vec::new();
        loop {
            match feed.next(&Interrupt::default()) {
                Next::Fed(Fed::Block(block)) => {
                    assert_eq!(block.info.place(1), "x.lp:2");
                    got.extend_from_slice(&block.text);
                    feed.recycle(block);
                }
                Next::End => break,
                Next::Idle => {}
                _ => panic!("neither errors nor interrupts here"),
            }
        }
        assert_eq!(got, b"m v=1 1\nm v=2 2\n");
    }

    #[test]
    fn an_interrupt_comes_before_data() {
        let blocks =
            LineBlocks::new(Arc::from("x.lp"), b"m v=1 1\n".to_vec(), Box::new(std::io::empty()), false);
        let feed = Feed::start(Box::new(blocks), Scout::new(Wants::default(), None)).unwrap();
        let interrupt = Interrupt::default();
        interrupt.set();
        assert!(matches!(feed.next(&interrupt), Next::Interrupted));
    }
}
