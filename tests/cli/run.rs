//! `tick run`

use super::tick::Tick;

/// An alert on `m` with one message for each level.
const ALERT: &str = "\
stream
    |from()
        .measurement('m')
        .groupBy('h')
    |alert()
        .id('{{ index .Tags \"h\" }}')
        .message('v is {{ index .Fields \"v\" }}')
        .details('')
        .warn(lambda: \"v\" > 5)
        .crit(lambda: \"v\" > 9)
        .stateChangesOnly()
";

const POINTS: &str = "\
m,h=a v=1i 1577836800000000000
m,h=a v=7i 1577836801000000000
m,h=a v=8i 1577836802000000000
m,h=b v=99i 1577836803000000000
m,h=a v=2i 1577836804000000000
";

const EVENTS: &str = "\
2020-01-01T00:00:01Z WARNING  a  v is 7
2020-01-01T00:00:03Z CRITICAL b  v is 99
2020-01-01T00:00:04Z OK       a  v is 2
";

#[test]
fn events_are_printed_as_they_happen() {
    let out = Tick::new("run").script(ALERT).input(POINTS).run().status(0).stdout(EVENTS);
    out.stderr_has("5 points, 3 events (1 CRITICAL, 1 WARNING, 1 OK) in ");
}

#[test]
fn quiet_leaves_events_alone() {
    Tick::new("run").script(ALERT).input(POINTS).args(&["-q"]).run().status(0).stdout(EVENTS).stderr("");
}

#[test]
fn standard_input_is_a_dash() {
    Tick::new("run").script(ALERT).args(&["-"]).stdin(POINTS).run().status(0).stdout(EVENTS);
    Tick::new("run").script(ALERT).args(&["--input", "-"]).stdin(POINTS).run().status(0).stdout(EVENTS);
}

#[test]
fn several_inputs_are_played_in_turn() {
    let (first, second) = POINTS.split_at(POINTS.match_indices('\n').nth(1).expect("lines").0 + 1);
    let tick = Tick::new("run").script(ALERT).file("1.lp", first).file("2.lp", second);
    tick.args(&["--input", "1.lp", "2.lp", "-q"]).run().status(0).stdout(EVENTS);
}

#[test]
fn sorting_puts_points_in_order_first() {
    let backwards: String = POINTS.lines().rev().map(|l| format!("{l}\n")).collect();
    let tick = || Tick::new("run").script(ALERT).input(&backwards);
    tick().args(&["--sort", "-q"]).run().status(0).stdout(EVENTS);
    tick().run().status(0).stderr_has("4 points out of order");
}

#[test]
fn json_lines_are_for_programs() {
    let out = Tick::new("run").script(ALERT).input(POINTS).args(&["--format", "jsonl", "-q"]).run().status(0);
    let first = r#"{"topic":"main:script:alert2","task":"script","node":"alert2","id":"a","message":"v is 7","details":"","time":"2020-01-01T00:00:01Z","duration":0,"level":"WARNING","data":{"series":[{"name":"m","tags":{"h":"a"},"columns":["time","v"],"values":[["2020-01-01T00:00:01Z",7]]}]},"previousLevel":"OK","recoverable":true}"#;
    assert_eq!(out.stdout.lines().next(), Some(first));
    assert_eq!(out.stdout.lines().count(), 3);
}

#[test]
fn colour_only_where_it_was_asked_for() {
    let tick = || Tick::new("run").script(ALERT).input(POINTS).args(&["-q"]);
    let colored = tick().args(&["--color", "always"]).run().status(0);
    assert!(colored.stdout.contains(" \x1b[1;31mCRITICAL\x1b[0m b  v is 99\n"), "{}", colored.stdout);
    tick().env("NO_COLOR", "1").run().stdout(EVENTS);
    tick().run().stdout(EVENTS);
}

#[test]
fn a_level_can_fail_the_run() {
    let tick = || Tick::new("run").script(ALERT).input(POINTS).args(&["-q"]);
    tick().args(&["--fail-on", "critical"]).run().status(1).stdout(EVENTS);
    let calm = || Tick::new("run").script(ALERT).input("m,h=a v=7i 1\n").args(&["-q"]);
    calm().args(&["--fail-on", "crit"]).run().status(0);
    calm().args(&["--fail-on", "warn"]).run().status(1);
}

#[test]
fn lines_that_cannot_be_read_are_skipped_with_their_places() {
    let input = format!("m,h=a v= 1\n{POINTS}");
    let tick = || Tick::new("run").script(ALERT).input(&input);
    tick().run().status(0).stdout(EVENTS).stderr_has("warning: input.lp:1:").stderr_has("1 line skipped");
    tick().args(&["--strict"]).run().status(1).stdout(EVENTS);
}

#[test]
fn what_is_wrong_is_said_before_anything_runs() {
    let good = || Tick::new("run").script(ALERT);
    good().run().status(2).stdout("").stderr_has("there is no input");
    good().args(&["--input", "none.lp"]).run().status(2).stderr_has("none.lp: no such file");
    good().input(POINTS).args(&["--handler", "none.yaml"]).run().status(2).stderr_has("none.yaml");
    good().input(POINTS).args(&["--source", "0=x"]).run().status(2).stderr_has("no script has a query");
    good().input(POINTS).args(&["--tz", "Mars/Base"]).run().status(2).stderr_has("Mars/Base");
    good().input(POINTS).args(&["--deliver", "pigeon"]).run().status(2).stderr_has("pigeon");
    let bad = Tick::new("run").script("stream\n    |from()\n    |allert()\n").input(POINTS).run();
    bad.status(2).stdout("").stderr_has("script.tick:3:6");
    Tick::new("run").args(&["none.tick"]).input(POINTS).run().status(2).stderr_has("none.tick: no such file");
}

#[test]
fn a_query_that_only_influxdb_2_could_answer_is_refused() {
    let script = "batch\n    |queryFlux('from(bucket: \"b\")')\n        .every(1m)\n    |log()\n";
    let out = Tick::new("run").script(script).input(POINTS).run().status(2).stdout("");
    let out = out
        .stderr_has("error[E0390]: `queryFlux` cannot be answered here: Flux is InfluxDB 2's own language");
    out.stderr_has("script.tick:2:6")
        .stderr_has("help: write the query as InfluxQL, `|query('SELECT …')`, or play");
}

#[test]
fn a_program_gets_each_event() {
    let script = format!("{ALERT}        .exec('/bin/sh', '-c', 'cat >> events.json')\n");
    let out = Tick::new("run").script(&script).input(POINTS).run().status(0).stdout(EVENTS);
    let events = out.read("events.json");
    let levels: Vec<&str> =
        events.lines().map(|l| l.split("\"level\":\"").nth(1).expect("a level")).collect();
    assert!(levels.len() == 3 && levels[0].starts_with("WARNING") && levels[2].starts_with("OK"), "{events}");
    out.stderr_has("exec: 3 delivered");
}

#[test]
fn what_a_program_prints_is_shown() {
    let script = format!("{ALERT}        .exec('/bin/sh', '-c', 'echo alarm; cat > event.json')\n");
    Tick::new("run").script(&script).input("m,h=a v=7i 1\n").run().status(0).stderr_has("alarm\n");
}

#[test]
fn a_program_that_fails_fails_the_run() {
    let script = format!("{ALERT}        .exec('/bin/sh', '-c', 'echo broken; exit 3')\n");
    let out = Tick::new("run").script(&script).input("m,h=a v=7i 1\n").run().status(1);
    out.stderr_has("exec command failed").stderr_has("broken").stderr_has("exec: 0 delivered, 1 failed");
}

#[test]
fn a_dry_run_delivers_nothing() {
    let script = format!("{ALERT}        .exec('/bin/sh', '-c', 'cat >> events.json')\n");
    let out = Tick::new("run").script(&script).input(POINTS).args(&["--dry-run"]).run().status(0);
    assert!(!out.path("events.json").exists(), "nothing was started");
    out.stdout(EVENTS).stderr_has("exec: 3 events not delivered");
}

#[test]
fn handlers_of_files_get_the_events_of_their_topic() {
    let script = format!("{ALERT}        .topic('ops')\n");
    let yaml =
        "id: write\ntopic: ops\nkind: exec\noptions:\n  prog: /bin/sh\n  args: ['-c', 'cat >> ops.json']\n";
    let out = Tick::new("run").script(&script).input(POINTS).file("h/ops.yaml", yaml);
    let out = out.args(&["--handler", "h"]).run().status(0).stdout(EVENTS);
    assert_eq!(out.read("ops.json").lines().count(), 3);
}

#[test]
fn vars_come_from_files_and_from_the_command_line() {
    let script = "var limit = 100\nvar who = 'nobody'\nstream\n    |from()\n        .measurement('m')\n    |alert()\n        \
                  .id(who)\n        .message('high')\n        .crit(lambda: \"v\" > limit)\n        .stateChangesOnly()\n";
    let tick = || Tick::new("run").script(script).input(POINTS).args(&["-q"]);
    tick().run().status(0).stdout("");
    let high = "2020-01-01T00:00:03Z CRITICAL me  high\n2020-01-01T00:00:04Z OK       me  high\n";
    tick().args(&["--var", "limit=50", "--var", "who=me"]).run().status(0).stdout(high);
    let vars = r#"{"limit": {"type": "int", "value": 50}, "who": {"type": "string", "value": "me"}}"#;
    tick().file("vars.json", vars).args(&["--vars", "vars.json"]).run().status(0).stdout(high);
    tick().args(&["--var", "limit=many"]).run().status(2).stderr_has("expected a whole number");
    tick().args(&["--var", "limt=1"]).run().status(2).stderr_has("no script has such a var");
}

#[test]
fn a_script_written_for_a_server_finds_its_data() {
    let script = ALERT
        .replace(".measurement('m')", ".database('telegraf').retentionPolicy('autogen').measurement('m')");
    Tick::new("run").script(&script).input(POINTS).args(&["-q"]).run().status(0).stdout(EVENTS);
    let declared = format!("dbrp \"telegraf\".\"autogen\"\n{ALERT}");
    Tick::new("run").script(&declared).input(POINTS).args(&["-q"]).run().status(0).stdout(EVENTS);
    let other = Tick::new("run").script(&declared).input(POINTS).args(&["--db", "other", "--rp", "x"]).run();
    other.status(0).stdout("").stderr_has("task `script` got no point");
}

#[test]
fn points_that_no_from_lets_pass_are_told() {
    let script = ALERT.replace("'m'", "'n'");
    Tick::new("run").script(&script).input(POINTS).run().status(0).stdout("").stderr_has("note: ");
}

#[test]
fn errors_of_nodes_are_told_once_and_counted() {
    let script = "stream\n    |from()\n        .measurement('m')\n    |eval(lambda: \"v\" / \"w\")\n        .as('q')\n    |log()\n";
    let out = Tick::new("run").script(script).input(POINTS).run().status(0).stdout("");
    assert_eq!(out.stderr.matches("warning: script.tick:4:6: eval2: ").count(), 1, "{}", out.stderr);
    out.stderr_has("eval2 of task `script`: 5 errors, the first: ");
}

#[test]
fn logs_are_shown_on_standard_error() {
    let script = "stream\n    |from()\n        .measurement('m')\n    |log()\n        .prefix('seen')\n";
    let out = Tick::new("run").script(script).input("m v=1 1\n").run().status(0).stdout("");
    out.stderr_has("INFO script:log2 seen m v=1 1\n");
}

#[test]
fn statistics_are_a_table() {
    let out = Tick::new("run").script(ALERT).input(POINTS).args(&["--stats"]).run().status(0).stdout(EVENTS);
    out.stderr_has("script:stream0  collected 5  emitted 5").stderr_has("script:alert2");
}

#[test]
fn two_scripts_run_side_by_side() {
    let tick = Tick::new("run").file("a.tick", ALERT).file("b.tick", ALERT).args(&["a.tick", "b.tick"]);
    let out = tick.input(POINTS).args(&["-q", "--format", "jsonl"]).run().status(0);
    assert_eq!(out.stdout.matches("\"task\":\"a\"").count(), 3);
    assert_eq!(out.stdout.matches("\"task\":\"b\"").count(), 3);
    let twice = Tick::new("run").file("x/a.tick", ALERT).file("a.tick", ALERT).args(&["a.tick", "x/a.tick"]);
    twice.input(POINTS).run().status(2).stderr_has("two tasks are named `a`");
}

#[test]
fn handler_files_match_publish_and_gather() {
    let script = format!("{ALERT}        .topic('ops')\n");
    let append =
        |file: &str| format!("kind: exec\noptions:\n  prog: /bin/sh\n  args: ['-c', 'cat >> {file}']\n");
    let yaml = format!(
        "id: page\ntopic: ops\nmatch: level() == CRITICAL AND changed()\n{}---\nid: forward\ntopic: ops\nkind: publish\noptions:\n  \
         topics: [all]\n---\nid: roll\ntopic: all\nkind: aggregate\noptions:\n  id: rolled\n  interval: 60000000000\n  \
         topic: rolls\n  message: '{{{{ .Count }}}} events'\n---\nid: write\ntopic: rolls\n{}",
        append("page.json"),
        append("rolls.json")
    );
    let tick = Tick::new("run").script(&script).input(POINTS).file("ops.yaml", &yaml);
    let out = tick.args(&["--handler", "ops.yaml"]).run().status(0);
    assert_eq!(out.read("page.json").matches("\"id\":\"b\"").count(), 1);
    assert_eq!(out.read("page.json").lines().count(), 1, "only what matches");
    assert!(out.read("rolls.json").starts_with(r#"{"id":"rolled","message":"3 events""#));
    let rolled = "2020-01-01T00:00:04Z CRITICAL rolled  3 events\n";
    out.stdout(&format!("{EVENTS}{rolled}"));
}

#[test]
fn a_match_that_means_nothing_is_refused() {
    let script = format!("{ALERT}        .topic('ops')\n");
    let yaml = "id: x\ntopic: ops\nkind: log\nmatch: level() ==\noptions: {path: /x}\n";
    let tick = Tick::new("run").script(&script).input(POINTS).file("ops.yaml", yaml);
    tick.args(&["--handler", "ops.yaml"]).run().status(2).stdout("").stderr_has("ops.yaml:1:1: `match`: ");
}

#[test]
fn quiet_says_errors_only() {
    let script = format!(
        "{ALERT}        .exec('/bin/sh', '-c', 'echo alarm; exit 3')\n    |eval(lambda: \"w\")\n        .as('x')\n"
    );
    let input = format!("broken\n{POINTS}");
    let quiet = || Tick::new("run").script(&script).input(&input).args(&["-q"]);
    let out = quiet().run().status(1).stdout(EVENTS);
    assert!(out.stderr.starts_with("error: exec handler: "), "{}", out.stderr);
    assert!(!out.stderr.contains("warning") && !out.stderr.contains("points"), "{}", out.stderr);
    quiet().args(&["--dry-run"]).run().status(0).stderr("");
    quiet().args(&["--dry-run", "--strict"]).run().status(1).stderr_has("error: input.lp:1:");
}
