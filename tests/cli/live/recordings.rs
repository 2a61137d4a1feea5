//! `tick record`, `tick replay` and `tick replay-live` on a server, and `tick backup`.

use super::{said, talk, tick};

const RUNNING: (u16, &str) =
    (201, r#"{"id": "r1", "status": "running", "link": {"href": "/kapacitor/v1/recordings/r1"}}"#);
const FINISHED: (u16, &str) = (200, r#"{"id": "r1", "status": "finished"}"#);

#[test]
fn a_recording_is_waited_for() {
    let line = "record stream -task t -duration 10s -recording-id r1";
    let (out, asked) = talk(line, &[RUNNING, (202, RUNNING.1), FINISHED]);
    out.status(0).stdout("r1\n").stderr("");
    let begin = r#"POST /kapacitor/v1/recordings/stream {"id":"r1","task":"t","stop":""#;
    assert!(asked[0].starts_with(begin), "{}", asked[0]);
    assert_eq!(asked[1..], ["GET /kapacitor/v1/recordings/r1"; 2]);
    let (out, asked) = talk("record stream -task t -duration 10s -no-wait", &[RUNNING]);
    out.status(0).stdout("").stderr("");
    assert_eq!(asked.len(), 1);
    let failed = (201, r#"{"id": "r1", "status": "failed", "error": "no data"}"#);
    talk("record stream -task t -duration 10s", &[failed])
        .0
        .status(3)
        .stdout("r1\n")
        .stderr("Error: no data\n");
    let silent = (201, r#"{"id": "r1", "status": "failed", "error": ""}"#);
    let (out, _) = talk("record stream -task t -duration 10s", &[silent]);
    out.status(3).stderr("Error: recording failed: unknown reason\n");
}

#[test]
fn queries_are_recorded() {
    let done = (201, FINISHED.1);
    let line = "record batch -task t -past 1h -stop 2026-01-01T10:00:00+01:00";
    let (out, asked) = talk(line, &[done]);
    out.status(0).stdout("r1\n");
    let body = r#"{"task":"t","start":"2026-01-01T08:00:00Z","stop":"2026-01-01T09:00:00Z"}"#;
    assert_eq!(asked, [format!("POST /kapacitor/v1/recordings/batch {body}")]);
    let query = tick("record query -type stream -cluster c").args(&["-query", "SELECT x"]);
    let (out, asked) = said(query, &[done]);
    out.status(0).stdout("r1\n");
    let body = r#"{"query":"SELECT x","type":"stream","cluster":"c"}"#;
    assert_eq!(asked, [format!("POST /kapacitor/v1/recordings/query {body}")]);
}

#[test]
fn recordings_are_replayed() {
    let done = [(201, FINISHED.1)];
    let (out, asked) = talk("replay -task t -recording r -rec-time -replay-id x", &done);
    out.status(0).stdout("r1\n");
    let body = r#"{"id":"x","recording":"r","task":"t","recording-time":true,"clock":"fast"}"#;
    assert_eq!(asked, [format!("POST /kapacitor/v1/replays {body}")]);
    let line = "replay-live batch -task t -start 2026-01-01T00:00:00Z -stop 2026-01-02T00:00:00Z -real-clock";
    let (out, asked) = talk(line, &done);
    out.status(0).stdout("r1\n");
    let body = r#"{"task":"t","start":"2026-01-01T00:00:00Z","stop":"2026-01-02T00:00:00Z","recording-time":false,"clock":"real"}"#;
    assert_eq!(asked, [format!("POST /kapacitor/v1/replays/batch {body}")]);
    let live = tick("replay-live query -task t").args(&["-query", "SELECT x"]);
    let (out, asked) = said(live, &done);
    out.status(0).stdout("r1\n");
    let body = r#"{"task":"t","query":"SELECT x","recording-time":false,"clock":"fast"}"#;
    assert_eq!(asked, [format!("POST /kapacitor/v1/replays/query {body}")]);
}

#[test]
fn what_is_missing_is_told() {
    for (line, words) in [
        ("record stream -task t", "both task and duration are required"),
        ("record batch -past 1h", "task is required"),
        ("record batch -task t", "must set one of start or past flags."),
        (
            "record batch -task t -past 1h -start 2026-01-01T00:00:00Z",
            "cannot set both start and past flags.",
        ),
        ("record query -type batch", "both query and type are required"),
        ("replay -task t", "must pass recording ID"),
        ("replay -recording r", "must pass task ID"),
        ("replay-live query -task t", "both query and task are required"),
    ] {
        tick(line).run().status(3).stdout("").stderr(&format!("Error: {words}\n"));
    }
    tick("record stream -task t -duration soon").run().status(2).stderr_has("expected a duration");
}

#[test]
fn the_two_forms_are_not_mixed() {
    tick("replay a.tick -recording r").run().status(2).stderr(
        "error: `SCRIPT` is for `tick replay` without a server, `--recording` for the one on a server: choose one\n  \
         tick replay SCRIPT... --input FILE\n  tick replay --task TASK --recording RECORDING\n",
    );
    tick("record stream --input x.lp -duration 1s").run().status(2).stderr_has("choose one");
    tick("-url http://h record batch a.tick --input x.lp")
        .run()
        .status(2)
        .stderr_has("`--url` for the one on");
    tick("-url http://h run a.tick")
        .run()
        .status(2)
        .stderr_has("`--url` and `--skipVerify` are for commands that");
}

#[test]
fn a_backup_comes_whole_or_not_at_all() {
    let (out, asked) = said(tick("backup k.db").file("k.db", "old"), &[(200, "new")]);
    assert_eq!(out.status(0).stdout("").stderr("").read("k.db"), "new");
    assert_eq!(asked, ["GET /kapacitor/v1/storage/backup"]);
    let (out, _) = said(tick("backup k.db").file("k.db", "old"), &[(500, r#"{"error": "busy"}"#)]);
    let out = out.status(3).stderr("Error: failed to perform backup: busy\n");
    assert_eq!(out.read("k.db"), "old");
    assert_eq!(std::fs::read_dir(out.path(".")).expect("a folder").count(), 1);
}
