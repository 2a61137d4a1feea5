//! Templates as scripts have them, with what Go makes of them.

mod recorded;

use super::*;
use crate::value::Value;
use proptest::prelude::*;

struct Server;

impl Struct for Server {
    fn type_name(&self) -> &str {
        "kapacitor.serverInfo"
    }

    fn field(&self, name: &str) -> Option<Datum<'_>> {
        Some(match name {
            "Hostname" => Datum::str("localhost"),
            "ClusterID" | "ServerID" => Datum::str("0-0"),
            _ => return None,
        })
    }

    fn fields(&self) -> &[&'static str] {
        &["Hostname", "ClusterID", "ServerID"]
    }
}

struct Message {
    level: &'static str,
    tags: Vec<(String, String)>,
    fields: Vec<(String, Value)>,
    time: i64,
    duration: i64,
}

impl Struct for Message {
    fn type_name(&self) -> &str {
        "kapacitor.messageInfo"
    }

    fn field(&self, name: &str) -> Option<Datum<'_>> {
        Some(match name {
            "Name" => Datum::str("cpu"),
            "TaskName" => Datum::str("script"),
            "Group" => Datum::str("host=a"),
            "Tags" => Datum::strings(&self.tags),
            "ServerInfo" => Datum::Struct(&Server),
            "ID" => Datum::str("cpu:host=a"),
            "Fields" => Datum::values(&self.fields),
            "Level" => Datum::str(self.level),
            "Time" => Datum::Time(self.time),
            "Duration" => Datum::Duration(self.duration),
            "Message" => Datum::str("<b> & 'x'"),
            _ => return None,
        })
    }

    fn fields(&self) -> &[&'static str] {
        &["Name", "TaskName", "Group", "Tags", "ServerInfo", "ID", "Fields", "Level", "Time", "Duration"]
    }
}

fn message() -> Message {
    let pair = |k: &str, v: &str| (k.to_owned(), v.to_owned());
    Message {
        level: "CRITICAL",
        tags: vec![pair("app", "web"), pair("host", "a&b"), pair("zone", "")],
        fields: vec![
            ("big".to_owned(), Value::Float(1223241.0)),
            ("i".to_owned(), Value::Int(3)),
            ("none".to_owned(), Value::Null),
            ("ok".to_owned(), Value::Bool(true)),
            ("s".to_owned(), Value::Str("x<y> \"q\" 'z' + é".into())),
            ("v".to_owned(), Value::Float(81.25678)),
        ],
        time: 1_577_882_096_123_456_789,
        duration: 90_500_000_000,
    }
}

fn render(options: Options, text: &str) -> Result<String, String> {
    let data = message();
    let template = Template::parse("message", text, options).map_err(|e| e.to_string())?;
    let mut out = String::new();
    let result = template.render(Datum::Struct(&data), &mut out);
    result.map(|()| out).map_err(|e| e.to_string())
}

const TEXT: Options = Options { html: false, json: false };
const JSON: Options = Options { html: false, json: true };
const HTML: Options = Options { html: true, json: true };

#[test]
fn text_templates() {
    let table = [
        ("", ""),
        ("plain { } é", "plain { } é"),
        ("{{ .ID }} is {{ .Level }}", "cpu:host=a is CRITICAL"),
        ("{{ .Name }}:{{ .Group }}/{{ .TaskName }}", "cpu:host=a/script"),
        ("{{ .ServerInfo.Hostname }} {{ .ServerInfo }}", "localhost {localhost 0-0 0-0}"),
        ("[{{ index .Tags \"nope\" }}][{{ .Tags.nope }}]", "[][<no value>]"),
        ("[{{ index .Fields \"nope\" }}][{{ .Fields.nope }}]", "[<no value>][<no value>]"),
        ("[{{ .Fields.none }}][{{ .Fields.nope.deeper }}]", "[<no value>][<no value>]"),
        ("{{ .Tags.host }} {{ .Fields.v }} {{ .Fields.i }} {{ .Fields.ok }}", "a&b 81.25678 3 true"),
        ("{{ .Fields.big }} kb", "1.223241e+06 kb"),
        ("{{ .Tags }} {{ len .Tags }}", "map[app:web host:a&b zone:] 3"),
        ("{{ .Fields }}", "map[big:1.223241e+06 i:3 none:<nil> ok:true s:x<y> \"q\" 'z' + é v:81.25678]"),
        ("{{ index .Fields \"v\" | printf \"%0.2f\" }}%", "81.26%"),
        ("{{ printf \"%d\" (index .Fields \"v\") }}", "%!d(float64=81.25678)"),
        ("{{ printf \"%f\" (index .Fields \"none\") }}", "%!f(<nil>)"),
        ("{{ printf \"%s\" .Time }}", "2020-01-01 12:34:56.123456789 +0000 UTC"),
        (
            "{{ .Time.Unix }} {{ .Time.Weekday }} {{ .Time.Month }} {{ .Time.Year }}",
            "1577882096 Wednesday January 2020",
        ),
        ("{{ .Time.Format \"2006-01-02 15:04\" }}", "2020-01-01 12:34"),
        ("{{ \"Jan 2\" | .Time.Format }}", "Jan 1"),
        ("{{ (.Time.Add .Duration).Format \"15:04:05\" }}", "12:36:26"),
        ("{{ .Time.Sub .Time }} {{ .Time.After .Time }}", "0s false"),
        ("{{ (.Time.Truncate 3600000000000).Format \"15:04\" }}", "12:00"),
        ("{{ (.Time.AddDate 0 1 0).YearDay }} {{ .Time.UTC.IsZero }}", "32 false"),
        (
            "{{ .Duration }} {{ .Duration.Seconds }} {{ .Duration.Minutes }}",
            "1m30.5s 90.5 1.5083333333333333",
        ),
        ("{{ .Duration.Nanoseconds }} {{ .Duration.Round 1000000000 }}", "90500000000 1m31s"),
        ("{{ if gt (index .Fields \"v\") 80.0 }}high{{ else }}low{{ end }}", "high"),
        ("{{ if eq .Level \"OK\" \"CRITICAL\" }}a{{ end }}{{ if ne .Level \"OK\" }}b{{ end }}", "ab"),
        ("{{ if eq .Level \"OK\" }}o{{ else if eq .Level \"CRITICAL\" }}c{{ else }}x{{ end }}", "c"),
        (
            "{{ with .Tags.host }}{{ . }}{{ end }}{{ with .Tags.zone }}{{ . }}{{ else }}none{{ end }}",
            "a&bnone",
        ),
        ("{{ with $x := .Fields.i }}{{ $x }}{{ $.Name }}{{ end }}", "3cpu"),
        (
            "{{ if and .Tags.host (lt 1 2) }}1{{ end }}{{ or .Tags.zone \"dflt\" }}{{ not true }}",
            "1dfltfalse",
        ),
        ("{{ and 1 0 }} {{ or 0 2 }} {{ true | and 5 }} {{ and true nil }}", "0 2 true <no value>"),
        ("{{ range $k, $v := .Tags }}{{ $k }}={{ $v }};{{ end }}", "app=web;host=a&b;zone=;"),
        ("{{ range .Tags }}<{{ . }}>{{ end }}", "<web><a&b><>"),
        ("{{ range $v := .Tags }}{{ $v }},{{ end }}", "web,a&b,,"),
        ("{{ range .Fields.nope }}x{{ else }}empty{{ end }}", "empty"),
        (
            "{{ range $i, $e := .Tags }}{{ if eq $i \"host\" }}{{ continue }}{{ end }}{{ $i }} {{ end }}",
            "app zone ",
        ),
        ("{{ range $i, $e := .Tags }}{{ if eq $i \"host\" }}{{ break }}{{ end }}{{ $i }} {{ end }}", "app "),
        ("{{ range 3 }}{{ . }}{{ end }}", "012"),
        ("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $x := 3 }}{{ end }}{{ $x }}", "2"),
        ("{{ $x := .Tags }}{{ $x.host }} {{ $x := 5 }}{{ $x }} {{ $.Level }}", "a&b 5 CRITICAL"),
        ("{{- /* c */ -}}  a  {{- 1 }} {{ 2 -}}  b", "a1 2b"),
        (
            "{{ define \"t\" }}[{{ . }}{{ $ }}]{{ end }}{{ template \"t\" .Level }}{{ template \"t\" }}",
            "[CRITICALCRITICAL][<no value><no value>]",
        ),
        ("{{ block \"b\" .Tags }}{{ .app }}{{ end }}", "web"),
        ("{{ print 1 2 \"a\" \"b\" 3 4 }} {{ println \"x\" 1 }}", "1 2ab3 4 x 1\n"),
        ("{{ \"a\" }}{{ `b\\n` }}{{ 'c' }}{{ 0x1F }}{{ 1e3 }}{{ -3 }}{{ true }}", "ab\\n99311000-3true"),
        ("{{ len \"héllo\" }} {{ slice \"hello\" 1 3 }} {{ index \"abc\" 1 }}", "6 el 98"),
        ("{{ html \"<a>\" }} {{ js \"it's\" }} {{ urlquery \"a b&\" }}", "&lt;a&gt; it\\'s a+b%26"),
        ("{{ .Fields.nope | html }}", "&lt;no value&gt;"),
        ("{{ printf \"%v %T\" .Tags .Fields }}", "map[app:web host:a&b zone:] map[string]interface {}"),
        ("{{ printf \"%v/%s/%q\" (index .Fields \"v\") .Level .TaskName }}", "81.25678/CRITICAL/\"script\""),
        ("{{ eq .Fields.nope 1 }} {{ eq .Fields.i 3 }} {{ ge 1 1 }} {{ le 2 1 }}", "false true true false"),
        ("{{ if not (index .Tags \"dc\") }}nodc{{ end }}", "nodc"),
        ("{{ (index .Tags \"host\") }} {{ ((.Level)) }}", "a&b CRITICAL"),
        ("{{ .Level | printf \"%s-%s\" .Name | printf \"<%s>\" }}", "<cpu-CRITICAL>"),
        ("{{with $y := 1}}{{$y}}{{end}}{{with $y := 2}}{{$y}}{{end}}", "12"),
        ("{{ printf \"%[2]v %[1]v\" 1 2 }}", "2 1"),
        ("a{{\"\\n\"}}b\n{{ 1 }}", "a\nb\n1"),
    ];
    for (text, want) in table {
        assert_eq!(render(TEXT, text).as_deref(), Ok(want), "{text}");
    }
}

#[test]
fn json_of_everything() {
    let want = concat!(
        "{\"Name\":\"cpu\",\"TaskName\":\"script\",\"Group\":\"host=a\",",
        "\"Tags\":{\"app\":\"web\",\"host\":\"a\\u0026b\",\"zone\":\"\"},",
        "\"ServerInfo\":{\"Hostname\":\"localhost\",\"ClusterID\":\"0-0\",\"ServerID\":\"0-0\"},",
        "\"ID\":\"cpu:host=a\",\"Fields\":{\"big\":1223241,\"i\":3,\"none\":null,\"ok\":true,",
        "\"s\":\"x\\u003cy\\u003e \\\"q\\\" 'z' + é\",\"v\":81.25678},\"Level\":\"CRITICAL\",",
        "\"Time\":\"2020-01-01T12:34:56.123456789Z\",\"Duration\":90500000000}"
    );
    assert_eq!(render(JSON, "{{ jsonCompact . }}").as_deref(), Ok(want));
    assert_eq!(render(JSON, "{{ json .Tags.app }}").as_deref(), Ok("\"web\"\n"));
}

#[test]
fn parse_errors_are_gos() {
    let table = [
        ("{{ .x", "template: message:1: unclosed action"),
        ("a\nb{{ json . }}", "template: message:2: function \"json\" not defined"),
        ("{{ $x }}", "template: message:1: undefined variable \"$x\""),
        ("{{ }}", "template: message:1: missing value for command"),
        ("{{ if }}{{ end }}", "template: message:1: missing value for if"),
        ("{{ if 1 }}", "template: message:1: unexpected EOF"),
        ("{{ end }}", "template: message:1: unexpected {{end}}"),
        ("{{ else }}", "template: message:1: unexpected {{else}}"),
        ("{{ if 1 }}{{ else }}{{ else }}{{ end }}", "template: message:1: expected end; found {{else}}"),
        ("{{ 1 | 2 }}", "template: message:1: non executable command in pipeline stage 2"),
        ("{{ (1 }}", "template: message:1: unclosed left paren"),
        ("{{ 1) }}", "template: message:1: unexpected right paren"),
        ("{{ \"a }}", "template: message:1: unterminated quoted string"),
        ("{{ 3x }}", "template: message:1: bad number syntax: \"3x\""),
        ("{{ \"a\".x }}", "template: message:1: unexpected . after term \"\\\"a\\\"\""),
        ("{{ break }}", "template: message:1: {{break}} outside {{range}}"),
        ("{{ define 1 }}{{ end }}", "template: message:1: unexpected \"1\" in define clause"),
        ("{{ template .x }}", "template: message:1: unexpected \".x\" in template clause"),
        ("{{ $a, $b := 1 }}", "template: message:1: too many declarations in command"),
        (
            "{{ if 1 }}{{ define \"x\" }}{{ end }}{{ end }}",
            "template: message:1: unexpected <define> in command",
        ),
        (
            "{{ define \"x\" }}a{{ end }}{{ define \"x\" }}b{{ end }}",
            "template: message:1: template: multiple definition of template \"x\"",
        ),
        ("{{ . , }}", "template: message:1: unexpected \",\" in operand"),
        ("{{/* x }}", "template: message:1: unclosed comment"),
    ];
    for (text, want) in table {
        assert_eq!(render(TEXT, text).unwrap_err(), want, "{text}");
    }
}

#[test]
fn parse_errors_have_a_place() {
    let e = Template::parse("id", "a\n{{ nope }}", TEXT).unwrap_err();
    assert_eq!((e.line(), e.offset(), e.message()), (2, 5, "function \"nope\" not defined"));
}

#[test]
fn run_time_errors_are_gos() {
    let table = [
        (
            "{{ .Nope }}",
            "1:3: executing \"message\" at <.Nope>: can't evaluate field Nope in type kapacitor.messageInfo",
        ),
        (
            "a\nb {{ .Nope.X }}",
            "2:10: executing \"message\" at <.Nope.X>: can't evaluate field Nope in type kapacitor.messageInfo",
        ),
        (
            "{{ .Fields.v.X }}",
            "1:10: executing \"message\" at <.Fields.v.X>: can't evaluate field X in type interface {}",
        ),
        (
            "{{ .Fields.none.X }}",
            "1:10: executing \"message\" at <.Fields.none.X>: nil pointer evaluating interface {}.X",
        ),
        (
            "{{ .Tags.host.X }}",
            "1:8: executing \"message\" at <.Tags.host.X>: can't evaluate field X in type string",
        ),
        (
            "{{ gt (index .Fields \"v\") 0 }}",
            "1:3: executing \"message\" at <gt (index .Fields \"v\") 0>: error calling gt: incompatible types for comparison",
        ),
        (
            "{{ gt .Fields.nope 0 }}",
            "1:3: executing \"message\" at <gt .Fields.nope 0>: error calling gt: invalid type for comparison",
        ),
        ("{{ gt 1 }}", "1:3: executing \"message\" at <gt>: wrong number of args for gt: want 2 got 1"),
        ("{{ gt 1 2 3 4 }}", "1:3: executing \"message\" at <gt>: wrong number of args for gt: want 2 got 4"),
        (
            "{{ index }}",
            "1:3: executing \"message\" at <index>: wrong number of args for index: want at least 1 got 0",
        ),
        (
            "{{ index .Fields.nope \"x\" }}",
            "1:3: executing \"message\" at <index .Fields.nope \"x\">: error calling index: index of untyped nil",
        ),
        (
            "{{ index .Tags 1 }}",
            "1:3: executing \"message\" at <index .Tags 1>: error calling index: value has type int; should be string",
        ),
        (
            "{{ index .Level 99 }}",
            "1:3: executing \"message\" at <index .Level 99>: error calling index: index out of range: 99",
        ),
        ("{{ len 3 }}", "1:3: executing \"message\" at <len 3>: error calling len: len of type int"),
        (
            "{{ .Time.Format }}",
            "1:8: executing \"message\" at <.Time.Format>: wrong number of args for Format: want 1 got 0",
        ),
        ("{{ .Time.Format 3 }}", "1:16: executing \"message\" at <3>: expected string; found 3"),
        (
            "{{ .Time.Add .Level }}",
            "1:13: executing \"message\" at <.Level>: wrong type for value; expected time.Duration; got string",
        ),
        (
            "{{ .Time.Nope }}",
            "1:8: executing \"message\" at <.Time.Nope>: can't evaluate field Nope in type time.Time",
        ),
        (
            "{{ .Level 1 }}",
            "1:3: executing \"message\" at <.Level>: Level has arguments but cannot be invoked as function",
        ),
        (
            "{{ .Tags.host 1 }}",
            "1:8: executing \"message\" at <.Tags.host>: host is not a method but has arguments",
        ),
        ("{{ \"a\" 1 }}", "1:3: executing \"message\" at <\"a\">: can't give argument to non-function \"a\""),
        ("{{ nil }}", "1:3: executing \"message\" at <nil>: nil is not a command"),
        (
            "{{ template \"x\" }}",
            "1:12: executing \"message\" at <{{template \"x\"}}>: template \"x\" not defined",
        ),
        (
            "{{ define \"t\" }}{{ .X }}{{ end }}{{ template \"t\" .Level }}",
            "1:19: executing \"t\" at <.X>: can't evaluate field X in type string",
        ),
        ("{{ printf 3 }}", "1:10: executing \"message\" at <3>: expected string; found 3"),
        (
            "{{ range .Level }}{{ end }}",
            "1:9: executing \"message\" at <.Level>: range can't iterate over CRITICAL",
        ),
        ("{{ $x = 1 }}", "1:8: executing \"message\" at <1>: undefined variable: $x"),
        (
            "{{ 9223372036854775808 }}",
            "1:3: executing \"message\" at <9223372036854775808>: 9223372036854775808 overflows int",
        ),
        (
            "{{ eq .Tags .Tags }}",
            "1:3: executing \"message\" at <eq .Tags .Tags>: error calling eq: non-comparable types map[app:web host:a&b zone:]: map[string]string, map[string]string: map[app:web host:a&b zone:]",
        ),
    ];
    for (text, want) in table {
        assert_eq!(render(TEXT, text), Err(format!("template: message:{want}")), "{text}");
    }
}

#[test]
fn limits_hold() {
    let told = |text: &str, what: &str| {
        let e = render(TEXT, text).unwrap_err();
        assert!(e.contains(what), "{e}");
    };
    told("{{ define \"t\" }}{{ template \"t\" }}{{ end }}{{ template \"t\" }}", "nested deeper than");
    told("{{ range 2000000 }}{{ end }}", "iterations");
    told("{{ range 1000000 }}{{ printf \"%100d\" 1 }}{{ end }}", "output longer than");
    told(&"{{ if 1 }}".repeat(10_000), "nested deeper than");
    told(&format!("{{{{ {}1{} }}}}", "(".repeat(10_000), ")".repeat(10_000)), "nested deeper than");
    told(&"x".repeat(Limits::TEXT + 1), "longer than");
    let deep = format!("{}x{}", "{{ if 1 }}".repeat(140), "{{ end }}".repeat(140));
    assert_eq!(render(TEXT, &deep).as_deref(), Ok("x"));
}

#[test]
fn html_escapes_for_the_place() {
    let table = [
        ("", ""),
        ("<b>{{ .Message }}</b>", "<b>&lt;b&gt; &amp; &#39;x&#39;</b>"),
        ("{{ .Fields.s }}", "x&lt;y&gt; &#34;q&#34; &#39;z&#39; &#43; é"),
        ("[{{ index .Fields \"nope\" }}][{{ .Tags.nope }}]", "[][]"),
        ("<a title=\"{{ .Tags.host }}\">x</a>", "<a title=\"a&amp;b\">x</a>"),
        ("<a title='{{ .Fields.s }}'>", "<a title='x&lt;y&gt; &#34;q&#34; &#39;z&#39; &#43; é'>"),
        ("<a title={{ .Message }}>", "<a title=&lt;b&gt;&#32;&amp;&#32;&#39;x&#39;>"),
        ("<a href=\"/q?x={{ .Message }}\">", "<a href=\"/q?x=%3cb%3e%20%26%20%27x%27\">"),
        ("<a href=\"{{ .Message }}\">", "<a href=\"%3cb%3e%20&amp;%20%27x%27\">"),
        ("<a href=\"{{ \"javascript:alert(1)\" }}\">", "<a href=\"#ZgotmplZ\">"),
        ("<a href=\"{{ \"https://x/y?a=b&c\" }}\">", "<a href=\"https://x/y?a=b&amp;c\">"),
        ("<a href={{ \"/a b\" }}>", "<a href=/a%20b>"),
        (
            "<script>var x = {{ .Fields.s }};</script>",
            "<script>var x = \"x\\u003cy\\u003e \\\"q\\\" 'z' + é\";</script>",
        ),
        (
            "<script>var x = {{ .Fields.v }}, y = {{ .Fields.none }};</script>",
            "<script>var x =  81.25678 , y =  null ;</script>",
        ),
        (
            "<script>var x = {{ .Tags }};</script>",
            "<script>var x = {\"app\":\"web\",\"host\":\"a\\u0026b\",\"zone\":\"\"};</script>",
        ),
        (
            "<script>var x = {{ jsonCompact .Tags.app }};</script>{{ jsonCompact .Tags.app }}",
            "<script>var x = \"web\";</script>&#34;web&#34;",
        ),
        (
            "<script>var x = '{{ .Message }}', y = /{{ .Fields.v }}/;</script>",
            "<script>var x = '\\u003cb\\u003e \\u0026 \\u0027x\\u0027', y = /81\\.25678/;</script>",
        ),
        ("<script>x = `{{ \"a`${b}\" }}`</script>", "<script>x = `a\\u0060\\u0024\\u007bb\\u007d`</script>"),
        ("<script>a // c\nb /* d\n */ {{ 1 }}</script>", "<script>a \nb \n  1 </script>"),
        (
            "<a onclick=\"f({{ .Message }})\">",
            "<a onclick=\"f(&#34;\\u003cb\\u003e \\u0026 &#39;x&#39;&#34;)\">",
        ),
        ("<p style=\"color: {{ \"red\" }}; width: {{ 5 }}px\">", "<p style=\"color: red; width: 5px\">"),
        ("<p style=\"color: {{ \"expression(1)\" }}\">", "<p style=\"color: ZgotmplZ\">"),
        (
            "<style>p { background: url(\"{{ \"/a b\" }}\") } /* c */</style>",
            "<style>p { background: url(\"/a%20b\") }  </style>",
        ),
        ("a<!-- {{ .Message }} -->b", "ab"),
        ("1 < 2 <b>x</b> <!DOCTYPE html>", "1 &lt; 2 <b>x</b> <!DOCTYPE html>"),
        (
            "<textarea>{{ .Message }}</textarea><title>{{ 1 }}</title>",
            "<textarea>&lt;b&gt; &amp; &#39;x&#39;</textarea><title>1</title>",
        ),
        ("<p {{ \"id\" }}=\"x\" {{ \"onclick\" }}=\"y\">", "<p id=\"x\" ZgotmplZ=\"y\">"),
        ("{{ .Message | html }} {{ html \"+\" }} {{ \"+\" }}", "&lt;b&gt; &amp; &#39;x&#39; + &#43;"),
        ("<a href=\"/?{{ \"a b\" | urlquery }}\">", "<a href=\"/?a&#43;b\">"),
        ("{{ if .Level }}<b>{{ else }}<i>{{ end }}{{ .Level }}", "<b>CRITICAL"),
        ("{{ range .Tags }}<i>{{ . }}</i>{{ end }}", "<i>web</i><i>a&amp;b</i><i></i>"),
        (
            "{{ define \"t\" }}{{ . }}{{ end }}{{ template \"t\" \"+\" }}<a title={{ template \"t\" \"+ \" }}>",
            "&#43;<a title=&#43;&#32;>",
        ),
        (
            "{{ define \"t\" }}{{ if . }}x{{ template \"t\" false }}{{ end }}{{ end }}{{ template \"t\" true }}",
            "x",
        ),
        ("<a href=\"/{{ if true }}a{{ else }}b{{ end }}/{{ .Name }}\">", "<a href=\"/a/cpu\">"),
        ("<img srcset=\"{{ \"/a b.png 2x, javascript:x\" }}\">", "<img srcset=\"#ZgotmplZ,#ZgotmplZ\">"),
        (
            "<script type=\"text/template\"><b>{{ .Message }}</b></script>",
            "<script type=\"text/template\"><b>&lt;b&gt; &amp; &#39;x&#39;</b></script>",
        ),
        (
            "{{ .Time }} {{ .Duration }} {{ .Tags }}",
            "2020-01-01 12:34:56.123456789 &#43;0000 UTC 1m30.5s map[app:web host:a&amp;b zone:]",
        ),
    ];
    for (text, want) in table {
        assert_eq!(render(HTML, text).as_deref(), Ok(want), "{text}");
    }
}

#[test]
fn html_errors_have_a_place() {
    let table = [
        ("<a title=\"", "html/template:message: ends in an attribute's value, not in text"),
        ("<script>", "html/template:message: ends in a script, not in text"),
        (
            "{{ if .Level }}<a{{ end }}",
            "html/template:message:1:6: {{if}} branches end in different contexts: one inside of a tag, one in text",
        ),
        ("{{ range .Tags }}<a {{ end }}", "html/template:message: \"<\" in attribute name: \"<a \""),
        (
            "{{ html .Name | print }}",
            "html/template:message:1:3: predefined escaper \"html\" disallowed in template",
        ),
        ("<a b\"c>", "html/template:message: \"\\\"\" in attribute name: \"b\\\"c>\""),
        ("<a title=a\"b>", "html/template:message: \"\\\"\" in unquoted attr: \"a\\\"b\""),
        (
            "<a href=\"{{ if .Name }}/x?{{ end }}{{ .ID }}\">",
            "html/template:message:1:38: {{.ID}} appears in an ambiguous context within a URL",
        ),
        ("a\n{{ template \"x\" }}", "html/template:message:2:12: no such template \"x\""),
        (
            "<script>`${ {{ 1 }} }`</script>",
            "html/template:message: action inside of `${` in a JS template literal",
        ),
        ("{{ nope }}", "template: message:1: function \"nope\" not defined"),
    ];
    for (text, want) in table {
        assert_eq!(render(HTML, text).unwrap_err(), want, "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_answered(text in "[{}a-z.$|\"'()=: ,0-9-]{0,40}") {
        let _ = (render(TEXT, &text), render(HTML, &text));
    }

    #[test]
    fn any_sequence_of_pieces_is_answered(pieces in prop::collection::vec(prop::sample::select(vec![
        "{{ if .Level }}", "{{ else }}", "{{ end }}", "{{ range .Tags }}", "{{ with .Fields }}", "{{ . }}", "{{ .v }}",
        "{{ break }}", "{{ $x := . }}", "{{ $x }}", "{{ define \"a\" }}", "{{ template \"a\" . }}", "{{ json . }}", "<a href=",
        "\"", "'", ">", "<script>", "</script>", "<style>", "x", " ", "<!--", "-->", "<b ", "onclick=", "`", "/*", "//", "\n",
        "{{ printf \"%v\" . }}", "style=\"", "</style>", "<textarea>", "?", "&",
    ]), 0..12)) {
        let text = pieces.concat();
        let _ = (render(JSON, &text), render(HTML, &text));
    }

    #[test]
    fn text_without_actions_stays(text in "[^{]{0,30}") {
        prop_assert_eq!(render(TEXT, &text), Ok(text));
    }
}
