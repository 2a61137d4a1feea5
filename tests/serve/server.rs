//! A `tick serve` at work, and requests to it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};

/// A server at work; it ends with the test.
pub(super) struct Server {
    child: Child,
    address: String,
    stderr: BufReader<ChildStderr>,
}

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// Its headers, in lower case.
    pub(super) head: String,
    pub(super) body: String,
}

impl Server {
    /// Starts one with this data folder; returns when it takes requests.
    pub(super) fn start(data: &Path) -> Server {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tick"))
            .args(["serve", "--bind", "127.0.0.1:0", "--data"])
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("tick serve");
        let mut stderr = BufReader::new(child.stderr.take().expect("its stderr"));
        let mut said = String::new();
        loop {
            let before = said.len();
            let read = stderr.read_line(&mut said).expect("a line");
            assert!(read > 0, "it ended: {said}");
            if let Some(address) = said[before..].trim().strip_prefix("listening on http://") {
                let address = address.to_owned();
                return Server { child, address, stderr };
            }
        }
    }

    /// One request on a connection of its own.
    pub(super) fn request(&self, method: &str, path: &str, body: &str) -> Answer {
        let mut socket = TcpStream::connect(&self.address).expect("a connection");
        let (address, size) = (&self.address, body.len());
        write!(
            socket,
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n{body}"
        )
        .expect("a request");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("an end of the headers");
        let status = head.split(' ').nth(1).expect("a status").parse().expect("a number");
        Answer { status, head: head.to_lowercase(), body: body.to_owned() }
    }

    /// Ends it as an operator does; what it said after it was ready.
    pub(super) fn stop(mut self) -> String {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", "TERM", &id]).status().expect("kill").success());
        let mut said = String::new();
        self.stderr.read_to_string(&mut said).expect("its last words");
        assert!(self.child.wait().expect("its end").success(), "{said}");
        said
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
