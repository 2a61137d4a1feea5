//! `tick test`: tests of scripts, what is told of them, and what `--update` writes.

use super::tick::{Outcome, Tick};

/// One event each time a host's load crosses the line.
const SCRIPT: &str = "\
var limit = 10.0
var loads = stream
    |from()
        .measurement('cpu')
        .groupBy('host')
    |eval(lambda: \"usage\" * 2.0)
        .as('double')
        .keep()
loads
    |alert()
        .id('{{ index .Tags \"host\" }}')
        .message('{{ .ID }} is {{ .Level }}')
        .crit(lambda: \"usage\" > limit)
        .stateChangesOnly()
        .exec('/bin/page', 'me')
";

/// A host that is busy for a while.
const INPUT: &str = "    input: {series: cpu, tags: {host: a}, fields: {usage: 5x1m 20x1m 5}}\n";

fn test(file: &str) -> Tick {
    Tick::new("test").file("cpu.tick", SCRIPT).file("cpu.test.yaml", file)
}

fn one(expect: &str) -> Outcome {
    test(&format!("tests:\n  - name: one\n{INPUT}    expect:\n{expect}")).run()
}

#[test]
fn what_is_expected_passes() {
    for expect in [
        "      events: [{at: 1m, level: CRITICAL, id: a}, {at: 2m, level: OK}]\n",
        "      events: [{at: 2m, message: /^a is/, previous: crit, fields: {usage: 5, double: 10~0.1}}]\n",
        "      exact: true\n      events: [{at: 1m}, {at: '2020-01-01T00:02:00Z', tags: {host: a}, exact: true}]\n",
        "      events: [{at: 50s..70s, level: CRITICAL}, {at: 2m.., level: OK}]\n",
        "      none: [{at: ..59s}, {level: WARNING}, {at: 2m1s.., id: a}]\n",
        "      counts: {critical: 1, ok: 1, all: '>= 2', warning: 0}\n",
        "      levels: {a: OK, never-heard-of: OK}\n",
        "      rows: {loads: [{at: 10s, fields: {double: 10}}, {at: 1m, tags: {host: a}, fields: {double: '> 39'}}]}\n",
        "      rows: {from1: [{at: 0s, name: cpu, exact: true, fields: {usage: 5}}]}\n",
        "      calls: [{at: 1m, kind: exec, prog: /bin/page, args: [me], stdin: {id: a, level: CRITICAL}}]\n",
        "      exact: true\n      calls: [{at: 1m, stdin: /CRITICAL/}, {at: 2m, level: OK}]\n",
    ] {
        let out = one(expect);
        assert_eq!(
            (out.status, &*out.stdout),
            (0, "ok    cpu.test.yaml  1 test\n1 passed in 1 file\n"),
            "{expect}"
        );
    }
}

#[test]
fn what_is_otherwise_fails_with_its_place() {
    for (expect, place, words) in [
        ("      events: []\n", "5:15", "event was not expected: +1m CRITICAL a"),
        ("      events: [{at: 1m, level: WARNING}]\n", "5:32", "event differs in `level`"),
        ("      events: [{at: 90s, level: CRITICAL}]\n", "5:16", "event was not seen: +1m30s CRITICAL"),
        ("      events: [{at: 90s, level: CRITICAL, id: a}]\n", "5:21", "event differs in `at`"),
        ("      exact: true\n      events: [{at: 1m}]\n", "6:15", "event was not expected: +2m OK a"),
        ("      events: [{at: 1m, exact: true, fields: {usage: 20}}]\n", "5:46", "event differs in `fields`"),
        ("      none: [{at: 1m..}]\n", "5:14", "there must be no such event: +2m OK a"),
        ("      counts: {critical: 2}\n", "5:26", "expected 2 CRITICAL events, seen 1"),
        ("      levels: {a: CRITICAL}\n", "5:19", "`a` is expected to end as CRITICAL, seen OK since +2m"),
        (
            "      rows: {loads: [{at: 10s, fields: {double: 11}}]}\n",
            "5:49",
            "row differs in `fields.double`",
        ),
        ("      calls: [{at: 1m, kind: exec, args: [you]}]\n", "5:42", "call differs in `args`"),
        ("      error: any\n", "5:14", "expected an error, but the script ran"),
    ] {
        let out = one(expect).status(1);
        let line = format!("  cpu.test.yaml:{place}: {words}");
        assert!(out.stdout.contains(&line), "{expect}\nwant {line}\n{}", out.stdout);
    }
}

#[test]
fn the_axis_has_expected_and_seen_side_by_side() {
    let out = one(
        "      exact: true\n      events:\n        - {at: 1m, level: CRITICAL}\n        - {at: 90s, level: OK, id: b}\n",
    );
    out.status(1).stdout(
        "FAIL  cpu.test.yaml:2: one
  cpu.test.yaml:8:11: event was not seen: +1m30s OK b
  cpu.test.yaml:7:9: event was not expected: +2m OK a

    time    expected  seen
    +1m     CRITICAL  CRITICAL a
  - +1m30s  OK b      –
  + +2m     –         OK a

0 passed, 1 failed in 1 file
",
    );
}

#[test]
fn events_that_were_withheld_have_a_reason() {
    let out = one("      events: [{at: 30s, level: WARNING, id: a}, {at: 80s, level: CRITICAL}]\n").status(1);
    let want = "
    time    expected   seen
  - +30s    WARNING a  –
            +30s `a`: no level's condition holds: OK, as before
    +1m     –          CRITICAL a
  - +1m20s  CRITICAL   –
            +1m20s `a`: suppressed: stateChangesOnly, CRITICAL since 2020-01-01T00:01:00Z
    +2m     –          OK a
";
    assert!(out.stdout.contains(want), "{}", out.stdout);
}

#[test]
fn coverage_tells_what_no_test_has_seen() {
    let run = |args: &[&str]| {
        let file =
            format!("tests:\n  - name: one\n{}    expect: {{events: []}}\n", INPUT.replace("20x1m", "6"));
        test(&file).args(args).run()
    };
    let want = "\
ok    cpu.test.yaml  1 test
1 passed in 1 file
 66.7%  cpu.tick
        cpu.tick:13: alert3 crit was never true
        cpu.tick:15: alert3 exec was never asked to do anything
 66.7%  4 of 6 seen in all scripts
";
    run(&["--coverage"]).status(0).stdout(want);
    let out = run(&["--coverage-min", "70"]).status(1);
    assert_eq!(out.stderr, "error: 66.7% of the scripts was seen, less than 70%\n");
    run(&["--coverage-min", "66%"]).status(0);
    run(&["--coverage-min", "101"]).status(2).stderr_has("expected a number from 0 to 100");
    run(&["--coverage-out", "c.txt"]).status(2).stderr_has("a file that ends in `.json` or `.html`");
    run(&["--coverage-out", "no/c.json"]).status(2).stderr_has("cannot write `no/c.json`: no such file");
    let json: serde_json::Value =
        serde_json::from_str(&run(&["--coverage-out", "c.json"]).status(0).read("c.json")).expect("JSON");
    assert_eq!((&json["seen"], &json["all"]), (&4.into(), &6.into()));
    assert_eq!(json["scripts"][0]["items"][3]["seen"], true, "{json}");
    let html = run(&["--coverage-out", "c.html"]).status(0).read("c.html");
    assert!(html.contains("<span class=\"part\"><i>  13</i>          .crit(lambda: &quot;usage&quot; &gt; limit)  <i>← alert3 crit was never true</i></span>"), "{html}");
    assert!(html.contains("<span class=\"missed\"><i>  15</i>"), "{html}");
    let all = format!("tests:\n  - name: one\n{INPUT}    expect: {{counts: {{all: 2}}}}\n");
    let out = test(&all).args(&["--coverage", "--coverage-min", "100"]).run().status(0);
    assert!(
        out.stdout.contains("100.0%  cpu.tick\n        levels: OK→CRITICAL 1, CRITICAL→OK 1\n"),
        "{}",
        out.stdout
    );
}

#[test]
fn scripts_with_mistakes_can_be_expected() {
    let file = |expect: &str| format!("script: bad.tick\ntests:\n  - name: one\n    expect:\n{expect}");
    let run = |expect: &str| {
        let bad = "stream\n    |from()\n        .measurment('cpu')\n";
        Tick::new("test").file("bad.tick", bad).file("x.test.yaml", &file(expect)).run()
    };
    for expect in [
        "      error: {code: E0210, text: no property, line: 3}\n",
        "      error: /no (property|method)/\n",
        "      error: {line: 3}\n",
    ] {
        let out = run(expect);
        assert_eq!(out.status, 0, "{expect}{}", out.stdout);
    }
    let out = run("      error: {code: E0101}\n").status(1);
    assert!(
        out.stdout.contains("x.test.yaml:5:14: the script has other errors: E0210 in line 3: "),
        "{}",
        out.stdout
    );
    let out = run("      events: []\n").status(2);
    assert!(
        out.stdout.contains("  bad.tick:3:10: `from` has no property `measurment` [E0210]; did you mean"),
        "{}",
        out.stdout
    );
}

#[test]
fn lines_may_have_times_of_any_kind() {
    let file = "\
tests:
  - name: offsets
    input:
      lines: |
        # a comment
        cpu,host=a usage=1 0

        cpu,host=a usage=20 +10s
        cpu,host=a usage=1 2020-01-01T00:00:20Z
        cpu,host=a usage=21 1577836830000000000
    expect: {exact: true, events: [{at: 10s}, {at: 20s}, {at: 30s}]}
  - name: own times
    input:
      lines: |
        cpu,host=a usage=20 1000
        cpu,host=a usage=1 2000
      precision: s
    expect: {exact: true, events: [{at: 0s}, {at: 1970-01-01T00:33:20Z}]}
  - name: late points come when they come
    input:
      - lines: |
          cpu,host=a usage=1 20s
          cpu,host=a usage=20 10s
        unordered: true
    expect: {exact: true, events: [{at: 10s, level: CRITICAL}]}
  - name: late and double points of a series
    input: {series: cpu, tags: {host: a}, fields: {usage: 1 late(30s 2) 3x3 dup(4)}}
    expect:
      exact: true
      rows: {from1: [{at: 0s}, {at: 10s}, {at: 20s}, {at: 30s}, {at: 40s}, {at: 50s}, {at: 1m}, {at: 1m}]}
";
    test(file).run().status(0);
}

#[test]
fn files_and_series_are_played_together() {
    let file = "\
start: 2020-01-01T00:00:00Z
tests:
  - name: both
    input:
      - {file: b.csv, tags: [host]}
      - {series: cpu, tags: {host: [x, y]}, from: 15s, fields: {usage: 20}}
    expect:
      exact: true
      events: [{at: 10s, id: b}, {at: 15s, id: x}, {at: 15s, id: y}, {at: 20s, id: b, level: OK}]
";
    let csv = "time,name,host,usage\n2020-01-01T00:00:10Z,cpu,b,20\n2020-01-01T00:00:20Z,cpu,b,1\n";
    test(file).file("b.csv", csv).run().status(0);
    let out = test(file).run().status(2);
    assert!(out.stdout.contains("cpu.test.yaml:5:9: b.csv: no such file"), "{}", out.stdout);
}

#[test]
fn the_clock_goes_on_until_it_is_to_stop() {
    let script = "stream|from().measurement('m')|deadman(1.0, 1m).id('dead')";
    let file = "\
script: d.tick
until: 5m
tests:
  - name: silence
    input: {series: m, fields: {v: 1x2m}}
    expect: {exact: true, events: [{at: 3m, level: CRITICAL, id: dead}, {at: 4m}, {at: 5m}]}
  - name: nothing at all
    until: 90s
    expect: {events: []}
";
    Tick::new("test").file("d.tick", script).file("d.test.yaml", file).run().status(0);
}

#[test]
fn batch_scripts_get_points_or_results() {
    let script = "\
batch
    |query('SELECT mean(\"usage\") AS usage FROM \"db\".\"rp\".cpu')
        .period(1m)
        .every(1m)
        .groupBy('host')
    |alert()
        .id('{{ index .Tags \"host\" }}')
        .crit(lambda: \"usage\" > 10.0)
";
    let file = "\
script: b.tick
tests:
  - name: points for the query
    until: 3m
    input: {series: cpu, tags: {host: [a, b]}, fields: {usage: 5x1m 20x2m}}
    expect: {exact: true, events: [{at: 1m, level: CRITICAL, id: a}, {at: 1m, id: b}, {at: 2m, id: a}, {at: 2m, id: b}]}
  - name: a result
    input:
      - query: query1
        lines: |
          cpu,host=a usage=11 1m
          cpu,host=b usage=9 1m
    expect: {exact: true, events: [{at: 1m, id: a, fields: {usage: 11}}]}
";
    Tick::new("test").file("b.tick", script).file("b.test.yaml", file).run().status(0);
    let wrong = file.replace("query1", "query7");
    let out = Tick::new("test").file("b.tick", script).file("b.test.yaml", &wrong).run().status(2);
    assert!(out.stdout.contains("the script has no query `query7`; there are `query1`"), "{}", out.stdout);
}

#[test]
fn vars_have_the_types_of_the_script() {
    let file = format!(
        "vars: {{limit: 30}}\ntests:\n  - name: high\n{INPUT}    expect: {{events: []}}\n  - name: own\n    vars: {{limit: 4.5}}\n{INPUT}    expect: {{counts: {{critical: 1, all: 1}}}}\n"
    );
    test(&file).run().status(0);
    let out = test(&file.replace("limit: 4.5", "limti: 4.5")).run().status(2);
    assert!(
        out.stdout.contains("cpu.test.yaml:7:12: the script has no var `limti`; did you mean `limit`?"),
        "{}",
        out.stdout
    );
    let out = test(&file.replace("limit: 4.5", "limit: high")).run().status(2);
    assert!(
        out.stdout.contains("cpu.test.yaml:7:19: var `limit`: expected a number for a var of type `float`"),
        "{}",
        out.stdout
    );
}

#[test]
fn a_script_without_vars_takes_none() {
    let none = "stream|from().measurement('m')|alert().crit(lambda: TRUE)";
    let file = "script: n.tick\nvars: {limit: 4.5}\ntests: [{name: a, expect: {events: []}}]\n";
    let out = Tick::new("test").file("n.tick", none).file("n.test.yaml", file).run().status(2);
    assert!(
        out.stdout.contains("  n.test.yaml:2:8: the script has no var `limit`: it has none\n"),
        "{}",
        out.stdout
    );
}

#[test]
fn mistakes_in_files_have_places_and_hints() {
    let file = "\
intervall: 10s
tests:
  - name: a
    start: 5m
    input:
      - series: cpu
        fields: {usage: \"5x10q 3\"}
      - lines: |
          cpu,host=a usage=5 +10s
          cpu,host=a usage=5 +5s
          cpu,host=a usage=x +5s
          cpu,host=a usage=5
      - {file: x.csv, lines: x}
      - {series: cpu, fields: {usage: [1, []]}}
    expect:
      events:
        - {at: 5m, leve: CRITICAL}
        - {at: 4m, level: BAD}
        - {at: soon, message: /(/}
      counts: {all: many, some: 1}
  - name: a
    expect: {error: {code: 5}}
";
    let want = "\
error cpu.test.yaml:1:1: unknown key `intervall`; did you mean `interval`?
error cpu.test.yaml:4:12: `start` is no offset from itself; write a time such as `2020-01-01T00:00:00Z`
error cpu.test.yaml:7:28: values of a series: expected a count or a duration behind `x`, as in `5x10` or `5x10m`, found `10q`
error cpu.test.yaml:10:11: +5s comes after +10s of line 9: times out of order; sort the lines, or write `unordered: true` if the points come late
error cpu.test.yaml:11:28: field `usage`: `x` is no number, boolean or quoted string
error cpu.test.yaml:12:22: `usage=5` is no time: the line ends in its time: an offset from the start such as `+10s`, a timestamp, or a time such as `2020-01-01T00:00:10Z`
error cpu.test.yaml:13:9: an input has one of `series`, `lines` and `file`
error cpu.test.yaml:14:43: expected values such as `90x3 5x10m`, found a list
error cpu.test.yaml:17:20: unknown key of the event `leve`; did you mean `level`?
error cpu.test.yaml:18:11: times out of order: this event is before that of line 17; list events in the order of their times
error cpu.test.yaml:18:27: expected a level: `OK`, `INFO`, `WARNING` or `CRITICAL`
error cpu.test.yaml:19:16: `at`: expected an offset from the start such as `1m30s`, or a time such as `2020-01-01T00:01:30Z`, or a stretch such as `1m..5m`
error cpu.test.yaml:19:31: `/(/` is no pattern: missing closing ): `(`
error cpu.test.yaml:20:21: `all`: expected a number of events, or a range such as `2..5` or `>= 1`
error cpu.test.yaml:20:27: unknown key of `counts` `some`; known are `all`, `ok`, `info`, `warning` and `critical`
error cpu.test.yaml:21:5: two tests are named `a`; the other is in line 3
error cpu.test.yaml:22:28: `code`: expected a text, found an integer; put it in quotes
0 passed, 17 errors in 1 file
";
    test(file).run().status(2).stdout(want);
    for (file, words) in [
        ("", "cpu.test.yaml:1:1: the file has no test; write `tests:`"),
        ("tests: 5\n", "cpu.test.yaml:1:8: `tests`: expected a list of tests, found an integer"),
        ("tests: [", "cpu.test.yaml:1:8: not readable as YAML"),
        ("tests:\n  - name: a\n---\ntests: []\n", "cpu.test.yaml:4:1: a test file is one document"),
        ("tests:\n  - expect: {events: []}\n", "cpu.test.yaml:2:5: key of a test `name` is missing"),
        (
            "tests: [{name: a, expect: {rows: {nine: []}}}]",
            "cpu.test.yaml:1:35: the script has no node or var `nine`; its nodes are",
        ),
    ] {
        let out = test(file).run().status(2);
        assert!(out.stdout.contains(words), "{file}\n{}", out.stdout);
    }
}

#[test]
fn there_must_be_tests() {
    let told = |tick: Tick, words: &str| drop(tick.run().status(2).stderr_has(words));
    told(Tick::new("test"), "error: there is no test: a file `cpu.test.yaml` beside `cpu.tick` tests it");
    told(Tick::new("test").args(&["none.test.yaml"]), "error: none.test.yaml: no such file");
    told(
        Tick::new("test").script(SCRIPT),
        "error: script.tick: has no test beside it: script.test.yaml is missing",
    );
    let file = format!("tests:\n  - name: one\n{INPUT}    expect: {{counts: {{all: 2}}}}\n");
    told(test(&file).args(&["--run", "two"]), "error: no test has a name that matches `two`");
    test(&file).args(&["--run", "^o", "cpu.tick"]).run().status(0);
    let gone = test(&file.replace("tests:", "script: gone.tick\ntests:")).run().status(2);
    assert!(gone.stdout.contains("cpu.test.yaml: gone.tick: no such file"), "{}", gone.stdout);
}

/// Many files, some of which fail.
fn many() -> Tick {
    let mut tick = Tick::new("test").file("cpu.tick", SCRIPT);
    for i in 0..30 {
        let all = if i % 7 == 3 { 1 } else { 2 };
        let file = format!(
            "script: ../cpu.tick\ntests:\n  - name: t{i}\n{INPUT}    expect: {{counts: {{all: {all}}}}}\n"
        );
        tick = tick.file(&format!("rules/{i:02}.test.yaml"), &file);
    }
    tick
}

#[test]
fn the_report_is_the_same_with_any_number_of_jobs() {
    for args in [&[][..], &["--fail-fast"], &["--format", "json"], &["--format", "tap", "--fail-fast"]] {
        let alone = many().args(&["--jobs", "1"]).args(args).run().status(1).stdout;
        for jobs in ["2", "7"] {
            many().args(&["--jobs", jobs]).args(args).run().status(1).stdout(&alone);
        }
    }
    let fast = many().args(&["--fail-fast"]).run().stdout;
    assert!(fast.ends_with("3 passed, 1 failed in 4 files\n"), "{fast}");
}

#[test]
fn reports_have_formats_for_programs() {
    let file = format!(
        "tests:\n  - name: good & <well>\n{INPUT}    expect: {{counts: {{all: 2}}}}\n  - name: 'bad, 100%'\n{INPUT}    expect: {{counts: {{all: 3}}}}\n"
    );
    let run = |format: &str| test(&file).args(&["--format", format]).run().status(1).stdout;
    let json: serde_json::Value = serde_json::from_str(&run("json")).expect("JSON");
    assert_eq!((&json["version"], &json["passed"], &json["failed"]), (&1.into(), &1.into(), &1.into()));
    let problem = &json["files"][0]["tests"][1]["problems"][0];
    assert_eq!((&problem["line"], &problem["column"]), (&7.into(), &28.into()));
    assert_eq!(problem["message"], "expected 3 events, seen 2");
    assert_eq!(
        run("junit"),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<testsuites tests=\"2\" failures=\"1\" errors=\"0\">
  <testsuite name=\"cpu.test.yaml\" tests=\"2\" failures=\"1\" errors=\"0\">
    <testcase name=\"good &amp; &lt;well&gt;\" classname=\"cpu.test.yaml\"/>
    <testcase name=\"bad, 100%\" classname=\"cpu.test.yaml\">
      <failure message=\"expected 3 events, seen 2\">cpu.test.yaml:7:28: expected 3 events, seen 2</failure>
    </testcase>
  </testsuite>
</testsuites>
"
    );
    assert_eq!(
        run("tap"),
        "TAP version 14
1..2
ok 1 - cpu.test.yaml: good & <well>
not ok 2 - cpu.test.yaml: bad, 100%
  ---
  problems:
    - \"cpu.test.yaml:7:28: expected 3 events, seen 2\"
  ...
"
    );
    let github = run("github");
    let line = "::error file=cpu.test.yaml,line=7,col=28,title=bad%2C 100%25::expected 3 events, seen 2\n";
    assert!(github.starts_with(line) && github.contains("FAIL  cpu.test.yaml:5: bad, 100%\n"), "{github}");
}

/// `--update` on a file: what it is then. It must pass.
fn updated(file: &str) -> String {
    let out = test(file).args(&["--update"]).run().status(0);
    let text = out.read("cpu.test.yaml");
    test(&text).run().status(0);
    text
}

#[test]
fn an_update_changes_only_what_was_seen_otherwise() {
    let file = format!(
        "# About this file
tests:
  # The first
  - name: one   # its name
{INPUT}    expect:
      exact: true   # nothing else
      events:
        # going up
        - at: 50s   # when
          level: crit
          id: a
        - {{at: 2m, level: WARNING, id: a, message: 'x # y'}}   # inline
        - at: 3m    # a third
          # never seen
          id: b
      counts: {{all: 5, ok: 1}}
      levels:
        a: WARNING
  - name: two
    expect: {{events: []}}
"
    );
    let want = file
        .replace("at: 50s ", "at: 1m ")
        .replace("level: WARNING, id: a, message: 'x # y'", "level: OK, id: a, message: \"a is OK\"")
        .replace(
            "        - at: 3m    # a third\n          # never seen\n          id: b\n",
            "        # a third\n        # never seen\n",
        )
        .replace("all: 5", "all: 2")
        .replace("a: WARNING", "a: OK");
    assert_eq!(updated(&file), want);
    assert_eq!(updated(&want), want, "nothing is left to do");
}

#[test]
fn an_update_writes_lists_where_there_were_none() {
    let head = format!("tests:\n  - name: one\n{INPUT}");
    let events = "        - at: 1m\n          level: CRITICAL\n          id: a\n          message: \"a is CRITICAL\"\n        - at: 2m\n          level: OK\n          id: a\n          message: \"a is OK\"\n";
    let want = format!("{head}    expect:\n      exact: true\n      events:\n{events}");
    assert_eq!(updated(&head), want);
    assert_eq!(updated(&format!("{head}    expect:\n")), want);
    assert_eq!(updated(&format!("{head}    expect: {{}}\n")), want);
    assert_eq!(updated(head.trim_end()), want);
    let empty = format!("{head}    expect:\n      exact: true\n      events: [] # none yet\n");
    let listed = updated(&empty);
    assert!(listed.starts_with(&format!("{head}    expect:\n      exact: true\n      events:")), "{listed}");
    assert!(listed.contains("# none yet") && listed.contains("level: CRITICAL"), "{listed}");
    let short = want.replace("        - at: 1m\n          level: CRITICAL\n          id: a\n          message: \"a is CRITICAL\"\n", "        # then\n");
    assert_eq!(updated(&short), want.replace("        - at: 2m", "        # then\n        - at: 2m"),);
    let flow = updated(&format!("{head}    expect: {{exact: true, events: [{{at: 1m, id: a}}]}}\n"));
    assert!(
        flow.contains("events: [{at: 1m, id: a}, {at: 2m, level: OK, id: a, message: \"a is OK\"}]}"),
        "{flow}"
    );
    let other = updated(&format!("{head}    expect:\n      events:\n        - {{at: 9m}} # far\n"));
    assert_eq!(other, format!("{head}    expect:\n      events:\n{events}        # far\n"));
    let nothing =
        format!("{}    expect:\n      events:\n        - {{at: 9m}} # far\n", head.replace("20x1m", ""));
    assert!(updated(&nothing).ends_with("      events:\n        # far\n          []\n"));
}

#[test]
fn an_update_that_cannot_be_made_leaves_the_file() {
    let file = format!("tests:\n  - {{name: one, {}}}\n", INPUT.trim());
    let out = test(&file).args(&["--update"]).run().status(2);
    assert!(out.stdout.contains("a test in brackets: write its keys below each other"), "{}", out.stdout);
    out.wrote("cpu.test.yaml", &file);
}

/// Tests as kapacitor-unit has them.
const UNIT: &str = "\
tests:
  - name: stream
    description: two lines
    task_name: cpu.tick
    db: d
    rp: default
    type: stream
    data:
      - cpu,host=a usage=5
      - cpu,host=a usage=20
    expects: {crit: 1}
  - name: batch
    task_name: b.tick
    db: d
    rp: default
    type: batch
    data:
      - cpu,host=a usage=11
      - cpu,host=b usage=9
    expects:
      ok: 0
      warn: 0
      crit: 1
";

/// Asks every ten minutes for the last one.
const ASKS: &str = "\
batch
    |query('SELECT usage FROM \"d\".\"default\".cpu')
        .period(1m)
        .every(10m)
        .groupBy('host')
    |alert()
        .crit(lambda: \"usage\" > 10.0)
";

#[test]
fn files_of_kapacitor_unit_are_run_and_rewritten() {
    let unit =
        |command| Tick::new(command).file("t/cpu.tick", SCRIPT).file("t/b.tick", ASKS).file("t/u.yaml", UNIT);
    unit("test").args(&["--kapacitor-unit", "t/u.yaml"]).run().status(0);
    let moved = unit("test").file("u.yaml", UNIT).args(&["--kapacitor-unit", "u.yaml"]);
    moved.args(&["--dir", "t"]).run().status(0);
    let wrong = unit("test").file("t/w.yaml", &UNIT.replace("crit: 1\n", "crit: 2\n"));
    let out = wrong.args(&["--kapacitor-unit", "t/w.yaml"]).run().status(1);
    assert!(out.stdout.contains("  t/w.yaml:23:13: expected 2 CRITICAL events, seen 1\n"), "{}", out.stdout);
    let text = unit("migrate").args(&["t/u.yaml"]).run().status(0).stdout;
    assert!(
        text.contains("    until: 10m\n    input:\n      lines: |\n        cpu,host=a usage=11 +9m58s\n"),
        "{text}"
    );
    unit("test").file("t/u.test.yaml", &text).args(&["t"]).run().status(0);
    let out = unit("migrate").args(&["t/u.yaml", "-o", "t/new.test.yaml"]).run().status(0).stdout("");
    out.wrote("t/new.test.yaml", &text);
    unit("migrate")
        .args(&["t/u.yaml", "-o", "t/b.tick"])
        .run()
        .status(2)
        .stderr_has("cannot write `t/b.tick`");
    unit("migrate").args(&["t/cpu.tick"]).run().status(2).stderr_has("error: t/cpu.tick:");
    unit("test").args(&["--dir", "t"]).run().status(2);
}

#[test]
fn the_samples_pass() {
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/samples");
    let out = Tick::new("test").args(&[samples]).run().status(0);
    assert!(out.stdout.contains("cpu_exec.test.yaml  4 tests"), "{}", out.stdout);
}
