//! What is wrong outside of scripts: said once, at its place, and nothing else suffers.

use super::tick::Tick;

const SCRIPT: &str = "stream\n    |from()\n        .measurement('m')\n    |alert()\n        .id('x')\n        \
                      .message('{{ .Level }}')\n        .topic('ops')\n        .crit(lambda: \"v\" > 5)\n";
const EVENT: &str = "1970-01-01T00:00:00.000000002Z CRITICAL x  CRITICAL\n";

#[test]
fn ten_bad_lines_are_shown_and_all_are_counted() {
    let input = format!("{}m v=9 2\n", "m v= 1\n".repeat(15));
    let out = Tick::new("run").script(SCRIPT).input(&input).run().status(0).stdout(EVENT);
    assert_eq!(out.stderr.matches("missing value of field").count(), 10, "{}", out.stderr);
    out.stderr_has("warning: input.lp:10:5: missing value").stderr_has("\n15 lines skipped\n");
}

#[test]
fn an_endless_line_costs_itself_only() {
    let input = format!("{}\nm v=9 2\n", "a".repeat(20 << 20));
    let out = Tick::new("run").script(SCRIPT).args(&["-"]).stdin(&input).run().status(0).stdout(EVENT);
    out.stderr_has("warning: stdin:1: line is longer than 16777216 bytes; skipped\n");
}

#[test]
fn a_handler_of_a_topic_without_events_is_noted() {
    let yaml = "id: a\ntopic: opps\nkind: log\noptions: {path: /nowhere/a.log}\n";
    let tick = Tick::new("run").script(SCRIPT).input("m v=9 2\n").file("h.yaml", yaml);
    tick.args(&["--handler", "h.yaml"])
        .run()
        .status(0)
        .stdout(EVENT)
        .stderr_has("note: h.yaml:1: nobody sends events to topic `opps`; did you mean `ops`?");
    let tick = Tick::new("run").script(SCRIPT).input("m v=9 2\n").file("h/notes.txt", "");
    tick.args(&["--handler", "h"]).run().status(2).stdout("").stderr_has("h: no handler file in this folder");
}

#[test]
fn vars_that_double_each_other_meet_a_limit() {
    let doubled: String = (0..40).map(|i| format!("var a{} = a{i} + a{i}\n", i + 1)).collect();
    let script = format!("var a0 = 'aaaaaaaa'\n{doubled}stream|from().measurement(a40)\n");
    Tick::new("check").script(&script).run().status(1).stderr_has("this expression is too large");
}
