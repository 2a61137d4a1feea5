//! `exec` with `mode: stream`: one program that stays, and gets a line for each event.
//!
//! It is started with the first event and again after it ended, ever more slowly if it keeps ending. A line
//! that did not go into its pipe completely goes to its successor; what was in the pipe ends with it.

use std::io;
use std::process::{Command, ExitStatus};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::process::Signal;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::pipe::Receiver;
use tokio::process::{Child, ChildStdin};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use super::child::{Output, signal_group, start_error, status_words};
use super::exec::FAILED;
use super::payload::Payload;
use super::report::Trouble;
use super::worker::{Counted, Job, Shared};
use crate::text::system_words;

/// Events written at once.
const BATCH: usize = 4_096;
/// Pause before a program that ended at once is started again; doubles up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// A program that ran for so long may be started again without a pause.
const STEADY: Duration = Duration::from_secs(10);
/// After so many programs that took not one line, the events at hand have failed.
const TRIES: u32 = 3;

/// Writes to the program until the queue is closed and empty, then lets it end.
pub(super) async fn work(job: &Job, prog: &str, args: &[String]) {
    let mut line = Line { job, prog, args, program: None, pause: Duration::ZERO, written: 0, died: false };
    let mut batch = Vec::new();
    while job.queue.batch(&mut batch, BATCH).await {
        line.deliver(&batch).await;
        batch.clear();
    }
    line.close().await;
}

/// Lines to write, with the events they came from.
struct Lines<'a> {
    bytes: Vec<u8>,
    /// Where each line ends.
    ends: Vec<usize>,
    events: Vec<&'a Payload>,
}

impl<'a> Lines<'a> {
    fn new(job: &Job, batch: &'a [Arc<Payload>]) -> Lines<'a> {
        let mut lines = Lines { bytes: Vec::new(), ends: Vec::new(), events: Vec::new() };
        for payload in batch {
            match payload.line() {
                Ok(line) => {
                    lines.bytes.extend_from_slice(line.as_bytes());
                    lines.ends.push(lines.bytes.len());
                    lines.events.push(payload);
                }
                Err(trouble) => job.failed(1, payload, trouble.clone()),
            }
        }
        lines
    }

    /// Lines that end within the first `bytes`.
    fn complete(&self, bytes: usize) -> usize {
        self.ends.partition_point(|end| *end <= bytes)
    }

    /// Where a line starts.
    fn start(&self, line: usize) -> usize {
        line.checked_sub(1).and_then(|i| self.ends.get(i)).copied().unwrap_or(0)
    }
}

struct Line<'a> {
    job: &'a Job,
    prog: &'a str,
    args: &'a [String],
    program: Option<Program>,
    pause: Duration,
    /// Events that the program, or the one before it, has got.
    written: u64,
    /// It ended while events were to come, which is not counted yet.
    died: bool,
}

impl Line<'_> {
    async fn deliver(&mut self, batch: &[Arc<Payload>]) {
        let lines = Lines::new(self.job, batch);
        let (mut done, mut tries) = (0, 0);
        while let Some(first) = lines.events.get(done) {
            if self.job.shared.is_cancelled() {
                self.job.tally.abandoned((lines.events.len() - done) as u64);
                return;
            }
            let (written, trouble) = self.write(&lines, done).await;
            let complete = lines.complete(written).max(done);
            self.job.tally.delivered((complete - done) as u64);
            self.written += (complete - done) as u64;
            if std::mem::take(&mut self.died) {
                self.job.tally.died(std::mem::take(&mut self.written));
            }
            tries = if complete > done { 0 } else { tries + 1 };
            done = complete;
            let Some(trouble) = trouble else { continue };
            let left = lines.events.get(done).copied();
            let hopeless = tries >= TRIES || trouble.hopeless;
            let failed = if hopeless { lines.events.len() - done } else { 0 };
            self.job.failed(failed as u64, left.unwrap_or(first), trouble.trouble);
            if hopeless {
                return;
            }
        }
    }

    /// Writes from a line on; how far it came, and why not to the end.
    async fn write(&mut self, lines: &Lines<'_>, from: usize) -> (usize, Option<Stop>) {
        let mut at = lines.start(from);
        if let Some(stop) = self.ready().await {
            return (at, Some(stop));
        }
        let limit = self.job.shared.options.exec_timeout;
        while let (Some(rest), Some(program)) =
            (lines.bytes.get(at..).filter(|rest| !rest.is_empty()), &mut self.program)
        {
            let written = tokio::select! {
                written = timeout(limit, program.stdin.write(rest)) => written,
                () = self.job.shared.cancelled() => return (at, None),
            };
            match written {
                Ok(Ok(n)) if n > 0 => at += n,
                Ok(_) => return (at, self.ended(false).await),
                Err(_) => return (at, self.ended(true).await),
            }
        }
        (at, None)
    }

    /// Makes sure that a program runs.
    async fn ready(&mut self) -> Option<Stop> {
        let mut stop = None;
        if self.program.as_mut().is_some_and(Program::has_ended) {
            stop = self.ended(false).await;
        }
        if self.program.is_some() || stop.is_some() {
            return stop;
        }
        tokio::select! {
            () = sleep(self.pause) => {}
            () = self.job.shared.cancelled() => return None,
        }
        match Program::start(self.prog, self.args, &self.job.shared) {
            Ok(program) => self.program = Some(program),
            Err(e) => {
                let trouble = Trouble::new(FAILED, start_error(self.prog, &e));
                return Some(Stop { trouble, hopeless: true });
            }
        }
        None
    }

    /// Puts away a program that ended or that takes nothing any more.
    async fn ended(&mut self, stuck: bool) -> Option<Stop> {
        let program = self.program.take()?;
        self.died = true;
        let steady = program.started.elapsed() >= STEADY;
        self.pause = match self.pause {
            _ if steady => Duration::ZERO,
            Duration::ZERO => FIRST_PAUSE,
            pause => (pause * 2).min(LONGEST_PAUSE),
        };
        let patience = if stuck { Duration::ZERO } else { self.job.shared.options.exec_grace };
        let end = program.end(&self.job.shared, patience).await;
        let prog = self.prog;
        let error = match &end.status {
            _ if stuck => format!("`{prog}` takes no events any more and was ended"),
            Ok(status) if status.success() => {
                format!("`{prog}` ended while events were to come; it must read lines until its input ends")
            }
            Ok(status) => format!("`{prog}`: {}", status_words(*status)),
            Err(e) => format!("`{prog}`: {}", system_words(e)),
        };
        let mut trouble = Trouble::new(FAILED, error).with("output", end.output);
        trouble.timed_out = stuck;
        Some(Stop { trouble, hopeless: false })
    }

    /// Ends the program at the end of the run: its input is complete.
    async fn close(&mut self) {
        let Some(program) = self.program.take() else { return };
        let end = program.end(&self.job.shared, self.job.shared.options.exec_timeout).await;
        let prog = self.prog;
        let error = match &end.status {
            _ if self.job.shared.is_cancelled() => return,
            _ if end.forced => format!("`{prog}` did not end with its input and was ended"),
            Ok(status) if status.success() => return,
            Ok(status) => format!("`{prog}`: {}", status_words(*status)),
            Err(e) => format!("`{prog}`: {}", system_words(e)),
        };
        self.job.tally.died(self.written);
        self.job.tally.failed(
            0,
            "",
            Trouble::new(FAILED, error).with("output", end.output),
            &self.job.shared.tell,
        );
    }
}

/// Why writing stopped.
struct Stop {
    trouble: Trouble,
    /// Trying again at once makes no sense.
    hopeless: bool,
}

/// How a program ended.
struct End {
    status: io::Result<ExitStatus>,
    output: String,
    /// It had to be told.
    forced: bool,
}

struct Program {
    child: Child,
    stdin: ChildStdin,
    id: u32,
    started: Instant,
    output: Arc<Mutex<Output>>,
    reader: JoinHandle<()>,
    stop_reader: oneshot::Sender<()>,
    /// Until it has been put away.
    _counted: Counted,
}

impl Program {
    fn start(prog: &str, args: &[String], shared: &Shared) -> io::Result<Program> {
        let (read, write) = io::pipe()?;
        let mut command = Command::new(prog);
        command.args(args).stdout(write.try_clone()?).stderr(write);
        let mut command = tokio::process::Command::from(command);
        command.process_group(0).stdin(std::process::Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn()?;
        drop(command);
        let stdin = child.stdin.take().ok_or_else(|| io::Error::other("no standard input"))?;
        let id = child.id().unwrap_or_default();
        rustix::io::ioctl_fionbio(&read, true)?;
        let pipe = Receiver::from_owned_fd(read.into())?;
        let output = Arc::new(Mutex::new(Output::new(shared.options.output_limit)));
        let (stop_reader, stop) = oneshot::channel();
        let reader = tokio::spawn(collect(pipe, Arc::clone(&output), stop));
        Ok(Program {
            child,
            stdin,
            id,
            started: Instant::now(),
            output,
            reader,
            stop_reader,
            _counted: shared.programs.count(),
        })
    }

    fn has_ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }

    /// Closes its input and waits for its end; after `patience` it is asked to, then killed.
    async fn end(mut self, shared: &Shared, patience: Duration) -> End {
        drop(self.stdin);
        let mut forced = false;
        let waited = tokio::select! {
            waited = timeout(patience, self.child.wait()) => waited.ok(),
            () = shared.cancelled() => None,
        };
        let status = match waited {
            Some(status) => status,
            None => {
                forced = true;
                signal_group(self.id, Signal::TERM);
                match timeout(shared.options.exec_grace, self.child.wait()).await {
                    Ok(status) => status,
                    Err(_) => {
                        signal_group(self.id, Signal::KILL);
                        self.child.wait().await
                    }
                }
            }
        };
        // The reader takes what is there; a child in the background may keep the pipe open.
        let _ = self.stop_reader.send(());
        let _ = self.reader.await;
        let output = self.output.lock().unwrap_or_else(PoisonError::into_inner).text();
        End { status, output, forced }
    }
}

/// Reads a program's output, so that it never waits for a full pipe.
async fn collect(mut pipe: Receiver, output: Arc<Mutex<Output>>, mut stop: oneshot::Receiver<()>) {
    let mut buffer = vec![0; 16 * 1024];
    let push = |bytes: Option<&[u8]>| {
        output.lock().unwrap_or_else(PoisonError::into_inner).push(bytes.unwrap_or_default());
    };
    loop {
        tokio::select! {
            read = pipe.read(&mut buffer) => match read {
                Ok(0) | Err(_) => return,
                Ok(n) => push(buffer.get(..n)),
            },
            _ = &mut stop => break,
        }
    }
    while let Ok(n @ 1..) = pipe.try_read(&mut buffer) {
        push(buffer.get(..n));
    }
}
