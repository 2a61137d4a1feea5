//! `tick replay`

use super::tick::Tick;

const SCRIPT: &str = "\
stream
    |from()
        .measurement('m')
    |alert()
        .id('m')
        .message('{{ .Level }}')
        .details('')
        .crit(lambda: \"v\" > 5)
        .log('/var/log/alerts.log')
";

const POINTS: &str = "m v=7 10000000000\nm v=8 20000000000\n";

const TRACE: &str = r#"{"type":"trace","version":1}
{"type":"alert","task":"script","node":"alert2","topic":"main:script:alert2","id":"m","message":"CRITICAL","details":"","time":"1970-01-01T00:00:10Z","duration":0,"level":"CRITICAL","previousLevel":"OK","recoverable":true,"data":{"series":[{"name":"m","columns":["time","v"],"values":[["1970-01-01T00:00:10Z",7]]}]}}
{"type":"action","task":"script","node":"alert2","kind":"log","topic":"main:script:alert2","id":"m","level":"CRITICAL","time":"1970-01-01T00:00:10Z","path":"/var/log/alerts.log","data":"{\"id\":\"m\",\"message\":\"CRITICAL\",\"details\":\"\",\"time\":\"1970-01-01T00:00:10Z\",\"duration\":0,\"level\":\"CRITICAL\",\"data\":{\"series\":[{\"name\":\"m\",\"columns\":[\"time\",\"v\"],\"values\":[[\"1970-01-01T00:00:10Z\",7]]}]},\"previousLevel\":\"OK\",\"recoverable\":true}\n"}
{"type":"stats","task":"script","node":"stream0","counters":{"collected":1,"emitted":1,"errors":0,"working_cardinality":0}}
{"type":"stats","task":"script","node":"from1","counters":{"collected":1,"emitted":1,"errors":0,"working_cardinality":0}}
{"type":"stats","task":"script","node":"alert2","counters":{"collected":1,"emitted":0,"errors":0,"working_cardinality":1,"alerts_triggered":1,"alerts_inhibited":0,"oks_triggered":0,"infos_triggered":0,"warns_triggered":0,"crits_triggered":1}}
"#;

#[test]
fn the_trace_takes_the_place_of_the_events() {
    let one = POINTS.split_inclusive('\n').next().expect("a line");
    let tick = Tick::new("replay").script(SCRIPT).input(one).args(&["--trace", "-", "-q"]);
    tick.run().status(0).stdout(TRACE).stderr("");
}

#[test]
fn points_after_the_end_are_not_counted() {
    let args = ["--until", "5s", "--trace", "-", "-q"];
    let tick = Tick::new("replay").script(SCRIPT).input(POINTS).args(&args);
    tick.run().status(0).stdout(TRACE).stderr("");
}

#[test]
fn a_trace_in_a_file_leaves_the_events() {
    let one = POINTS.split_inclusive('\n').next().expect("a line");
    let tick = Tick::new("replay").script(SCRIPT).input(one).args(&["--trace", "t.jsonl", "-q"]);
    tick.run().status(0).stdout("1970-01-01T00:00:10Z CRITICAL m  CRITICAL\n").wrote("t.jsonl", TRACE);
}

#[test]
fn nothing_is_delivered_unless_asked_for() {
    let script = SCRIPT.replace(".log('/var/log/alerts.log')", ".exec('/bin/sh', '-c', 'cat > event.json')");
    let tick = || Tick::new("replay").script(&script).input(POINTS);
    let out = tick().run().status(0);
    assert!(!out.path("event.json").exists());
    out.stderr_has("exec: 2 events not delivered");
    let out = tick().args(&["--deliver", "exec"]).run().status(0);
    assert!(out.path("event.json").exists());
}

#[test]
fn data_are_shifted_to_the_epoch_and_cut_at_the_end() {
    let tick =
        || Tick::new("replay").script(SCRIPT).input(POINTS).args(&["-q", "--epoch", "2020-01-01T00:00:00Z"]);
    let first = "2020-01-01T00:00:00Z CRITICAL m  CRITICAL\n";
    tick().args(&["--until", "9s"]).run().status(0).stdout(first);
    tick()
        .args(&["--until", "10s"])
        .run()
        .status(0)
        .stdout(&format!("{first}2020-01-01T00:00:10Z CRITICAL m  CRITICAL\n"));
    tick().args(&["--until", "soon"]).run().status(2).stderr_has("expected a duration");
}

#[test]
fn a_refused_script_is_in_the_trace() {
    let tick = Tick::new("replay").script("stream\n    |from()\n    |nosuch()\n").input(POINTS);
    let out = tick.args(&["--trace", "t.jsonl"]).run().status(1).stdout("").stderr_has("script.tick:3:6");
    let trace = out.read("t.jsonl");
    let second = trace.lines().nth(1).expect("a second line");
    assert!(
        second.starts_with(r#"{"type":"error","task":"script","message":"task failed","error":""#),
        "{trace}"
    );
}

#[test]
fn unreadable_files_are_usage() {
    Tick::new("replay").script(SCRIPT).args(&["--input", "none.lp"]).run().status(2).stdout("");
    let tick = Tick::new("replay").script(SCRIPT).input(POINTS);
    tick.args(&["--trace", "no/such/folder.jsonl"]).run().status(2).stderr_has("cannot write");
}
