//! Deliveries to real programs, files and sockets of this machine.

mod exec;
mod golden;
mod golden_tools;
mod log;
mod mail;
mod post;
mod services;
mod stream;
mod tcp;
mod tls;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::{Dispatcher, Endpoints, Failure, HandlerConfig, HandlerReport, OnFull, Options};
use crate::alert::{Event, HandlerKey};

/// Longer than anything here takes; only a broken program waits for it.
const PATIENCE: Duration = Duration::from_secs(60);

fn event(id: &str) -> Arc<Event> {
    Arc::new(Event { id: id.to_owned(), message: "m".to_owned(), ..Event::on("cpu", &[], &[], 0) })
}

/// An event that fits no pipe.
fn huge() -> Arc<Event> {
    long(3_000_000)
}

fn long(size: usize) -> Arc<Event> {
    let message = "x".repeat(size);
    Arc::new(Event { message, ..(*event("huge")).clone() })
}

/// Deliveries with what they told.
struct Run {
    dispatcher: Dispatcher,
    told: Arc<Mutex<Vec<Failure>>>,
}

impl Run {
    fn new(configs: Vec<HandlerConfig>, options: Options) -> Run {
        let told: Arc<Mutex<Vec<Failure>>> = Arc::default();
        let list = Arc::clone(&told);
        let on_failure = move |f: &Failure| list.lock().expect("list").push(f.clone());
        let keys = (0..).map(HandlerKey);
        let dispatcher = Dispatcher::new(options, keys.zip(configs), Box::new(on_failure));
        Run { dispatcher, told }
    }

    fn send(&mut self, key: u32, event: &Arc<Event>) {
        self.dispatcher.send(HandlerKey(key), event);
    }

    fn finish(self) -> (Vec<HandlerReport>, Vec<Failure>) {
        let Run { dispatcher, told } = self;
        let report = dispatcher.finish(Some(PATIENCE));
        let told = told.lock().expect("list").clone();
        (report.handlers, told)
    }
}

/// Sends one event to one handler.
fn deliver(config: HandlerConfig, options: Options, event: &Arc<Event>) -> (HandlerReport, Vec<Failure>) {
    let mut run = Run::new(vec![config], options);
    run.send(0, event);
    let (mut reports, told) = run.finish();
    assert_eq!(reports.len(), 1);
    (reports.remove(0), told)
}

/// `error` and, where there is one, `output` of the only failure.
fn only(told: &[Failure]) -> (&str, &str) {
    let [failure] = told else { panic!("{told:?}") };
    let output = failure.context.iter().find(|(key, _)| *key == "output");
    (&failure.error, output.map_or("", |(_, text)| text))
}

fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < PATIENCE, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// What a program wrote once it is complete, which a line end shows.
fn line_of(path: &Path) -> String {
    let mut text = String::new();
    wait_until(&path.display().to_string(), || {
        text = fs::read_to_string(path).unwrap_or_default();
        text.ends_with('\n')
    });
    text.trim_end().to_owned()
}

/// Whether a process neither runs nor waits.
fn is_gone(pid: &str) -> bool {
    match fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => matches!(stat.rsplit(") ").next().and_then(|s| s.chars().next()), Some('Z' | 'X')),
        Err(_) => true,
    }
}

/// Whether a process has been reaped.
fn is_reaped(pid: &str) -> bool {
    !Path::new("/proc").join(pid).exists()
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().expect("folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// A shell script that finds this folder in `$D`.
    fn shell(&self, script: &str) -> HandlerConfig {
        shell(&format!("D='{}'; {script}", self.0.path().display()), false)
    }

    fn stream(&self, script: &str) -> HandlerConfig {
        shell(&format!("D='{}'; {script}", self.0.path().display()), true)
    }
}

fn shell(script: &str, stream: bool) -> HandlerConfig {
    HandlerConfig::Exec { prog: "sh".into(), args: vec!["-c".into(), script.into()], stream }
}

#[test]
fn nothing_is_started_without_an_event() {
    let folder = Folder::new();
    let run = Run::new(vec![folder.shell("touch $D/started")], Options::default());
    let (reports, told) = run.finish();
    assert!(reports.is_empty() && told.is_empty(), "{reports:?} {told:?}");
    assert!(!folder.path("started").exists());
}

#[test]
fn kinds_that_cannot_act_say_so_once() {
    let mut run = Run::new(vec![HandlerConfig::Unsupported { kind: "kafka" }], Options::default());
    run.send(0, &event("a"));
    run.send(0, &event("b"));
    let (reports, told) = run.finish();
    assert_eq!(reports[0].failed, 2);
    assert_eq!(only(&told).0, "`kafka`: this version knows the kind, but not how to send to it");
}
