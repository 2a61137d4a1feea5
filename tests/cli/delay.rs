//! `--input FILE@DELAY`

use super::tick::Tick;

const SCRIPT: &str = "\
stream
    |from()
        .measurement('m')
    |alert()
        .id('m')
        .message('{{ index .Fields \"v\" }}')
        .topic('all')
        .crit(lambda: TRUE)
";

const DAY: &str = "m v=0 0\nm v=10 10000000000\nm v=20 20000000000\nm v=30 30000000000\n";
const LATE: &str = "m v=5 5000000000\nm v=6 6000000000\n";

/// The values in the order in which they were played.
#[track_caller]
fn played(tick: Tick) -> Vec<u32> {
    let out = tick.run().status(0).stdout;
    out.lines().map(|line| line.rsplit(' ').next().unwrap_or_default().parse().expect("a value")).collect()
}

fn replay() -> Tick {
    Tick::new("replay").script(SCRIPT).file("day.lp", DAY).file("late.lp", LATE).args(&["-q"])
}

#[test]
fn late_data_come_when_the_clock_is_there() {
    let inputs = |inputs: &[&str]| inputs.iter().fold(replay(), |tick, input| tick.args(&["--input", input]));
    for (given, want) in [
        (&["day.lp", "late.lp@15s"][..], [0, 10, 5, 6, 20, 30]),
        (&["late.lp@15s", "day.lp"], [0, 10, 5, 6, 20, 30]),
        // What is due at a time comes before the points of that time.
        (&["day.lp", "late.lp@20s"], [0, 10, 5, 6, 20, 30]),
        (&["day.lp", "late.lp@0s"], [5, 6, 0, 10, 20, 30]),
        (&["day.lp", "late.lp@1h"], [0, 10, 20, 30, 5, 6]),
        (&["late.lp", "day.lp@10s"], [5, 6, 0, 10, 20, 30]),
        (&["late.lp@1h", "day.lp@1m"], [0, 10, 20, 30, 5, 6]),
    ] {
        assert_eq!(played(inputs(given)), want, "{given:?}");
    }
    let shifted = inputs(&["day.lp", "late.lp@15s"]).args(&["--epoch", "2020-01-01T00:00:00Z"]);
    assert_eq!(played(shifted), [0, 10, 5, 6, 20, 30]);
    let sorted = inputs(&["day.lp", "late.lp@15s"]).args(&["--sort"]);
    assert_eq!(played(sorted), [0, 10, 5, 6, 20, 30]);
    let ended = inputs(&["day.lp", "late.lp@15s"]).args(&["--until", "14s"]);
    assert_eq!(played(ended), [0, 10]);
    let alone = inputs(&["late.lp@15s"]).args(&["--until", "14s"]);
    assert_eq!(played(alone), [0; 0]);
}

#[test]
fn held_back_inputs_may_hold_each_other_back() {
    let tick = replay()
        .file("more.lp", "m v=100 25000000000\n")
        .file("last.lp", "m v=98 7000000000\nm v=99 26000000000\n")
        .args(&["--input", "day.lp", "--input", "last.lp@12s", "--input", "late.lp@25s"])
        .args(&["--input", "more.lp@12s"]);
    // `last.lp` would move the clock on to 26 s, and `more.lp` to 25 s.
    assert_eq!(played(tick), [0, 10, 98, 5, 6, 100, 99, 20, 30]);
}

#[test]
fn the_clock_goes_on_to_a_delay() {
    let handler = "topic: all\nid: sum\nkind: aggregate\noptions:\n  id: sum\n  interval: 10s\n  topic: sums\n  message: '{{ .Count }} events'\n";
    let out = replay()
        .file("sum.yaml", handler)
        .args(&["--handler", "sum.yaml", "--input", "day.lp@5s", "--input", "late.lp@55s"])
        .run()
        .status(0);
    let messages: Vec<&str> = out.stdout.lines().map(|l| l.rsplit("  ").next().unwrap_or_default()).collect();
    // What was gathered is told before the late data come.
    assert_eq!(messages.join(", "), "0, 1 events, 10, 1 events, 20, 1 events, 30, 1 events, 5, 6, 2 events");
}

#[test]
fn what_is_no_delay_is_part_of_the_name() {
    replay()
        .args(&["--input", "late.lp@soon"])
        .run()
        .status(2)
        .stderr_has("error: late.lp@soon: no such file; `soon` is no delay such as `10s` or `1m30s`\n");
    let odd = replay().file("late.lp@15s", "m v=7 7\n").args(&["--input", "late.lp@15s"]);
    assert_eq!(played(odd), [7]);
}
