//! What is written reads back as the same points.

use std::sync::{Arc, Mutex};

use proptest::prelude::*;

use super::*;
use crate::cli::points::Points;
use crate::input;

#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<u8>>>);

impl io::Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Converts a text that is called so; gives what was written and said.
fn convert(name: &str, text: &[u8], form: Form, packed: bool) -> (Vec<u8>, Vec<String>) {
    let reader = Box::new(io::Cursor::new(text.to_vec()));
    let blocks = input::open_reader(name, reader, false, &input::Options::default()).ok().unwrap().blocks;
    let memory = Memory::default();
    let mut writer = form.writer(Out::new(Box::new(memory.clone()), packed));
    let mut points = Points::new(("d".into(), "r".into()), None, false, true);
    points.each(blocks, &mut |p| writer.point(p)).unwrap();
    assert!(!points.lost, "{}", String::from_utf8_lossy(text));
    let notices = writer.finish().unwrap();
    let written = memory.0.lock().unwrap().clone();
    (written, notices)
}

fn text(name: &str, input: &str, form: Form) -> String {
    String::from_utf8(convert(name, input.as_bytes(), form, false).0).unwrap()
}

const CSV: Form = Form::Csv { delimiter: b',' };

#[test]
fn names_say_what_is_written() {
    for (name, form) in [
        ("a/b.lp", Some(Form::Lines)),
        ("b.SRPL.gz", Some(Form::Srpl)),
        ("b.csv", Some(Form::Csv { delimiter: b',' })),
        ("b.tsv.gz", Some(Form::Csv { delimiter: b'\t' })),
        ("b.txt", None),
        ("csv", None),
        ("b.gz", None),
    ] {
        assert_eq!(Form::of_name(Path::new(name)), form, "{name}");
    }
}

#[test]
fn a_table_has_a_column_for_each_tag_field_and_type() {
    let lines = "cpu,host=a,cpu=c\\,0 idle=1.5,time=3 10\nmem,host=b used=5i,on=t,note=\"a \\\"b\\\",\nc\" 1577836800000000000\n\
                 cpu,host=b idle=7i,note=\"\" 20\n";
    let (table, notices) = convert("x.lp", lines.as_bytes(), CSV, false);
    let want = "name,time,cpu:tag,host:tag,idle,idle:int,note:string,on:bool,time:float,used:int\n\
                cpu,1970-01-01T00:00:00.00000001Z,\"c,0\",a,1.5,,,,3,\n\
                mem,2020-01-01T00:00:00Z,,b,,,\"a \"\"b\"\",\nc\",true,,5\n\
                cpu,1970-01-01T00:00:00.00000002Z,,b,,7,,,,\n";
    assert_eq!(String::from_utf8(table).unwrap(), want);
    assert_eq!(notices, ["1 strings are empty: a table cannot tell them from none"]);
}

#[test]
fn a_recording_has_three_lines_a_point() {
    let lines = "m,z=1,a=2 b=1u,a=\"x\ny\",b=2 5\n";
    let (written, notices) = convert("x.lp", lines.as_bytes(), Form::Srpl, false);
    assert_eq!(String::from_utf8(written).unwrap(), "d\nr\nm,a=2,z=1 a=\"x y\",b=2 5\n");
    assert_eq!(notices, ["1 strings had line breaks: written as spaces"]);
    let (lines, notices) = convert("x.srpl", b"e\nf\nm v=1u 5\ng\n\nm v=2 6\n", Form::Lines, false);
    assert_eq!(String::from_utf8(lines).unwrap(), "m v=1i 5\nm v=2 6\n");
    assert_eq!(notices, ["the points were of `e`.`f`, `g`.``: only a recording says which"]);
}

#[test]
fn what_is_packed_can_be_unpacked_and_is_the_same_each_time() {
    let lines = "m v=1 5\nm v=2 6\n";
    let packed = convert("x.lp", lines.as_bytes(), Form::Lines, true).0;
    assert_eq!(packed, convert("x.lp", lines.as_bytes(), Form::Lines, true).0);
    assert_eq!(String::from_utf8(convert("x", &packed, Form::Lines, false).0).unwrap(), lines);
}

#[test]
fn nothing_makes_an_empty_table() {
    assert_eq!(text("x.lp", "", CSV), "name,time\n");
    assert_eq!(text("x.lp", "\n# nothing\n", Form::Srpl), "");
}

/// A point with names that a table could take for something else.
fn a_line() -> impl Strategy<Value = String> {
    let name = "(time|name|field_x|tags|_value|x:int|host:tag|[a-c])";
    let value = prop_oneof![
        "-?[0-9]{1,3}(\\.[0-9]{1,2})?",
        "-?[0-9]{1,3}i",
        "(t|F|true|FALSE)",
        "\"[a-c ,;=#]{1,5}\"",
        "\"(7|true|NaN)\"",
    ];
    let tags = prop::collection::btree_map(name, "([0-9]|[a-z]{1,3})", 0..3);
    let fields = prop::collection::btree_map(name, value, 1..4);
    ("[mn]", tags, fields, 0..100_i64).prop_map(|(name, tags, fields, time)| {
        let tags: String = tags.iter().map(|(k, v)| format!(",{k}={v}")).collect();
        let fields: Vec<String> = fields.iter().map(|(k, v)| format!("{k}={v}")).collect();
        format!("{name}{tags} {} {time}\n", fields.join(","))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_format_reads_back(lines in prop::collection::vec(a_line(), 1..30)) {
        let once = text("x.lp", &lines.concat(), Form::Lines);
        prop_assert_eq!(&text("x.lp", &once, Form::Lines), &once);
        for (name, form) in [("x.srpl", Form::Srpl), ("x.csv", CSV), ("x.tsv", Form::Csv { delimiter: b'\t' })] {
            let there = text("x.lp", &once, form);
            let back = text(name, &there, Form::Lines);
            // Booleans are spelled in one way in tables.
            prop_assert_eq!(spelled(&back), spelled(&once), "{}", there);
        }
    }
}

fn spelled(lines: &str) -> String {
    let mut out = String::new();
    for line in lines.lines() {
        let point = input::point::parse_line(line, Default::default(), None).unwrap();
        out += &point.to_line();
        out.push('\n');
    }
    out
}
