//! `email` against a small mail server.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::{self, JoinHandle};

use super::golden::{critical, handler};
use super::*;

/// What a mail server was told, and what it says when it is not pleased.
struct Server {
    /// Said after EHLO, besides the greeting.
    extensions: &'static [&'static str],
    /// The answer to commands that begin so, instead of approval.
    refuses: Option<(&'static str, &'static str)>,
}

impl Server {
    /// Serves one connection, and gives every line that came.
    fn start(self, host: &str) -> (u16, JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind((host, 0)).expect("a port");
        let port = listener.local_addr().expect("address").port();
        let thread = thread::spawn(move || {
            let (socket, _) = listener.accept().expect("connection");
            self.serve(socket)
        });
        (port, thread)
    }

    fn serve(&self, mut socket: TcpStream) -> Vec<String> {
        let reader = BufReader::new(socket.try_clone().expect("a second handle"));
        let mut say = |text: &str| {
            // Whoever hangs up does not want to hear more.
            let _ = socket.write_all(format!("{text}\r\n").as_bytes());
        };
        let mut lines: Vec<String> = Vec::new();
        let mut data = false;
        say("220 mail.test");
        for line in reader.lines().map_while(Result::ok) {
            lines.push(line.clone());
            if data {
                if line == "." {
                    data = false;
                    say("250 taken");
                }
                continue;
            }
            match self.refuses {
                Some((command, answer)) if line.starts_with(command) => say(answer),
                _ if line.starts_with("EHLO") => {
                    self.extensions.iter().for_each(|e| say(&format!("250-{e}")));
                    say("250 8BITMIME");
                }
                _ if line == "DATA" => {
                    data = true;
                    say("354 go on");
                }
                _ if line.starts_with("AUTH") => say("235 welcome"),
                _ if line == "QUIT" => {
                    say("221 bye");
                    break;
                }
                _ => say("250 ok"),
            }
        }
        lines
    }
}

fn plain() -> Server {
    Server { extensions: &[], refuses: None }
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
