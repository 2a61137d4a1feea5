//! `Server`: `tick serve` as a process with a folder of its own, and what a client sends to it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use serde_json::Value as Json;
use tempfile::TempDir;

/// A server that runs.
pub(crate) struct Server {
    folder: TempDir,
    args: Vec<String>,
    process: Child,
    address: String,
}

/// What it answers.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in small letters.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

impl Server {
    /// Starts one that has nothing yet.
    pub(crate) fn start() -> Server {
        Server::start_with(&[], &[])
    }

    /// Starts one with files in its folder, where it runs, and with more arguments.
    pub(crate) fn start_with(files: &[(&str, &str)], args: &[&str]) -> Server {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).expect("a file");
        }
        let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        let (process, address) = launch(folder.path(), &args);
        Server { folder, args, process, address }
    }

    /// Where it runs; its data are in `data` there.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Ends it as if the power went.
    pub(crate) fn kill(&mut self) {
        self.process.kill().expect("it runs");
        self.process.wait().expect("it ended");
    }

    /// Has it end by itself, and waits for that; whether it was content.
    pub(crate) fn end(&mut self) -> bool {
        let pid = rustix::process::Pid::from_child(&self.process);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it runs");
        self.process.wait().expect("it ended").success()
    }

    /// Starts it again on what it has kept, after [`Server::kill`] or [`Server::end`].
    pub(crate) fn restart(&mut self) {
        (self.process, self.address) = launch(self.folder.path(), &self.args);
    }

    /// Sends a request; a path that begins with `/` is meant from the root, any other one under `/kapacitor/v1`.
    pub(crate) fn request(&self, method: &str, path: &str, body: &str) -> Answer {
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/kapacitor/v1/{path}") };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        stream.write_all(head.as_bytes()).expect("it reads");
        stream.write_all(body.as_bytes()).expect("it reads");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("an answer");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        let mut lines = head.lines();
        let status = lines.next().and_then(|l| l.split(' ').nth(1)).and_then(|s| s.parse().ok());
        let headers = lines.filter_map(|l| l.split_once(": ")).map(|(k, v)| (k.to_lowercase(), v.to_owned()));
        Answer { status: status.expect("a status"), headers: headers.collect(), body: body.to_owned() }
    }

    /// A request that has to succeed; its answer.
    pub(crate) fn done(&self, method: &str, path: &str, body: &str) -> Json {
        let answer = self.request(method, path, body);
        match answer.status {
            200 => answer.json(),
            204 => Json::Null,
            status => panic!("{method} {path}: {status}: {}", answer.body),
        }
    }

    /// A request that is refused: its status and words.
    pub(crate) fn refused(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let answer = self.request(method, path, body);
        let json = answer.json();
        assert_eq!(json["error"], json["message"]);
        (answer.status, json["error"].as_str().unwrap_or_else(|| panic!("{json}")).to_owned())
    }

    /// Writes line protocol to `db`.`rp`; when it returns, it was played.
    pub(crate) fn write(&self, lines: &str) {
        assert_eq!(self.request("POST", "write?db=db&rp=rp", lines).status, 204);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn launch(folder: &Path, args: &[String]) -> (Child, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tick"));
    command.args(["serve", "--data", "data", "--bind", "127.0.0.1:0"]).args(args).current_dir(folder);
    let mut process = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it starts");
    let mut stderr = BufReader::new(process.stderr.take().expect("its stderr"));
    let mut said = String::new();
    loop {
        let mut line = String::new();
        assert_ne!(stderr.read_line(&mut line).expect("text"), 0, "it ended: {said}");
        if let Some(address) = line.trim_end().strip_prefix("listening on http://") {
            let address = address.to_owned();
            // What else it says must not keep it waiting.
            thread::spawn(move || stderr.read_to_end(&mut Vec::new()));
            return (process, address);
        }
        said.push_str(&line);
    }
}
