//! What nodes send out: `influxDBOut`, `httpPost`, `kapacitorLoopback`, and what `sideload` takes in.

use super::server::Server;
use super::tick::Tick;

const OUT: &str = "\
stream
    |from()
        .measurement('m')
    |influxDBOut()
        .create()
        .database('out')
        .retentionPolicy('month')
        .tag('by', 'tick')
        .precision('ms')
        .buffer(2)
";

const POINTS: &str = "m,h=a v=1 1000000000\nm,h=b v=2i 2000000000\nm,h=a s=\"x\\\"y\" 3000000000\n";

const WRITTEN: &str = "\
# DDL
CREATE DATABASE out WITH NAME month
# DML
# CONTEXT-DATABASE: out
# CONTEXT-RETENTION-POLICY: month
m,by=tick,h=a v=1 1000000000
m,by=tick,h=b v=2i 2000000000
m,by=tick,h=a s=\"x\\\"y\" 3000000000
";

#[test]
fn points_are_written_to_a_file_that_can_be_read_again() {
    let tick = || Tick::new("run").script(OUT).input(POINTS);
    tick().args(&["--influxdb-out", "out.lp"]).run().status(0).wrote("out.lp", WRITTEN);
    tick().args(&["--influxdb-out", "-", "-q"]).run().status(0).stdout(WRITTEN).stderr("");
    tick().run().status(0).stderr_has("influxDBOut: 3 points only counted; `--influxdb-out FILE`");
    tick()
        .args(&["--influxdb-out", "-", "--trace", "-"])
        .run()
        .status(2)
        .stderr_has("cannot both have standard output");
    let again = "dbrp \"out\".\"month\"\nstream\n    |from()\n        .measurement('m')\n    |log()\n";
    Tick::new("run").script(again).input(WRITTEN).run().status(0).stderr_has("3 points, 0 events");
}

#[test]
fn points_are_written_to_a_server() {
    let server = Server::start(&[(200, r#"{"results":[{}]}"#), (204, ""), (204, "")]);
    let url = server.url.replace("http://", "http://me:secret@");
    let tick = Tick::new("run").script(OUT).input(POINTS).args(&["--influxdb", &url, "--stats"]);
    tick.run().status(0).stderr_has("points_written 3");
    let requests = server.requests();
    let lines: Vec<(&str, &str)> = requests.iter().map(|r| (&*r.line, &*r.body)).collect();
    assert_eq!(
        lines,
        [
            ("POST /query?q=CREATE+DATABASE+out+WITH+NAME+month HTTP/1.1", ""),
            (
                "POST /write?db=out&precision=ms&rp=month HTTP/1.1",
                "m,by=tick,h=a v=1 1000\nm,by=tick,h=b v=2i 2000\n"
            ),
            ("POST /write?db=out&precision=ms&rp=month HTTP/1.1", "m,by=tick,h=a s=\"x\\\"y\" 3000\n"),
        ]
    );
    assert!(requests.iter().all(|r| r.head.contains("authorization: basic bwu6c2vjcmv0")), "{requests:?}");
}

#[test]
fn points_that_the_server_refuses_are_lost_and_counted() {
    let refusal = (404, r#"{"error":"database not found: \"out\""}"#);
    let server = Server::start(&[(200, r#"{"results":[{"error":"not authorized"}]}"#), refusal, (204, "")]);
    let url = server.url.clone();
    let tick = Tick::new("run").script(OUT).input(POINTS).args(&["--influxdb", &url, "--stats"]);
    let out = tick.run().status(0);
    assert_eq!(server.requests().len(), 3);
    out.stderr_has("influxdb_out2: failed to create database: not authorized")
        .stderr_has("points_written 1")
        .stderr_has("write_errors 1");
    let tick = Tick::new("run").script(OUT).input(POINTS).args(&["--influxdb", "localhost:8086"]);
    tick.run().status(2).stderr_has("`--influxdb`: `localhost:8086` is no URL");
}

#[test]
fn points_wait_for_the_flush_interval_on_the_clock_of_the_data() {
    let script = OUT.replace(".buffer(2)", ".flushInterval(10s)").replace("        .create()\n", "");
    let points = "m v=1 0\nm v=2 9000000000\nm v=3 10000000000\nm v=4 40000000000\n";
    let server = Server::start(&[(204, ""), (204, ""), (204, "")]);
    let url = server.url.clone();
    Tick::new("run").script(&script).input(points).args(&["--influxdb", &url]).run().status(0);
    let sizes: Vec<usize> = server.requests().iter().map(|r| r.body.lines().count()).collect();
    assert_eq!(sizes, [2, 1, 1]);
}

const POST: &str = "\
stream
    |from()
        .measurement('m')
    |httpPost('URL/{{ .Name }}')
        .codeField('code')
        .captureResponse()
    |log()
";

#[test]
fn rows_are_posted_and_the_status_is_kept() {
    let server = Server::start(&[(200, "fine"), (503, "busy"), (200, "")]);
    let script = POST.replace("URL", &server.url);
    let out = Tick::new("run").script(&script).input(POINTS).run().status(0);
    let requests = server.requests();
    assert_eq!(requests[0].line, "POST /m HTTP/1.1");
    assert_eq!(
        requests[0].body,
        "{\"series\":[{\"name\":\"m\",\"tags\":{\"h\":\"a\"},\"columns\":[\"time\",\"v\"],\"values\":[[\"1970-01-01T00:00:01Z\",1]]}]}\n"
    );
    out.stderr_has("m,h=a code=200i,v=1 1000000000")
        .stderr_has("m,h=b code=503i,v=2i 2000000000")
        .stderr_has("http_post2: POST returned non 2xx status code: busy");
}

#[test]
fn rows_that_are_not_posted_are_taken_as_answered() {
    let script = POST.replace("URL", "http://127.0.0.1:1");
    let tick = || Tick::new("run").script(&script).input(POINTS);
    tick()
        .args(&["--deliver", "-httpPost"])
        .run()
        .status(0)
        .stderr_has("code=200i")
        .stderr_has("httpPost: 3 requests not delivered");
    tick().run().status(0).stderr_has("code=0i").stderr_has("http_post2: failed to POST data: Post");
    let nameless = "stream\n    |from()\n    |httpPost()\n        .endpoint('hook')\n";
    let out = Tick::new("run").script(nameless).input(POINTS).run().status(2);
    out.stderr_has("endpoint 'hook' does not exist\n --> script.tick:3:6\n");
}

/// A task that reads one database and writes to another.
fn relay(from: &str, to: &str) -> String {
    format!(
        "dbrp \"{from}\".\"rp\"\nstream\n    |from()\n        .measurement('m')\n    |eval(lambda: \"v\" + 1.0)\n        \
         .as('v')\n    |kapacitorLoopback()\n        .database('{to}')\n        .retentionPolicy('rp')\n"
    )
}

#[test]
fn tasks_in_a_circle_come_to_an_end() {
    let tick = Tick::new("run").file("a.tick", &relay("a", "b")).file("b.tick", &relay("b", "a"));
    let args = ["a.tick", "b.tick", "--db", "a", "--rp", "rp", "--stats"];
    let out = tick.args(&args).input("m v=0 1\nm v=0 2\n").run().status(0);
    assert_eq!(out.stderr.matches("tasks feed each other in a circle").count(), 2, "{}", out.stderr);
    out.stderr_has("kapacitor_loopback3: failed to write point over loopback: the point went round 32 times")
        .stderr_has("points_written 32");
}

#[test]
fn points_that_go_round_keep_all_they_have() {
    let first = "dbrp \"a\".\"rp\"\nstream\n    |from()\n    |kapacitorLoopback()\n        .database('b')\n        \
                 .retentionPolicy('rp')\n        .tag('t', 'x y')\n";
    let second = "dbrp \"b\".\"rp\"\nstream\n    |from()\n        .measurement('m, n')\n    |where(lambda: \"s\" != '')\n    \
                  |log()\n";
    let line = "m\\,\\ n,h\\=1=a\\ b big=9007199254740993i,s=\"q\\\"\\\\ ü\",f=-0.5,b=t 7\n";
    let tick = Tick::new("run").file("a.tick", first).file("b.tick", second);
    let out = tick.args(&["a.tick", "b.tick", "--db", "a", "--rp", "rp"]).input(line).run().status(0);
    out.stderr_has(
        "INFO b:log3 m\\,\\ n,h\\=1=a\\ b,t=x\\ y b=true,big=9007199254740993i,f=-0.5,s=\"q\\\"\\\\ ü\" 7\n",
    );
}

const SIDE: &str = "\
stream
    |from()
        .measurement('m')
    |sideload()
        .source('SOURCE')
        .order('{{ .h }}.yml', 'all.json')
        .field('limit', 5)
        .tag('owner', 'nobody')
    |log()
";

#[test]
fn files_and_servers_give_fields_and_tags() {
    let tick = Tick::new("run")
        .file("side/a.yml", "limit: 7\n")
        .file("side/all.json", "{\"owner\": \"ops\", \"limit\": 0.5}");
    let folder = tick.folder_name();
    let script = SIDE.replace("SOURCE", &format!("file://{folder}/side"));
    let out = tick.script(&script).input("m,h=a v=1 1\nm,h=b v=1 2\nm,h=b v=1 3\n").args(&["--stats"]).run();
    out.status(0)
        .stderr_has("m,h=a,owner=ops limit=7i,v=1 1\n")
        .stderr_has("m,h=b,owner=ops limit=5i,v=1 2\n")
        .stderr_has("failed to load key: cannot convert value \"0.5\" of type float64 to int64")
        .stderr_has("sideload2  collected 3  emitted 3  errors 2");
    let server = Server::start(&[(200, r#"{"a.yml": {"limit": 9}, "all.json": {}}"#)]);
    let script = SIDE.replace("SOURCE", &server.url);
    let out = Tick::new("run").script(&script).input("m,h=a v=1 1\n").run().status(0);
    assert!(server.requests()[0].line.starts_with("GET / "));
    out.stderr_has("m,h=a,owner=nobody limit=9i,v=1 1\n");
}

#[test]
fn sources_that_cannot_be_read_are_told_once_by_name() {
    let script = |source: &str| SIDE.replace("SOURCE", source);
    let run = |source: &str| Tick::new("run").script(&script(source)).input("m v=1 1\n").run().status(2);
    run("file:///no/such/folder").stderr_has("/no/such/folder: cannot be read");
    run("limits").stderr_has("no such endpoint is configured");
    let tick = Tick::new("run").file("side/bad.yml", "limit: [1,\n");
    let folder = tick.folder_name();
    let script = script(&format!("file://{folder}/side"));
    let out = tick.script(&script).input("m v=1 1\n").run().status(2);
    assert_eq!(out.stderr.matches("not readable as YAML").count(), 1, "{}", out.stderr);
    out.stderr_has(&format!("{folder}/side/bad.yml:"));
}

#[test]
fn decisions_to_scale_are_told_and_taken_as_done() {
    let script = "stream\n    |from()\n        .measurement('m')\n        .groupBy('app')\n    |k8sAutoscale()\n        \
                  .resourceNameTag('app')\n        .namespace('web')\n        .min(2)\n        .max(5)\n        \
                  .currentField('now')\n        .increaseCooldown(10s)\n        .replicas(lambda: if(\"v\" > 1.0, \"now\" + 2, \"now\" - 9))\n    |log()\n";
    let second = 1_000_000_000_i64;
    let line = |(t, v): (i64, i64)| format!("m,app=a v={v} {}\n", t * second);
    let points: String = [(0, 1), (1, 9), (5, 9), (11, 9), (12, 9), (13, 0)].map(line).concat();
    let tick = Tick::new("replay").script(script).input(&points).args(&["--trace", "t.jsonl", "--stats"]);
    let out = tick.run().status(0);
    let trace = out.read("t.jsonl");
    let scales: Vec<&str> = trace
        .lines()
        .filter_map(|l| {
            l.strip_prefix("{\"type\":\"scale\",\"task\":\"script\",\"node\":\"k8s_autoscale2\",")
        })
        .collect();
    assert_eq!(
        scales,
        [
            "\"id\":\"web/deployments/a\",\"old\":2,\"new\":4}",
            "\"id\":\"web/deployments/a\",\"old\":4,\"new\":5}",
            "\"id\":\"web/deployments/a\",\"old\":5,\"new\":2}",
        ]
    );
    out.stderr_has("m,app=a,kind=deployments,namespace=web,resource=a new=4i,old=2i 1000000000")
        .stderr_has("increase_events 2  decrease_events 1  cooldown_drops 1");
}
