//! What is wrong with scripts: all of it, in one run, at its place.

use super::{built, mistakes};

#[test]
fn one_run_finds_all_mistakes() {
    let script = "var m = 'cpu' + 1\nstream\n    |from()\n        .measurment(m)\n    |window()\n        \
                  .period('10s')\n        .every(10)\n    |mean(\"usage\")\n    .alert()\n        .crit(\"x\")\n        \
                  .slak()\n        .chanel('#x')\n    |eval(lambda: 1 + 'a')\n";
    let found: Vec<(&str, &str)> = mistakes(script)
        .iter()
        .map(|found| {
            let span = found.span.unwrap_or_default();
            (found.code, &script[span.start as usize..span.end as usize])
        })
        .collect();
    assert_eq!(
        found,
        [
            ("E0207", "'cpu' + 1"),
            ("E0210", "measurment"),
            ("E0215", "'10s'"),
            ("E0215", "10"),
            ("E0217", "\"usage\""),
            ("E0211", "alert"),
            ("E0215", "\"x\""),
            ("E0210", "slak"),
            ("E0210", "chanel"),
            ("E0219", "eval(lambda: 1 + 'a')"),
        ]
    );
}

#[test]
fn what_depends_on_a_mistake_is_not_reported() {
    for (script, count) in [
        ("var x = nope\nvar y = x + 1\nstream|from()|sample(y)|shift(x)", 1),
        ("stream|from()|where(lambda: \"v\" > a AND \"w\" < a)|eval(lambda: a).as('a')", 1),
        ("strem|from()|log()", 1),
        ("stream|from()|deadman(10, 10s).message('x')", 1),
        ("batch|query(5).every(1m)|mean('x', 'y')", 2),
    ] {
        let found = mistakes(script);
        assert_eq!(found.len(), count, "{script}: {found:#?}");
    }
}

#[test]
fn hints_say_what_to_write() {
    for (script, hint) in [
        ("stream|from()|window().period('10s').every(1s)", "write 10s without quotes"),
        ("stream|from()|window().period(10).every(1s)", "give it a unit, as in 10s"),
        ("stream|from()|percentile('v', 95)", "write 95.0"),
        ("stream|from()|mean(\"v\")", "strings stand in single quotes: 'v'"),
        ("stream|from()|alert().crit(\"v\")", "write `lambda: \"v\"`"),
        ("stream|from()|alert().cirt(lambda: TRUE)", "did you mean `crit`?"),
        ("stream|from()|influxdbOut()", "did you mean `influxDBOut`?"),
        ("stream|window()", "choose points first: `stream|from()`"),
        ("batch|from()", "`from` reads a stream: write `stream|from(…)`"),
        ("stream|from()|influxDBOut()|log()", "nothing can follow `influxDBOut`"),
        ("stream|from()|where(lambda: true)", "write `TRUE`"),
        (
            "stream|from()@forecast()",
            "declare it in the file of `--config`: `[udf.functions.forecast]` with `prog` and `args`, or `socket`",
        ),
    ] {
        let found = mistakes(script);
        let first = found.first().unwrap_or_else(|| panic!("{script} is accepted"));
        assert_eq!(first.hint.as_deref(), Some(hint), "{script}");
    }
}

#[test]
fn lambdas_in_vars_cannot_grow_without_bound() {
    let mut script = "var x0 = lambda: \"a\" > 1\n".to_owned();
    for i in 1..40 {
        script += &format!("var x{i} = lambda: x{0} AND x{0}\n", i - 1);
    }
    script += "stream|from()|where(x39)";
    let found = mistakes(&script);
    assert_eq!(found.first().map(|found| found.code), Some("E0214"));
    let mut script = "var x0 = lambda: \"a\"\n".to_owned();
    for i in 1..3_000 {
        script += &format!("var x{i} = lambda: -x{}\n", i - 1);
    }
    script += "stream|from()|eval(x2999).as('x')";
    let found = mistakes(&script);
    assert_eq!(found.first().map(|found| found.code), Some("E0214"));
}

#[test]
fn user_defined_functions_are_taken_on_trust() {
    let built = built("stream|from()@learn().field('x').size(5, TRUE)|log()");
    let names: Vec<&str> = built.graph.nodes.iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names, ["stream0", "from1", "learn2", "log3"]);
    let found = mistakes("stream|from()|learn()");
    assert!(found[0].kapacitor.as_deref().is_some_and(|text| text.contains("'node@learn(..)'")));
}

#[test]
fn texts_beyond_the_recorded_cases() {
    for (script, words) in [
        ("var x = 5\nx|log()", "line 2 char 3: cannot get properties of non pointer value"),
        ("stream|from()|where(lambda: \"v\" > stream)", "unsupported literal type *pipeline.StreamNode"),
        (
            "stream|from()|alert().slack().foo()",
            "line 1 char 31: no method or property \"foo\" on *pipeline.SlackHandler",
        ),
        (
            "stream|from()|alert().all().foo()",
            "line 1 char 29: no method or property \"foo\" on *pipeline.AlertNodeData",
        ),
        (
            "stream|from()|groupBy('a').exclude(5)",
            "line 1 char 28: error calling func \"exclude\" on obj *pipeline.GroupByNode: reflect: cannot use int64 as \
             type string in Call",
        ),
        ("stream|from()|log().quiet", "line 1 char 20: object *pipeline.LogNode has no property quiet"),
        ("stream|from()|alert().snmpTrap('')", "invalid SNMP trap \"\": you must supply a trap Oid"),
        ("stream|from()|stats(0s)", "stats node must have positive interval"),
        (
            "stream|from()|alert().crit(*)",
            "line 1 char 23: error calling func \"crit\" on obj *pipeline.AlertNode: reflect.Set: value of type \
             *ast.StarNode is not assignable to type *ast.LambdaNode",
        ),
    ] {
        let found = mistakes(script);
        assert_eq!(found.first().and_then(|found| found.kapacitor.as_deref()), Some(words), "{script}");
    }
}

/// Scripts with pieces missing or moved are refused or built, and every place that is told lies in the script.
#[test]
fn damaged_scripts_are_survived() {
    let examples = tickscript::nodes::SPECS.iter().map(|spec| spec.example);
    let examples = examples.chain(tickscript::handlers::SPECS.iter().map(|spec| spec.example));
    for example in examples {
        let words: Vec<&str> = example.split_inclusive([' ', '(', ')', '|', '.', ',', ':']).collect();
        for i in 0..words.len() {
            for j in [i + 1, i + 2, i + 5] {
                let mut damaged = words.clone();
                damaged.drain(i..j.min(words.len()));
                survives(&damaged.concat());
                let mut moved = words.clone();
                moved.swap(i, j % words.len());
                survives(&moved.concat());
            }
        }
    }
}

fn survives(script: &str) {
    let parsed = tickscript::lang::parse(script);
    if parsed.has_errors() {
        return;
    }
    let found = super::build(script, &tickscript::pipeline::Vars::default());
    let found = found.map_or_else(|found| found, |built| built.warnings);
    for found in found {
        let inside =
            found.span.is_none_or(|span| script.get(span.start as usize..span.end as usize).is_some());
        assert!(inside, "{script}\n{found:?}");
    }
}
