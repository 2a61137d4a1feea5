//! The way to a function and back: the pipes of a process, or a socket. Nothing here blocks longer than it is told to,
//! so that a function that neither reads nor writes, or writes before it reads, cannot hold up a run.

use std::io::{self, ErrorKind};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, ioctl_fionbio, read, write};
use rustix::process::Signal;

use super::frame::Frames;
use super::groups;
use super::words::Words;
use crate::handlers::{Program, Udf, pidfd, signal_group, start, start_error};
use crate::text::system_words;

/// Bytes that are read at once.
const CHUNK: usize = 64 * 1024;
/// How long a process may take to end once nothing more is wanted of it.
const GRACE: Duration = Duration::from_secs(1);
/// Sleep between two looks at what cannot be waited for.
const TICK: Duration = Duration::from_millis(5);

/// What came of waiting.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Heard {
    /// There may be more to read now.
    Something,
    /// The time is up.
    Nothing,
    /// The function says no more.
    End,
}

/// Bytes on their way to a function.
#[derive(Default)]
pub(super) struct Outgoing {
    pub(super) bytes: Vec<u8>,
    at: usize,
}

impl Outgoing {
    /// Whether all are gone.
    pub(super) fn is_empty(&self) -> bool {
        self.at == self.bytes.len()
    }

    fn written(&mut self, count: usize) {
        self.at += count;
        if self.is_empty() {
            self.clear();
        }
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.at = 0;
    }
}

enum Input {
    Pipe(OwnedFd),
    Socket(UnixStream),
}

impl AsFd for Input {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Input::Pipe(pipe) => pipe.as_fd(),
            Input::Socket(socket) => socket.as_fd(),
        }
    }
}

/// A function that is running.
pub(super) struct Link {
    input: Option<Input>,
    output: OwnedFd,
    errors: Option<OwnedFd>,
    child: Option<Child>,
    /// What it printed on its standard error.
    pub(super) words: Words,
    buffer: Box<[u8]>,
}

impl Link {
    /// Starts the process, or connects to the socket.
    pub(super) fn open(udf: &Udf) -> Result<Link, String> {
        match &udf.program {
            Program::Process { prog, args, env } => {
                let mut command = Command::new(prog);
                command.args(args).envs(env.iter().map(|(k, v)| (k, v))).process_group(0);
                command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
                let child = start(&mut command).map_err(|e| start_error(prog, &e))?;
                groups::add(child.id());
                Link::process(child).map_err(|e| start_error(prog, &e))
            }
            Program::Socket(path) => connect(path, udf.timeout).and_then(Link::socket).map_err(|e| {
                format!("cannot connect to the socket `{}`: {}", path.display(), system_words(e))
            }),
        }
    }

    fn process(mut child: Child) -> io::Result<Link> {
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(input), Some(output), Some(errors)) = pipes else {
            return Err(io::Error::other("it has no pipes"));
        };
        let [input, output, errors] = [OwnedFd::from(input), OwnedFd::from(output), OwnedFd::from(errors)];
        let link = Link {
            input: Some(Input::Pipe(input)),
            output,
            errors: Some(errors),
            child: Some(child),
            words: Words::default(),
            buffer: vec![0; CHUNK].into(),
        };
        if let Some(input) = &link.input {
            ioctl_fionbio(input, true)?;
        }
        ioctl_fionbio(&link.output, true)?;
        link.errors.as_ref().map_or(Ok(()), |errors| ioctl_fionbio(errors, true))?;
        Ok(link)
    }

    pub(super) fn socket(socket: UnixStream) -> io::Result<Link> {
        socket.set_nonblocking(true)?;
        Ok(Link {
            output: socket.try_clone()?.into(),
            input: Some(Input::Socket(socket)),
            errors: None,
            child: None,
            words: Words::default(),
            buffer: vec![0; CHUNK].into(),
        })
    }

    /// Writes and reads what can be written and read by then.
    pub(super) fn turn(
        &mut self,
        out: &mut Outgoing,
        frames: &mut Frames,
        deadline: Instant,
    ) -> io::Result<Heard> {
        self.write(out);
        let (readable, told) = self.wait(!out.is_empty(), deadline)?;
        if told {
            self.read_errors();
        }
        if readable {
            return match read(&self.output, &mut *self.buffer) {
                Ok(0) => Ok(Heard::End),
                Ok(n) => {
                    frames.push(self.buffer.get(..n).unwrap_or_default());
                    Ok(Heard::Something)
                }
                Err(Errno::AGAIN | Errno::INTR) => Ok(Heard::Something),
                // The other end of a socket that was left in the middle.
                Err(Errno::CONNRESET) => Ok(Heard::End),
                Err(e) => Err(e.into()),
            };
        }
        Ok(if Instant::now() < deadline { Heard::Something } else { Heard::Nothing })
    }

    /// Writes what the function takes at once. One that has stopped reading says so by ending.
    pub(super) fn write(&mut self, out: &mut Outgoing) {
        while let Some(input) = self.input.as_ref().filter(|_| !out.is_empty()) {
            match write(input, out.bytes.get(out.at..).unwrap_or_default()) {
                Ok(n) => out.written(n),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return,
                Err(_) => self.input = None,
            }
        }
        if self.input.is_none() {
            out.clear();
        }
    }

    /// Sleeps until something can be done; whether there is output, and whether there are words.
    fn wait(&self, writes: bool, deadline: Instant) -> io::Result<(bool, bool)> {
        let mut fds = Vec::with_capacity(3);
        fds.push(PollFd::new(&self.output, PollFlags::IN));
        if let Some(errors) = &self.errors {
            fds.push(PollFd::new(errors, PollFlags::IN));
        }
        if let Some(input) = self.input.as_ref().filter(|_| writes) {
            fds.push(PollFd::new(input, PollFlags::OUT));
        }
        let left = deadline.saturating_duration_since(Instant::now());
        match poll(&mut fds, Timespec::try_from(left).ok().as_ref()) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(e) => return Err(e.into()),
        }
        let ready = |at: usize| fds.get(at).is_some_and(|fd: &PollFd<'_>| !fd.revents().is_empty());
        Ok((ready(0), self.errors.is_some() && ready(1)))
    }

    fn read_errors(&mut self) {
        let Some(errors) = &self.errors else { return };
        match read(errors, &mut *self.buffer) {
            Ok(0) => self.errors = None,
            Ok(n) => self.words.push(self.buffer.get(..n).unwrap_or_default()),
            Err(Errno::AGAIN | Errno::INTR) => {}
            Err(_) => self.errors = None,
        }
    }

    /// Tells the function that nothing more will come.
    pub(super) fn close_input(&mut self) {
        if let Some(Input::Socket(socket)) = self.input.take() {
            // It may have gone already.
            let _ = socket.shutdown(std::net::Shutdown::Write);
        }
    }

    /// Waits for the end of the process, but not for ever; nothing for a socket.
    pub(super) fn ended(&mut self, patience: Duration) -> Option<ExitStatus> {
        self.input = None;
        let status = end(self.child.take()?, patience);
        // What it had to say at last.
        while self.errors.is_some() {
            let (_, told) = self.wait(false, Instant::now()).ok()?;
            if !told {
                break;
            }
            self.read_errors();
        }
        self.words.finish();
        status
    }
}

impl Drop for Link {
    /// Leaves neither a process nor a zombie.
    fn drop(&mut self) {
        self.ended(GRACE);
    }
}

/// Waits for a process; when its time is up, ends it with everything it has started.
fn end(mut child: Child, patience: Duration) -> Option<ExitStatus> {
    let leader = child.id();
    let by_itself = has_ended(&mut child, patience);
    // Until it is waited for, the number of its group is its own.
    if !by_itself {
        signal_group(leader, Signal::TERM);
        if !has_ended(&mut child, GRACE) {
            signal_group(leader, Signal::KILL);
        }
    }
    groups::remove(leader);
    child.wait().ok()
}

fn has_ended(child: &mut Child, patience: Duration) -> bool {
    let Some(deadline) = Instant::now().checked_add(patience) else { return false };
    if let Some(fd) = pidfd(child) {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match poll(&mut [PollFd::new(&fd, PollFlags::IN)], Timespec::try_from(left).ok().as_ref()) {
                Err(Errno::INTR) => {}
                result => return result.is_ok_and(|ready| ready > 0),
            }
        }
    }
    loop {
        match child.try_wait() {
            Ok(None) if Instant::now() < deadline => thread::sleep(TICK),
            ended => return matches!(ended, Ok(Some(_))),
        }
    }
}

/// Connects to a socket; one that is just being made is tried again.
fn connect(path: &Path, patience: Duration) -> io::Result<UnixStream> {
    let start = Instant::now();
    loop {
        match UnixStream::connect(path) {
            Err(e)
                if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused)
                    && start.elapsed() < patience =>
            {
                thread::sleep(TICK);
            }
            result => return result,
        }
    }
}
