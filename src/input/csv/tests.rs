//! Whole tables, as they come from the tools that write them.

use proptest::prelude::*;

use super::*;
use crate::input::blocks::testing::drain;
use crate::input::file::{Options, open_reader};
use crate::input::point;

/// Lines, errors and notices of a table called `x.csv`.
fn read_with(text: &str, csv: CsvOptions) -> (Vec<String>, Vec<String>, Vec<String>) {
    let options = Options { csv, ..Options::default() };
    let reader = Box::new(io::Cursor::new(text.as_bytes().to_vec()));
    let mut input = match open_reader("x.csv", reader, false, &options) {
        Ok(input) => input,
        Err(error) => return (vec![], vec![error.to_string()], vec![]),
    };
    let mut notices = input.blocks.take_notices();
    let (lines, errors) = drain(&mut *input.blocks);
    notices.append(&mut input.blocks.take_notices());
    (lines, errors, notices)
}

fn read(text: &str) -> (Vec<String>, Vec<String>, Vec<String>) {
    read_with(text, CsvOptions::default())
}

/// Lines of a table that has no errors.
fn lines(text: &str) -> Vec<String> {
    let (lines, errors, _) = read(text);
    assert_eq!(errors, [""; 0]);
    lines
}

/// The one message of a table that cannot be read.
fn refusal(text: &str, csv: CsvOptions) -> String {
    let (lines, errors, _) = read_with(text, csv);
    assert_eq!(lines, [""; 0]);
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors[0].clone()
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|n| (*n).to_owned()).collect()
}

#[test]
fn a_header_names_time_tags_and_fields() {
    let (lines, errors, notices) = read(
        "time,host,usage,up,note\n1577836800,a,1,true,hello\n1577836810,b,2.5,false,\"x, \"\"y\"\"\"\n\n1577836820,a,,,\n",
    );
    let want = [
        "x,host=a,note=hello usage=1,up=t 1577836800000000000 @x.csv:2",
        "x,host=b,note=x\\,\\ \"y\" usage=2.5,up=f 1577836810000000000 @x.csv:3",
    ];
    assert_eq!(lines, want);
    assert_eq!(errors, [""; 0]);
    let want = [
        "x.csv: CSV with a header: measurement `x`, time `time` (unix seconds), tags host, note, \
         fields usage (float), up (boolean)",
        "x.csv: 1 rows have no field: skipped",
    ];
    assert_eq!(notices, want);
}

#[test]
fn delimiters_and_marks() {
    let want = ["x,host=a v=1 1577836800000000000 @x.csv:2"];
    assert_eq!(lines("time;host;v\n1577836800;a;1\n"), want);
    assert_eq!(lines("time\thost\tv\r\n1577836800\ta\t1\r\n"), want);
    assert_eq!(lines("\u{feff}time,host,v\n1577836800,a,1"), want);
    assert_eq!(lines("sep=;\ntime;host;v\n1577836800;a;1\n"), ["x,host=a v=1 1577836800000000000 @x.csv:3"]);
    let piped = CsvOptions { delimiter: Some(b'|'), ..CsvOptions::default() };
    assert_eq!(read_with("time|host|v\n1577836800|a|1\n", piped).0, want);
}

#[test]
fn columns_have_one_type() {
    let (lines, errors, notices) = read(
        "timestamp,v,n:int,s:string,h:tag\n2020-01-01T00:00:00Z,1,5,1,7\n2020-01-01 00:00:01,2.5,6,b c,7\n\
         2020-01-01T00:00:02Z,NaN,7,,7\n2020-01-01T00:00:03Z,x,7,,7\n2020-01-01T00:00:04Z,1,7.5,,7\n",
    );
    let want = [
        "x,h=7 v=1,n=5i,s=\"1\" 1577836800000000000 @x.csv:2",
        "x,h=7 v=2.5,n=6i,s=\"b c\" 1577836801000000000 @x.csv:3",
        "x,h=7 n=7i 1577836802000000000 @x.csv:4",
    ];
    assert_eq!(lines, want);
    let want =
        ["x.csv:5: column `v`: `x` is not a number", "x.csv:6: column `n`: `7.5` is not a whole number"];
    assert_eq!(errors, want);
    assert!(notices[0].contains("fields v (float), n (int), s (string)"), "{notices:?}");

    let many: String = (0..1500).map(|i| format!("{},{i}\n", 1_577_836_800 + i)).collect();
    let (lines, errors, notices) = read(&format!("ts,v\n{many}1577840000,x\n1577840001,NaN\n1577840002,5\n"));
    assert_eq!(lines.len(), 1501);
    assert_eq!(errors, ["x.csv:1502: column `v`: `x` is not a number"]);
    assert_eq!(notices[1], "x.csv: 1 cells are NaN or infinite: read as missing");
}

#[test]
fn many_different_texts_are_a_field() {
    let rows: String = (0..30).map(|i| format!("{},message {i}\n", 1_577_836_800 + i)).collect();
    let first = &lines(&format!("time,msg\n{rows}"))[0];
    assert_eq!(first, "x msg=\"message 0\" 1577836800000000000 @x.csv:2");
}

#[test]
fn flags_say_what_columns_are() {
    let text = "when,host,code,usage,idle\n01/02/2020 12:00:00,a,404,1,2\n";
    let csv = CsvOptions {
        measurement: Some("cpu".into()),
        time_column: Some("when".into()),
        tags: names(&["host", "code"]),
        fields: names(&["usage:int"]),
        time_format: Some("02/01/2006 15:04:05".into()),
        tz: Some("Europe/Berlin".into()),
        ..CsvOptions::default()
    };
    let (lines, errors, notices) = read_with(text, csv);
    assert_eq!(lines, ["cpu,code=404,host=a usage=1i 1580554800000000000 @x.csv:2"]);
    assert_eq!(errors, [""; 0]);
    let want = "x.csv: CSV with a header: measurement `cpu`, time `when` (as given, Europe/Berlin where no \
                offset is given), tags code, host, fields usage (int)";
    assert_eq!(notices, [want]);
}

#[test]
fn what_is_not_clear_is_refused_with_a_hint() {
    let time = |cell: &str| refusal(&format!("time,v\n{cell},1\n"), CsvOptions::default());
    assert_eq!(
        time("12345"),
        "x.csv:1: time column `time`: the unit of `12345` is not clear; say how times are written with \
         `--time-format`, such as unix_ms or `02/01/2006 15:04:05`"
    );
    assert!(time("01/02/2020").contains("`01/02/2020` can be read in more than one way"));
    let plain = refusal("a,b\n1,2\n", CsvOptions::default());
    assert!(
        plain.starts_with("x.csv:1: no time column: the columns are a, b, one of time, _time,"),
        "{plain}"
    );
    assert!(plain.ends_with("name it with `--time-column`"), "{plain}");
    let wrong = CsvOptions { tags: names(&["hots"]), ..CsvOptions::default() };
    assert_eq!(
        refusal("time,host,v\n1577836800,a,1\n", wrong),
        "x.csv:1: `--tags` names `hots`, but the columns are time, host, v"
    );
    let zone = CsvOptions { tz: Some("Mars".into()), ..CsvOptions::default() };
    assert!(refusal("time,v\n1577836800,1\n", zone).contains("unknown time zone `Mars`"));
    let none = refusal("time,host\n1577836800,a\n", CsvOptions::default());
    assert!(none.contains("no column is a field"), "{none}");
}

#[test]
fn a_column_may_name_the_measurement() {
    assert_eq!(
        lines(
            "timestamp,measurement,host,usage\n1577836800,cpu,a,1\n1577836800,mem,a,\n1577836800,m m,a,3\n"
        ),
        [
            "cpu,host=a usage=1 1577836800000000000 @x.csv:2",
            "m\\ m,host=a usage=3 1577836800000000000 @x.csv:4"
        ]
    );
}

#[test]
fn telegraf_prefixes_its_columns() {
    let (lines, errors, notices) = read(
        "timestamp,measurement,tag_host,tag_cpu,field_idle,field_note\n1577836800,cpu,a,cpu0,99,\n1577836810,cpu,b,,98.5,x\n",
    );
    let want = [
        "cpu,cpu=cpu0,host=a idle=99 1577836800000000000 @x.csv:2",
        "cpu,host=b idle=98.5,note=\"x\" 1577836810000000000 @x.csv:3",
    ];
    assert_eq!(lines, want);
    assert_eq!(errors, [""; 0]);
    assert!(notices[0].starts_with("x.csv: Telegraf's CSV: measurement from `measurement`"), "{notices:?}");
    assert_eq!(
        self::lines("timestamp,name,tag.host,field.value\n1577836800,cpu,a,1\n"),
        ["cpu,host=a value=1 1577836800000000000 @x.csv:2"]
    );
}

#[test]
fn influx_1_lists_its_tags_in_one_cell() {
    let text = "name,tags,time,mean,note\ncpu,\"host=a,region=x\",1577836810000000000,2,\n\
                cpu,\"host=a,region=x\",1577836800000000000,1,q\n\
                cpu,\"host=b,region=x\",1577836800000000000,3,\n\
                name,tags,time,max\nmem,host=a,1577836805000000000,4\n";
    assert_eq!(
        lines(text),
        [
            "cpu,host=a,region=x mean=1,note=\"q\" 1577836800000000000 @x.csv:3",
            "cpu,host=b,region=x mean=3 1577836800000000000 @x.csv:4",
            "mem,host=a max=4 1577836805000000000 @x.csv:6",
            "cpu,host=a,region=x mean=2 1577836810000000000 @x.csv:2",
        ]
    );
}

#[test]
fn results_of_flux_are_joined_and_sorted() {
    let text = "#group,false,false,true,true,false,false,true,true,true\n\
#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,double,string,string,string\n\
#default,_result,,,,,,,,\n\
,result,table,_start,_stop,_time,_value,_field,_measurement,host\n\
,,0,2020-01-01T00:00:00Z,2020-01-02T00:00:00Z,2020-01-01T00:00:10Z,1.5,idle,cpu,a\n\
,,0,2020-01-01T00:00:00Z,2020-01-02T00:00:00Z,2020-01-01T00:00:20Z,2.5,idle,cpu,a\n\
\n\
#group,false,false,true,true,false,false,true,true,true\n\
#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,long,string,string,string\n\
#default,_result,,,,,,,,\n\
,result,table,_start,_stop,_time,_value,_field,_measurement,host\n\
,,1,2020-01-01T00:00:00Z,2020-01-02T00:00:00Z,2020-01-01T00:00:10Z,7,n,cpu,a\n";
    let (lines, errors, notices) = read(text);
    let want = ["cpu,host=a idle=1.5,n=7i 1577836810000000000", "cpu,host=a idle=2.5 1577836820000000000"];
    let got: Vec<_> = lines.iter().map(|l| l.split(" @").next().unwrap()).collect();
    assert_eq!(got, want);
    assert_eq!(errors, [""; 0]);
    assert_eq!(notices[0], "x.csv: annotated CSV: tags host, fields by `_field`");
    assert!(notices[1].starts_with("3 fields rejoined to 2 points"), "{notices:?}");

    let bare = ",result,table,_time,_value,_field,_measurement,host\n,,0,2020-01-01T00:00:10Z,1.5,idle,cpu,a\n\
                ,,1,2020-01-01T00:00:10Z,x,note,cpu,a\n";
    assert_eq!(self::lines(bare), ["cpu,host=a idle=1.5,note=\"x\" 1577836810000000000 @x.csv:2"]);
}

#[test]
fn annotations_of_influx_write() {
    let text = "#constant measurement,cpu\n#constant tag,src,csv\n#timezone -0600\n# a comment\n\
#datatype tag,dateTime:2006-01-02 15:04,\"double:,.\",boolean:y:n,ignored,field,long:strict\n\
#default nobody,,,,,,\n\
host,when,load,up,junk,raw,n\n\
a,2020-01-01 00:00,\"1.234,5\",y,z,5i,3\n\
,2020-01-01 00:01,2,n,z,\"\"\"q\"\"\",\n\
a,2020-01-01 00:02,2,maybe,z,,\n";
    let (lines, errors, _) = read(text);
    let want = [
        "cpu,host=a,src=csv load=1234.5,up=t,raw=5i,n=3i 1577858400000000000 @x.csv:8",
        "cpu,host=nobody,src=csv load=2,up=f,raw=\"q\" 1577858460000000000 @x.csv:9",
    ];
    assert_eq!(lines, want, "{errors:?}");
    assert_eq!(errors, ["x.csv:10: column `up`: `maybe` is not one of the words for true and false"]);
}

#[test]
fn headers_may_carry_their_types() {
    let text = "m|measurement,location|tag|Hong Kong,temp|double,pm|long|0,d|ignored,time|dateTime:RFC3339\n\
                weather,,20.5,,x,2020-01-01T00:00:00Z\n";
    assert_eq!(lines(text), ["weather,location=Hong\\ Kong temp=20.5,pm=0i 1577836800000000000 @x.csv:2"]);
    let text = "#constant measurement,m\n#concat,dateTime:2006-01-02,${y}-${mo}-${d}\n\
                #datatype ignored,ignored,ignored,double\ny,mo,d,v\n2020,01,01,1\n";
    assert_eq!(lines(text), ["m v=1 1577836800000000000 @x.csv:5"]);
}

#[test]
fn annotations_that_make_no_table_are_refused() {
    for (text, part) in [
        ("#datatype tag,double,dateTime\nh,v,t\n", "no column is the measurement"),
        ("#datatype measurement,tag,double\nm,h,v\n", "no column is a time"),
        ("#datatype measurement,tag,dateTime\nm,h,t\n", "no column is a field"),
        ("#datatype measurement,flot,dateTime\nm,h,t\n", "unknown type `flot` of a column `h`"),
        ("#timezone x\nm,h,t\n", "`#timezone x`: expected an offset"),
        ("#concat,tag,a,${b}\n#datatype measurement\nm\n", "names `b`, which is no column"),
    ] {
        let message = refusal(text, CsvOptions::default());
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn odd_texts() {
    assert_eq!(read(""), (vec![], vec![], vec![]));
    assert_eq!(read("\n\n"), (vec![], vec![], vec![]));
    assert!(refusal("time,v", CsvOptions::default()).contains("no row has a time"));
    let (lines, errors, notices) = read(
        "time,h,v:string\n1577836800,a,\"two\nlines\"\n1577836801,a,x\n1577836802,b\n1577836803,\u{0},y\ntime,h,v:string\n1577836804,b,z\n",
    );
    let want = [
        "x,h=a v=\"two lines\" 1577836800000000000 @x.csv:2",
        "x,h=a v=\"x\" 1577836801000000000 @x.csv:4",
        "x,h=b v=\"z\" 1577836804000000000 @x.csv:8",
    ];
    assert_eq!(lines, want, "{errors:?}");
    assert_eq!(errors, ["x.csv:5: the row has 2 cells, the header 3", "x.csv:6: NUL byte"]);
    assert_eq!(notices[1], "x.csv: 1 cells have line breaks: read as spaces");
}

#[test]
fn a_quote_that_is_never_closed_ends_in_bounded_memory() {
    let endless = io::Read::chain(&b"time,v\n1577836800,1\n1577836801,\"x"[..], io::repeat(b'x'));
    let options = Options { max_line: 100_000, ..Options::default() };
    let mut input = open_reader("x.csv", Box::new(endless), true, &options).ok().unwrap();
    let (lines, errors) = drain(&mut *input.blocks);
    assert_eq!(lines.len(), 1);
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].contains("is a quote not closed?"), "{errors:?}");
}

#[test]
fn a_table_may_have_its_own_default_time() {
    let csv = CsvOptions { default_time: Some(5), ..CsvOptions::default() };
    assert_eq!(read_with("h,v\na,1\n", csv).0, ["x,h=a v=1 5 @x.csv:2"]);
}

fn cell() -> impl Strategy<Value = String> {
    "[a-zäß ,;=\"\\\\.0-9-]{0,12}"
}

proptest! {
    /// What is written as a cell is what the point has.
    #[test]
    fn cells_come_through(rows in prop::collection::vec((cell(), cell(), -1e9f64..1e9), 1..20)) {
        let mut out = csv::Writer::from_writer(Vec::new());
        out.write_record(["time", "t:tag", "s:string", "f:float"]).unwrap();
        for (i, (t, s, f)) in rows.iter().enumerate() {
            out.write_record([&(1_577_836_800 + i).to_string(), t, s, &f.to_string()]).unwrap();
        }
        let text = String::from_utf8(out.into_inner().unwrap()).unwrap();
        let got = lines(&text);
        prop_assert_eq!(got.len(), rows.len());
        for (line, (t, s, f)) in got.iter().zip(&rows) {
            let line = line.rsplit_once(" @").unwrap().0;
            let point = point::parse_line(line, Precision::Nanos, None).unwrap();
            let tag = point.tags.first().map_or("", |tag| tag.1.as_str());
            prop_assert_eq!(tag, t.trim_end_matches('\\'));
            let field = |name: &str| point.fields.iter().find(|f| f.0 == name).map(|f| f.1.clone());
            prop_assert_eq!(field("f"), Some(crate::value::Value::Float(*f)));
            let text = (!s.is_empty()).then(|| crate::value::Value::Str(s.as_str().into()));
            prop_assert_eq!(field("s"), text);
        }
    }

    /// Names with anything in them still make lines.
    #[test]
    fn any_names_make_lines(tag in "[a\\\\ ,=\"#\t]{0,6}", field in "[a\\\\ ,=\"#\t]{0,6}", name in "[a\\\\ ,=\"#]{0,4}") {
        let mut out = csv::Writer::from_writer(Vec::new());
        out.write_record(["time".into(), "measurement".into(), format!("{tag}x:tag"), format!("{field}:string")]).unwrap();
        out.write_record(["1577836800", &name, &tag, "v"]).unwrap();
        let text = String::from_utf8(out.into_inner().unwrap()).unwrap();
        for line in read(&text).0 {
            let line = line.rsplit_once(" @").unwrap().0;
            prop_assert!(point::parse_line(line, Precision::Nanos, None).is_ok(), "{}", line);
        }
    }

    /// Any text at all ends without a panic, and every line it gives is a point.
    #[test]
    fn any_text_is_read_or_refused(text in "(time|_field|_value|#datatype|#group|#constant|tag|double|dateTime|measurement|name|tags|field_x|sep=|[,;\"|\n\r=a-z0-9. ]){0,40}") {
        let (lines, _, _) = read(&text);
        for line in lines {
            let line = line.rsplit_once(" @").unwrap().0;
            prop_assert!(point::parse_line(line, Precision::Nanos, None).is_ok(), "{}", line);
        }
    }
}
