//! `tick serve` as a service: its log, its counters, its limits, its start and its end, with real processes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// A server, and what it says.
struct Service {
    folder: TempDir,
    process: Child,
    address: String,
    said: BufReader<ChildStderr>,
}

fn command(data: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tick"));
    command.args(["serve", "--data"]).arg(data).args(args).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

impl Service {
    fn start(args: &[&str]) -> Service {
        let folder = tempfile::tempdir().expect("a folder");
        let args = [&["--bind", "127.0.0.1:0"], args].concat();
        let mut process = command(folder.path(), &args).spawn().expect("it starts");
        let mut said = BufReader::new(process.stderr.take().expect("its stderr"));
        let mut line = String::new();
        said.read_line(&mut line).expect("text");
        let address = line.trim_end().strip_prefix("listening on http://").expect("an address").to_owned();
        Service { folder, process, address, said }
    }

    fn connect(&self, request: &str) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        stream.write_all(request.as_bytes()).expect("it reads");
        BufReader::new(stream)
    }

    /// The whole answer.
    fn ask(&self, line: &str, headers: &str, body: &str) -> String {
        let length = body.len();
        let mut stream = self.connect(&format!(
            "{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
        ));
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("an answer");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.process), signal).expect("it runs");
    }

    /// Ends it; what it said since it was started.
    fn end(mut self) -> String {
        self.signal(Signal::TERM);
        let mut text = String::new();
        self.said.read_to_string(&mut text).expect("text");
        assert_eq!(self.process.wait().expect("it ended").code(), Some(0));
        text
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Reads until a line has this text.
fn line_with(reader: &mut impl BufRead, text: &str) -> String {
    loop {
        let mut line = String::new();
        assert_ne!(reader.read_line(&mut line).expect("text"), 0, "`{text}` never came");
        if line.contains(text) {
            return line;
        }
    }
}

fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn requests_are_logged_without_their_secrets() {
    let service = Service::start(&[]);
    service.ask("POST /write?db=d&u=me&p=hunter2", "Authorization: Basic c2VjcmV0\r\n", "m v=1 1\n");
    let log = service.end();
    assert!(
        log.contains(" lvl=info msg=\"http request\" service=http method=POST uri=/write?db=d&u=[REDACTED]")
    );
    assert!(log.contains(" status=204 "), "{log}");
    assert!(!log.contains("hunter2") && !log.contains("c2VjcmV0"), "{log}");
    assert!(log.contains("msg=\"the server is ending\""), "{log}");
}

#[test]
fn the_log_is_followed_whatever_its_level_and_ends_with_the_server() {
    let service = Service::start(&[]);
    let loud = service.ask("POST /kapacitor/v1/loglevel", "", r#"{"level":"WARN"}"#);
    assert!(loud.starts_with("HTTP/1.1 400 ") && loud.contains("invalid log level"), "{loud}");
    assert!(
        service.ask("POST /kapacitor/v1/loglevel", "", r#"{"level":"error"}"#).starts_with("HTTP/1.1 204 ")
    );
    let twice = service.ask("GET /kapacitor/v1preview/logs?task=a&task=b", "", "");
    assert!(twice.contains("query params cannot contain duplicate params"), "{twice}");

    let ask = |headers: &str| {
        format!("GET /kapacitor/v1preview/logs?service=http&lvl=info%2B HTTP/1.1\r\nHost: x\r\n{headers}\r\n")
    };
    let (mut plain, mut json) =
        (service.connect(&ask("")), service.connect(&ask("Accept: application/json\r\n")));
    line_with(&mut plain, "content-type: application/logfmt");
    line_with(&mut json, "content-type: application/json");
    service.ask("HEAD /kapacitor/v1/ping", "", "");
    let record = line_with(&mut plain, "method=HEAD");
    assert!(
        record.contains("lvl=info msg=\"http request\" service=http") && record.contains("/v1/ping"),
        "{record}"
    );
    let record = line_with(&mut json, r#""method":"HEAD""#);
    let value: serde_json::Value = serde_json::from_str(&record).expect("JSON");
    assert_eq!((&value["lvl"], &value["status"]), (&"info".into(), &"204".into()));

    let log = service.end();
    assert!(!log.contains("HEAD"), "standard error has errors alone: {log}");
    let mut rest = String::new();
    plain.read_to_string(&mut rest).expect("the stream has an end");
    assert!(rest.ends_with("\r\n0\r\n\r\n"), "{rest:?}");
}

#[test]
fn counters_are_there_for_prometheus_and_for_clients_of_kapacitor() {
    let service = Service::start(&[]);
    service.ask("POST /write?db=d&rp=r", "", "m v=1 1\nm v=2 2\n");
    service.ask("POST /write?db=d&rp=r", "", "m v=\n");
    let text = service.ask("GET /metrics", "", "");
    assert!(text.contains("content-type: text/plain; version=0.0.4"), "{text}");
    for line in [
        "tick_points_received_total 2",
        "tick_lines_refused_total 1",
        "tick_tasks{status=\"running\"} 0",
        "tick_http_requests_total{code=\"4xx\"} 1",
    ] {
        assert!(text.lines().any(|l| l == line), "{line} is not in {text}");
    }
    let text = service.ask("GET /kapacitor/v1/debug/vars", "", "");
    let body = text.split_once("\r\n\r\n").expect("a body").1;
    assert!(body.starts_with("{\n\"cluster_id\": \"") && body.ends_with("\n}\n"), "{body}");
    let vars: serde_json::Value = serde_json::from_str(body).expect("JSON");
    assert_eq!((&vars["product"], &vars["num_tasks"]), (&"kapacitor".into(), &0.into()));
    let mut parts = vars["kapacitor"].as_object().expect("a map").values();
    let ingress = parts.find(|part| part["name"] == "ingress").expect("points came");
    assert_eq!(
        (&ingress["tags"]["database"], &ingress["values"]["points_received"]),
        (&"d".into(), &2.into())
    );
    assert_eq!(ingress["tags"]["server_id"], vars["server_id"]);
}

#[test]
fn bodies_that_are_too_large_or_stand_still_are_refused() {
    let service = Service::start(&["--body-timeout", "100ms"]);
    let head =
        |length| format!("POST /write?db=d HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\nm v=");
    let mut slow = service.connect(&head(100));
    line_with(&mut slow, "HTTP/1.1 408 ");
    line_with(&mut slow, "nothing came of the body for 100ms");
    let mut large = service.connect(&head((64 << 20) + 1));
    line_with(&mut large, "HTTP/1.1 413 ");
    line_with(&mut large, "the body is longer than 64 MiB");
    assert!(service.ask("GET /metrics", "", "").contains("tick_http_requests_total{code=\"4xx\"} 2\n"));
}

#[test]
fn paths_and_headers_are_those_of_kapacitor() {
    let service = Service::start(&[]);
    for (request, headers, want) in [
        ("GET /kapacitor/v1/ping", "", &["HTTP/1.1 204 ", "x-kapacitor-version: ", "request-id: "][..]),
        ("GET /kapacitor/v1preview/ping", "", &["HTTP/1.1 204 "]),
        (
            "OPTIONS /any",
            "Origin: http://ui\r\n",
            &["HTTP/1.1 200 ", "access-control-allow-origin: http://ui\r\n"],
        ),
        ("DELETE /kapacitor/v1/ping", "", &["HTTP/1.1 404 ", "Not Found"]),
        ("GET /kapacitor//v1/../v1/ping?a=b", "", &["HTTP/1.1 301 ", "location: /kapacitor/v1/ping?a=b\r\n"]),
        ("GET /metrics", "Accept-Encoding: gzip\r\n", &["HTTP/1.1 200 ", "content-encoding: gzip\r\n"]),
    ] {
        let answer = service.ask(request, headers, "");
        want.iter().for_each(|want| assert!(answer.contains(want), "{request}: {want} is not in {answer}"));
    }
}

#[test]
fn what_cannot_be_had_is_said_in_one_line() {
    let service = Service::start(&[]);
    let other = tempfile::tempdir().expect("a folder");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let taken_again = TcpListener::bind(taken).expect("it is free again");
    let file = other.path().join("file");
    std::fs::write(&file, "").expect("a file");
    let port = taken.to_string();
    for (data, args, want) in [
        (other.path(), &["--bind", &*port][..], "address already in use"),
        (service.folder.path(), &["--bind", "127.0.0.1:0"], "another server uses it"),
        (&file.join("in"), &["--bind", "127.0.0.1:0"], "data folder"),
        (other.path(), &["--bind", "0.0.0.0:0"], "nobody is asked who they are"),
    ] {
        let said = refused(&command(data, args).output().expect("it runs"));
        assert!(said.starts_with("error: ") && said.contains(want), "{want} is not in {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    drop(taken_again);
}

#[test]
fn a_request_that_is_under_way_is_finished_and_a_second_signal_does_not_wait() {
    let mut service = Service::start(&[]);
    let half = "POST /write?db=d HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\nExpect: 100-continue\r\n\r\n";
    let mut request = service.connect(half);
    line_with(&mut request, "100 Continue");
    service.signal(Signal::TERM);
    line_with(&mut service.said, "the server is ending");
    request.get_mut().write_all(b"m v=1 1\n").expect("it reads");
    line_with(&mut request, "HTTP/1.1 204 ");
    assert_eq!(service.process.wait().expect("it ended").code(), Some(0));

    let mut service = Service::start(&[]);
    let mut request = service.connect(half);
    line_with(&mut request, "100 Continue");
    service.signal(Signal::INT);
    line_with(&mut service.said, "the server is ending");
    service.signal(Signal::INT);
    line_with(&mut service.said, "the server ends at once");
    assert_eq!(service.process.wait().expect("it ended").code(), Some(0));
}
