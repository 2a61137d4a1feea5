//! `tick ci`: scripts, their form and their tests at once.

use super::tick::Tick;

const GOOD: &str = "stream\n    |from()\n        .measurement('cpu')\n        .groupBy('host')\n    |alert()\n        .crit(lambda: \"usage_idle\" < 10)\n";
const TEST: &str = "tests:\n  - name: busy\n    input: {series: cpu, tags: {host: a}, fields: {usage_idle: 5}}\n    \
                    expect:\n      counts: {critical: 1}\n";

fn ci() -> Tick {
    let clean = ["GITHUB_ACTIONS", "TF_BUILD"];
    clean.iter().fold(Tick::new("ci"), |tick, name| tick.env(name, ""))
}

#[test]
fn all_is_well() {
    let done = ci().file("r/cpu.tick", GOOD).file("r/cpu.test.yaml", TEST).args(&["r"]).run().status(0);
    done.stderr("")
        .stdout_has("1 script: 0 with errors, 0 with warnings, 0 not formatted; 1 tests, 0 failed\n");
}

#[test]
fn each_part_is_told_and_counts() {
    let wrong = GOOD.replace("measurement", "measurment");
    let done = ci().file("r/cpu.tick", &wrong).args(&["r"]).run().status(1);
    done.stderr_has("error[E0210]").stdout_has("1 script: 1 with errors");

    let glued = GOOD.replace("\n    |", "|");
    let done = ci().file("r/cpu.tick", &glued).file("r/cpu.test.yaml", TEST).args(&["r"]).run().status(1);
    done.stderr_has("r/cpu.tick: not formatted: `tick fmt --write r/cpu.tick`").stdout_has("1 not formatted");

    let failing = TEST.replace("critical: 1", "critical: 2");
    let done = ci().file("r/cpu.tick", GOOD).file("r/cpu.test.yaml", &failing).args(&["r"]).run().status(1);
    done.stdout_has("expected 2 CRITICAL events, seen 1").stdout_has("1 tests, 1 failed\n");

    let doubtful = format!("var unused = 5\n\n{GOOD}");
    let tick = || ci().file("r/cpu.tick", &doubtful);
    tick().args(&["r"]).run().status(0).stdout_has("1 with warnings");
    tick().args(&["r", "--deny", "warnings"]).run().status(1);
    ci().file("r/notes.txt", "").args(&["r"]).run().status(2).stderr_has("no `.tick` file");
}

#[test]
fn templates_need_no_values_of_vars() {
    let template = format!("var crit float\n\n{}", GOOD.replace("< 10", "< crit"));
    ci().file("r/cpu.tick", &template).args(&["r"]).run().status(0).stderr("");
}

#[test]
fn servers_get_their_marks() {
    let wrong = GOOD.replace("measurement", "measurment");
    let tick = || ci().file("r/cpu.tick", &wrong).args(&["r"]);
    let mark = "::error file=r/cpu.tick,line=3,col=10,title=E0210::`from` has no property `measurment` (did you mean `measurement`?)\n";
    tick().env("GITHUB_ACTIONS", "true").run().status(1).stdout_has(mark);
    tick().args(&["--format", "github"]).run().status(1).stdout_has(mark);
    tick()
        .env("TF_BUILD", "True")
        .run()
        .status(1)
        .stdout_has("##vso[task.logissue type=error;sourcepath=r/cpu.tick;linenumber=3;");
    let done = ci()
        .file("r/cpu.tick", GOOD)
        .file("r/cpu.test.yaml", TEST)
        .args(&["r", "--junit", "out.xml"])
        .run()
        .status(0);
    assert!(done.read("out.xml").contains("<testcase"));
}
