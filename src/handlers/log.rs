//! `log`: a line of JSON for each event at the end of a file.
//!
//! The file stays open; before each write it is made sure that the path still names it, so that rotation by
//! renaming or deleting just works. All events that wait are written at once.

use std::fs::{File, OpenOptions, metadata};
use std::io::{self, ErrorKind, Write};
use std::mem;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;

use super::handler::HandlerConfig;
use super::payload::Payload;
use super::report::Trouble;
use super::worker::Job;
use crate::pipeline::{Arg, ArgType, Fault, HandlerDef, HandlerSpec, Param, PropSpec};
use crate::text::system_words;

/// Permissions of a new file, as in Kapacitor.
pub(super) const DEFAULT_MODE: i64 = 0o600;
/// Events written at once.
const BATCH: usize = 4_096;

/// As scripts see it.
pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "log",
    kind: "log",
    go_type: "LogHandler",
    params: &[Param::new("path", ArgType::Str)],
    props: &[PropSpec::field("mode", ArgType::Int, "permissions of a new file, such as 0644 (default 0600)")],
    doc: "appends each event to a file",
    details: "Each event is a line of JSON. The path is absolute; its folder must exist. A new file gets the \
              permissions 0600, or those of `.mode(0644)`. The file may be renamed or deleted at any time: \
              the next event goes to a new one.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        .crit(lambda: \"usage_idle\" < 10)\n        .log('/var/log/alerts.json')\n        .mode(0644)\n",
    start: |def| config(def).map(drop),
    ..HandlerSpec::BASE
};

/// From a script's handler.
pub(super) fn config(def: &HandlerDef) -> Result<HandlerConfig, Fault> {
    let path = match def.args.first() {
        Some(Arg::Str(path)) => path.clone(),
        _ => String::new(),
    };
    let mode = def.props.iter().rev().find(|p| p.name == "mode").and_then(|p| match p.args.first() {
        Some(Arg::Int(mode)) => Some(*mode),
        _ => None,
    });
    checked(path, mode.unwrap_or(DEFAULT_MODE)).map_err(|fault| Fault {
        text: format!("failed to create log alert handler: {}", fault.text),
        ..fault
    })
}

/// A configuration whose path and permissions make sense.
pub(super) fn checked(path: String, mode: i64) -> Result<HandlerConfig, Fault> {
    if !Path::new(&path).is_absolute() {
        let fault = Fault::new(format!("log path must be absolute: {path} is not absolute"));
        return Err(fault.hint("begin the path with `/`"));
    }
    match u32::try_from(mode) {
        Ok(mode) if mode & 0o200 != 0 => Ok(HandlerConfig::Log { path, mode: mode & 0o7777 }),
        _ => {
            let fault = Fault::new(format!("invalid file mode {}, must be user writable", go_mode(mode)));
            Err(fault
                .prop("mode")
                .message(format!("invalid permissions {mode:#o}: the owner must be able to write"))
                .hint("write octal, such as `0600` or `0644`"))
        }
    }
}

/// Permissions as Go prints them: `-r--------`.
fn go_mode(mode: i64) -> String {
    let bit = |i: usize, c: char| if mode >> (8 - i) & 1 == 1 { c } else { '-' };
    std::iter::once('-').chain("rwxrwxrwx".chars().enumerate().map(|(i, c)| bit(i, c))).collect()
}

/// Writes batch after batch.
pub(super) async fn work(job: &Job, path: String, mode: u32) {
    let mut target = Target::new(path, mode);
    let mut batch: Vec<Arc<Payload>> = Vec::new();
    while job.queue.batch(&mut batch, BATCH).await {
        // A disk may hang: that must hold nobody else.
        let blocking = tokio::task::spawn_blocking(move || {
            let written = target.append(&batch);
            (target, batch, written)
        });
        let Ok((back, done, written)) = blocking.await else { return };
        target = back;
        batch = done;
        settle(job, &batch, written);
        batch.clear();
    }
}

/// What became of a batch.
#[derive(Default)]
struct Written {
    /// Indices of events that JSON cannot hold.
    unwritable: Vec<usize>,
    /// The rest, up to here.
    lines: usize,
    /// Why not all.
    trouble: Option<Trouble>,
}

fn settle(job: &Job, batch: &[Arc<Payload>], written: Written) {
    for payload in written.unwritable.iter().filter_map(|i| batch.get(*i)) {
        if let Err(trouble) = payload.line() {
            job.failed(1, payload, trouble.clone());
        }
    }
    job.tally.delivered(written.lines as u64);
    if let Some(trouble) = written.trouble {
        let failed = batch.len() - written.unwritable.len() - written.lines;
        let first = batch.iter().filter(|p| p.line().is_ok()).nth(written.lines);
        if let Some(first) = first {
            job.failed(failed as u64, first, trouble);
        }
    }
}

struct Target {
    path: String,
    mode: u32,
    /// The open file with its device and inode.
    file: Option<(File, (u64, u64))>,
    /// The last write ended within a line.
    torn: bool,
    buffer: String,
}

impl Target {
    fn new(path: String, mode: u32) -> Target {
        Target { path, mode, file: None, torn: false, buffer: String::new() }
    }

    fn append(&mut self, batch: &[Arc<Payload>]) -> Written {
        let mut written = Written::default();
        let mut buffer = mem::take(&mut self.buffer);
        buffer.clear();
        let mut ends = Vec::with_capacity(batch.len());
        for (i, payload) in batch.iter().enumerate() {
            match payload.append_to(&mut buffer) {
                true => ends.push(buffer.len()),
                false => written.unwritable.push(i),
            }
        }
        let (done, result) = self.write(buffer.as_bytes());
        written.lines = ends.partition_point(|end| *end <= done);
        written.trouble = result.err();
        let started = written.lines.checked_sub(1).and_then(|i| ends.get(i)).copied().unwrap_or(0);
        self.torn = done > started || (self.torn && done == 0);
        self.buffer = buffer;
        written
    }

    /// Writes it all, or says how many bytes and why not more.
    fn write(&mut self, bytes: &[u8]) -> (usize, Result<(), Trouble>) {
        let torn = self.torn;
        let path = self.path.clone();
        let file = match self.open() {
            Ok(file) => file,
            Err(e) => {
                let trouble = Trouble::new("failed to open file for alert logging", open_error(&e));
                return (0, Err(trouble.with("file", path)));
            }
        };
        let mut done = 0;
        let result = (|| {
            if torn {
                file.write_all(b"\n")?;
            }
            while let Some(rest) = bytes.get(done..).filter(|rest| !rest.is_empty()) {
                match file.write(rest) {
                    Ok(0) => return Err(ErrorKind::WriteZero.into()),
                    Ok(n) => done += n,
                    Err(e) if e.kind() == ErrorKind::Interrupted => {}
                    Err(e) => return Err(e),
                }
            }
            Ok(())
        })();
        let result = result.map_err(|e: io::Error| {
            Trouble::new("failed to write to alert log", system_words(e)).with("file", path)
        });
        (done, result)
    }

    /// The file that the path names now.
    fn open(&mut self) -> io::Result<&mut File> {
        let named = metadata(&self.path).map(|m| (m.dev(), m.ino())).ok();
        let open = match self.file.take() {
            Some((file, id)) if named == Some(id) => (file, id),
            _ => {
                self.torn = false;
                let mut options = OpenOptions::new();
                let file = options.append(true).create(true).mode(self.mode).open(&self.path)?;
                let m = file.metadata()?;
                (file, (m.dev(), m.ino()))
            }
        };
        Ok(&mut self.file.insert(open).0)
    }
}

fn open_error(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "its folder does not exist".to_owned(),
        ErrorKind::IsADirectory => "it is a folder, not a file".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => system_words(error),
    }
}
