//! Handlers that send to services, with `--config`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use super::tick::Tick;

const ALERT: &str = "\
stream
    |from()
        .measurement('m')
    |alert()
        .id('a')
        .crit(lambda: \"v\" > 9)
";

const POINTS: &str = "\
m v=99i 1577836800000000000
m v=98i 1577836801000000000
m v=1i 1577836802000000000
";

/// Answers so many requests, each with 200, and gives their bodies.
fn server(requests: usize) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let thread = thread::spawn(move || (0..requests).map(|_| answer(&listener)).collect());
    (url, thread)
}

fn answer(listener: &TcpListener) -> String {
    let (mut socket, _) = listener.accept().expect("a connection");
    let mut reader = BufReader::new(socket.try_clone().expect("a second handle"));
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a line");
        if line.trim().is_empty() {
            break;
        }
        if let Some(n) = line.to_lowercase().strip_prefix("content-length: ") {
            length = n.trim().parse().expect("a number");
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    socket
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        .expect("an answer");
    String::from_utf8(body).expect("a text")
}

fn slack(url: &str, more: &str) -> String {
    format!("[slack]\nenabled = true\nurl = '{url}'\n{more}")
}

#[test]
fn events_reach_the_service_of_the_configuration() {
    let (url, server) = server(3);
    let script = format!("{ALERT}        .slack().channel('#ops')\n");
    let tick = Tick::new("run").script(&script).input(POINTS).file("k.conf", &slack(&url, ""));
    tick.args(&["--config", "k.conf"]).run().status(0).stderr_has("slack: 3 delivered");
    let bodies = server.join().expect("the server");
    let text = |level: &str| format!("\"text\":\"a is {level}\"");
    for (body, level) in bodies.iter().zip(["CRITICAL", "CRITICAL", "OK"]) {
        assert!(body.contains(&text(level)) && body.contains("\"channel\":\"#ops\""), "{body}");
    }
}

#[test]
fn handler_files_reach_it_too() {
    let (url, server) = server(1);
    let script = format!("{ALERT}        .topic('t')\n");
    let file = "topic: t\nid: chat\nkind: slack\nmatch: level() == OK\noptions: {username: bot}\n";
    let tick =
        Tick::new("run").script(&script).input(POINTS).file("k.conf", &slack(&url, "")).file("h.yaml", file);
    tick.args(&["--config", "k.conf", "--handler", "h.yaml"])
        .run()
        .status(0)
        .stderr_has("slack: 1 delivered");
    assert!(server.join().expect("the server")[0].contains("\"username\":\"bot\""));
}

#[test]
fn a_global_service_gets_every_alert() {
    let (url, server) = server(2);
    let conf = slack(&url, "global = true\nstate-changes-only = true\n");
    let tick = Tick::new("run").script(ALERT).input(POINTS).file("k.conf", &conf);
    let out = tick.args(&["--config", "k.conf"]).run().status(0);
    out.stderr_has("slack: 2 delivered");
    assert_eq!(server.join().expect("the server").len(), 2);
}

#[test]
fn a_service_that_is_not_configured_fails() {
    let script = format!("{ALERT}        .slack()\n");
    let out = Tick::new("run").script(&script).input(POINTS).run().status(1);
    out.stderr_has("error: slack handler: failed to send event: service is not enabled\n  id: a\n  hint: `[[slack]]` with `enabled = true` belongs in the file given with `--config`\n");
    let held = Tick::new("run").script(&script).input(POINTS).args(&["--deliver", "-slack"]).run().status(0);
    held.stderr_has("slack: 3 events not delivered");
}

#[test]
fn a_trace_has_an_error_for_each_event_that_could_not_be_sent() {
    let script = format!("{ALERT}        .slack()\n");
    let out = Tick::new("replay").script(&script).input(POINTS).args(&["--trace", "-"]).run().status(0);
    let count = |what: &str| out.stdout.matches(what).count();
    let error = "\"message\":\"failed to send event\",\"error\":\"service is not enabled\"";
    assert_eq!((count(error), count("\"type\":\"action\"")), (3, 0), "{}", out.stdout);
}

#[test]
fn keys_that_are_unknown_are_told() {
    let conf = slack("http://127.0.0.1:1", "chanel = '#a'\n");
    let tick = || {
        Tick::new("replay").script(ALERT).input(POINTS).file("k.conf", &conf).args(&["--config", "k.conf"])
    };
    tick()
        .run()
        .status(0)
        .stderr_has("warning: k.conf:4:1: unknown key of `[slack]` `chanel`; did you mean `channel`?");
    tick().args(&["-q"]).run().status(0).stderr("");
}
