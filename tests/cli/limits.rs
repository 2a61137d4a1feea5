//! `--max-groups` and `--max-memory`

use std::fmt::Write as _;

use super::tick::Tick;

const BY_HOST: &str = "\
stream
    |from()
        .measurement('m')
        .groupBy('host')
    |alert()
        .crit(lambda: \"v\" > 1)
";

/// Hosts that are seen once.
fn hosts(count: usize) -> String {
    let mut lines = String::new();
    for i in 0..count {
        writeln!(lines, "m,host=h{i},zone=z{} v=2i {i}000000000", i % 2).expect("a string");
    }
    lines
}

#[test]
fn a_run_stops_with_the_point_that_brings_one_group_too_many() {
    let tick = Tick::new("run").script(BY_HOST).input(&format!("# hosts\n{}", hosts(9)));
    let out = tick.args(&["--max-groups", "3"]).run().status(3);
    assert_eq!(out.stdout.lines().count(), 4, "what happened by then is kept: {}", out.stdout);
    let said: Vec<&str> = out.stderr.lines().collect();
    assert_eq!(
        said[..5],
        [
            "error: stopped by `--max-groups 3`: script.tick:5:6: alert2 holds 4 groups",
            "  at 1970-01-01T00:00:03Z, input.lp:5",
            "  the largest nodes: script.tick:5:6: alert2 with 4 groups",
            "  the largest tags, of 4 series: `host` of `m` with 4 values such as `h3`; `zone` of `m` with 2 values such \
             as `z1`",
            "help: group by fewer tags, let idle groups go with `|barrier().idle(1h).delete(TRUE)`, or raise the limit",
        ]
    );
    assert!(said[5].starts_with("4 points, 4 events (4 CRITICAL)"), "the summary is printed: {}", said[5]);
}

#[test]
fn as_many_groups_as_allowed_are_none_too_many() {
    for (groups, limit, status) in [(9, "9", 0), (9, "8", 3), (1, "1", 0)] {
        let tick = Tick::new("replay").script(BY_HOST).input(&hosts(groups));
        tick.args(&["--max-groups", limit]).run().status(status);
    }
}

#[test]
fn groups_that_were_let_go_do_not_count() {
    let script =
        BY_HOST.replace("    |alert", "    |barrier()\n        .idle(2s)\n        .delete(TRUE)\n    |alert");
    let tick = Tick::new("run").script(&script).input(&hosts(200));
    tick.args(&["--max-groups", "4"]).run().status(0).stderr_has("200 points, 200 events");
    Tick::new("run").script(BY_HOST).input(&hosts(200)).args(&["--max-groups", "4"]).run().status(3);
}

#[test]
fn timers_meet_limits_too() {
    let script = "stream|from().groupBy('host')|window().period(1h).every(1h)|count('v')|stats(1s)|log()";
    let tick = Tick::new("run").script(script).input(&hosts(3)).args(&["--max-groups", "2", "--until", "1m"]);
    let out = tick.run().status(3).stderr_has("window2 with 3 points of 3 groups");
    assert!(!out.stderr.contains("when the data ended"), "they did not: {}", out.stderr);
}

#[test]
fn a_run_stops_before_it_takes_too_much_memory() {
    let tick = Tick::new("run").script(BY_HOST).input(&hosts(9)).args(&["--trace", "t.jsonl"]);
    let out = tick
        .args(&["--max-memory", "100kB"])
        .run()
        .status(3)
        .stderr_has("more than 97.7 KiB\n  at 1970-01-01");
    let out = out.stderr_has("help: keep shorter windows").stderr_has("9 points, 9 events");
    assert!(out.read("t.jsonl").contains("\"run stopped\""), "the trace says it too");
    let tick = Tick::new("run").script(BY_HOST).input(&hosts(9)).args(&["--max-memory", "100TiB"]);
    tick.run().status(0);
}

#[test]
fn sorting_is_told_from_playing() {
    let tick = Tick::new("run").script(BY_HOST).input(&hosts(200_000));
    let out = tick.args(&["--sort", "--max-memory", "100kB"]).run().status(3);
    let before = out.stderr.contains("  before the first point was played\n");
    let (sorting, playing) =
        (out.stderr.contains("help: `--sort` holds"), out.stderr.contains("help: keep shorter"));
    assert!(sorting == before && playing != before, "{}", out.stderr);
    assert!(!out.stderr.contains("had no points"), "{}", out.stderr);
}

#[test]
fn limits_have_to_mean_something() {
    for (limit, value) in [("--max-groups", "0"), ("--max-memory", "lots"), ("--max-memory", "0")] {
        Tick::new("run").script(BY_HOST).args(&[limit, value]).run().status(2).stderr_has("expected a");
    }
}

#[test]
fn a_recording_that_would_take_too_much_memory_is_none() {
    let script = "batch|query('SELECT mean(v) FROM db.rp.m').period(5s).every(5s)";
    let tick = |max| {
        let tick = Tick::new("record").args(&["batch"]).script(script).input(&hosts(9));
        tick.args(&["-o", "out.brpl", "--plain", "--max-memory", max])
    };
    let out = tick("100kB").run().status(3).stderr_has("  after 9 points; nothing was written\nhelp: ");
    assert!(!out.path("out.brpl").exists(), "{}", out.stderr);
    assert!(tick("100TiB").run().status(0).read("out.brpl").contains("\"mean\""));
}
