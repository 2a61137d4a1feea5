//! `tick record`, and playing what it wrote.

use std::fs::File;
use std::io::{Read, Write};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::tick::{Outcome, Tick};

const STREAM: &str = "dbrp \"web\".\"week\"\n\nstream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
                      .id('cpu')\n        .message('')\n        .details('')\n        .crit(lambda: \"v\" > 5.0)\n";

/// Two queries: the sum of each ten seconds by host, and how many there were.
const BATCH: &str = "var sums = batch\n    |query('SELECT sum(v) AS v FROM \"web\".\"week\".\"cpu\"')\n        .period(10s)\n        \
                     .every(10s)\n        .align()\n        .groupBy('h')\n\nvar counts = batch\n    \
                     |query('SELECT count(v) AS v FROM \"web\".\"week\".\"cpu\"')\n        .period(20s)\n        .every(20s)\n        \
                     .align()\n\nsums\n    |alert()\n        .id('sum {{ .Group }}')\n        .message('{{ index .Fields \"v\" }}')\n        \
                     .details('')\n        .crit(lambda: \"v\" > 5.0)\n\ncounts\n    |alert()\n        .id('count')\n        \
                     .message('{{ index .Fields \"v\" }}')\n        .details('')\n        .crit(lambda: \"v\" > 5.0)\n";

/// Two hosts from 1 s to 40 s.
fn points() -> String {
    let second = |s: i64| format!("cpu,h=a v=1 {s}000000000\ncpu,h=b v={} {s}000000000\n", s % 2);
    (1..=40).map(second).collect()
}

#[test]
fn a_stream_is_recorded_as_scripts_read_it() {
    let input = "cpu,h=a v=7 1\nmem v=1 2\ncpu v=2i 3\n";
    let all = Tick::new("record").args(&["stream", "--db", "d", "--rp", "r"]).input(input).run().status(0);
    all.stdout("d\nr\ncpu,h=a v=7 1\nd\nr\nmem v=1 2\nd\nr\ncpu v=2i 3\n").stderr_has("3 points written");
    let some =
        Tick::new("record").args(&["stream", "-o", "x.srpl"]).script(STREAM).input(input).run().status(0);
    let recording = some.read("x.srpl");
    assert_eq!(recording, "web\nweek\ncpu,h=a v=7 1\nweb\nweek\ncpu v=2i 3\n");
    let again = Tick::new("replay").script(STREAM).file("x.srpl", &recording).args(&["x.srpl", "-q"]).run();
    again.status(0).stdout(
        "1970-01-01T00:00:00.000000001Z CRITICAL cpu  \n1970-01-01T00:00:00.000000003Z OK       cpu  \n",
    );
    // Other databases are not read.
    let other =
        Tick::new("record").args(&["stream", "y.srpl"]).script(STREAM).file("y.srpl", "d\nr\ncpu v=1 1\n");
    other.run().status(0).stdout("").stderr_has("0 points written");
}

/// The entries of an archive, by name.
fn entries(out: &Outcome, name: &str) -> Vec<(String, String)> {
    let mut archive = ZipArchive::new(File::open(out.path(name)).expect("a file")).expect("an archive");
    let entry = |at| {
        let mut entry = archive.by_index(at).expect("an entry");
        let mut text = String::new();
        entry.read_to_string(&mut text).expect("a text");
        (entry.name().expect("a name").into_owned(), text)
    };
    (0..2).map(entry).collect()
}

#[test]
fn a_recording_of_batches_plays_as_the_queries_would() {
    let live = Tick::new("replay").script(BATCH).input(&points()).run().status(0);
    assert_eq!(live.stdout.lines().count(), 4 + 2, "{}", live.stdout);
    let record = || Tick::new("record").args(&["batch", "-o", "day.brpl"]).script(BATCH).input(&points());
    let out = record().run().status(0).stdout("").stderr_has("10 batches of 10 points written");
    let recorded = entries(&out, "day.brpl");
    let names: Vec<&str> = recorded.iter().map(|e| e.0.as_str()).collect();
    assert_eq!(names, ["0", "1"]);
    assert!(recorded[0].1.contains("\"v\":40"), "the last query comes first: {}", recorded[0].1);
    let first = "{\"name\":\"cpu\",\"tmax\":\"1970-01-01T00:00:10Z\",\"group\":\"h=a\",\"tags\":{\"h\":\"a\"},\
                 \"points\":[{\"fields\":{\"v\":9},\"tags\":{\"h\":\"a\"},\"time\":\"1970-01-01T00:00:00Z\"}]}";
    assert_eq!(recorded[1].1.lines().next(), Some(first));

    let brpl = out.path("day.brpl").display().to_string();
    let replay = |sources: &[&str]| {
        let tick = Tick::new("replay").script(BATCH).args(&["-q"]);
        sources.iter().fold(tick, |tick, source| tick.args(&["--source", source])).run()
    };
    let whole = replay(&[&brpl]).status(0);
    assert_eq!(whole.stdout.lines().count(), live.stdout.lines().count(), "{}", whole.stdout);
    let split = replay(&[&format!("query1={brpl}"), &format!("0={brpl}#0")]).status(0);
    assert_eq!(split.stdout, whole.stdout);
    let task = replay(&[&format!("script={brpl}")]).status(0);
    assert_eq!(task.stdout, whole.stdout);
    let one = replay(&[&format!("query1={brpl}#1")]).status(0);
    assert_eq!(one.stdout.lines().count(), 4, "{}", one.stdout);
    replay(&[&format!("query1={brpl}#2")]).status(2).stderr_has("there is no such entry; there are `0`, `1`");
    replay(&[&brpl, &format!("query1={brpl}")]).status(2).stderr_has("this query has its data already");
    replay(&[&format!("{brpl}#0")]).status(2).stderr_has("say whose entry `0` is");
    assert_eq!(std::fs::read(record().run().path("day.brpl")).ok(), std::fs::read(&brpl).ok());
}

#[test]
fn recordings_may_be_plain() {
    let record =
        |args: &[&str]| Tick::new("record").args(&["batch"]).args(args).script(BATCH).input(&points()).run();
    let out = record(&["--plain", "-o", "day.brpl"]).status(0);
    let (counts, sums) = (out.read("day.0.brpl"), out.read("day.1.brpl"));
    assert_eq!((counts.lines().count(), sums.lines().count()), (2, 8));
    record(&[]).status(2).stderr_has("2 queries need a file");
    let late = record(&[
        "--plain",
        "-o",
        "day.brpl",
        "--from",
        "1970-01-01T00:00:20Z",
        "--to",
        "1970-01-01T00:01:00Z",
    ]);
    let (counts, sums) = (late.read("day.0.brpl"), late.read("day.1.brpl"));
    assert_eq!((counts.lines().count(), sums.lines().count()), (2, 6), "{counts}{sums}");
    assert!(sums.starts_with("{\"name\":\"cpu\",\"tmax\":\"1970-01-01T00:00:30Z\""), "{sums}");
    let wrong = Tick::new("record").args(&["batch"]).script(STREAM).input(&points()).run();
    wrong.status(2).stderr("error: `script` has no query: use `tick record stream`\n");
    let wrong = Tick::new("record").args(&["stream"]).script(BATCH).input(&points()).run();
    wrong.status(2).stderr("error: `script` reads no stream: use `tick record batch`\n");
    let unanswered =
        Tick::new("record").args(&["batch"]).script(&BATCH[..BATCH.find("var counts").expect("two")]);
    let unanswered = unanswered.input("cpu v=\"x\" 1\ncpu v=\"y\" 90000000000\n").run();
    unanswered.status(1).stdout("").stderr_has("error: query1: error executing query: ");
}

/// An archive with these entries.
fn zipped(entries: &[(&str, &str)]) -> tempfile::NamedTempFile {
    let mut archive = ZipWriter::new(tempfile::NamedTempFile::new().expect("a file"));
    for (name, text) in entries {
        archive.start_file(*name, SimpleFileOptions::default()).expect("an entry");
        archive.write_all(text.as_bytes()).expect("its text");
    }
    archive.finish().expect("an archive")
}

#[test]
fn archives_that_do_not_fit_are_refused() {
    let run = |source: &str| Tick::new("replay").script(BATCH).args(&["--source", source]).run();
    let one = zipped(&[("0", "")]);
    let one = one.path().display().to_string();
    run(&one).status(2).stderr_has("2 queries need as many entries, `0` and so on; the archive has `0`");
    run(&format!("query2={one}")).status(0).stdout("");
    let named = zipped(&[("a", ""), ("b", "")]);
    let named = named.path().display().to_string();
    run(&format!("query1={named}")).status(2).stderr_has("the archive has `a`, `b`: write QUERY=FILE#ENTRY");
    run(&format!("query1={named}#b")).status(0);
    let plain = Tick::new("replay").script(BATCH).file("x.brpl", "").args(&["--source", "x.brpl"]).run();
    plain.status(2).stderr_has("there are 2 queries: write QUERY=FILE");
    let damaged =
        Tick::new("replay").script(BATCH).file("x.brpl", "PK\u{3}\u{4}...").args(&["--source", "x.brpl"]);
    damaged.run().status(2).stderr_has("x.brpl: is a damaged zip archive");
}

#[test]
fn inputs_may_be_zipped() {
    let input = zipped(&[("host.srpl", "web\nweek\ncpu v=7 1\n")]);
    let input = input.path().display().to_string();
    let out = Tick::new("run").script(STREAM).args(&["--input", &input, "-q"]).run();
    out.status(0).stdout("1970-01-01T00:00:00.000000001Z CRITICAL cpu  \n");
    let two = zipped(&[("a.lp", ""), ("b.lp", "")]);
    let two = two.path().display().to_string();
    Tick::new("run").script(STREAM).args(&["--input", &two]).run().status(2).stderr_has("is a zip archive");
}
