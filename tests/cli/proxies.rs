//! Requests through proxies, and past them.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread::{self, JoinHandle};

use super::tick::Tick;

/// Reads the head of a request; gives its first line.
fn head(socket: &TcpStream) -> String {
    let lines = BufReader::new(socket).lines().map(|line| line.expect("a line"));
    let lines: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    lines.into_iter().next().expect("a request")
}

/// A server that answers one connection so; gives its address and what it was asked.
fn once(answer: &'static str) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let asked = thread::spawn(move || {
        let (mut socket, _) = listener.accept().expect("a connection");
        let first = head(&socket);
        socket.write_all(answer.as_bytes()).expect("an answer");
        // What is unread when a connection is closed would take the answer with it.
        socket.shutdown(Shutdown::Write).expect("an end");
        let _ = io::copy(&mut socket, &mut io::sink());
        first
    });
    (address, asked)
}

fn post(url: &str) -> Tick {
    let script = format!("stream|from()|alert().crit(lambda: TRUE).post('{url}')");
    Tick::new("run").script(&script).input("m v=1 1\n")
}

#[test]
fn a_proxy_of_the_environment_is_asked() {
    let (address, asked) = once("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    let tick = post("http://hooks.example.test/a").env("HTTP_PROXY", &format!("http://{address}"));
    let tick = tick.env("NO_PROXY", "other.example.test").env("ALL_PROXY", "").env("HTTPS_PROXY", "");
    tick.run().status(1).stderr_has("CONNECT proxy failed").stderr_has("post: 0 delivered, 1 failed");
    assert_eq!(asked.join().expect("a request"), "CONNECT hooks.example.test:80 HTTP/1.1");
}

#[test]
fn this_machine_needs_no_proxy() {
    let (address, asked) = once("HTTP/1.1 204 No Content\r\n\r\n");
    // Nobody listens there.
    let tick =
        post(&format!("http://{address}/hook")).env("HTTP_PROXY", "http://127.0.0.1:1").env("NO_PROXY", "");
    tick.run().status(0).stderr_has("post: 1 delivered");
    assert_eq!(asked.join().expect("a request"), "POST /hook HTTP/1.1");
}
