//! `email` against a small mail server.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use super::golden::{critical, handler};
use super::tls::Identity;
use super::*;

/// A mail server, and what it says when it is not pleased.
struct Server {
    /// Said after EHLO, besides the greeting.
    extensions: &'static [&'static str],
    /// The answer to commands that begin so, instead of approval.
    refuses: Option<(&'static str, &'static str)>,
    /// For STARTTLS.
    identity: Option<Identity>,
}

impl Server {
    /// Serves one connection, and gives every line that came.
    fn start(self, host: &str) -> (u16, JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind((host, 0)).expect("a port");
        let port = listener.local_addr().expect("address").port();
        let thread = thread::spawn(move || {
            let (mut socket, _) = listener.accept().expect("connection");
            let mut lines = Vec::new();
            say(&mut socket, "220 mail.test");
            if self.talk(&mut socket, &mut lines) == Some("STARTTLS".to_owned())
                && let Some(identity) = &self.identity
            {
                say(&mut socket, "220 go on");
                self.talk(&mut identity.accept(socket), &mut lines);
            }
            lines
        });
        (port, thread)
    }

    /// Answers until the client ends it, or asks for TLS; gives the last line.
    fn talk(&self, socket: &mut (impl Read + Write), lines: &mut Vec<String>) -> Option<String> {
        let mut data = false;
        while let Some(line) = hear(socket) {
            lines.push(line.clone());
            if data {
                if line == "." {
                    data = false;
                    say(socket, "250 taken");
                }
                continue;
            }
            match self.refuses {
                Some((command, answer)) if line.starts_with(command) => say(socket, answer),
                _ if line == "STARTTLS" => return Some(line),
                _ if line.starts_with("EHLO") => {
                    self.extensions.iter().for_each(|e| say(socket, &format!("250-{e}")));
                    say(socket, "250 8BITMIME");
                }
                _ if line == "DATA" => {
                    data = true;
                    say(socket, "354 go on");
                }
                _ if line.starts_with("AUTH") => say(socket, "235 welcome"),
                _ if line == "QUIT" => {
                    say(socket, "221 bye");
                    return Some(line);
                }
                _ => say(socket, "250 ok"),
            }
        }
        None
    }
}

fn say(socket: &mut impl Write, text: &str) {
    // Whoever hangs up does not want to hear more.
    let _ = socket.write_all(format!("{text}\r\n").as_bytes()).and_then(|()| socket.flush());
}

/// A line, byte by byte: what follows it may be TLS.
fn hear(socket: &mut impl Read) -> Option<String> {
    let mut line = Vec::new();
    while !line.ends_with(b"\r\n") {
        let mut byte = [0];
        socket.read_exact(&mut byte).ok()?;
        line.extend(byte);
    }
    Some(String::from_utf8_lossy(&line).trim_end().to_owned())
}

fn plain() -> Server {
    Server { extensions: &[], refuses: None, identity: None }
}

fn email(host: &str, port: u16, more: &str, options: &str) -> HandlerConfig {
    let toml = format!(
        "[smtp]\nenabled = true\nhost = '{host}'\nport = {port}\nfrom = 'Tick <tick@x.test>'\n{more}\n"
    );
    handler(&toml, "smtp", options)
}

#[test]
fn mails_go_over_one_connection() {
    let (port, server) = plain().start("127.0.0.1");
    let config = email("127.0.0.1", port, "", "to: [a@x.test, 'B <b@x.test>']");
    let mut run = Run::new(vec![config], Options::default());
    let second = Event { message: "Übel & 2".into(), details: "<b>ü = 1</b>".into(), ..critical() };
    let first = Event { message: "CRITICAL cpu".into(), ..critical() };
    run.send(0, &Arc::new(first));
    run.send(0, &Arc::new(second));
    let (reports, told) = run.finish();
    assert_eq!((reports[0].delivered, told.len()), (2, 0), "{told:?}");
    let lines = server.join().expect("server");
    let count = |line: &str| lines.iter().filter(|l| l.as_str() == line).count();
    assert_eq!(count("EHLO localhost"), 1, "{lines:#?}");
    for line in [
        "RCPT TO:<a@x.test>",
        "RCPT TO:<b@x.test>",
        "From: Tick <tick@x.test>",
        "To: a@x.test, B <b@x.test>",
        "MIME-Version: 1.0",
        "Content-Type: text/html; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
    ] {
        assert_eq!(count(line), 2, "{line}: {lines:#?}");
    }
    assert_eq!(lines.iter().filter(|l| l.starts_with("MAIL FROM:<tick@x.test>")).count(), 2);
    assert_eq!(lines.iter().filter(|l| l.starts_with("Date: ")).count(), 2);
    assert_eq!(count("Subject: CRITICAL cpu"), 1, "{lines:#?}");
    assert_eq!(count("<p>1 &amp; 2</p>"), 1, "{lines:#?}");
    assert_eq!(count("Subject: =?utf-8?b?w5xiZWw=?= & 2"), 1, "{lines:#?}");
    assert_eq!(count("<b>=C3=BC =3D 1</b>"), 1, "{lines:#?}");
}

#[test]
fn a_subject_is_one_line() {
    let (port, server) = plain().start("127.0.0.1");
    let config = email("127.0.0.1", port, "", "to: [a@x.test]");
    let event = Event { message: "one\r\nBcc: evil@x.test".into(), ..critical() };
    deliver(config, Options::default(), &Arc::new(event));
    let lines = server.join().expect("server");
    assert!(lines.iter().any(|l| l.starts_with("Subject: ")), "{lines:#?}");
    assert!(!lines.iter().any(|l| l.starts_with("Bcc") || l.contains("RCPT TO:<evil")), "{lines:#?}");
}

#[test]
fn user_and_password_are_given_where_nobody_listens() {
    let server = Server { extensions: &["AUTH PLAIN LOGIN"], ..plain() };
    let (port, server) = server.start("127.0.0.1");
    let config = email("127.0.0.1", port, "username = 'u'\npassword = 'p'", "to: [a@x.test]");
    let (report, told) = deliver(config, Options::default(), &Arc::new(critical()));
    assert_eq!((report.delivered, told.len()), (1, 0), "{told:?}");
    let lines = server.join().expect("server");
    // NUL, user, NUL, password.
    assert!(lines.iter().any(|l| l == "AUTH PLAIN AHUAcA=="), "{lines:#?}");
}

#[test]
fn a_password_does_not_go_over_the_net_in_the_clear() {
    let server = Server { extensions: &["AUTH PLAIN LOGIN"], ..plain() };
    let (port, server) = server.start("127.0.0.2");
    let config = email("127.0.0.2", port, "username = 'u'\npassword = 'p'", "to: [a@x.test]");
    let (report, told) = deliver(config, Options::default(), &Arc::new(critical()));
    assert_eq!(report.failed, 1);
    assert!(only(&told).0.contains("STARTTLS"), "{told:?}");
    let lines = server.join().expect("server");
    assert!(!lines.iter().any(|l| l.starts_with("AUTH")), "{lines:#?}");
}

fn with_tls() -> Server {
    let extensions = &["STARTTLS", "AUTH PLAIN LOGIN"];
    Server { extensions, identity: Some(Identity::new()), ..plain() }
}

#[test]
fn tls_is_used_where_it_is_offered() {
    let (port, server) = with_tls().start("127.0.0.1");
    let more = "username = 'u'\npassword = 'p'\nno-verify = true";
    let config = email("127.0.0.1", port, more, "to: [a@x.test]");
    let (report, told) = deliver(config, Options::default(), &Arc::new(critical()));
    assert_eq!((report.delivered, told.len()), (1, 0), "{told:?}");
    let lines = server.join().expect("server");
    let commands: Vec<&str> = lines.iter().take(5).map(String::as_str).collect();
    let expected =
        ["EHLO localhost", "STARTTLS", "EHLO localhost", "AUTH PLAIN AHUAcA==", "MAIL FROM:<tick@x.test>"];
    assert_eq!(commands, expected);
}

#[test]
fn a_mail_server_that_nobody_knows_gets_no_mail() {
    let (port, server) = with_tls().start("127.0.0.1");
    let config = email("127.0.0.1", port, "", "to: [a@x.test]");
    let (report, told) = deliver(config, Options::default(), &Arc::new(critical()));
    assert_eq!(report.failed, 1);
    assert!(only(&told).0.contains("certificate"), "{told:?}");
    assert_eq!(server.join().expect("server"), ["EHLO localhost", "STARTTLS"]);
}

#[test]
fn a_refusal_is_told_with_the_server() {
    let server = Server { refuses: Some(("RCPT", "550 no such user")), ..plain() };
    let (port, server) = server.start("127.0.0.1");
    let config = email("127.0.0.1", port, "", "to: [a@x.test]");
    let (report, told) = deliver(config, Options::default(), &Arc::new(critical()));
    server.join().expect("server");
    assert_eq!((report.failed, told[0].message), (1, "failed to send email"));
    let error = only(&told).0;
    assert!(error.starts_with(&format!("127.0.0.1:{port}: ")) && error.contains("no such user"), "{error}");
}

#[test]
fn a_server_that_says_nothing_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("address").port();
    let options = Options { request_timeout: Duration::from_millis(100), ..Options::default() };
    let config = email("127.0.0.1", port, "", "to: [a@x.test]");
    let (report, told) = deliver(config, options, &Arc::new(critical()));
    assert_eq!((report.failed, report.timed_out), (1, 1), "{told:?}");
    assert_eq!(only(&told).0, format!("127.0.0.1:{port}: no answer within 100ms"));
}

#[test]
fn addresses_that_are_none_are_told() {
    let config = email("127.0.0.1", 1, "", "to: ['not an address']");
    let (report, told) = deliver(config, Options::default(), &Arc::new(critical()));
    assert_eq!(report.failed, 1);
    assert!(only(&told).0.contains("`not an address` is no mail address"), "{told:?}");
}
