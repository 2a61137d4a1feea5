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

const MATCHING: &str =
    "topic: all\nid: page\nkind: log\nmatch: '\"host\" == 5'\noptions:\n  path: /dev/null\n";

#[test]
fn a_match_that_fails_names_the_file_of_its_handler() {
    let script = "stream\n    |from()\n    |alert()\n        .topic('all')\n        .crit(lambda: TRUE)\n";
    let done = Tick::new("run")
        .script(script)
        .file("a.yaml", MATCHING)
        .file("b.yaml", &MATCHING.replace("page", "other"))
        .input("m,host=a v=1 1\nm,host=a v=2 2\n")
        .args(&["--handler", "a.yaml", "--handler", "b.yaml"])
        .run()
        .status(0);
    for file in ["a", "b"] {
        let line = format!("warning: handler at {file}.yaml:1: failed to evaluate match expression: ");
        assert_eq!(done.stderr.matches(&line).count(), 1, "{}", done.stderr);
    }
    assert!(!done.stderr.contains("task ``"), "{}", done.stderr);
}

#[test]
fn kinds_that_cannot_act_say_why() {
    let script = "stream\n    |from()\n    |alert()\n        .crit(lambda: TRUE)\n        .mqtt('alerts')\n";
    let run = |command| Tick::new(command).script(script).input("m v=1 1\n").args(&["--trace", "t"]).run();
    for command in ["run", "replay"] {
        let done = run(command).status(0);
        let why = "this version knows the kind, but not how to send to it";
        assert!(done.read("t").contains(&format!("\"reason\":\"{why}\"")), "{}", done.read("t"));
        done.stderr_has(&format!("mqtt: 1 event not delivered: {why}\n"));
    }
}

#[test]
fn a_task_that_failed_gets_no_more_points() {
    let script = "stream\n    |from()\n    |alert()\n        .id('{{ index .Tags 5 }}')\n        .crit(lambda: TRUE)\n";
    let done = Tick::new("run")
        .script(script)
        .input("m v=1 1\nm v=2 2\nm,host=b v=3 3\n")
        .args(&["--stats"])
        .run()
        .status(1);
    done.stderr_has("script:from1    collected 1  emitted 1");
}

#[test]
fn errors_of_the_system_have_no_numbers() {
    let script = "stream|from()|log()\n";
    for args in [
        &["script.tick", "--input", "folder"][..],
        &["script.tick", "--input", "missing.lp"],
        &["script.tick", "--input", "input.lp", "--trace", "folder"],
        &["script.tick", "--input", "input.lp", "--trace", "missing/t"],
        &["script.tick", "--input", "input.lp", "--config", "folder"],
        &["script.tick", "--input", "input.lp", "--handler", "missing.yaml"],
        &["script.tick", "--input", "input.lp", "--vars", "folder"],
        &["folder", "--input", "input.lp"],
        &["input.lp/script.tick", "--input", "input.lp"],
    ] {
        let tick = Tick::new("run").file("script.tick", script).file("input.lp", "m v=1 1\n");
        let done = tick.file("folder/x", "").args(args).run().status(2);
        assert!(!done.stderr.contains("os error") && done.stderr.starts_with("error: "), "{}", done.stderr);
    }
}
