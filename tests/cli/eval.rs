//! `tick eval`

use super::tick::Tick;

#[test]
fn each_point_gives_one_object_and_counters_go_on() {
    let points = ["--point", "m,h=a v=1.5 0", "--point", "m,h=b v=2 1", "--point", "m v=7i 2"];
    let want = "{\"type\":\"string\",\"value\":\"a1\"}\n\
                {\"type\":\"string\",\"value\":\"b2\"}\n\
                {\"error\":\"invalid math operator + for type missing\"}\n";
    let expr = "lambda: \"h\" + string(count())";
    Tick::new("eval").args(&[expr]).args(&points).run().status(0).stdout(want).stderr("");
}

#[test]
fn values_are_plain_for_people() {
    let args = ["duration(\"v\", 1m) * hour(\"time\")", "--point", "m v=2i 3600", "--precision", "s"];
    let run = |more: &[&str]| Tick::new("eval").args(&args).args(&["--format", "text"]).args(more).run();
    run(&[]).status(0).stdout("2m0s\n");
    run(&["--tz", "+02:00"]).status(0).stdout("6m0s\n");
    run(&["--tz", "Nowhere"]).status(2).stdout("").stderr_has("unknown time zone `Nowhere`");
}

#[test]
fn what_cannot_be_right_is_said_before_any_value() {
    let out = Tick::new("eval").args(&["sigm(\"v\")", "--point", "m v=1 0", "--format", "text"]).run();
    out.status(0).stdout("error: undefined function: \"sigm\"\n").stderr_has("did you mean `sigma`?");
}

#[test]
fn an_expression_that_does_not_compile_is_shown_with_its_place() {
    let out = Tick::new("eval").args(&["1 + )"]).run().status(2);
    assert!(out.stdout.starts_with("{\"error\":\"parser: unexpected "), "{}", out.stdout);
    out.stderr_has("expression:1:5");
    let out = Tick::new("eval").args(&["--format", "text", "-'a' + 5"]).run().status(2).stdout("");
    out.stderr_has("mismatched type to binary operator. got string + int");
}

#[test]
fn a_bad_point_is_an_error_of_its_own() {
    let points = ["--point", "m v= 0", "--point", "m v=1 0"];
    let out = Tick::new("eval").args(&["\"v\" > 0"]).args(&points).run().status(0);
    assert!(out.stdout.starts_with("{\"error\":\"unable to parse 'm v= 0': "), "{}", out.stdout);
    assert!(out.stdout.ends_with("\n{\"type\":\"bool\",\"value\":true}\n"), "{}", out.stdout);
}
