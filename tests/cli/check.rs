//! `tick check` and `tick graph`

use super::tick::Tick;

const GOOD: &str = "stream|from().measurement('cpu')|log()\n";
const WRONG: &str = "stream\n    |from()\n        .measurment('cpu')\n    |log()\n";
const DOUBTFUL: &str = "var unused = 5\nstream|from()|log()\n";

#[test]
fn a_mistake_is_shown_at_its_place() {
    Tick::new("check").script(WRONG).run().status(1).stdout("").stderr(
        "\
error[E0210]: `from` has no property `measurment`
 --> script.tick:3:10
  |
3 |         .measurment('cpu')
  |          ^^^^^^^^^^
  |
help: did you mean `measurement`?

1 script: 0 ok, 1 with errors
",
    );
}

#[test]
fn folders_are_searched_and_counted() {
    let done = Tick::new("check")
        .file("a/good.tick", GOOD)
        .file("a/b/wrong.tick", WRONG)
        .file("a/doubtful.tick", DOUBTFUL)
        .file("a/notes.txt", "no script")
        .args(&["a"])
        .run()
        .status(1);
    done.stderr_has("3 scripts: 1 ok, 1 with warnings, 1 with errors\n");
    Tick::new("check").file("a/notes.txt", "").args(&["a"]).run().status(2).stderr_has("no `.tick` file");
    Tick::new("check").args(&["missing.tick"]).run().status(2).stderr_has("missing.tick: no such file");
}

#[test]
fn warnings_count_when_they_are_denied() {
    Tick::new("check").script(DOUBTFUL).run().status(0).stderr_has("warning[W0201]: `unused` is never used");
    Tick::new("check").script(DOUBTFUL).args(&["--deny", "warnings"]).run().status(1);
    Tick::new("check").script(GOOD).args(&["--deny", "warnings"]).run().status(0);
}

#[test]
fn kapacitors_words_are_the_whole_output() {
    let kapacitor = ["--format", "kapacitor"];
    Tick::new("check").script(GOOD).args(&kapacitor).run().status(0).stdout("ok\n").stderr("");
    Tick::new("check")
        .script(WRONG)
        .args(&kapacitor)
        .run()
        .status(1)
        .stderr("")
        .stdout("line 3 char 10: no method or property \"measurment\" on *pipeline.FromNode\n");
    Tick::new("check").script(DOUBTFUL).args(&kapacitor).run().status(0).stdout("ok\n").stderr("");
}

#[test]
fn json_has_places() {
    let done = Tick::new("check").script(WRONG).args(&["--format", "json"]).run().status(1).stderr("");
    let json: serde_json::Value = serde_json::from_str(&done.stdout).expect("JSON");
    let found = &json["diagnostics"][0];
    assert_eq!(found["code"], "E0210");
    assert_eq!(found["hint"], "did you mean `measurement`?");
    assert_eq!(found["file"], "script.tick");
}

#[test]
fn vars_are_typed_by_the_script() {
    let script = "var n int\nvar d duration\nstream|from()|sample(n)|shift(d)\n";
    let check = || Tick::new("check").stdin(script).args(&["-"]);
    check().run().status(1).stderr_has("`n` needs a value");
    check().args(&["--var", "n=5", "--var", "d=1h30m"]).run().status(0);
    check().args(&["--var", "n=much", "--var", "d=1m"]).run().status(2).stderr_has("a whole number");
    check().args(&["--var", "m=5"]).run().status(2).stderr_has("no script has such a var; did you mean `n`?");
    let vars = "n:\n  type: int\n  value: 5\nd:\n  type: duration\n  value: 1m\n";
    check().file("vars.yml", vars).args(&["--vars", "vars.yml"]).run().status(0);
}

#[test]
fn graphs_are_named_after_their_tasks() {
    let graph = || Tick::new("graph").script(GOOD);
    graph().run().status(0).stdout("digraph script {\nstream0 -> from1;\nfrom1 -> log2;\n}\n");
    let done = graph().args(&["--task", "cpu", "--format", "mermaid"]).run().status(0);
    assert!(done.stdout.starts_with("flowchart TD\n"));
    Tick::new("graph").script(WRONG).run().status(1).stdout("").stderr_has("E0210");
}

#[test]
fn thousands_of_mistakes_are_reported_in_their_own_size() {
    let mut script = "stream|from().measurement('cpu')\n".to_owned();
    (0..2000).for_each(|i| script += &format!("var defined_{i} = undefined_{i}\n"));
    let done = Tick::new("check").script(&script).run().status(1);
    done.stderr_has("error[E0201]: `undefined_1999` is not defined\n    --> script.tick:2001:20\n");
    let json = Tick::new("check").script(&script).args(&["--format", "json"]).run().status(1);
    assert!(json.stdout.contains("Names in scope: stream,time\""), "{}", json.stdout);
    // Not a list of all names with each of them.
    assert!(json.stdout.len() < 1_000_000, "{}", json.stdout.len());
}

#[test]
fn what_is_sure_is_mended() {
    let script = "var n = 010\nstream\n    |from()\n        .measurement('cpu')\n        .groupBy('host')\n    |sample(n)\n    \
                  |alert()\n        .crit(lambda: 'usage_idle' < 10 AND sqrt(4) > 1.0)\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cpu.tick");
    std::fs::write(&path, script).unwrap();
    let name = path.to_str().unwrap();
    let done = Tick::new("check").args(&["--fix", name]).run().status(0);
    done.stderr_has(&format!("fixed: {name}: 3 places\n")).stderr_has("1 script: 1 ok");
    let mended =
        script.replace("010", "8").replace("'usage_idle'", "\"usage_idle\"").replace("sqrt(4)", "sqrt(4.0)");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), mended);
    Tick::new("check").args(&["--fix", name]).run().status(0).stderr("1 script: 1 ok\n");
    Tick::new("check").args(&["--fix", "-"]).run().status(2).stderr_has("standard input is none");
}

#[test]
fn warnings_are_silenced_by_comments() {
    let quiet = format!("// tick: ignore[W0201]\n{DOUBTFUL}");
    Tick::new("check").script(&quiet).run().status(0).stderr("1 script: 1 ok\n");
    let idle = format!("// tick: ignore[W0201]\n{GOOD}");
    Tick::new("check")
        .script(&idle)
        .run()
        .status(0)
        .stderr_has("warning[W0309]: there is no W0201 to ignore here");
    let hours = "stream|from()|where(lambda: hour(\"time\") > 8)|log()\n";
    Tick::new("check").script(hours).run().status(0).stderr_has("warning[W0204]");
    Tick::new("check").script(hours).args(&["--tz", "UTC"]).run().status(0).stderr("1 script: 1 ok\n");
}

#[test]
fn levels_and_conditions_are_held_against_each_other() {
    let script = "\
stream
    |from()
        .measurement('cpu')
    |alert()
        .warn(lambda: \"usage_idle\" < 10)
        .crit(lambda: \"usage_idle\" < 20)
";
    Tick::new("check").script(script).run().status(0).stderr(
        "\
warning[W0303]: WARNING is never reached: `crit` holds wherever `warn` does
 --> script.tick:5:10
  |
5 |         .warn(lambda: \"usage_idle\" < 10)
  |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
help: `crit` is weaker than `warn`: were their limits exchanged?

1 script: 0 ok, 1 with warnings
",
    );
}

#[test]
fn a_sample_of_the_data_tells_more() {
    let script = "\
stream
    |from()
        .measurement('cpu')
        .groupBy('host')
    |window()
        .period(1h)
        .every(1h)
    |mean('usage_idel')
    |log()
";
    let sample = "cpu,host=a usage_idle=5 1000000000\ncpu,host=a usage_idle=6 2000000000\n";
    let checked = |sample: &str| {
        Tick::new("check").script(script).file("sample.lp", sample).args(&["--input", "sample.lp"]).run()
    };
    checked(sample)
        .status(0)
        .stderr_has("warning[W0307]: this window took 2 points and never closed\n")
        .stderr_has("warning[W0306]: no point of the data has a field `usage_idel` here\n")
        .stderr_has("help: did you mean `usage_idle`?\n");
    checked(&sample.replace("cpu", "cup"))
        .stderr_has("the data have no measurement `cpu`")
        .stderr_has("did you mean `cup`?");
    let missing = Tick::new("check").script(script).args(&["--input", "missing.lp"]).run().status(2);
    missing.stderr_has("missing.lp: no such file");
}
