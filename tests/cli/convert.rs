//! `tick convert`: metrics of one format to another.

use std::fs;

use super::tick::Tick;

const TABLE: &str = "time,host,used,procs:int\n2020-01-01T00:00:00Z,a,50,3\n2020-01-01T00:00:10Z,b,95,\n";
const LINES: &str =
    "disk,host=a procs=3i,used=50 1577836800000000000\ndisk,host=b used=95 1577836810000000000\n";

#[test]
fn a_table_becomes_lines_and_a_table_again() {
    let out = Tick::new("convert").file("disk.csv", TABLE).args(&["disk.csv", "--to", "lp"]).run();
    out.status(0).stdout(LINES).stderr_has("2 points written");
    let out = Tick::new("convert").file("a.lp", LINES).args(&["a.lp", "-o", "b.csv", "-q"]).run();
    let want = "name,time,host:tag,procs:int,used\ndisk,2020-01-01T00:00:00Z,a,3,50\n\
                disk,2020-01-01T00:00:10Z,b,,95\n";
    out.status(0).stdout("").stderr("").wrote("b.csv", want);
}

#[test]
fn a_pipe_becomes_a_recording_of_its_database() {
    let args = ["-o", "r.srpl", "--db", "web", "--rp", "week", "--precision", "s"];
    let out = Tick::new("convert").stdin("> m v=1 5\n").args(&args).run().status(0);
    out.wrote("r.srpl", "web\nweek\nm v=1 5000000000\n");
}

#[test]
fn names_ask_for_compression_and_what_is_compressed_is_read() {
    let out = Tick::new("convert").file("a.lp", LINES).args(&["a.lp", "-o", "b.lp.gz"]).run().status(0);
    let packed = fs::read(out.path("b.lp.gz")).expect("a file");
    assert_eq!(packed.get(..2), Some(&[0x1f, 0x8b][..]));
    let packed = out.path("b.lp.gz").display().to_string();
    Tick::new("convert").args(&[&packed, "--to", "line"]).run().status(0).stdout(LINES);
}

#[test]
fn bad_lines_are_skipped_and_counted() {
    let tick =
        || Tick::new("convert").file("a.lp", "m v=1 1\nm v=\nm v=3\nm v=2 2\n").args(&["a.lp", "--to", "lp"]);
    let out = tick().run().status(0).stdout("m v=1 1\nm v=2 2\n");
    let out = out.stderr_has("warning: a.lp:2:5: missing value of field `v`; skipped\n");
    out.stderr_has("warning: a.lp:3:6: missing timestamp; skipped\n").stderr_has("2 lines skipped\n");
    tick().args(&["--strict", "-q"]).run().status(1).stderr_has("error: a.lp:2:5: missing value");
    let timed = tick().args(&["--default-time", "1970-01-01T00:00:00Z", "--sort"]).run().status(0);
    timed.stdout("m v=3 0\nm v=1 1\nm v=2 2\n");
}

#[test]
fn what_cannot_be_done_is_said() {
    let tick = || Tick::new("convert").file("a.lp", LINES);
    tick()
        .args(&["a.lp"])
        .run()
        .status(2)
        .stderr("error: say what to write: `--to lp`, `--to csv` or `--to srpl`\n");
    tick().args(&["a.lp", "-o", "a.txt"]).run().status(2).stderr_has("say what to write");
    tick().args(&["a.lp", "--to", "xml"]).run().status(2).stderr_has("unknown format `xml`");
    tick().args(&["b.lp", "-o", "c.lp"]).run().status(2).stderr("error: b.lp: no such file\n");
    let out = tick().args(&["a.lp", "-o", "a.lp"]).run().status(2).wrote("a.lp", LINES);
    out.stderr("error: `a.lp` is an input: give another name to the output\n");
    let out = tick().args(&["a.lp", "-o", "no/c.lp"]).run().status(2);
    out.stderr_has("error: cannot write `no/c.lp`: no such file");
    let cut = tick().file("b.srpl", "d\nr\nm v=1 1\nd\n").args(&["b.srpl", "--to", "lp"]).run();
    cut.status(2).stdout("m v=1 1\n").stderr_has("the recording ends inside a point");
}

#[test]
fn a_tab_before_the_fields_is_skipped_and_one_in_a_name_stays() {
    let done = Tick::new("convert")
        .file("a.lp", "c,h=a \tb=1 5\nc,h=a \tb=2 6\nc,h=a f=9,\tb=1 7\n")
        .args(&["a.lp", "-o", "b.lp"])
        .run()
        .status(0);
    done.wrote("b.lp", "c,h=a b=1 5\nc,h=a b=2 6\nc,h=a f=9,\tb=1 7\n");
}
