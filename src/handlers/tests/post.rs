//! `post` against a small HTTP server.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use super::*;
use crate::handlers::Endpoint;

/// A request as it came: its first line, headers, body.
#[derive(Debug)]
pub(super) struct Got {
    pub(super) first: String,
    pub(super) headers: Vec<String>,
    pub(super) body: String,
}

pub(super) fn read(socket: &mut impl Read) -> Option<Got> {
    let mut reader = BufReader::new(socket);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let length = lines.iter().find_map(|l| l.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    let first = lines.remove(0);
    Some(Got { first, headers: lines, body: String::from_utf8(body).expect("text") })
}

/// Answers one connection after the other, each with one of the replies, and gives the requests.
pub(super) fn server(replies: Vec<String>) -> (String, JoinHandle<Vec<Got>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("address"));
    let thread = thread::spawn(move || {
        let mut got = Vec::new();
        for reply in replies {
            let (mut socket, _) = listener.accept().expect("connection");
            got.push(read(&mut socket).expect("a request"));
            socket.write_all(reply.as_bytes()).expect("a reply");
        }
        got
    });
    (url, thread)
}

pub(super) fn reply(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

fn post(url: &str) -> HandlerConfig {
    HandlerConfig::Post {
        url: url.to_owned(),
        endpoint: String::new(),
        headers: Vec::new(),
        capture_response: false,
        timeout: 0,
        skip_ssl_verification: false,
    }
}

#[test]
fn an_event_is_posted_as_json() {
    let (url, server) = server(vec![reply("204 No Content", "")]);
    let mut config = post(&format!("{url}/hook?a=b"));
    if let HandlerConfig::Post { headers, .. } = &mut config {
        *headers = [("x-team", "infra"), ("X-TEAM", "ops"), ("Content-Type", "text/plain")]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .to_vec();
    }
    let (report, told) = deliver(config, Options::default(), &event("a"));
    assert_eq!((report.delivered, told.len()), (1, 0), "{told:?}");
    let got = server.join().expect("server").remove(0);
    assert_eq!(got.first, "POST /hook?a=b HTTP/1.1");
    assert!(got.body.starts_with("{\"id\":\"a\",") && got.body.ends_with("}\n"), "{}", got.body);
    let has = |header: &str| got.headers.iter().filter(|h| h.eq_ignore_ascii_case(header)).count();
    assert_eq!((has("X-Team: ops"), has("X-Team: infra"), has("Content-Type: application/json")), (1, 0, 1));
}

#[test]
fn an_error_reply_is_told_with_its_body_if_wanted() {
    for (capture, error) in
        [(true, "no room"), (false, "unknown error, use .captureResponse() to capture the HTTP response")]
    {
        let (url, server) = server(vec![reply("500 Internal Server Error", "no room")]);
        let mut config = post(&url);
        if let HandlerConfig::Post { capture_response, .. } = &mut config {
            *capture_response = capture;
        }
        let (report, told) = deliver(config, Options::default(), &event("a"));
        server.join().expect("server");
        assert_eq!(report.failed, 1);
        assert_eq!(told[0].message, "POST returned non 2xx status code");
        assert_eq!(only(&told).0, error);
        assert!(told[0].context.contains(&("code", "500".to_owned())), "{told:?}");
    }
}

#[test]
fn a_redirect_is_followed() {
    let (target, last) = server(vec![reply("200 OK", "")]);
    let moved = format!("HTTP/1.1 302 Found\r\nLocation: {target}/there\r\nContent-Length: 0\r\n\r\n");
    let (url, first) = server(vec![moved]);
    let (report, told) = deliver(post(&url), Options::default(), &event("a"));
    assert_eq!((report.delivered, told.len()), (1, 0), "{told:?}");
    first.join().expect("server");
    assert_eq!(last.join().expect("server")[0].first, "GET /there HTTP/1.1");
}

#[test]
fn a_body_goes_along_where_the_status_says_so() {
    let (url, server) = server(vec![
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: /there\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned(),
        reply("200 OK", ""),
    ]);
    let (report, told) = deliver(post(&format!("{url}/here")), Options::default(), &event("a"));
    assert_eq!((report.delivered, told.len()), (1, 0), "{told:?}");
    let got = server.join().expect("server");
    assert_eq!((&*got[0].first, &*got[1].first), ("POST /here HTTP/1.1", "POST /there HTTP/1.1"));
    assert!(!got[0].body.is_empty() && got[0].body == got[1].body, "{got:?}");
}

#[test]
fn a_circle_of_redirects_has_an_end() {
    let again = "HTTP/1.1 302 Found\r\nLocation: ?again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let (url, server) = server(vec![again.to_owned(); 11]);
    let (report, told) = deliver(post(&url), Options::default(), &event("a"));
    assert_eq!((report.failed, only(&told).0), (1, &*format!("{url}: stopped after 10 redirects")));
    assert_eq!(server.join().expect("server").len(), 11);
}

#[test]
fn a_server_that_does_not_answer_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("address"));
    let mut config = post(&url);
    if let HandlerConfig::Post { timeout, .. } = &mut config {
        *timeout = 200_000_000;
    }
    let (report, told) = deliver(config, Options::default(), &event("a"));
    assert_eq!((report.failed, report.timed_out), (1, 1), "{told:?}");
    assert_eq!(only(&told).0, format!("{url}: no answer within 200ms"));
}

#[test]
fn nobody_listening_is_told_once() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("address"));
    drop(listener);
    let mut run = Run::new(vec![post(&url)], Options::default());
    for _ in 0..3 {
        run.send(0, &event("a"));
    }
    let (reports, told) = run.finish();
    assert_eq!(reports[0].failed, 3);
    assert_eq!(told[0].message, "failed to POST alert data");
    assert!(only(&told).0.contains("refused"), "{told:?}");
}

#[test]
fn an_endpoint_has_the_url_and_headers() {
    let (url, server) = server(vec![reply("200 OK", "ok")]);
    let endpoint = Endpoint {
        url,
        headers: vec![("X-One".into(), "1".into()), ("X-Two".into(), "two".into())],
        basic_auth: Some(("u".into(), "p".into())),
        ..Endpoint::default()
    };
    let endpoints = Arc::new(Endpoints([("hook".to_owned(), endpoint)].into()));
    let config = HandlerConfig::Post {
        url: "http://unused.invalid".into(),
        endpoint: "hook".into(),
        headers: vec![("X-Two".into(), "2".into())],
        capture_response: false,
        timeout: 0,
        skip_ssl_verification: false,
    };
    let (report, told) = deliver(config, Options { endpoints, ..Options::default() }, &event("a"));
    assert_eq!((report.delivered, told.len()), (1, 0), "{told:?}");
    let got = server.join().expect("server").remove(0);
    for header in ["Authorization: Basic dTpw", "X-One: 1", "X-Two: 2"] {
        assert!(got.headers.iter().any(|h| h.eq_ignore_ascii_case(header)), "{header}: {got:?}");
    }
}

#[test]
fn an_unknown_endpoint_without_url_is_told() {
    let mut config = post("");
    if let HandlerConfig::Post { endpoint, .. } = &mut config {
        *endpoint = "nope".into();
    }
    let (_, told) = deliver(config, Options::default(), &event("a"));
    assert_eq!(only(&told).0, "no endpoint `nope` is configured in `[[httppost]]`, and there is no URL");
}
