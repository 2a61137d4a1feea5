//! User-defined functions: real processes and sockets in Python, and what is said when they misbehave.

mod faults;

use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::tick::Tick;

/// Two hosts, three seconds.
const POINTS: &str = "m,h=a v=1 1000000000\nm,h=b v=10 1000000000\nm,h=a v=3 2000000000\nm,h=b v=30 2000000000\n\
                      m,h=a v=2 3000000000\nm,h=b v=20 3000000000\n";

/// A file of the repository.
fn file(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name).display().to_string()
}

/// The declaration of a test's function. A process has long to start: the machine may be busy.
fn declared(name: &str, timeout: &str) -> String {
    let (functions, agent) = (file("tests/cli/udf/functions.py"), file("samples/udf"));
    format!(
        "[udf.functions.{name}]\nprog = 'python3'\nargs = ['{functions}', '{name}']\ntimeout = '{timeout}'\n\
         [udf.functions.{name}.env]\nPYTHONPATH = '{agent}'\n"
    )
}

/// `tick` with a script and the functions that it calls.
fn tick(command: &str, functions: &[&str], script: &str) -> Tick {
    let config: String = functions.iter().map(|name| declared(name, "30s")).collect();
    Tick::new(command).file("k.conf", &config).script(script).args(&["--config", "k.conf"])
}

/// The lines that `log` nodes told.
fn logged(stderr: &str) -> Vec<&str> {
    stderr.lines().filter(|l| l.starts_with("INFO") || l.starts_with("  ")).collect()
}

#[test]
fn points_go_to_a_function_and_come_back_in_their_groups() {
    let script = "stream\n    |from()\n        .groupBy('h')\n    @scale()\n        .by(2.5)\n        .all(TRUE, -3, 0.5, \
                  'ü', 90s)\n        .flag()\n    |sum('v')\n    |log()\n";
    let out = tick("run", &["scale"], script).input(POINTS).run().status(0);
    // The last context of a stream is not given on.
    assert_eq!(
        logged(&out.stderr),
        [
            "INFO script:log4 m,h=a sum=2.5 1000000000",
            "INFO script:log4 m,h=b sum=25 1000000000",
            "INFO script:log4 m,h=a sum=7.5 2000000000",
            "INFO script:log4 m,h=b sum=75 2000000000",
        ]
    );
}

#[test]
fn fields_of_all_types_come_back() {
    let script = "stream|from().groupBy('h')@scale().all(TRUE, -3, 0.5, 'ü', 90s).all(FALSE, 0, 0.0, '', 0s).flag()|log()";
    let input = "m,h=a,k=x b=true,i=5i,s=\"t\",v=1 1\n";
    let out = tick("replay", &["scale"], script).input(input).run().status(0);
    let options = "[('all', [[True, -3, 0.5, 'ü', 90000000000], [False, 0, 0.0, '', 0]]), ('flag', [[]])]";
    assert_eq!(
        logged(&out.stderr),
        [format!(
            "INFO script:log3 m,h=a,k=x b=true,group=\"h=a\",i=5i,no=false,options=\"{options}\",s=\"t\",v=1,\
             whole=-7i,yes=true 1"
        )]
    );
}

#[test]
fn points_become_batches() {
    let script = "stream|from().groupBy('h')@sorted().size(3)|percentile('v', 90.0)|log()";
    let out = tick("run", &["sorted"], script).input(POINTS).run().status(0);
    assert_eq!(
        logged(&out.stderr),
        ["INFO script:log4 m,h=a percentile=3 3000000000", "INFO script:log4 m,h=b percentile=30 3000000000"]
    );
}

#[test]
fn batches_become_points_and_batches() {
    let script = "var w = stream|from().groupBy('h')|window().period(2s).every(2s).align()\nw@count()|log()\n\
                  w@mirror()|max('v')|log()\n";
    let out = tick("run", &["count", "mirror"], script).input(POINTS).run().status(0);
    let mut lines = logged(&out.stderr);
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "INFO script:log4 m,h=a count=1i,sum=1 2000000000",
            "INFO script:log4 m,h=b count=1i,sum=10 2000000000",
            "INFO script:log7 m,h=a max=1 2000000000",
            "INFO script:log7 m,h=b max=10 2000000000",
        ]
    );
}

#[test]
fn what_a_function_gives_at_the_end_is_not_lost() {
    let out = tick("run", &["later"], "stream|from()@later()|log()").input(POINTS).run().status(0);
    assert_eq!(logged(&out.stderr).len(), 6, "{}", out.stderr);
}

#[test]
fn two_runs_give_the_same_bytes() {
    let script = "var all = stream|from().groupBy('h')\nvar twice = all@scale().by(2.0)\nall|join(twice).as('a', 'b')\n    \
                  |alert().crit(lambda: \"b.v\" > 3.0).message('{{ .ID }} {{ index .Fields \"b.v\" }}').details('')\n\
                  all@sorted().size(2)|alert().warn(lambda: TRUE).details('')\n";
    let mut input = String::new();
    for i in 0..400_i64 {
        input.push_str(&format!(
            "m,h=h{} v={} {}\n",
            i % 7,
            i * 31 % 17,
            1_000_000_000 + i / 5 * 1_000_000_000
        ));
    }
    let run = |_| {
        let tick = tick("run", &["scale", "sorted"], script).input(&input);
        let out = tick.args(&["--trace", "trace.jsonl"]).run().status(0);
        (out.stdout.clone(), out.read("trace.jsonl"))
    };
    let [first, second] = [0, 1].map(run);
    assert_eq!(first, second);
    assert!(first.0.lines().count() > 100, "{}", first.0);
}

#[test]
fn batches_that_are_longer_than_a_pipe_holds_go_through() {
    let script = "stream|from()|window().period(1h).every(1h).align()@mirror()|count('v')|log()";
    let mut input: String =
        (0..20_000).map(|i| format!("m v={i},s=\"{}\" {}\n", "x".repeat(30), 1_000_000_000 + i)).collect();
    input.push_str("m v=0 3600000000000\n");
    let out = tick("run", &["mirror"], script).input(&input).run().status(0);
    assert_eq!(logged(&out.stderr), ["INFO script:log5 m count=20000i 3600000000000"]);
}

#[test]
fn what_a_function_prints_is_shown_with_its_name() {
    let out = tick("run", &["noisy"], "stream|from()@noisy()|log()").input("m v=1 1\nm v=2 2\n").run();
    out.status(0).stderr_has("noisy: got 1.0\n").stderr_has("noisy: got 2.0\n");
}

#[test]
fn tests_and_trials_call_functions_too() {
    let script = "var by = 1.0\nstream\n    |from()\n        .groupBy('h')\n    @scale()\n        .by(by)\n    |alert()\n        \
                  .id('{{ .Group }}')\n        .crit(lambda: \"v\" > 15.0)\n        .stateChangesOnly()\n";
    let suite = "script: script.tick\nconfig: k.conf\ntests:\n  - name: high\n    vars: {by: 2.0}\n    input:\n      \
                 lines: |\n        m,h=a v=10 1000000000\n        m,h=a v=1 2000000000\n    expect:\n      \
                 events: [{level: CRITICAL, id: h=a}, {level: OK}]\n";
    let config = declared("scale", "30s");
    let test = Tick::new("test").file("script.tick", script).file("k.conf", &config);
    let out = test.file("script.test.yaml", suite).run();
    assert_eq!(out.status, 0, "{}{}", out.stdout, out.stderr);
    let tune = tick("tune", &["scale"], script).input(POINTS);
    let out = tune.args(&["--var", "by=0.5,1.0,10.0", "--format", "csv"]).run().status(0);
    let column = |name: &str| out.stdout.lines().next().and_then(|l| l.split(',').position(|c| c == name));
    assert!(column("by").is_some(), "{}", out.stdout);
    // What each value came to: the functions of the three do not know of each other.
    let events: Vec<&str> = out.stdout.lines().skip(1).collect();
    assert!(events.len() == 3 && events[0] != events[2], "{}", out.stdout);
}

#[test]
fn a_null_is_kept_from_functions_and_told() {
    let script = "var a = stream|from().measurement('m')\nvar b = stream|from().measurement('n')\n\
                  a|join(b).as('a', 'b').fill('null')@scale()|log()\n";
    let out = tick("run", &["scale"], script).input("m v=1 1\nm v=1 2000000000\nn v=1 3000000000\n").run();
    out.status(0).stderr_has(
        "scale5: cannot hand the point to the function: field `b.v` is null: functions take floats, ints, strings and",
    );
}

/// Somebody listens on a socket; gone with the test.
struct Listener(Child);

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_socket_is_a_function_too() {
    let script = "stream|from().groupBy('h')@sorted().size(3)|percentile('v', 90.0)|log()";
    let tick = Tick::new("run").script(script).input(POINTS).args(&["--config", "k.conf"]);
    let socket = format!("{}/s", tick.folder_name());
    let config = format!("[udf.functions.sorted]\nsocket = '{socket}'\ntimeout = '30s'\n");
    let mut listener = Command::new("python3");
    listener.args([&file("tests/cli/udf/functions.py"), "sorted", &socket]);
    listener.env("PYTHONPATH", file("samples/udf")).stdin(Stdio::null());
    let _listener = Listener(listener.spawn().expect("python starts"));
    let out = tick.file("k.conf", &config).run().status(0);
    assert_eq!(
        logged(&out.stderr),
        ["INFO script:log4 m,h=a percentile=3 3000000000", "INFO script:log4 m,h=b percentile=30 3000000000"]
    );
}

#[test]
fn the_sample_does_what_the_manual_shows() {
    let manual = include_str!("../../../docs/udf.md");
    let mut tick = Command::new(env!("CARGO_BIN_EXE_tick"));
    let args = ["replay", "samples/udf/percentile.tick", "--input", "samples/cpu.lp", "--config"];
    tick.args(args).args(["samples/udf/functions.toml", "-q"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    let out = tick.output().expect("tick starts");
    let shown = String::from_utf8(out.stdout).expect("UTF-8");
    assert!(out.status.success() && shown.lines().count() == 2, "{shown}");
    assert!(manual.contains(&shown), "the manual shows something else than\n{shown}");
    assert!(manual.contains(include_str!("../../../samples/udf/percentile.py")), "it shows another function");
    assert!(manual.contains(include_str!("../../../samples/udf/percentile.tick")), "it shows another script");
    assert!(manual.contains(include_str!("../../../samples/udf/functions.toml")), "it shows another file");
}
