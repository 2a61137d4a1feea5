//! Inputs are read on a thread of their own, so that waiting for data never keeps Ctrl-C waiting.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

use super::signal::Interrupt;
use crate::input::Blocks;
use crate::play::{Fed, Next};

/// Blocks read ahead of the engine.
const AHEAD: usize = 4;

/// How long an interrupt may go unnoticed.
const BEAT: Duration = Duration::from_millis(50);

/// An input that is being read.
pub(crate) struct Feed {
    fed: Receiver<Fed>,
    buffers: Sender<Vec<u8>>,
}

impl Feed {
    /// Begins to read.
    pub(crate) fn start(blocks: Box<dyn Blocks + Send>) -> std::io::Result<Feed> {
        let (to, fed) = sync_channel(AHEAD);
        let (buffers, back) = channel();
        thread::Builder::new().name("input".to_owned()).spawn(move || read(blocks, &to, &back))?;
        Ok(Feed { fed, buffers })
    }

    /// Waits for the next block; not longer than a moment.
    pub(crate) fn next(&self, interrupt: &Interrupt) -> Next {
        if interrupt.is_set() {
            return Next::Interrupted;
        }
        match self.fed.recv_timeout(BEAT) {
            Ok(fed) => Next::Fed(fed),
            Err(RecvTimeoutError::Timeout) => Next::Idle,
            Err(RecvTimeoutError::Disconnected) => Next::End,
        }
    }

    /// Gives a buffer back, to be filled again.
    pub(crate) fn recycle(&self, buffer: Vec<u8>) {
        // The reader may have come to its end.
        let _ = self.buffers.send(buffer);
    }
}

fn read(mut blocks: Box<dyn Blocks + Send>, to: &SyncSender<Fed>, back: &Receiver<Vec<u8>>) {
    loop {
        let mut buffer = back.try_recv().unwrap_or_default();
        let next = blocks.next_block(&mut buffer);
        let notices = blocks.take_notices();
        let told = notices.into_iter().try_for_each(|n| to.send(Fed::Notice(n)));
        let sent = match next {
            Ok(Some(info)) => to.send(Fed::Block(info, buffer)),
            Ok(None) => return,
            Err(error) => to.send(Fed::Unreadable(error)),
        };
        // Nobody takes it: the run has ended.
        if told.is_err() || sent.is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::input::LineBlocks;

    #[test]
    fn blocks_come_in_order_and_then_the_end() {
        let text = b"m v=1 1\nm v=2 2\n".to_vec();
        let blocks =
            LineBlocks::new(Arc::from("x.lp"), Vec::new(), Box::new(std::io::Cursor::new(text)), false);
        let feed = Feed::start(Box::new(blocks)).unwrap();
        let mut got = Vec::new();
        loop {
            match feed.next(&Interrupt::default()) {
                Next::Fed(Fed::Block(info, buffer)) => {
                    assert_eq!(info.place(1), "x.lp:2");
                    got.extend_from_slice(&buffer);
                    feed.recycle(buffer);
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
        let feed = Feed::start(Box::new(blocks)).unwrap();
        let interrupt = Interrupt::default();
        interrupt.set();
        assert!(matches!(feed.next(&interrupt), Next::Interrupted));
    }
}
