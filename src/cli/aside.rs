//! Standard output, written on a thread of its own while the next lines are made: events of many alerts at once are
//! hundreds of megabytes, and the system takes its time to copy them.

use std::io::{self, IsTerminal, Write};
use std::mem;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread::{self, JoinHandle};

use super::io::Take;

/// Texts that may wait to be written.
const WAITING: usize = 2;

/// Takes texts for standard output.
pub(crate) enum Aside {
    /// Written at once: to terminals, where lines of standard error come between, and where there is but one processor.
    Here(io::Stdout),
    /// Written elsewhere.
    There(There),
}

/// The thread that writes.
pub(crate) struct There {
    full: SyncSender<String>,
    /// What was written, to be filled again.
    empty: Receiver<String>,
    /// Gives the first error.
    thread: JoinHandle<io::Result<()>>,
}

impl Aside {
    /// Standard output, on a thread where that is of use.
    pub(crate) fn stdout() -> Aside {
        let out = io::stdout();
        let alone = thread::available_parallelism().is_ok_and(|cpus| cpus.get() == 1);
        if alone || out.is_terminal() {
            return Aside::Here(out);
        }
        There::start(out).map_or_else(|_| Aside::Here(io::stdout()), Aside::There)
    }
}

impl There {
    fn start(mut out: impl Write + Send + 'static) -> io::Result<There> {
        let (full, texts) = sync_channel::<String>(WAITING);
        let (written, empty) = channel();
        let thread = thread::Builder::new().name("output".to_owned()).spawn(move || {
            for mut text in texts {
                out.write_all(text.as_bytes())?;
                out.flush()?;
                text.clear();
                // At the end nobody wants it back.
                let _ = written.send(text);
            }
            Ok(())
        })?;
        Ok(There { full, empty, thread })
    }

    /// Hands a text over, and leaves an empty one in its place.
    fn hand(&mut self, text: &mut String) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        let full = mem::replace(text, self.empty.try_recv().unwrap_or_default());
        // The thread ends early only after an error, which it gives at the end.
        self.full.send(full).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    /// Waits until all is written.
    fn end(self) -> io::Result<()> {
        drop(self.full);
        self.thread.join().unwrap_or_else(|_| Err(io::ErrorKind::Other.into()))
    }
}

impl Take for Aside {
    fn take(&mut self, text: &mut String) -> io::Result<()> {
        match self {
            Aside::Here(out) => out.take(text),
            Aside::There(there) => there.hand(text),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Aside::Here(out) => Take::flush(out),
            // The thread does so after each text.
            Aside::There(_) => Ok(()),
        }
    }

    fn end(self) -> io::Result<()> {
        match self {
            Aside::Here(out) => out.end(),
            Aside::There(there) => there.end(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::cli::io::Output;

    /// Keeps what it gets, until it is full.
    struct Disk(Arc<Mutex<Vec<u8>>>, usize);

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut kept = self.0.lock().unwrap();
            if kept.len() + bytes.len() > self.1 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            kept.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn played(room: usize) -> (io::Result<()>, Vec<u8>) {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let there = There::start(Disk(Arc::clone(&kept), room)).unwrap();
        let mut out = Output::new(Aside::There(there));
        for line in 0..100_000 {
            out.put(&format!("line {line}\n"));
        }
        let ended = out.finish();
        let kept = kept.lock().unwrap().clone();
        (ended, kept)
    }

    #[test]
    fn all_is_written_in_order() {
        let (ended, kept) = played(usize::MAX);
        assert!(ended.is_ok());
        let want: String = (0..100_000).map(|line| format!("line {line}\n")).collect();
        assert!(kept == want.as_bytes());
    }

    #[test]
    fn the_first_error_is_told_at_the_end() {
        let (ended, kept) = played(200_000);
        assert_eq!(ended.unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert!(kept.starts_with(b"line 0\nline 1\n") && kept.len() <= 200_000);
    }
}
