//! One run of a program, watched from a single thread: input, output, end and time limit with one `poll`.
//!
//! `std::process` and not tokio's: it starts a third more programs a second. The program leads a process
//! group of its own, so that everything it starts can be ended with it.

use std::io::{self, ErrorKind, PipeReader, PipeWriter, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::text::system_words;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process_group};

/// Longest sleep, so that giving up is noticed.
const TICK: Duration = Duration::from_millis(100);
/// Sleep where the end of a program cannot be polled for.
const SHORT_TICK: Duration = Duration::from_millis(5);
/// A program that is just being written can be started a moment later.
const BUSY_TRIES: u32 = 20;
const BUSY_PAUSE: Duration = Duration::from_millis(5);

/// How long a program may run, and how much of its output is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) timeout: Duration,
    pub(super) grace: Duration,
    pub(super) output: usize,
}

/// How a program ended.
#[derive(Debug)]
pub(super) struct End {
    pub(super) status: ExitStatus,
    pub(super) output: String,
    /// It was ended because it took too long.
    pub(super) timed_out: bool,
}

/// Runs a program with `input` on its standard input. `give_up` is asked now and then.
pub(super) fn run(
    prog: &str,
    args: &[String],
    input: &[u8],
    limits: Limits,
    give_up: &dyn Fn() -> bool,
) -> io::Result<End> {
    let (stdin, rest) = feed(input)?;
    let (output, out) = io::pipe()?;
    let mut command = Command::new(prog);
    command.args(args).process_group(0).stdin(stdin).stdout(out.try_clone()?).stderr(out);
    let child = start(&mut command)?;
    // The command holds the far ends of the pipes.
    drop(command);
    let mut running = Running::new(child, output, rest, limits)?;
    running.watch(give_up)
}

/// Starts a command; one that is being written at this moment is tried again.
pub(crate) fn start(command: &mut Command) -> io::Result<Child> {
    let mut tries = 0;
    loop {
        match command.spawn() {
            Err(e) if e.kind() == ErrorKind::ExecutableFileBusy && tries < BUSY_TRIES => {
                tries += 1;
                std::thread::sleep(BUSY_PAUSE);
            }
            result => return result,
        }
    }
}

/// Ends everything in the process group that a program leads.
pub(crate) fn signal_group(leader: u32, signal: Signal) {
    // It may have ended by itself: nothing to do then.
    if let Some(pid) = i32::try_from(leader).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(pid, signal);
    }
}

/// Input that did not fit the pipe before the program was there to read it.
struct Rest<'a> {
    pipe: PipeWriter,
    input: &'a [u8],
}

/// A pipe with as much of the input as it takes. Nearly every event fits, and then the program finds its
/// input complete, whether or not it reads it.
fn feed(input: &[u8]) -> io::Result<(Stdio, Option<Rest<'_>>)> {
    let (stdin, pipe) = io::pipe()?;
    rustix::io::ioctl_fionbio(&pipe, true)?;
    let mut rest = Rest { pipe, input };
    let pending = rest.write();
    Ok((stdin.into(), pending.then_some(rest)))
}

impl Rest<'_> {
    /// Writes what the pipe takes; false when nothing is left to do.
    fn write(&mut self) -> bool {
        while !self.input.is_empty() {
            match self.pipe.write(self.input) {
                Ok(n) => self.input = self.input.get(n..).unwrap_or_default(),
                Err(e) if e.kind() == ErrorKind::WouldBlock => return true,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                // A program need not read its input: a broken pipe is no error.
                Err(_) => return false,
            }
        }
        false
    }
}

/// The first bytes of a program's output, and how many more there were.
pub(super) struct Output {
    kept: Vec<u8>,
    limit: usize,
    skipped: u64,
}

impl Output {
    pub(super) fn new(limit: usize) -> Output {
        Output { kept: Vec::new(), limit, skipped: 0 }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        let room = self.limit.saturating_sub(self.kept.len()).min(bytes.len());
        let (keep, skip) = bytes.split_at(room);
        self.kept.extend_from_slice(keep);
        self.skipped += skip.len() as u64;
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::from_utf8_lossy(&self.kept).into_owned();
        if self.skipped > 0 {
            text.push_str(&format!("… ({} more bytes)", self.skipped));
        }
        text
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// It may run until its time is up.
    Free,
    /// It was asked to end.
    Asked,
    /// It was killed.
    Killed,
}

struct Running<'a> {
    child: Child,
    /// Readable once the program has ended; none where the system has no such thing.
    pidfd: Option<OwnedFd>,
    ended: bool,
    output: Option<PipeReader>,
    input: Option<Rest<'a>>,
    text: Output,
    limits: Limits,
    phase: Phase,
    deadline: Option<Instant>,
}

impl<'a> Running<'a> {
    fn new(
        child: Child,
        output: PipeReader,
        input: Option<Rest<'a>>,
        limits: Limits,
    ) -> io::Result<Running<'a>> {
        rustix::io::ioctl_fionbio(&output, true)?;
        let pidfd = pidfd(&child);
        let deadline = Instant::now().checked_add(limits.timeout);
        let text = Output::new(limits.output);
        Ok(Running {
            child,
            pidfd,
            ended: false,
            output: Some(output),
            input,
            text,
            limits,
            phase: Phase::Free,
            deadline,
        })
    }

    fn watch(&mut self, give_up: &dyn Fn() -> bool) -> io::Result<End> {
        let mut timed_out = false;
        loop {
            self.poll()?;
            self.read();
            if self.input.as_mut().is_some_and(|input| !input.write()) {
                self.input = None;
            }
            if self.ended && !self.stragglers() {
                return self.end(timed_out);
            }
            match self.phase {
                Phase::Free if self.overdue() || give_up() => {
                    timed_out = self.overdue();
                    signal_group(self.child.id(), Signal::TERM);
                    self.phase = Phase::Asked;
                    self.deadline = Instant::now().checked_add(self.limits.grace);
                }
                Phase::Asked if self.overdue() => {
                    signal_group(self.child.id(), Signal::KILL);
                    self.phase = Phase::Killed;
                    self.deadline = None;
                }
                _ => {}
            }
        }
    }

    /// Whether others of a group that was asked to end still have time for it.
    fn stragglers(&self) -> bool {
        self.phase == Phase::Asked && self.output.is_some() && !self.overdue()
    }

    fn end(&mut self, timed_out: bool) -> io::Result<End> {
        if self.phase != Phase::Free {
            // Those of the group that did not listen. The leader is not reaped yet, so the group's number
            // is still its own.
            signal_group(self.child.id(), Signal::KILL);
        }
        let status = self.child.wait()?;
        self.read();
        Ok(End { status, output: self.text.text(), timed_out })
    }

    fn overdue(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// Sleeps until something happens, and sees whether the program has ended.
    fn poll(&mut self) -> io::Result<()> {
        let mut fds = Vec::with_capacity(3);
        let watched = self.pidfd.as_ref().filter(|_| !self.ended);
        if let Some(fd) = watched {
            fds.push(PollFd::new(fd, PollFlags::IN));
        }
        if let Some(fd) = &self.output {
            fds.push(PollFd::new(fd, PollFlags::IN));
        }
        if let Some(rest) = &self.input {
            fds.push(PollFd::new(&rest.pipe, PollFlags::OUT));
        }
        let tick = if self.pidfd.is_some() { TICK } else { SHORT_TICK };
        let left = self.deadline.map_or(tick, |d| d.saturating_duration_since(Instant::now()));
        let sleep = Timespec::try_from(left.min(tick)).ok();
        match poll(&mut fds, sleep.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(e) => return Err(e.into()),
        }
        let signalled = watched.is_some() && fds.first().is_some_and(|fd| !fd.revents().is_empty());
        if signalled || (self.pidfd.is_none() && self.child.try_wait()?.is_some()) {
            self.ended = true;
        }
        Ok(())
    }

    /// Reads what output there is, without waiting for more.
    fn read(&mut self) {
        let mut buffer = [0; 8 * 1024];
        while let Some(pipe) = &mut self.output {
            match pipe.read(&mut buffer) {
                Ok(0) => self.output = None,
                Ok(n) => self.text.push(buffer.get(..n).unwrap_or_default()),
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) if e.kind() == ErrorKind::WouldBlock => return,
                Err(_) => self.output = None,
            }
        }
    }
}

impl Drop for Running<'_> {
    /// Leaves no zombie where watching failed.
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            signal_group(self.child.id(), Signal::KILL);
            let _ = self.child.wait();
        }
    }
}

#[cfg(target_os = "linux")]
pub(crate) fn pidfd(child: &Child) -> Option<OwnedFd> {
    use rustix::process::{PidfdFlags, pidfd_open};
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw)?;
    pidfd_open(pid, PidfdFlags::empty()).ok()
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn pidfd(_: &Child) -> Option<OwnedFd> {
    None
}

/// Why a program could not be started, in words that name it.
pub(crate) fn start_error(prog: &str, error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound if prog.contains('/') && Path::new(prog).exists() => {
            format!("cannot start `{prog}`: the interpreter in its `#!` line does not exist")
        }
        ErrorKind::NotFound if prog.contains('/') => format!("cannot start `{prog}`: no such file"),
        ErrorKind::NotFound => format!("cannot start `{prog}`: not found in PATH"),
        ErrorKind::PermissionDenied if Path::new(prog).is_dir() => {
            format!("cannot start `{prog}`: it is a folder, not a program")
        }
        ErrorKind::PermissionDenied => {
            format!("cannot start `{prog}`: permission denied; is it executable (chmod +x)?")
        }
        _ if error.raw_os_error() == Some(rustix::io::Errno::NOEXEC.raw_os_error()) => {
            format!("cannot start `{prog}`: not a program; does a script lack its `#!` line?")
        }
        _ => format!("cannot start `{prog}`: {}", system_words(error)),
    }
}

/// How a program failed: `exit status 3`, `signal: 9`.
pub(crate) fn status_words(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(signal)) => format!("signal: {}", signal_name(signal)),
        (None, None) => status.to_string(),
    }
}

/// As the shell's users know them.
fn signal_name(number: i32) -> String {
    let name = match Signal::from_named_raw(number) {
        Some(Signal::HUP) => "hangup",
        Some(Signal::INT) => "interrupt",
        Some(Signal::QUIT) => "quit",
        Some(Signal::ILL) => "illegal instruction",
        Some(Signal::ABORT) => "aborted",
        Some(Signal::FPE) => "floating point exception",
        Some(Signal::KILL) => "killed",
        Some(Signal::SEGV) => "segmentation fault",
        Some(Signal::PIPE) => "broken pipe",
        Some(Signal::TERM) => "terminated",
        _ => return number.to_string(),
    };
    name.to_owned()
}
