//! What goes wrong between a command and its server, and who asks.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::thread;

use super::{Server, Tick, talk, tick};

#[test]
fn errors_are_the_servers_own() {
    let line = "show nope";
    let (out, _) = talk(line, &[(404, r#"{"error": "no task exists", "message": "no task exists"}"#)]);
    out.status(3).stdout("").stderr("Error: no task exists\n");
    let (out, _) = talk(line, &[(502, "<html>")]);
    out.status(3).stderr("Error: invalid response: code 502: body: <html>\n");
    let (out, _) = talk(line, &[(400, r#"{"error": ""}"#)]);
    out.status(3).stderr("Error: invalid response: code 400: body: {\"error\": \"\"}\n");
    let (out, _) = talk(line, &[(200, "no JSON")]);
    out.status(3).stderr_has("Error: failed to decode JSON: ");
    let (out, _) = talk("level WARN", &[(400, r#"{"error": "invalid log level"}"#)]);
    out.status(3).stderr("Error: invalid log level\n");
}

#[test]
fn a_server_that_is_not_there_is_told_in_one_line() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    tick("list tasks").env("KAPACITOR_URL", &url).run().status(3).stdout("").stderr(&format!(
        "Error: no answer from {url}: connection refused; is `tick serve` running? `--url` or KAPACITOR_URL name \
         another server\n"
    ));
}

#[test]
fn urls_that_are_none_have_a_status() {
    tick("-url ftp://h list tasks").run().status(4).stdout("").stderr(
        "Error: Unsupported protocol scheme: ftp, your address must start with http:// or https://\n",
    );
    tick("list tasks").env("KAPACITOR_URL", "localhost:9092").run().status(4).stderr_has("scheme: localhost");
    let bad = tick("list tasks").env("KAPACITOR_UNSAFE_SSL", "maybe").run();
    bad.status(1).stderr("Error: KAPACITOR_UNSAFE_SSL is `maybe`: expected `true` or `false`\n");
}

#[test]
fn usage_is_told() {
    for (line, words) in [
        ("define", "<TASK>"),
        ("enable", "<TASK>..."),
        ("define t -tik a.tick", "a similar argument exists: '--tick'"),
        ("define t -dbrp x", "does not contain a '.'"),
        ("stats", "<WHICH>"),
        ("backup", "<FILE>"),
    ] {
        tick(line).run().status(2).stdout("").stderr_has(words);
    }
    tick("help define").run().status(0).stdout_has("--no-reload");
    tick("version").run().status(0).stdout_has("tick ");
}

#[test]
fn whoever_asks_is_named_in_the_url_wherever_it_stands() {
    let run = |place: &dyn Fn(&str) -> Tick| {
        let server = Server::start(&[(200, r#"{"tasks": []}"#)]);
        let url = server.url.replace("http://", "http://me:se%20cret@");
        place(&url).env("KAPACITOR_URL", "ftp://unused").run().status(0);
        let head = server.requests().remove(0).head;
        // me:se cret
        assert!(head.contains("authorization: basic bwu6c2ugy3jldA==".to_lowercase().as_str()), "{head}");
    };
    run(&|url| tick(&format!("-url {url} list tasks")));
    run(&|url| tick(&format!("list tasks --url={url}")));
}

/// A log ends when its watcher has seen enough: Ctrl-C, or a reader that goes away.
#[test]
fn a_log_is_watched_until_somebody_has_seen_enough() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let server = thread::spawn(move || {
        let (mut socket, _) = listener.accept().expect("a connection");
        let mut lines = BufReader::new(socket.try_clone().expect("a handle")).lines();
        while !lines.next().expect("a line").expect("a text").is_empty() {}
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        write!(socket, "{head}6\r\nfirst\n\r\n").expect("an answer");
        // Nothing more comes: the other side ends it.
        let _ = socket.read(&mut [0]);
    });
    let mut watch = Command::new(env!("CARGO_BIN_EXE_tick"));
    let watch = watch.args(["watch", "t", "-url", &url]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = watch.spawn().expect("tick starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    assert_eq!(line, "first\n");
    let kill = Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status().expect("kill");
    assert!(kill.success());
    assert_eq!(child.wait().expect("an end").code(), Some(0));
    let mut words = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut words).expect("UTF-8");
    assert_eq!(words, "");
    server.join().expect("the server");
}
