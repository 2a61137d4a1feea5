//! Batch scripts without a server: their queries answered from the input, or fed from recordings.

use super::tick::Tick;

const SCRIPT: &str = "batch\n    |query('SELECT mean(v) AS v FROM \"web\".\"autogen\".\"m\"')\n        .period(10s)\n        \
                      .every(10s)\n        .align()\n        .groupBy('h')\n    |alert()\n        .details('')\n        \
                      .id('{{ .Group }}')\n        .message('{{ .ID }} {{ index .Fields \"v\" }}')\n        \
                      .crit(lambda: \"v\" > 5.0)\n";

/// Points of two hosts, each second, from 3 s to 31 s: `a` is 0 and then 10 from 15 s on, `b` is 1.
fn points() -> String {
    let second = |s: i64| {
        let v = if s < 15 { 0 } else { 10 };
        format!("m,h=a v={v}i {s}000000000\nm,h=b v=1i {s}000000000\n")
    };
    (3..=31).map(second).collect()
}

#[test]
fn queries_are_answered_from_the_input() {
    let want = "1970-01-01T00:00:20Z CRITICAL h=a  h=a 10\n";
    let out = Tick::new("run").script(SCRIPT).input(&points()).run().status(0).stdout(want);
    // Half of what was there in the second range was 10: 5 is not above 5.
    out.stderr_has("58 points");
    let again = Tick::new("replay").script(SCRIPT).input(&points()).run().status(0);
    again.stdout(want);
}

#[test]
fn stream_and_batch_scripts_run_together() {
    let stream = "stream\n    |from()\n        .measurement('m')\n        .groupBy('h')\n    |alert()\n        \
                  .details('')\n        .id('stream {{ .Group }}')\n        .message('')\n        \
                  .crit(lambda: \"v\" > 5)\n        .stateChangesOnly()\n";
    let both = Tick::new("run").script(SCRIPT).file("stream.tick", stream).args(&["stream.tick"]);
    let out = both.args(&["--db", "web", "--rp", "autogen"]).input(&points()).run().status(0);
    let levels: Vec<&str> = out.stdout.lines().collect();
    let want = ["1970-01-01T00:00:15Z CRITICAL stream h=a  ", "1970-01-01T00:00:20Z CRITICAL h=a  h=a 10"];
    assert_eq!(levels, want);
}

#[test]
fn a_query_that_cannot_be_answered_is_told_and_the_run_goes_on() {
    let script = SCRIPT.replace("mean(v)", "mean(s)");
    let points: String = (0..40).map(|s| format!("m,h=a s=\"x\" {s}000000000\n")).collect();
    let out = Tick::new("run").script(&script).input(&points).run().status(0).stdout("");
    out.stderr_has("error executing query");
}

#[test]
fn recorded_batches_are_played_to_their_query() {
    let recording = "{\"name\":\"m\",\"tags\":{\"h\":\"a\"},\"points\":[{\"fields\":{\"v\":7},\"time\":\"2020-01-01T00:00:00Z\"}]}\n";
    let run = |source: &str| {
        let tick = Tick::new("replay").script(SCRIPT).file("0.brpl", recording);
        tick.args(&["--source", source]).run()
    };
    run("query1=0.brpl").status(0).stdout("2020-01-01T00:00:00Z CRITICAL h=a  h=a 7\n");
    run("0=0.brpl").status(0).stdout("2020-01-01T00:00:00Z CRITICAL h=a  h=a 7\n");
    let flux = "batch\n    |queryFlux('from(bucket: \"b\")')\n        .every(10s)\n    |log()\n";
    let played =
        Tick::new("replay").script(flux).file("0.brpl", recording).args(&["--source", "0.brpl"]).run();
    played.status(0).stderr_has("INFO script:log2 batch `m` of 1 points");
    run("query7=0.brpl").status(2).stderr_has("there is no query `query7`; there are `query1`");
    run("0.brpl").status(0).stdout("2020-01-01T00:00:00Z CRITICAL h=a  h=a 7\n");
    run("0.brpl#1").status(2).stderr_has("is no zip archive: leave out `#1`");
    run("0=none.brpl").status(2).stderr_has("none.brpl: no such file");
    let shifted = Tick::new("replay").script(SCRIPT).file("0.brpl", recording);
    let shifted = shifted.args(&["--source", "0=0.brpl", "--epoch", "2021-01-01T00:00:00Z"]).run();
    shifted.status(0).stdout("2021-01-01T00:00:00Z CRITICAL h=a  h=a 7\n");
}

#[test]
fn what_flows_out_of_a_node_is_watched() {
    let script = "stream\n    |from()\n        .measurement('m')\n        .groupBy('h')\n    |window()\n        \
                  .period(10s)\n        .every(10s)\n    |where(lambda: \"v\" > 0)\n    |log()\n";
    let input: String = (0..=11).map(|s| format!("m,h=a v={}i,w=1 {s}000000000\n", s % 5)).collect();
    let out =
        Tick::new("run").script(script).input(&input).args(&["--watch", "where", "--quiet"]).run().status(0);
    let want = "script:where3\n  batch m h=a up to 1970-01-01T00:00:10Z\n  time                  name  h  v   w\n  \
                1970-01-01T00:00:01Z  m     a  1i  1\n  1970-01-01T00:00:02Z  m     a  2i  1\n";
    assert!(out.stdout.starts_with(want), "{}", out.stdout);
    assert_eq!(out.stdout.lines().count(), 3 + 8);
    let wrong = Tick::new("run").script(script).input(&input).args(&["--watch", "wher3"]).run();
    wrong.status(2).stderr_has("no script has such a node; did you mean `where3`?");
}

#[test]
fn a_folder_of_mixed_scripts_runs_without_a_server() {
    let count = "stream\n    |from()\n        .measurement('m')\n    |window()\n        .period(10s)\n        .every(10s)\n    \
                 |count('v')\n    |alert()\n        .details('')\n        .id('n')\n        \
                 .message('{{ index .Fields \"count\" }}')\n        .info(lambda: \"count\" > 0)\n";
    let folder = |tick: Tick| tick.file("rules/day.tick", SCRIPT).file("rules/deep/count.tick", count);
    let run =
        || folder(Tick::new("run")).args(&["rules", "--db", "web", "--rp", "autogen"]).input(&points()).run();
    // The query for the time up to 30 s is asked at 30 s; its event bears the time of its point.
    let want = "1970-01-01T00:00:13Z INFO     n  20\n1970-01-01T00:00:23Z INFO     n  20\n\
                1970-01-01T00:00:20Z CRITICAL h=a  h=a 10\n";
    run().status(0).stdout(want);
    Tick::new("run")
        .file("rules/readme.txt", "")
        .args(&["rules"])
        .input("")
        .run()
        .status(2)
        .stderr_has("no `.tick` file");
}

#[test]
fn points_that_influxdb_would_refuse_are_told() {
    let input = format!("{}m,h=a v=\"x\" 32000000000\nm,h=a v=true 33000000000\n", points());
    let out = Tick::new("run").script(SCRIPT).input(&input).run().status(0);
    out.stderr_has("warning: 2 points were kept from queries");
}
