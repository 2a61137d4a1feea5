//! Values that are no numbers, through every node that has an output: what is written can be read.

use serde_json::Value;

use super::tick::Tick;

const SCRIPT: &str = "\
var x = stream|from().measurement('m').groupBy('h')
    |eval(lambda: \"v\" / \"v\", lambda: \"v\" / 0.0, lambda: sqrt(\"v\"), lambda: log(-1.0), lambda: 1.0)
        .as('nan', 'inf', 'root', 'log', 'one').keep()
x|log()
x|httpOut('points')
x|httpPost('http://127.0.0.1:1/').codeField('code')
x|influxDBOut().database('d').retentionPolicy('r')
x|alert().crit(lambda: TRUE).message('{{ index .Fields \"nan\" }} {{ .Fields }}')
    .log('FOLDER/alerts.log').exec('/bin/cat').tcp('127.0.0.1:1').post('http://127.0.0.1:1/').slack()
x|alert().crit(lambda: \"inf\" > 1.0).stateChangesOnly().levelField('level').details('{{ json .Fields }}')
x|stateDuration(lambda: \"nan\" > 1.0)|changeDetect('nan')|log()
x|derivative('inf')|movingAverage('inf', 2)|log()
x|flatten().on('h')|log()
var w = x|window().period(2s).every(2s)
w|httpOut('batches')
w|httpPost('http://127.0.0.1:1/')
w|alert().crit(lambda: \"nan\" != \"nan\")
w|mean('nan')|log()
w|stddev('inf')|log()
w|percentile('nan', 50.0)|log()
w|top(2, 'nan')|log()
w|distinct('inf')|log()
w|holtWinters('nan', 2, 0, 1s)|log()
";

const POINTS: &str = "\
m,h=a v=0 1000000000
m,h=a v=-1 2000000000
m,h=b v=0 2500000000
m,h=a v=4 3000000000
m,h=a v=0 5000000000
";

const CONFIG: &str = "[[slack]]\nenabled = true\ndefault = true\nurl = \"http://127.0.0.1:1/\"\n";

fn tick(command: &str) -> Tick {
    let tick = Tick::new(command);
    let script = SCRIPT.replace("FOLDER", &tick.folder_name());
    tick.script(&script).input(POINTS).file("c.toml", CONFIG).args(&["--config", "c.toml"])
}

/// Every line is a JSON value; gives those with this type.
#[track_caller]
fn lines(text: &str, of: &str) -> Vec<Value> {
    let line = |line: &str| -> Value { serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")) };
    text.lines().map(line).filter(|line| of.is_empty() || line["type"] == of).collect()
}

#[test]
fn traces_and_event_lines_stay_json() {
    let args =
        ["--trace", "t.jsonl", "--format", "jsonl", "--influxdb-out", "out.lp", "--stats-file", "s.json"];
    let out = tick("replay").args(&args).run().status(0);
    assert_eq!(lines(&out.stdout, "").len(), 9, "{}", out.stdout);
    let trace = out.read("t.jsonl");
    assert!(lines(&trace, "alert").iter().any(|line| line["data"].is_null()), "an event has no data then");
    let answers: Vec<String> = lines(&trace, "httpOut").iter().map(|l| l["result"].to_string()).collect();
    // As Kapacitor answers, which finds the first such value.
    let want = ["NaN", "+Inf"].map(|value| format!("{{\"error\":\"json: unsupported value: {value}\"}}"));
    assert_eq!(answers, want);
    let errors = lines(&trace, "error");
    for (message, at_least) in [("failed to marshal alert data json", 20), ("failed to POST data", 5)] {
        let told = errors.iter().filter(|line| line["message"] == message).count();
        assert!(told >= at_least, "{message}: {told}");
    }
    assert!(lines(&trace, "action").iter().all(|line| line["kind"] == "slack"), "no body has such a value");
    assert_eq!(
        out.read("out.lp").lines().nth(3),
        Some("m,h=a inf=NaN,log=NaN,nan=NaN,one=1,root=0,v=0 1000000000")
    );
    assert!(serde_json::from_str::<Value>(&out.read("s.json")).is_ok());
}

#[test]
fn people_read_them_as_go_prints_them() {
    let watched = tick("run").args(&["--dry-run", "-q", "--watch", "eval2"]).run().status(0);
    let rows: Vec<Vec<&str>> = watched.stdout.lines().map(|l| l.split_whitespace().collect()).collect();
    assert_eq!(rows[2][3..], ["NaN", "NaN", "NaN", "1", "0", "0"], "{}", watched.stdout);
    assert_eq!(rows[3][3..], ["-Inf", "NaN", "1", "1", "NaN", "-1"], "{}", watched.stdout);
    let text = tick("run").args(&["--dry-run"]).run().status(0);
    assert!(text.stdout.contains("1 map[inf:+Inf log:NaN nan:1 one:1 root:2 v:4]"), "{}", text.stdout);
    // A handler that gets no event has failed.
    let run = tick("run").args(&["--deliver", "log"]).run().status(1);
    run.stderr_has("failed to marshal alert data json: json: unsupported value: NaN")
        .stderr_has("log: 0 delivered, 5 failed");
}

#[test]
fn tables_read_them_as_missing() {
    let table = "time,v,w\n1,NaN,2\n2,1.5,inf\n3,Inf,2\n";
    for (to, want) in [
        ("line", "x w=2 1000000000\nx v=1.5 2000000000\nx w=2 3000000000\n"),
        (
            "csv",
            "name,time,v,w\nx,1970-01-01T00:00:01Z,,2\nx,1970-01-01T00:00:02Z,1.5,\nx,1970-01-01T00:00:03Z,,2\n",
        ),
    ] {
        let tick =
            Tick::new("convert").file("x.csv", table).args(&["--to", to, "--time-format", "unix", "x.csv"]);
        tick.run().status(0).stdout(want).stderr_has("3 cells are NaN or infinite: read as missing");
    }
}
