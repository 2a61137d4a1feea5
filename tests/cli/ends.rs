//! How a run ends when somebody else wants it to.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};

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
