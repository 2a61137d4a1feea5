//! How a run ends when somebody else wants it to.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};

use tempfile::TempDir;

const SCRIPT: &str = "stream\n    |from()\n        .measurement('m')\n    |alert()\n        .id('m')\n        .message('high')\n        \
                      .crit(lambda: TRUE)\n";

/// A run that waits for standard input.
fn start(folder: &TempDir) -> Child {
    std::fs::write(folder.path().join("script.tick"), SCRIPT).expect("a script");
    let mut command = Command::new(env!("CARGO_BIN_EXE_tick"));
    command.args(["run", "script.tick", "-"]).current_dir(folder.path());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("tick starts")
}

fn text(stream: Option<impl Read>) -> String {
    let mut text = String::new();
    stream.expect("a pipe").read_to_string(&mut text).expect("UTF-8");
    text
}

#[test]
fn an_interrupt_ends_the_run_in_order() {
    for name in ["INT", "TERM"] {
        let folder = tempfile::tempdir().expect("a folder");
        let mut tick = start(&folder);
        let mut stdin = tick.stdin.take().expect("a pipe");
        stdin.write_all(b"m v=1 1577836800000000000\n").expect("tick reads");
        let mut stdout = BufReader::new(tick.stdout.take().expect("a pipe"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("an event, while the input is still open");
        assert_eq!(line, "2020-01-01T00:00:00Z CRITICAL m  high\n");
        let kill = Command::new("kill").args(["-s", name, &tick.id().to_string()]).status().expect("kill");
        assert!(kill.success());
        assert_eq!(tick.wait().expect("an end").code(), Some(130), "{name}");
        assert!(text(tick.stderr.take()).starts_with("1 point, 1 event (1 CRITICAL) in "), "{name}");
        drop(stdin);
    }
}

/// A run whose handler's program takes for ever, once that has begun; with the number of the program.
fn start_slow(folder: &TempDir, drain: &str) -> (Child, ChildStdin, String) {
    let program = "exec('/bin/sh', '-c', 'echo $$; echo $$ >> pid; exec sleep 1000')";
    let script = format!("{SCRIPT}        .{program}\n");
    std::fs::write(folder.path().join("script.tick"), script).expect("a script");
    let mut command = Command::new(env!("CARGO_BIN_EXE_tick"));
    command.args(["run", "script.tick", "-", "--queue", "2", "--drain", drain]).current_dir(folder.path());
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut tick = command.spawn().expect("tick starts");
    let mut stdin = tick.stdin.take().expect("a pipe");
    // More than the queue holds, so that the run waits for room in it.
    stdin.write_all("m v=1 1577836800000000000\n".repeat(10).as_bytes()).expect("tick reads");
    let pid = loop {
        let text = std::fs::read_to_string(folder.path().join("pid")).unwrap_or_default();
        match text.strip_suffix('\n') {
            Some(pid) => break pid.to_owned(),
            None => std::thread::yield_now(),
        }
    };
    (tick, stdin, pid)
}

fn interrupt(tick: &Child) {
    let kill = Command::new("kill").args(["-s", "INT", &tick.id().to_string()]).status().expect("kill");
    assert!(kill.success());
}

#[test]
fn an_interrupt_gives_handlers_a_time_and_no_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut tick, stdin, pid) = start_slow(&folder, "100ms");
    interrupt(&tick);
    assert_eq!(tick.wait().expect("an end").code(), Some(130));
    let said = text(tick.stderr.take());
    assert!(said.contains("exec: 0 delivered, ") && said.contains(" abandoned"), "{said}");
    assert!(!std::path::Path::new("/proc").join(pid).exists(), "the program has ended, too");
    drop(stdin);
}

#[test]
fn a_second_interrupt_waits_for_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut tick, stdin, pid) = start_slow(&folder, "1h");
    interrupt(&tick);
    let mut stderr = BufReader::new(tick.stderr.take().expect("a pipe"));
    let mut line = String::new();
    stderr.read_line(&mut line).expect("a word");
    assert_eq!(
        line,
        "interrupted: what is queued is still delivered, for at most 3600 s; again ends it at once\n"
    );
    interrupt(&tick);
    assert_eq!(tick.wait().expect("an end").code(), Some(130));
    assert!(!std::path::Path::new("/proc").join(pid).exists(), "the program has ended, too");
    drop(stdin);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tick = start(&folder);
    drop(tick.stdout.take());
    let mut stdin = tick.stdin.take().expect("a pipe");
    // The run may end before all is written: that is the point.
    let _ = stdin.write_all("m v=1 1577836800000000000\n".repeat(1000).as_bytes());
    drop(stdin);
    assert_eq!(tick.wait().expect("an end").code(), Some(0));
    assert!(!text(tick.stderr.take()).contains("error"));
}
