//! `tick diff`: what two versions tell differently.

use super::tick::Tick;

const OLD: &str = "\
stream
    |from()
        .measurement('m')
        .groupBy('h')
    |alert()
        .id('{{ .TaskName }}/{{ index .Tags \"h\" }}')
        .crit(lambda: \"v\" > 80)
        .stateChangesOnly()
";

const POINTS: &str = "\
m,h=a v=10 10000000000
m,h=b v=10 10000000000
m,h=a v=85 20000000000
m,h=b v=85 20000000000
m,h=a v=95 30000000000
m,h=b v=70 30000000000
m,h=a v=10 400000000000
";

fn diff(new: &str) -> Tick {
    let args = ["old.tick", "new.tick", "--input", "input.lp"];
    Tick::new("diff").file("old.tick", OLD).file("new.tick", new).file("input.lp", POINTS).args(&args)
}

#[test]
fn events_are_lost_and_moved() {
    let new = OLD.replace("80", "90");
    let want = "\
1970-01-01T00:00:10Z to 1970-01-01T00:06:40Z: 2 lost, 0 gained, 1 moved
id     before  after  lost  gained  moved
new/b  2       0      2     0       0
new/a  2       2      0     0       1
new/b:
  - 1970-01-01T00:00:20Z CRITICAL
  - 1970-01-01T00:00:30Z OK
new/a:
  ~ 1970-01-01T00:00:20Z CRITICAL moved to 1970-01-01T00:00:30Z (+10s)
";
    diff(&new).run().status(1).stdout(want).stderr("");
    let out = diff(&new).args(&["--tolerance", "5s", "--format", "json"]).run().status(1);
    let found: serde_json::Value = serde_json::from_str(&out.stdout).expect("JSON");
    assert_eq!((&found["lost"], &found["gained"], &found["moved"]), (&3.into(), &1.into(), &0.into()));
    let out = diff(&new).args(&["--format", "markdown"]).run().status(1);
    assert!(out.stdout.starts_with("**Alerts: 2 lost, 0 gained, 1 moved** ("), "{}", out.stdout);
    assert!(out.stdout.contains("\n| `new/b` | 2 | 0 | 2 | 0 | 0 |\n"), "{}", out.stdout);
}

#[test]
fn what_events_say_is_compared() {
    let old = OLD.replace(".crit(", ".message('{{ .ID }}|{{ .Level }}')\n        .crit(");
    let new = old
        .replace(
            "    |alert()",
            "    |eval(lambda: \"v\" * 2.0)\n        .as('twice')\n        .keep('v', 'twice')\n    |alert()",
        )
        .replace("{{ .ID }}|", "{{ .ID }} is ");
    let tick = |new: &str| diff(new).file("old.tick", &old);
    let want = "\
1970-01-01T00:00:10Z to 1970-01-01T00:06:40Z: 0 lost, 0 gained, 0 moved, 4 changed
id     before  after  lost  gained  moved  changed
new/a  2       2      0     0       0      2
new/b  2       2      0     0       0      2
new/a:
  ! 1970-01-01T00:00:20Z CRITICAL changed: message `new/a|CRITICAL` to `new/a is CRITICAL`; field `twice` new: 170
  ! 1970-01-01T00:06:40Z OK changed: message `new/a|OK` to `new/a is OK`; field `twice` new: 20
";
    let out = tick(&new).run().status(1);
    assert!(out.stdout.starts_with(want), "{}", out.stdout);
    let out = tick(&new).args(&["--only-levels"]).run().status(0);
    assert!(out.stdout.ends_with("no difference: 4 events before and after\n"), "{}", out.stdout);
    let out = tick(&new).args(&["--format", "markdown"]).run().status(1);
    assert!(out.stdout.contains("message `new/a\\|OK` to"), "{}", out.stdout);
    let out = tick(&new).args(&["--format", "json"]).run().status(1);
    let found: serde_json::Value = serde_json::from_str(&out.stdout).expect("JSON");
    assert_eq!(found["changed"], 4);
    assert_eq!(found["ids"][0]["changes"][0]["what"][1], "field `twice` new: 170");
}

#[test]
fn the_same_is_told_in_a_line() {
    let want = "1970-01-01T00:00:10Z to 1970-01-01T00:06:40Z: no difference: 4 events before and after\n";
    diff(&OLD.replace("> 80", "> 79")).run().status(0).stdout(want);
    let part = "1970-01-01T00:05:00Z to 1970-01-01T00:06:40Z: no difference: 1 event before and after\n";
    diff(&OLD.replace("80", "90")).args(&["--from", "1970-01-01T00:05:00Z"]).run().status(0).stdout(part);
}

/// Inhibitors, topics and points that go round are those of one version only.
#[test]
fn versions_know_nothing_of_each_other() {
    let old = OLD
        .replace(".stateChangesOnly()", ".stateChangesOnly()\n        .topic('t')\n        .category('c')");
    let new = old.replace(".category('c')", ".inhibit('c', 'h')");
    let args = ["old.tick", "new.tick", "--input", "input.lp"];
    let tick = Tick::new("diff").file("old.tick", &old).file("new.tick", &new).file("input.lp", POINTS);
    tick.args(&args).run().status(0).stderr("");
}

#[test]
fn a_var_may_be_new() {
    let old = format!("var other = 1\n{OLD}");
    let new = format!("var limit = 80\n{OLD}").replace("> 80", "> limit");
    let tick = |var: &str| {
        let tick = Tick::new("diff").file("old.tick", &old).file("new.tick", &new).file("input.lp", POINTS);
        tick.args(&["old.tick", "new.tick", "--input", "input.lp", "--var", var])
    };
    tick("limit=80").run().status(0);
    tick("limit=90").run().status(1);
    tick("limti=90").run().status(2).stderr_has("no script has such a var; there are `other`, `limit`");
}

#[test]
fn folders_are_compared_script_by_script() {
    let tick = Tick::new("diff").file("old/a.tick", OLD).file("new/a.tick", OLD).file("new/b.tick", OLD);
    let out = tick.file("input.lp", POINTS).args(&["old", "new", "--input", "input.lp"]).run().status(1);
    assert!(
        out.stdout.contains("0 lost, 4 gained, 0 moved") && out.stdout.contains("\nb/a "),
        "{}",
        out.stdout
    );
}

#[test]
fn mistakes_are_told() {
    diff("stream|from()|alrt()").run().status(2).stdout("").stderr_has("new.tick:1:");
    let none = Tick::new("diff").file("old.tick", OLD).args(&["old.tick", "old.tick"]);
    none.run().status(2).stderr_has("error: there is no input");
    let missing =
        Tick::new("diff").file("old.tick", OLD).args(&["old.tick", "old.tick", "--input", "none.lp"]);
    missing.run().status(2).stderr_has("none.lp");
    let late = ["--from", "2030-01-01T00:00:00Z"];
    diff(OLD).args(&late).run().status(2).stderr_has("error: no point of the history counts");
}
