//! Functions that are not declared, refuse, die, are silent or talk rubbish: one clear error each, and nothing hangs.

use std::fs;
use std::process::{Command, Stdio};

use super::{POINTS, Tick, declared, tick};

/// Runs a script of one function on some points; the error that ends the task.
fn failure(function: &str) -> String {
    let out = tick("run", &[function], &format!("stream|from()@{function}()|log()")).input(POINTS).run();
    let out = out.status(1);
    let failed = out.stderr.lines().find_map(|l| l.strip_prefix("error: task `script` failed: "));
    failed.unwrap_or_else(|| panic!("no failure in {}", out.stderr)).to_owned()
}

#[test]
fn an_unknown_function_is_told_with_what_to_declare() {
    let out = tick("run", &["scale"], "stream|from()@scales()|log()").input(POINTS).run().status(2);
    let out = out.stderr_has("error[E0210]: `from` has no user-defined function `scales`");
    out.stderr_has("script.tick:1:15").stderr_has("help: did you mean `@scale`?");
    let out = Tick::new("replay").script("stream|from()@forecast()|log()").input(POINTS).run().status(1);
    out.stderr_has(
        "help: declare it in the file of `--config`: `[udf.functions.forecast]` with `prog` and `args`, or `socket`",
    );
}

#[test]
fn a_check_without_a_configuration_starts_nothing() {
    let script = "stream\n    |from()\n    @forecast()\n        .days(7)\n    |window()\n        .period(1m)\n        \
                  .every(1m)\n    |mean('v')\n    |log()\n        .prefix(1)\n";
    let out = Tick::new("check").script(script).run().status(1);
    let out = out
        .stderr_has("warning[W0103]: the function `forecast` is not declared: its options are not checked");
    let out = out.stderr_has("script.tick:3:6").stderr_has("`prefix` takes a string, got the int 1");
    assert_eq!(out.stderr.matches("error[").count(), 1, "{}", out.stderr);
    let script = "stream|from()@forecast()|log()";
    Tick::new("check").script(script).run().status(0);
    Tick::new("check").script(script).args(&["--deny", "warnings"]).run().status(1);
    let out = Tick::new("check").script(script).args(&["--format", "kapacitor"]).run().status(1);
    out.stdout("line 1 char 15: no method or property \"forecast\" on *pipeline.FromNode\n");
    let graph = "digraph script {\nstream0 -> from1;\nfrom1 -> forecast2;\nforecast2 -> log3;\n}\n";
    Tick::new("graph").script(script).run().status(0).stdout(graph);
}

#[test]
fn options_are_what_the_function_says() {
    for (call, message, hint, words) in [
        (
            "by(2)",
            "`by` takes a float, got the int 2",
            "write 2.0",
            "unexpected arg to by, got INT expected DOUBLE",
        ),
        (
            "by()",
            "the option `by` takes a float, got 0 values",
            "",
            "unexpected number of args to by, got 0 expected 1",
        ),
        (
            "all(TRUE, 1, 1.0, 'x', 5)",
            "`all` takes a duration, got the int 5",
            "give it a unit, as in 5s",
            "unexpected arg to all, got INT expected DURATION",
        ),
        (
            "bye(2.0)",
            "the function `scale` has no option `bye`",
            "did you mean `by`?",
            "no method or property \"bye\" on *pipeline.UDFNode",
        ),
        (
            "nothing()",
            "the function `scale` has no option `nothing`",
            "its options are `all`, `by`, `flag`",
            "no method or property \"nothing\" on *pipeline.UDFNode",
        ),
    ] {
        let script = format!("stream|from()@scale().{call}|log()");
        let out = tick("check", &["scale"], &script).run().status(1);
        let out = out.stderr_has(message).stderr_has(hint).stderr_has("script.tick:1:");
        assert_eq!(out.stderr.matches("error[").count(), 1, "{}", out.stderr);
        let out = tick("check", &["scale"], &script).args(&["--format", "kapacitor"]).run().status(1);
        assert_eq!(out.stdout, format!("line 1 char 23: {words}\n"));
    }
    tick("check", &["scale"], "stream|from()@scale().by(2.0).quiet()|log()").run().status(0);
}

#[test]
fn edges_are_what_the_function_says() {
    let out = tick("check", &["count"], "stream|from()@count()|log()").run().status(1);
    out.stderr_has("`@count` takes batches, but `from` gives single points");
    let out =
        tick("check", &["sorted"], "stream|from()@sorted().size(1)|window().period(1s).every(1s)|log()")
            .run();
    out.status(1).stderr_has("`window` collects single points, but what stands before it gives batches");
}

#[test]
fn what_cannot_be_asked_is_told_where_it_is_called() {
    let config = "[udf.functions.none]\nprog = '/no/such/program'\ntimeout = '1s'\n[udf.functions.cat]\nprog = 'echo'\n\
                  args = ['hello']\ntimeout = '5s'\n[udf.functions.deaf]\nsocket = 'nobody'\ntimeout = '10ms'\n";
    let script = "stream|from()@none()@cat()@deaf()|log()";
    for (command, status) in [("check", 1), ("run", 2), ("replay", 1)] {
        let out = Tick::new(command).script(script).file("k.conf", config).args(&["--config", "k.conf"]);
        let out = if command == "check" { out } else { out.input(POINTS) };
        out.run()
            .status(status)
            .stderr_has("error[E0303]: the function `none` cannot be asked what it takes: cannot start")
            .stderr_has("script.tick:1:15")
            .stderr_has("the function `cat` cannot be asked what it takes: it ended too early in the middle of a message")
            .stderr_has("script.tick:1:22")
            .stderr_has("cannot connect to the socket `nobody`: no such file");
    }
}

#[test]
fn a_refusal_of_options_is_the_functions_own() {
    let out = tick("run", &["scale"], "stream|from()@scale().by(0.0)|log()").input(POINTS).run().status(2);
    let out = out
        .stderr_has("error[E0304]: the function `scale` cannot be set up: it refuses its options: by must");
    out.stderr_has("script.tick:1:15");
}

#[test]
fn functions_that_fail_end_the_task_with_one_error() {
    for (function, words) in [
        ("dying", "it ended too early, with exit status 3; it printed last: out of luck"),
        ("failing", "it says: no model"),
        ("huge", "it announces a message of 4294967295 bytes; does it print to standard output"),
        ("cut", "it ended too early in the middle of a message, with exit status 0"),
        ("printing", "it sent 104 bytes that are no message"),
        ("unknown", "it sent a message of 3 bytes of an unknown kind"),
        ("batches", "it gives a batch, but says that it provides a stream"),
    ] {
        let error = failure(function);
        let expected = format!("{function}2: the function `{function}` failed: {words}");
        assert!(error.starts_with(&expected), "{function}: {error}");
    }
    for (function, words) in [
        ("open", "it begins a batch within a batch"),
        ("loose", "it gives a point outside of a batch, but says that it provides batches"),
    ] {
        assert!(failure(function).ends_with(words), "{function}");
    }
}

#[test]
fn an_answer_that_nobody_asked_for_is_told() {
    let out = tick("run", &["unasked"], "stream|from()@unasked()|log()").input("m v=1 1\n").run().status(0);
    out.stderr_has("unasked: it sent `snapshot` without being asked");
}

/// Whether a process is there no more, or is dead and only waits for whoever adopted it to notice.
#[cfg(target_os = "linux")]
fn is_gone(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_none_or(|(_, rest)| rest.starts_with('Z'))
}

#[cfg(target_os = "linux")]
#[test]
fn a_silent_function_ends_the_task_and_is_ended() {
    for (function, words) in [
        ("silent", "it gave no answer within 3s"),
        ("stubborn", "it did not end within 3s after its last point"),
    ] {
        let config = declared(function, "3s");
        let script = format!("stream|from()@{function}()|log()");
        let out = Tick::new("run").file("k.conf", &config).script(&script).input("m v=1 1\n");
        let out = out.args(&["--config", "k.conf"]).run().status(1);
        let out = out.stderr_has(&format!("failed: {function}2: the function `{function}` failed: {words}"));
        let pids = out.read("pid");
        assert!(pids.lines().count() == 2 && pids.lines().all(is_gone), "{function}: {pids}");
    }
}

/// A function that is busy for an hour does not hold up a second Ctrl-C.
#[cfg(target_os = "linux")]
#[test]
fn a_second_interrupt_ends_functions_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name);
    fs::write(file("k.conf"), declared("silent", "1h")).expect("a file");
    fs::write(file("script.tick"), "stream|from()@silent()|log()").expect("a script");
    fs::write(file("input.lp"), POINTS).expect("points");
    let mut tick = Command::new(env!("CARGO_BIN_EXE_tick"));
    tick.args(["run", "script.tick", "input.lp", "--config", "k.conf"]).current_dir(folder.path());
    let mut tick = tick.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("tick starts");
    // The first was asked what it takes, the second is at work.
    let pids = loop {
        let pids = fs::read_to_string(file("pid")).unwrap_or_default();
        if pids.lines().count() == 2 && pids.ends_with('\n') {
            break pids;
        }
        std::thread::yield_now();
    };
    let status = loop {
        if let Some(status) = tick.try_wait().expect("a status") {
            break status;
        }
        let kill =
            Command::new("kill").args(["-s", "INT", &tick.id().to_string()]).stderr(Stdio::null()).status();
        kill.expect("kill");
    };
    assert!(status.code().is_none_or(|code| code == 130), "{status}");
    // They were killed, but nobody waited for them: that takes a moment, and else an hour.
    while !pids.lines().all(is_gone) {
        std::thread::yield_now();
    }
}
