//! Standard output and error. A reader that has gone away is no failure: its writer just stops.

use std::io::{self, ErrorKind, Write};

use super::Exit;
use crate::text::system_words;

/// How much is gathered before it is written.
const GATHERED: usize = 1 << 16;

/// What takes texts away to be written.
pub(crate) trait Take: Sized {
    /// Takes a text, and leaves an empty one.
    fn take(&mut self, text: &mut String) -> io::Result<()>;

    /// Sees to it that what was taken reaches its reader.
    fn flush(&mut self) -> io::Result<()>;

    /// Waits until it has; gives the first error that was not given before.
    fn end(mut self) -> io::Result<()> {
        Take::flush(&mut self)
    }
}

impl<W: Write> Take for W {
    fn take(&mut self, text: &mut String) -> io::Result<()> {
        let written = self.write_all(text.as_bytes());
        text.clear();
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        Write::flush(self)
    }
}

/// An output that remembers its first error instead of giving it with every line. It writes whole texts
/// as they were put: standard output, which looks for line ends, would copy the beginning of a line.
pub(crate) struct Output<W> {
    inner: W,
    gathered: String,
    failed: Option<io::Error>,
}

impl Output<io::Stdout> {
    /// Standard output, buffered: [`Output::flush`] when somebody waits.
    pub(crate) fn stdout() -> Output<io::Stdout> {
        Output::new(io::stdout())
    }
}

impl<W: Take> Output<W> {
    /// Buffers a writer.
    pub(crate) fn new(inner: W) -> Output<W> {
        Output { inner, gathered: String::new(), failed: None }
    }

    /// Writes, unless a write has failed before.
    pub(crate) fn put(&mut self, text: &str) {
        self.with(|out| out.push_str(text));
    }

    /// Writes what `write` appends.
    pub(crate) fn with(&mut self, write: impl FnOnce(&mut String)) {
        write(&mut self.gathered);
        if self.gathered.len() >= GATHERED {
            self.send();
        }
    }

    /// Hands on what is buffered.
    pub(crate) fn flush(&mut self) {
        self.send();
        if self.failed.is_none() {
            self.failed = self.inner.flush().err();
        }
    }

    fn send(&mut self) {
        if self.failed.is_none() {
            self.failed = self.inner.take(&mut self.gathered).err();
        }
        self.gathered.clear();
    }

    /// Whether nobody reads any more, or nothing can be written.
    pub(crate) fn is_broken(&self) -> bool {
        self.failed.is_some()
    }

    /// Flushes; gives the first error, unless the reader has just gone away.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.flush();
        // What takes texts away may know better what was wrong.
        let ended = self.inner.end();
        match ended.err().or(self.failed) {
            Some(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
            _ => Ok(()),
        }
    }
}

/// Prints a text to standard output.
pub(crate) fn print(text: &str) -> Result<(), Exit> {
    let mut out = Output::stdout();
    out.put(text);
    out.finish().map_err(|e| {
        complain(&format!("error: cannot write to standard output: {}", system_words(e)));
        Exit::Usage
    })
}

/// Says a line on standard error. If even that fails there is nobody left to tell.
pub(crate) fn complain(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Broken(ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_has_gone_is_no_failure() {
        for (kind, fine) in [(ErrorKind::BrokenPipe, true), (ErrorKind::StorageFull, false)] {
            let mut out = Output::new(Broken(kind));
            out.put("a line");
            out.flush();
            assert!(out.is_broken());
            assert_eq!(out.finish().is_ok(), fine, "{kind}");
        }
    }
}
