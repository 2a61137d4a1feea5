//! `--stats` and `--stats-file`

use serde_json::Value;

use super::tick::Tick;

const SCRIPT: &str = "\
stream
    |from()
        .measurement('m')
    |eval(lambda: 10 / \"v\")
        .as('x')
    |alert()
        .crit(lambda: \"x\" > 4)
        .log('FOLDER/alerts.log')
";

const POINTS: &str = "m v=2i 1\nm v=0i 3\nm v=5i 2\nm v=0i 4\nno point\n";

fn tick(command: &str) -> Tick {
    let tick = Tick::new(command);
    let script = SCRIPT.replace("FOLDER", &tick.folder_name());
    tick.script(&script).input(POINTS)
}

fn number<'v>(value: &'v Value, path: &str) -> &'v Value {
    value.pointer(path).unwrap_or_else(|| panic!("{path} in {value:#}"))
}

#[test]
fn a_file_has_the_summary_and_every_node() {
    let out = tick("run").args(&["--stats-file", "s.json"]).run().status(0);
    let stats: Value = serde_json::from_str(&out.read("s.json")).expect("JSON");
    for (path, want) in [
        ("/version", "1"),
        ("/points", "4"),
        ("/lines_skipped", "1"),
        ("/out_of_order", "1"),
        ("/after_until", "0"),
        ("/events/CRITICAL", "1"),
        ("/events/OK", "1"),
        ("/stopped", "null"),
        ("/tasks/0/task", "\"script\""),
        ("/tasks/0/failed", "null"),
        ("/tasks/0/nodes/2/node", "\"eval2\""),
        ("/tasks/0/nodes/2/place", "\"script.tick:4:6\""),
        ("/tasks/0/nodes/2/collected", "4"),
        ("/tasks/0/nodes/2/emitted", "2"),
        ("/tasks/0/nodes/2/errors", "2"),
        (
            "/tasks/0/nodes/2/first_error",
            "\"error evaluating expression: runtime error: integer divide by zero\"",
        ),
        ("/tasks/0/nodes/3/working_cardinality", "1"),
        ("/tasks/0/nodes/3/crits_triggered", "1"),
        ("/handlers/0/kind", "\"log\""),
        ("/handlers/0/delivered", "2"),
        ("/handlers/0/first_failure", "null"),
    ] {
        assert_eq!(number(&stats, path).to_string(), want, "{path} of {stats:#}");
    }
    assert!(number(&stats, "/tasks/0/nodes/2/nanoseconds").as_u64().is_some_and(|n| n > 0), "{stats:#}");
    assert!(number(&stats, "/seconds").is_f64(), "{stats:#}");
    assert!(out.stdout.lines().count() == 2, "events are printed as before: {}", out.stdout);
}

#[test]
fn standard_output_can_have_the_statistics() {
    let out = tick("replay").args(&["--stats-file", "-"]).run().status(0);
    assert!(serde_json::from_str::<Value>(&out.stdout).is_ok(), "no events between: {}", out.stdout);
    let both = ["--stats-file", "-", "--trace", "-"];
    let out = tick("replay").args(&both).run().status(2);
    out.stderr_has("`--trace` and `--stats-file` cannot both have standard output");
}

#[test]
fn what_went_wrong_is_in_the_file() {
    let script = "stream|from().groupBy('h')|alert().id('{{ index .Tags 5 }}').crit(lambda: TRUE)";
    let tick = Tick::new("run").script(script).input("m,h=a v=1 1\n").args(&["--stats-file", "s.json"]);
    let out = tick.run().status(1);
    let stats: Value = serde_json::from_str(&out.read("s.json")).expect("JSON");
    let failed = number(&stats, "/tasks/0/failed").as_str().expect("an error");
    assert!(failed.starts_with("alert2: template: "), "{failed}");
    let tick = Tick::new("run").script("stream|from().groupBy('h')|count('v')|log()");
    let tick =
        tick.input("m,h=a v=1 1\nm,h=b v=1 2\n").args(&["--stats-file", "s.json", "--max-groups", "1"]);
    let stats: Value = serde_json::from_str(&tick.run().status(3).read("s.json")).expect("JSON");
    let stopped = number(&stats, "/stopped").as_str().expect("a reason");
    assert_eq!(stopped, "stopped by `--max-groups 1`: script.tick:1:28: count2 holds 2 groups");
    let tick = self::tick("run").args(&["--stats-file", "no/folder/s.json"]);
    tick.run().status(2).stderr_has("cannot write `no/folder/s.json`");
}
