//! A server for tests: answers so many requests, one after the other, and remembers them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

/// A request as it came.
#[derive(Debug)]
pub(super) struct Request {
    /// Its first line.
    pub(super) line: String,
    /// Its headers, in lower case.
    pub(super) head: String,
    pub(super) body: String,
}

/// A server at work.
pub(super) struct Server {
    pub(super) url: String,
    thread: JoinHandle<Vec<Request>>,
}

impl Server {
    /// Gives these answers, a status and a body each, and ends.
    pub(super) fn start(answers: &[(u16, &str)]) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let answers: Vec<(u16, String)> = answers.iter().map(|(s, b)| (*s, (*b).to_owned())).collect();
        let serve = move || answers.iter().map(|(status, body)| answer(&listener, *status, body)).collect();
        Server { url, thread: thread::spawn(serve) }
    }

    /// The requests, once all are there.
    pub(super) fn requests(self) -> Vec<Request> {
        self.thread.join().expect("the server")
    }
}

fn answer(listener: &TcpListener, status: u16, body: &str) -> Request {
    let (mut socket, _) = listener.accept().expect("a connection");
    let mut reader = BufReader::new(socket.try_clone().expect("a second handle"));
    let mut line = String::new();
    reader.read_line(&mut line).expect("a line");
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).expect("a header");
        if header.trim().is_empty() {
            break;
        }
        if let Some(n) = header.to_lowercase().strip_prefix("content-length: ") {
            length = n.trim().parse().expect("a number");
        }
        head.push_str(&header.to_lowercase());
    }
    let mut bytes = vec![0; length];
    reader.read_exact(&mut bytes).expect("a body");
    let size = body.len();
    write!(socket, "HTTP/1.1 {status} X\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n{body}")
        .expect("an answer");
    Request { line: line.trim().to_owned(), head, body: String::from_utf8(bytes).expect("a text") }
}
