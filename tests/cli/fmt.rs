//! `tick fmt`

use super::tick::Tick;

const UGLY: &str = "stream|from()";
const TIDY: &str = "stream\n    |from()\n";

#[test]
fn standard_input_goes_to_standard_output() {
    for args in [&[][..], &["-"]] {
        Tick::new("fmt").args(args).stdin(UGLY).run().status(0).stdout(TIDY).stderr("");
    }
}

#[test]
fn one_script_is_printed_and_left_alone() {
    let done = Tick::new("fmt").script(UGLY).run().status(0).stdout(TIDY);
    done.wrote("script.tick", UGLY);
}

#[test]
fn of_a_folder_the_names_of_what_would_change_are_printed() {
    let folder = || {
        Tick::new("fmt")
            .file("r/b.tick", UGLY)
            .file("r/a.tick", TIDY)
            .file("r/s/c.tick", UGLY)
            .file("r/.git/d.tick", UGLY)
    };
    let names = "r/b.tick\nr/s/c.tick\n";
    folder().args(&["r"]).run().status(0).stdout(names).wrote("r/b.tick", UGLY);
    folder().args(&["r", "--check"]).run().status(1).stdout(names).wrote("r/b.tick", UGLY);
    let done = folder().args(&["r", "-w"]).run().status(0).stdout(names);
    done.wrote("r/b.tick", TIDY).wrote("r/s/c.tick", TIDY).wrote("r/a.tick", TIDY);
    Tick::new("fmt").file("r/a.tick", TIDY).args(&["r", "--check"]).run().status(0).stdout("");
}

#[test]
fn a_diff_shows_the_change() {
    let want = "--- script.tick (as it is)\n+++ script.tick (formatted)\n@@ -1 +1,2 @@\n-stream|from()\n\\ No newline at end of file\n+stream\n+    |from()\n";
    Tick::new("fmt").script(UGLY).args(&["--diff"]).run().status(0).stdout(want).wrote("script.tick", UGLY);
    Tick::new("fmt").script(UGLY).args(&["--diff", "--check"]).run().status(1).stdout(want);
    Tick::new("fmt").script(TIDY).args(&["--diff", "--check"]).run().status(0).stdout("");
}

#[test]
fn a_mistake_is_shown_and_the_others_are_done() {
    let want = "\
error[E0114]: `=` does not compare
 --> a.tick:2:33
  |
2 |     |where(lambda: \"usage_idle\" = 10)
  |                                 ^
  |
help: write `==`

";
    Tick::new("fmt")
        .file("a.tick", "stream\n    |where(lambda: \"usage_idle\" = 10)\n")
        .file("b.tick", UGLY)
        .args(&["-w", "a.tick", "b.tick", "none.tick"])
        .run()
        .status(2)
        .stdout("b.tick\n")
        .stderr(&format!("{want}error: none.tick: no such file\n"))
        .wrote("b.tick", TIDY);
}

#[test]
fn wrong_usage() {
    Tick::new("fmt").args(&["-w"]).run().status(2).stderr("error: standard input: cannot be rewritten\n");
    Tick::new("fmt").script(UGLY).args(&["-w", "--check"]).run().status(2).stderr_has("cannot be used with");
    Tick::new("fmt").file("r/x.md", "").args(&["r"]).run().status(2).stderr_has("no `.tick` file");
}
