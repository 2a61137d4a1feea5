//! Services delivered to a small HTTP server, and what is made of its answers.

use std::net::TcpListener;

use super::golden::{critical, described, handler};
use super::post::{reply, server};
use super::*;

/// A kind of service against a server.
struct Case {
    kind: &'static str,
    /// Its section without `enabled`; `URL` stands for the server.
    section: &'static str,
    options: &'static str,
    /// What the server answers to be understood as taken.
    taken: &'static [&'static str],
    /// An answer that is a refusal, and what is told of it.
    refusal: (&'static str, &'static str, &'static str),
    message: &'static str,
}

const CASES: [Case; 16] = [
    Case {
        kind: "slack",
        section: "url = 'URL/hook'",
        options: "channel: '#c'",
        taken: &["200 OK"],
        refusal: (
            "404 Not Found",
            "no_team",
            "failed to understand Slack response. code: 404 content: no_team",
        ),
        message: "failed to send event",
    },
    Case {
        kind: "pagerduty",
        section: "url = 'URL'",
        options: "",
        taken: &["200 OK"],
        refusal: ("400 Bad Request", r#"{"message":"bad key"}"#, "bad key"),
        message: "failed to send event to PagerDuty",
    },
    Case {
        kind: "pagerduty2",
        section: "url = 'URL/v2'",
        options: "",
        taken: &["202 Accepted", "200 OK"],
        refusal: (
            "400 Bad Request",
            r#"{"status":"invalid","message":"m","errors":["a","b"]}"#,
            "Status: invalid, Message: m Errors: [a b]",
        ),
        message: "failed to send event to PagerDuty",
    },
    Case {
        kind: "opsgenie",
        section: "url = 'URL'",
        options: "",
        taken: &["200 OK"],
        refusal: ("202 Accepted", "", "failed to understand OpsGenie response. code: 202 content: "),
        message: "failed to send event to OpsGenie",
    },
    Case {
        kind: "opsgenie2",
        section: "url = 'URL/v2/alerts'\napi-key = 'k'",
        options: "teams-list: [ops]",
        taken: &["202 Accepted"],
        refusal: ("401 Unauthorized", r#"{"message":"no key"}"#, "opsgenie error: no key"),
        message: "failed to send event to OpsGenie",
    },
    Case {
        kind: "victorops",
        section: "url = 'URL/alert'\napi-key = 'k'",
        options: "routing-key: r",
        taken: &["200 OK"],
        refusal: ("404 Not Found", "{}", "URL or API key not found: 404"),
        message: "failed to send event",
    },
    Case {
        kind: "telegram",
        section: "url = 'URL/bot'\ntoken = 't'",
        options: "chat-id: '1'",
        taken: &["200 OK"],
        refusal: (
            "400 Bad Request",
            r#"{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}"#,
            "sendMessage error (400) description: Bad Request: chat not found",
        ),
        message: "failed to send event to Telegram",
    },
    Case {
        kind: "teams",
        section: "channel-url = 'URL/x'",
        options: "",
        taken: &["200 OK", "204 No Content"],
        refusal: ("429 Too Many Requests", r#"{"error":"slow down"}"#, "slow down"),
        message: "failed to send event to Teams",
    },
    Case {
        kind: "discord",
        section: "url = 'URL'",
        options: "embed-title: '{{ .ID }}'",
        taken: &["204 No Content"],
        refusal: ("200 OK", "ok", "failed to understand Discord response. code: 200 content: ok"),
        message: "failed to send event to Discord",
    },
    Case {
        kind: "pushover",
        section: "url = 'URL'\ntoken = 't'",
        options: "",
        taken: &["200 OK"],
        refusal: (
            "400 Bad Request",
            r#"{"errors":["user is invalid","no token"],"status":0}"#,
            "failed to understand Pushover response. code: 400 content: user is invalid, no token",
        ),
        message: "failed to send event to Pushover",
    },
    Case {
        kind: "alerta",
        section: "url = 'URL'\ntoken = 't'",
        options: "",
        taken: &["201 Created"],
        refusal: ("403 Forbidden", r#"{"message":"no"}"#, "no"),
        message: "failed to send event to Alerta",
    },
    Case {
        kind: "bigpanda",
        section: "url = 'URL'\ntoken = 't'",
        options: "",
        taken: &["201 Created"],
        refusal: ("200 OK", "", "failed to understand BigPanda response. code: 200 content: "),
        message: "failed to send event to BigPanda",
    },
    Case {
        kind: "servicenow",
        section: "url = 'URL'\nusername = 'u'\npassword = 'p'",
        options: "",
        taken: &["200 OK"],
        refusal: ("500 Oops", "[]", "failed to understand ServiceNow response. code: 500 content: []"),
        message: "failed to send event to ServiceNow",
    },
    Case {
        kind: "zenoss",
        section: "url = 'URL'",
        options: "",
        taken: &["200 OK"],
        refusal: ("401 Unauthorized", r#"{"error":"who?"}"#, "who?"),
        message: "failed to send event to Zenoss",
    },
    Case {
        kind: "hipchat",
        section: "url = 'URL/v2/room'\nroom = 'r'\ntoken = 't'",
        options: "",
        taken: &["204 No Content", "200 OK"],
        refusal: ("400 Bad Request", "", "failed to understand HipChat response. code: 400 content: "),
        message: "failed to send event to HipChat",
    },
    Case {
        kind: "talk",
        section: "url = 'URL'",
        options: "",
        taken: &["200 OK"],
        refusal: ("404 Not Found", r#"{"error":"gone"}"#, "gone"),
        message: "failed to send event to Talk",
    },
];

impl Case {
    fn handler(&self, url: &str) -> HandlerConfig {
        let section = self.section.replace("URL", url);
        handler(&format!("[{}]\nenabled = true\n{section}\n", self.kind), self.kind, self.options)
    }
}

#[test]
fn every_kind_delivers_what_its_trace_shows() {
    for case in &CASES {
        let replies = case.taken.iter().map(|status| reply(status, "")).collect();
        let (url, server) = server(replies);
        let config = case.handler(&url);
        let mut run = Run::new(vec![config.clone()], Options::default());
        let event = Arc::new(critical());
        for _ in case.taken {
            run.send(0, &event);
        }
        let (reports, told) = run.finish();
        assert_eq!(
            (reports[0].delivered, told.len()),
            (case.taken.len() as u64, 0),
            "{}: {told:?}",
            case.kind
        );
        let shown = described(&config, &event);
        for got in server.join().expect("server") {
            let path = shown["url"].as_str().and_then(|u| u.strip_prefix(&url)).expect("the server's URL");
            let path = if path.is_empty() { "/" } else { path };
            assert_eq!(got.first, format!("POST {path} HTTP/1.1"), "{}", case.kind);
            assert_eq!(Some(got.body.as_str()), shown["body"].as_str(), "{}", case.kind);
            for (name, value) in shown["headers"].as_object().expect("headers") {
                let line = format!("{name}: {}", value.as_str().expect("a text"));
                assert!(got.headers.iter().any(|h| h.eq_ignore_ascii_case(&line)), "{line}: {got:?}");
            }
        }
    }
}

#[test]
fn a_refusal_is_told_in_the_words_of_the_service() {
    for case in &CASES {
        let (status, body, error) = case.refusal;
        let (url, server) = server(vec![reply(status, body)]);
        let (report, told) = deliver(case.handler(&url), Options::default(), &Arc::new(critical()));
        server.join().expect("server");
        assert_eq!((report.delivered, report.failed), (0, 1), "{}", case.kind);
        assert_eq!((told[0].message, told[0].error.as_str()), (case.message, error), "{}", case.kind);
        let code = status.split(' ').next().unwrap_or_default().to_owned();
        assert!(told[0].context.contains(&("code", code)), "{told:?}");
    }
}

#[test]
fn a_service_that_does_not_answer_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("address"));
    let options = || Options { request_timeout: Duration::from_millis(100), ..Options::default() };
    for case in CASES.iter().filter(|case| ["telegram", "victorops"].contains(&case.kind)) {
        let (report, told) = deliver(case.handler(&url), options(), &Arc::new(critical()));
        assert_eq!((report.failed, report.timed_out), (1, 1), "{told:?}");
        // Without the path, which has keys in it.
        assert_eq!(only(&told).0, format!("{url}: no answer within 100ms"));
    }
}

#[test]
fn nobody_listening_is_told_once() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("address"));
    drop(listener);
    let mut run = Run::new(vec![CASES[6].handler(&url)], Options::default());
    for _ in 0..3 {
        run.send(0, &Arc::new(critical()));
    }
    let (reports, told) = run.finish();
    assert_eq!(reports[0].failed, 3);
    let error = only(&told).0;
    assert!(error.starts_with(&format!("{url}: ")) && error.contains("refused"), "{told:?}");
}

#[test]
fn a_service_that_is_not_enabled_fails_every_event() {
    let mut run = Run::new(vec![handler("", "discord", "")], Options::default());
    run.send(0, &Arc::new(critical()));
    run.send(0, &Arc::new(critical()));
    let (reports, told) = run.finish();
    assert_eq!(reports[0].failed, 2);
    assert_eq!(only(&told).0, "service is not enabled");
    let hint = "`[[discord]]` with `enabled = true` belongs in the file given with `--config`";
    assert!(told[0].context.contains(&("hint", hint.to_owned())), "{told:?}");
}

#[test]
fn a_certificate_that_cannot_be_read_fails_every_event() {
    let toml = "[slack]\nenabled = true\nurl = 'https://127.0.0.1:1/'\nssl-ca = '/no/such/ca.pem'\n";
    let (report, told) = deliver(handler(toml, "slack", ""), Options::default(), &Arc::new(critical()));
    assert_eq!(report.failed, 1);
    assert!(only(&told).0.starts_with("/no/such/ca.pem: "), "{told:?}");
}

#[test]
fn long_messages_arrive_whole() {
    let (url, server) = server(vec![reply("200 OK", "")]);
    let event = long(1_000_000);
    let (report, told) = deliver(CASES[0].handler(&url), Options::default(), &event);
    assert_eq!((report.delivered, told.len()), (1, 0), "{told:?}");
    let got = server.join().expect("server").remove(0);
    assert!(got.body.len() > 2_000_000, "{}", got.body.len());
}
