//! `Server`: `tick serve` as a process, and what a client sends to it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};

use serde_json::Value as Json;
use tempfile::TempDir;

/// A server at work; it ends with the test.
pub(super) struct Server {
    data: PathBuf,
    /// Its own folder, if it has one.
    folder: Option<TempDir>,
    work: Work,
}

/// A process.
struct Work {
    child: Child,
    address: String,
    /// What it says after it was ready.
    said: Option<JoinHandle<String>>,
}

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// Its headers, in lower case.
    pub(super) head: String,
    pub(super) body: String,
}

impl Answer {
    /// The body as JSON.
    pub(super) fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }
}

impl Server {
    /// Starts one with this data folder; returns when it takes requests.
    pub(super) fn start(data: &Path) -> Server {
        Server { data: data.to_owned(), folder: None, work: launch(data, &[]) }
    }

    /// Starts one that has nothing yet, in a folder of its own.
    pub(super) fn fresh() -> Server {
        Server::with(&[])
    }

    /// The same, with more that is typed.
    pub(super) fn with(args: &[&str]) -> Server {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        Server { work: launch(&data, args), data, folder: Some(folder) }
    }

    /// The folder of a fresh one; its data are in `data` there.
    pub(super) fn folder(&self) -> &Path {
        self.folder.as_ref().expect("a fresh server").path()
    }

    /// Host and port.
    pub(super) fn address(&self) -> &str {
        &self.work.address
    }

    /// Ends it as if the power went.
    pub(super) fn kill(&mut self) {
        self.work.child.kill().expect("it runs");
        self.work.child.wait().expect("it ended");
    }

    /// Ends it as an operator does; what it said after it was ready.
    pub(super) fn end(&mut self) -> String {
        let id = self.work.child.id().to_string();
        assert!(Command::new("kill").args(["-s", "TERM", &id]).status().expect("kill").success());
        let said = self.work.said.take().expect("it runs").join().expect("its last words");
        assert!(self.work.child.wait().expect("its end").success(), "{said}");
        said
    }

    /// Ends it for good; what it said after it was ready.
    pub(super) fn stop(mut self) -> String {
        self.end()
    }

    /// Starts it again on what it has kept, after [`Server::kill`] or [`Server::end`].
    pub(super) fn restart(&mut self) {
        self.work = launch(&self.data, &[]);
    }

    /// One request on a connection of its own; a path that does not begin with `/` is meant under `/kapacitor/v1`.
    pub(super) fn request(&self, method: &str, path: &str, body: &str) -> Answer {
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/kapacitor/v1/{path}") };
        let mut socket = TcpStream::connect(&self.work.address).expect("a connection");
        let (address, size) = (&self.work.address, body.len());
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

    /// A request that has to succeed; its answer.
    pub(super) fn done(&self, method: &str, path: &str, body: &str) -> Json {
        let answer = self.request(method, path, body);
        match answer.status {
            200 => answer.json(),
            204 => Json::Null,
            status => panic!("{method} {path}: {status}: {}", answer.body),
        }
    }

    /// A request that is refused: its status and words.
    pub(super) fn refused(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let answer = self.request(method, path, body);
        let json = answer.json();
        assert_eq!(json["error"], json["message"]);
        (answer.status, json["error"].as_str().unwrap_or_else(|| panic!("{json}")).to_owned())
    }

    /// Writes line protocol to `db`.`rp`; when it returns, it was played.
    pub(super) fn write(&self, lines: &str) {
        assert_eq!(self.request("POST", "write?db=db&rp=rp", lines).status, 204);
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn launch(data: &Path, args: &[&str]) -> Work {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tick"));
    command.args(["serve", "--bind", "127.0.0.1:0", "--data"]).arg(data).args(args);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("tick serve");
    let mut stderr = BufReader::new(child.stderr.take().expect("its stderr"));
    // It ends with the test, whatever it says first.
    let mut work = Work { child, address: String::new(), said: None };
    let mut said = String::new();
    while work.address.is_empty() {
        let before = said.len();
        let read = stderr.read_line(&mut said).expect("a line");
        assert!(read > 0, "it ended: {said}");
        let address = said[before..].trim().strip_prefix("listening on http://");
        work.address = address.unwrap_or_default().to_owned();
    }
    // What else it says must not keep it waiting.
    work.said = Some(thread::spawn(move || {
        let mut said = String::new();
        stderr.read_to_string(&mut said).expect("text");
        said
    }));
    work
}
