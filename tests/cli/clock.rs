//! What waits for the clock: `--until`, `--epoch`, barriers, `stats`, and what is still held at the end.

use super::tick::Tick;

const BARRIER: &str = "\
stream
    |from()
        .measurement('m')
        .groupBy('h')
    |barrier()
        .idle(10s)
    |window()
        .period(10s)
        .every(10s)
    |log()
";

/// At 1, 2 and 3 s.
const POINTS: &str = "m,h=a v=1 1000000000\nm,h=a v=2 2000000000\nm,h=a v=3 3000000000\n";

const STATS: &str = "\
stream
    |from()
        .measurement('m')
    |stats(10s)
    |log()
";

#[test]
fn a_window_stays_open_until_something_closes_it() {
    let tick = || Tick::new("run").script(BARRIER).input(POINTS);
    let out = tick().run().status(0);
    assert!(!out.stderr.contains("batch `m`"), "{}", out.stderr);
    out.stderr_has("note: window3 of task `script` still held 3 points of 1 group when the data ended; they are dropped\n")
        .stderr_has("a window also closes when a `|barrier()` before it goes off");
    for until in ["12s", "+12s", "1970-01-01T00:00:13Z"] {
        let out = tick().args(&["--until", until]).run().status(0);
        assert!(!out.stderr.contains("still held"), "{}", out.stderr);
        out.stderr_has("INFO script:log4 batch `m` of 3 points\n  m,h=a v=1 1000000000\n");
    }
    let out = tick().args(&["--until", "11s"]).run().status(0);
    assert!(!out.stderr.contains("batch `m`"), "the barrier comes at 13 s: {}", out.stderr);
}

#[test]
fn a_run_without_points_begins_at_the_epoch() {
    let tick = || Tick::new("run").script(STATS).input("other v=1 1\n");
    let args = ["--epoch", "2020-01-01T00:00:00Z", "--until", "+25s"];
    tick()
        .args(&args)
        .run()
        .status(0)
        .stderr_has("INFO script:log4 stats emitted=0i 1577836810000000000\n")
        .stderr_has("INFO script:log4 stats emitted=0i 1577836820000000000\n");
    let out = Tick::new("run").script(STATS).input("").args(&args).run().status(0);
    assert_eq!(out.stderr.matches("stats emitted=0i").count(), 2, "{}", out.stderr);
    let out = Tick::new("run").script(STATS).input("").args(&["--until", "+25s"]).run().status(0);
    assert!(!out.stderr.contains("stats emitted"), "nothing says when it begins: {}", out.stderr);
}

#[test]
fn points_of_the_source_are_counted_before_they_come() {
    let script =
        "stream\n    |stats(10s)\n    |log()\nstream\n    |from()\n        .measurement('m')\n    |log()\n";
    let points = "m v=1 0\nx v=1 5000000000\nm v=2 10000000000\nm v=3 11000000000\n";
    let out = Tick::new("replay").script(script).input(points).args(&["--until", "20s"]).run().status(0);
    let stats: Vec<&str> = out.stderr.lines().filter_map(|l| l.split("stats emitted=").nth(1)).collect();
    assert_eq!(stats, ["1i 10000000000", "3i 20000000000"], "{}", out.stderr);
}

#[test]
fn points_after_the_end_are_counted() {
    let out = Tick::new("run").script(STATS).input(POINTS).args(&["--until", "+1s"]).run().status(0);
    out.stderr_has("1 point after `--until` not played");
    let out = Tick::new("run").script(STATS).input(POINTS).args(&["--until", "1970-01-01T00:00:00Z"]).run();
    let out = out.status(0);
    assert!(!out.stderr.contains("had no points"), "{}", out.stderr);
    out.stderr_has("3 points after `--until` not played");
}

#[test]
fn an_end_that_is_none_is_told() {
    let tick = Tick::new("run").script(STATS).input(POINTS).args(&["--until", "tomorrow"]);
    tick.run().status(2).stderr_has("expected a duration such as `+1h30m`, or a time such as");
}

#[test]
fn a_group_that_is_deleted_may_come_back_and_is_watched_again() {
    let script = "stream\n    |from()\n        .measurement('m')\n        .groupBy('h')\n    |barrier()\n        .idle(2s)\n        \
                  .delete(TRUE)\n    |stateCount(lambda: TRUE)\n    |log()\n";
    let second = 1_000_000_000_i64;
    let line = |t: i64| format!("m,h=a v={t} {}\n", t * second);
    let points: String = [0, 1, 4, 5, 5, 20, 21].map(line).concat();
    let out = Tick::new("replay").script(script).input(&points).run().status(0);
    let counts: Vec<&str> =
        out.stderr.lines().filter_map(|l| l.split("state_count=").nth(1)?.split('i').next()).collect();
    assert_eq!(counts, ["1", "2", "1", "2", "3", "1", "2"], "{}", out.stderr);
}

/// A point of each host for every minute of January; host b is silent from the 13th, 03:08, to the 20th, 10:01.
fn january() -> String {
    let minute = |day: i64, hour: i64, minute: i64| ((day - 1) * 24 + hour) * 60 + minute;
    let silent = minute(13, 3, 8)..=minute(20, 10, 1);
    let mut points = String::new();
    for at in 0..minute(32, 0, 0) {
        let time = (1_577_836_800 + at * 60) * 1_000_000_000;
        points += &format!("cpu,host=a v=1 {time}\n");
        if !silent.contains(&at) {
            points += &format!("cpu,host=b v=1 {time}\n");
        }
    }
    points
}

#[test]
fn a_host_that_falls_silent_in_a_month_is_found_at_its_moment() {
    let script = |interval: &str| {
        format!(
            "stream\n    |from()\n        .measurement('cpu')\n        .groupBy('host')\n    |deadman(0.0, {interval})\n        \
             .stateChangesOnly()\n"
        )
    };
    let january = january();
    for (interval, dead, alive) in [
        (
            "5m",
            "2020-01-13T03:15:00Z CRITICAL host=b:from1 for task 'script'  host=b:from1 for task 'script' is dead: 0.000 points/5m0s.\n",
            "2020-01-20T10:05:00Z OK       host=b:from1 for task 'script'  host=b:from1 for task 'script' is alive: 3.000 points/5m0s.\n",
        ),
        (
            "1m",
            "2020-01-13T03:09:00Z CRITICAL host=b:from1 for task 'script'  host=b:from1 for task 'script' is dead: 0.000 points/1m0s.\n",
            "2020-01-20T10:03:00Z OK       host=b:from1 for task 'script'  host=b:from1 for task 'script' is alive: 1.000 points/1m0s.\n",
        ),
    ] {
        for _ in 0..2 {
            let out = Tick::new("run").script(&script(interval)).input(&january).run();
            out.status(0).stdout(&format!("{dead}{alive}"));
        }
    }
    let silent: String = january.lines().take(10).map(|l| format!("{l}\n")).collect();
    let tick = || Tick::new("run").script(&script("5m")).input(&silent);
    tick().run().status(0).stdout("");
    let end = tick().args(&["--until", "2020-01-01T00:10:00Z"]).run().status(0);
    assert_eq!(end.stdout.lines().count(), 2, "both are dead then: {}", end.stdout);
}
