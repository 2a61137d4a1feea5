//! Ids, messages and details as Kapacitor was seen to write them.

use super::{HTML, Message, TEXT, Template};
use crate::template::Datum;
use crate::value::Value;
use crate::value::time::parse_rfc3339;

/// A point: tags, fields, time.
type Point<'a> = (&'a [(&'a str, &'a str)], &'a [(&'a str, Value)], &'a str);

fn message((tags, fields, time): &Point<'_>, duration: i64, level: &'static str) -> Message {
    Message {
        tags: tags.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        fields: fields.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect(),
        time: parse_rfc3339(time).unwrap(),
        duration,
        level,
    }
}

fn text(options: super::Options, template: &str, message: &Message) -> String {
    let mut out = String::new();
    let template = Template::parse("message", template, options).unwrap();
    template.render(Datum::Struct(message), &mut out).unwrap();
    out
}

#[test]
fn floats() {
    let table = [
        (0.1, "0.1"),
        (1e20, "1e+20"),
        (1e21, "1e+21"),
        (1e-6, "1e-06"),
        (1e-7, "1e-07"),
        (123456789.125, "1.23456789125e+08"),
        (-0.0, "-0"),
        (f64::MAX, "1.7976931348623157e+308"),
        (5e-324, "5e-324"),
        (9007199254740992.0, "9.007199254740992e+15"),
        (3.0, "3"),
    ];
    for (x, want) in table {
        let m = message(&(&[], &[("v", Value::Float(x))], "2020-01-01T00:00:00Z"), 0, "CRITICAL");
        assert_eq!(text(TEXT, "{{ index .Fields \"v\" }}", &m), want);
    }
}

#[test]
fn whole_maps() {
    let str = |s: &str| Value::Str(s.into());
    let table: [(&[(&str, Value)], &str); 5] = [
        (&[("i", Value::Int(i64::MAX))], "map[i:9223372036854775807]"),
        (&[("s", str("tab\there"))], "map[s:tab\there]"),
        (&[("s", str("日本 ✓ <&>"))], "map[s:日本 ✓ <&>]"),
        (&[("b", Value::Bool(true)), ("c", Value::Bool(false))], "map[b:true c:false]"),
        (&[("s", str(""))], "map[s:]"),
    ];
    for (fields, want) in table {
        let m = message(&(&[], fields, "2020-01-01T00:00:00Z"), 0, "CRITICAL");
        assert_eq!(text(TEXT, "{{ .Fields }}", &m), want);
    }
}

#[test]
fn times_and_durations() {
    const TIMES: &str = "{{ .Time }} | {{ .Time.Unix }} | {{ .Time.Format \"2006-01-02 15:04:05.000\" }} | \
                         {{ .Time.Weekday }} | {{ .Time.Hour }}:{{ .Time.Minute }}";
    const AT: &str = "{{ .Time.Format \"Jan 2, 2006 at 3:04pm (MST)\" }}";
    let times = [
        (
            "2020-01-01T00:00:00Z",
            "2020-01-01 00:00:00 +0000 UTC | 1577836800 | 2020-01-01 00:00:00.000 | Wednesday | 0:0",
            "Jan 1, 2020 at 12:00am (UTC)",
        ),
        (
            "2020-01-01T12:34:56.123456789Z",
            "2020-01-01 12:34:56.123456789 +0000 UTC | 1577882096 | 2020-01-01 12:34:56.123 | Wednesday | 12:34",
            "Jan 1, 2020 at 12:34pm (UTC)",
        ),
        (
            "2020-01-02T00:00:00.5Z",
            "2020-01-02 00:00:00.5 +0000 UTC | 1577923200 | 2020-01-02 00:00:00.500 | Thursday | 0:0",
            "Jan 2, 2020 at 12:00am (UTC)",
        ),
    ];
    for (time, want, at) in times {
        let m = message(&(&[], &[], time), 0, "CRITICAL");
        assert_eq!(text(TEXT, TIMES, &m), want);
        assert_eq!(text(HTML, AT, &m), at);
    }
    let durations = [
        (0, "0s 0 0 0"),
        (1_000_000, "1ms 0.001 1.6666666666666667e-05 1000000"),
        (1_500_000_000, "1.5s 1.5 0.025 1500000000"),
        (60_000_000_000, "1m0s 60 1 60000000000"),
    ];
    for (duration, want) in durations {
        let m = message(&(&[], &[], "2020-01-01T00:00:00Z"), duration, "CRITICAL");
        let template =
            "{{ .Duration }} {{ .Duration.Seconds }} {{ .Duration.Minutes }} {{ .Duration.Nanoseconds }}";
        assert_eq!(text(TEXT, template, &m), want);
    }
}

#[test]
fn conditions() {
    const TEMPLATE: &str = "{{ if eq .Level \"OK\" }}resolved{{ else if eq .Level \"CRITICAL\" }}:fire:{{ else }}:warning:{{ end }} \
        {{ .ID }}{{ if and (ne .Level \"OK\") (gt (index .Fields \"v\") 85.0) }} high{{ end }}\
        {{ if or (eq .Level \"OK\") (eq .Level \"INFO\") }} calm{{ end }}{{ if not (index .Tags \"dc\") }} nodc{{ end }}";
    let (plain, placed) = ([("host", "a")].as_slice(), [("dc", "x"), ("host", "a")].as_slice());
    let table = [
        (plain, 51.0, "INFO", ":warning: cpu:host=a calm nodc"),
        (plain, 81.0, "WARNING", ":warning: cpu:host=a nodc"),
        (placed, 90.0, "WARNING", ":warning: cpu:host=a high"),
        (placed, 99.0, "CRITICAL", ":fire: cpu:host=a high"),
    ];
    for (tags, v, level, want) in table {
        let m = message(&(tags, &[("v", Value::Float(v))], "2020-01-01T00:00:00Z"), 0, level);
        assert_eq!(text(TEXT, TEMPLATE, &m), want);
    }
}

#[test]
fn loops_and_formats() {
    let str = |s: &str| Value::Str(s.into());
    let fields =
        [("a", Value::Float(1.5)), ("b", Value::Bool(true)), ("c", str("text")), ("d", Value::Int(7))];
    let tags = [("app", "web"), ("host", "h"), ("zone", "z1")];
    let m = message(&(&tags, &fields, "2020-01-01T00:00:00Z"), 0, "CRITICAL");
    let ranged = "{{ range $k, $v := .Fields }}[{{ $k }}:{{ $v }}]{{ end }}\
                  {{ with .Tags }} {{ .zone }}/{{ .host }}{{ end }} {{ len .Tags }} {{ .Tags }} {{ .Fields }}";
    assert_eq!(
        text(TEXT, ranged, &m),
        "[a:1.5][b:true][c:text][d:7] z1/h 3 map[app:web host:h zone:z1] map[a:1.5 b:true c:text d:7]"
    );
    let used = [("total", Value::Int(123456789012)), ("used", Value::Float(99.0))];
    let m = message(&(&[("host", "a"), ("path", "/var lib")], &used, "2020-01-01T00:00:00Z"), 0, "WARNING");
    let printed = "{{ index .Tags \"host\" }}:{{ index .Tags \"path\" }} used {{ index .Fields \"used\" | printf \"%0.2f\" }}% \
        of {{ index .Fields \"total\" | printf \"%d\" }} bytes, \
        {{ printf \"%v/%s/%q/%5.1f|%-8s|%08.3f|%x\" (index .Fields \"used\") .Level .TaskName (index .Fields \"used\") .Name (index .Fields \"used\") .Name }}";
    assert_eq!(
        text(TEXT, printed, &m),
        "a:/var lib used 99.00% of 123456789012 bytes, 99/WARNING/\"script\"/ 99.0|cpu     |0099.000|637075"
    );
}

#[test]
fn blanks_and_comments() {
    let template = "\n{{- /* the head */ -}}\nhost {{ .Tags.h }}\n{{- $v := index .Fields \"v\" }} value {{ $v -}}\n   \
                    , doubled {{ printf \"%v%v\" $v $v }}\n";
    let m = message(&(&[("h", "a")], &[("v", Value::Float(1.5))], "2020-01-01T00:00:00Z"), 0, "CRITICAL");
    assert_eq!(text(TEXT, template, &m), "host a value 1.5, doubled 1.51.5\n");
}

#[test]
fn details() {
    let s = Value::Str("x<y> \"q\" 'z' + é".into());
    let fields = [("s", s), ("v", Value::Float(-1.5))];
    let m = message(&(&[("h", "a&b")], &fields, "2020-01-01T00:00:00Z"), 0, "CRITICAL");
    let template = "<b>{{ .Tags.h }}</b> <a title=\"{{ .Tags.h }}\">{{ index .Fields \"s\" }}</a> {{ index .Fields \"v\" }}";
    assert_eq!(
        text(HTML, template, &m),
        "<b>a&amp;b</b> <a title=\"a&amp;b\">x&lt;y&gt; &#34;q&#34; &#39;z&#39; &#43; é</a> -1.5"
    );
    let fields = [
        ("f 1", Value::Str("a\"b\\c".into())),
        ("f2", Value::Float(1e-7)),
        ("f3", Value::Float(1e21)),
        ("f4", Value::Float(-0.0)),
    ];
    let m = message(&(&[("k<1>", "v 1,a=b"), ("é", "ü")], &fields, "2020-01-01T00:00:00Z"), 0, "CRITICAL");
    let want = concat!(
        "{&#34;Name&#34;:&#34;cpu&#34;,&#34;TaskName&#34;:&#34;script&#34;,&#34;Group&#34;:&#34;host=a&#34;,",
        "&#34;Tags&#34;:{&#34;k\\u003c1\\u003e&#34;:&#34;v 1,a=b&#34;,&#34;é&#34;:&#34;ü&#34;},",
        "&#34;ServerInfo&#34;:{&#34;Hostname&#34;:&#34;localhost&#34;,&#34;ClusterID&#34;:&#34;0-0&#34;,",
        "&#34;ServerID&#34;:&#34;0-0&#34;},&#34;ID&#34;:&#34;cpu:host=a&#34;,",
        "&#34;Fields&#34;:{&#34;f 1&#34;:&#34;a\\&#34;b\\\\c&#34;,&#34;f2&#34;:1e-7,&#34;f3&#34;:1e&#43;21,",
        "&#34;f4&#34;:-0},&#34;Level&#34;:&#34;CRITICAL&#34;,&#34;Time&#34;:&#34;2020-01-01T00:00:00Z&#34;,",
        "&#34;Duration&#34;:0}\n"
    );
    assert_eq!(text(HTML, "{{ json . }}", &m), want);
}
