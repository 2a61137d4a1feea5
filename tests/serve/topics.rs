//! Topics, their events and their handlers.

use std::path::Path;

use serde_json::{Value, json};
use tickscript::alert::Level;
use tickscript::store::{EventState, Store, TopicHandler};

use super::server::{Answer, Server};

const TOPICS: &str = "/kapacitor/v1/alerts/topics";

/// A request whose answer is JSON.
fn ask(server: &Server, method: &str, path: &str, body: &str) -> (u16, Value) {
    let answer = server.request(method, &format!("{TOPICS}{path}"), body);
    let value = serde_json::from_str(&answer.body).unwrap_or_else(|e| panic!("{e}: {answer:?}"));
    (answer.status, value)
}

/// The status of an answer without a body.
fn done(server: &Server, method: &str, path: &str) -> u16 {
    let Answer { status, body, .. } = server.request(method, &format!("{TOPICS}{path}"), "");
    assert_eq!(body, "", "{method} {path}");
    status
}

/// The words of a refusal.
fn refused(server: &Server, method: &str, path: &str, body: &str) -> (u16, String) {
    let (status, value) = ask(server, method, path, body);
    let words = value["error"].as_str().unwrap_or_else(|| panic!("{method} {path}: {value}"));
    assert_eq!(value, json!({"error": words, "message": words}));
    (status, words.to_owned())
}

fn texts<'a>(list: &'a Value, key: &str) -> Vec<&'a str> {
    list.as_array().expect("a list").iter().map(|v| v[key].as_str().expect("a text")).collect()
}

/// A folder in which some events are kept.
fn kept(folder: &Path) {
    let store = Store::open(folder).expect("a store");
    let state = |level, duration| EventState {
        message: "m <1>".to_owned(),
        details: String::new(),
        time: 1_500_000_000_000_000_000,
        duration,
        level,
    };
    let (warning, critical) = (state(Level::Warning, 4_000_000_000), state(Level::Critical, 0));
    let info = state(Level::Info, 90_500_000_000);
    store
        .put_events(&[("cpu", "a", &warning), ("cpu", "b/c d", &critical), ("disk", "x", &info)])
        .expect("kept");
}

#[test]
fn topics_show_their_events() {
    let folder = tempfile::tempdir().unwrap();
    kept(folder.path());
    let server = Server::start(folder.path());
    let answer = server.request("GET", &format!("{TOPICS}/cpu"), "");
    let want = r#"{
    "link": {
        "rel": "self",
        "href": "/kapacitor/v1/alerts/topics/cpu"
    },
    "id": "cpu",
    "level": "CRITICAL",
    "collected": 0,
    "events-link": {
        "rel": "events",
        "href": "/kapacitor/v1/alerts/topics/cpu/events"
    },
    "handlers-link": {
        "rel": "handlers",
        "href": "/kapacitor/v1/alerts/topics/cpu/handlers"
    }
}"#;
    assert_eq!((answer.status, answer.body.as_str()), (200, want));
    assert!(answer.head.contains("content-type: application/json; charset=utf-8"), "{}", answer.head);
    let (_, list) = ask(&server, "GET", "?min-level=cri&pattern=*", "");
    assert_eq!(list["link"]["href"], json!(format!("{TOPICS}?min-level=cri&pattern=*")));
    assert_eq!(texts(&list["topics"], "id"), ["cpu"]);
    for (query, ids) in [
        ("", &["cpu", "disk"][..]),
        ("?pattern=d*", &["disk"]),
        ("?pattern=%5Bx%5D", &[]),
        ("?min-level=I", &["cpu", "disk"]),
        ("?min-level=&pattern=", &["cpu", "disk"]),
    ] {
        assert_eq!(texts(&ask(&server, "GET", query, "").1["topics"], "id"), ids, "{query}");
    }
    let preview = server.request("GET", "/kapacitor/v1preview/alerts/topics", "");
    let preview: Value = serde_json::from_str(&preview.body).unwrap();
    assert_eq!(preview["link"]["href"], json!(TOPICS));

    let (_, events) = ask(&server, "GET", "/cpu/events", "");
    assert_eq!(events["topic"], json!("cpu"));
    assert_eq!(texts(&events["events"], "id"), ["a", "b/c d"]);
    let (_, event) = ask(&server, "GET", "/cpu/events/a", "");
    let want = json!({
        "link": {"rel": "self", "href": format!("{TOPICS}/cpu/events/a")},
        "id": "a",
        "state": {
            "message": "m <1>", "details": "", "time": "2017-07-14T02:40:00Z", "duration": "4s",
            "level": "WARNING",
        },
    });
    assert_eq!((&event, event.to_string()), (&want, want.to_string()), "keys in order");
    assert_eq!(events["events"][0], event);
    for path in ["/cpu/events/b/c%20d", "/cpu/events/b%2Fc%20d"] {
        assert_eq!(ask(&server, "GET", path, "").1["id"], json!("b/c d"));
    }
    assert_eq!(ask(&server, "GET", "/disk/events/x", "").1["state"]["duration"], json!("1m30.5s"));
    let (_, events) = ask(&server, "GET", "/cpu/events?min-level=critical", "");
    assert_eq!(texts(&events["events"], "id"), ["b/c d"]);
    assert_eq!(events["link"]["href"], json!(format!("{TOPICS}/cpu/events")));
}

#[test]
fn what_is_not_there_is_told_in_kapacitors_words() {
    let folder = tempfile::tempdir().unwrap();
    kept(folder.path());
    let server = Server::start(folder.path());
    for (method, path, status, words) in [
        ("GET", "?min-level=bad", 400, "unknown alert level 'BAD'"),
        ("GET", "?pattern=[", 400, "invalid pattern: syntax error in pattern"),
        ("GET", "/x", 404, r#"unknown topic: "x""#),
        ("GET", "/x/events", 500, r#"failed to get topic events: unknown topic "x""#),
        ("GET", "/x/events?min-level=y", 400, "unknown alert level 'Y'"),
        ("GET", "/cpu/events/y", 404, r#"unknown event "y" in topic "cpu""#),
        ("GET", "/cpu/handlers?pattern=[", 400, "invalid pattern: syntax error in pattern"),
        ("GET", "/cpu/handlers/h", 404, r#"unknown handler: "h""#),
        ("PUT", "/cpu/handlers/h", 404, r#"unknown handler: "h""#),
        ("PATCH", "/cpu/handlers/h", 404, r#"unknown handler: "h""#),
        ("POST", "/cpu", 404, "Not Found"),
    ] {
        assert_eq!(refused(&server, method, path, ""), (status, words.to_owned()), "{method} {path}");
    }
    let want = json!({
        "link": {"rel": "self", "href": format!("{TOPICS}/x/handlers?pattern=a*")},
        "topic": "x",
        "handlers": [],
    });
    assert_eq!(ask(&server, "GET", "/x/handlers?pattern=a*", ""), (200, want));
    assert_eq!(done(&server, "DELETE", "/x/handlers/h"), 204);
    assert_eq!(done(&server, "DELETE", "/x"), 204);
}

#[test]
fn handlers_are_made_changed_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let spec = r#"{"topic":"other","id":"page","kind":"exec","unknown":1,
        "options":{"prog":"/bin/true","args":["a<b"]},"match":"changed() == TRUE"}"#;
    let answer = server.request("POST", &format!("{TOPICS}/cpu/handlers"), spec);
    let want = r#"{
    "link": {
        "rel": "self",
        "href": "/kapacitor/v1/alerts/topics/cpu/handlers/page"
    },
    "id": "page",
    "kind": "exec",
    "options": {
        "prog": "/bin/true",
        "args": [
            "a\u003cb"
        ]
    },
    "match": "changed() == TRUE"
}"#;
    assert_eq!((answer.status, answer.body.as_str()), (200, want));
    assert_eq!(ask(&server, "GET", "/cpu", "").1["level"], json!("OK"), "the topic is there");
    let roll = r#"{"id":"a.ll","kind":"aggregate",
        "options":{"id":"sum","interval":30000000000,"topic":"sums"}}"#;
    assert_eq!(ask(&server, "POST", "/cpu/handlers", roll).0, 200);
    assert_eq!(
        ask(&server, "POST", "/cpu/handlers", r#"{"id":"s","kind":"slack"}"#).1["options"],
        Value::Null
    );
    let (_, list) = ask(&server, "GET", "/cpu/handlers", "");
    assert_eq!(texts(&list["handlers"], "id"), ["a.ll", "page", "s"]);
    let (_, list) = ask(&server, "GET", "/cpu/handlers?pattern=p*", "");
    assert_eq!(list["handlers"][0], ask(&server, "GET", "/cpu/handlers/page", "").1);

    let patch = r#"[{"op":"replace","path":"/options/prog","value":"/bin/false"},
        {"op":"add","path":"/options/args/0","value":"x"},{"op":"replace","path":"/match","value":""}]"#;
    let (status, patched) = ask(&server, "PATCH", "/cpu/handlers/page", patch);
    assert_eq!((status, &patched["match"]), (200, &json!("")));
    assert_eq!(patched["options"], json!({"prog": "/bin/false", "args": ["x", "a<b"]}));
    let put = r#"{"id":"mail","kind":"tcp","options":{"address":"h:1"}}"#;
    let (status, mail) = ask(&server, "PUT", "/cpu/handlers/page", put);
    assert_eq!((status, &mail["id"], &mail["match"]), (200, &json!("mail"), &json!("")));
    assert_eq!(ask(&server, "GET", "/cpu/handlers/page", "").0, 404);
    assert_eq!(done(&server, "DELETE", "/cpu/handlers/s"), 204);
    let before = ask(&server, "GET", "/cpu/handlers", "");
    assert_eq!(texts(&before.1["handlers"], "id"), ["a.ll", "mail"]);

    server.stop();
    let server = Server::start(folder.path());
    assert_eq!(ask(&server, "GET", "/cpu/handlers", ""), before);
    assert_eq!(ask(&server, "GET", "/cpu", "").0, 200, "its handlers are at work");
}

#[test]
fn handlers_that_cannot_work_leave_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let good = r#"{"id":"a","kind":"log","options":{"path":"/x"}}"#;
    assert_eq!(ask(&server, "POST", "/cpu/handlers", good).0, 200);
    for (topic, body, status, words) in [
        ("t", "{", 400, "invalid handler json: EOF while parsing an object at line 1 column 1"),
        (
            "t",
            "{}",
            400,
            r#"invalid handler spec: handler ID must contain only letters, numbers, '-', '.' and '_'. """#,
        ),
        (
            "t",
            r#"{"id":"a:b"}"#,
            400,
            r#"invalid handler spec: handler ID must contain only letters, numbers, '-', '.' and '_'. "a:b""#,
        ),
        (
            "a%20b",
            r#"{"id":"h"}"#,
            400,
            r#"invalid handler spec: handler topic must contain only letters, numbers, '-', '.' and '_'. "h""#,
        ),
        ("t:ü", r#"{"id":"h"}"#, 400, "invalid handler spec: handler Kind must not be empty"),
        (
            "t",
            r#"{"id":"h","kind":"logg"}"#,
            500,
            r#"failed to create handler: unsupported action kind "logg""#,
        ),
        (
            "t",
            r#"{"id":"h","kind":"log","options":{"pth":"/x"}}"#,
            500,
            "failed to create handler: failed to decode options of \"log\": option of `log` `path` is missing\nunknown option of `log` `pth`; did you mean `path`?",
        ),
        (
            "t",
            r#"{"id":"h","kind":"aggregate","options":{"id":"x","topic":"y"}}"#,
            500,
            "failed to create handler: failed to decode options of \"aggregate\": option of `aggregate` `interval` is missing",
        ),
        (
            "t",
            r#"{"id":"h","kind":"slack","match":"level() >"}"#,
            500,
            "failed to create handler: invalid match expression: unexpected end of the script, expected a value",
        ),
        (
            "t",
            r#"{"id":"h","kind":"aggregate","options":{"id":"x","topic":"y","interval":"1s","message":"{{ .No }}"}}"#,
            500,
            "failed to create handler: failed to evaluate message template with aggregate message data: template: message:1:3: executing \"message\" at <.No>: can't evaluate field No in type alert.aggregateMessageData",
        ),
        (
            "cpu",
            good,
            500,
            r#"failed to create handler: cannot register handler, handler with ID "a" already exists"#,
        ),
    ] {
        let path = format!("/{topic}/handlers");
        assert_eq!(refused(&server, "POST", &path, body), (status, words.to_owned()), "{body}");
    }
    let other = r#"{"id":"b","kind":"log","options":{"path":"/y"}}"#;
    assert_eq!(ask(&server, "POST", "/cpu/handlers", other).0, 200);
    let before = ask(&server, "GET", "/cpu/handlers", "");
    for (method, body, status, words) in [
        ("PUT", "[", 400, "failed to unmarshal JSON: EOF while parsing a list at line 1 column 1"),
        (
            "PUT",
            other,
            500,
            r#"failed to update handler: cannot register handler, handler with ID "b" already exists"#,
        ),
        (
            "PUT",
            r#"{"id":"c","kind":"slack","match":"1 +"}"#,
            500,
            "failed to update handler: invalid match expression: ",
        ),
        ("PATCH", "{}", 400, "invalid patch json: "),
        ("PATCH", r#"[{"op":"remove","path":"/options/no"}]"#, 400, "failed to apply patch: "),
        (
            "PATCH",
            r#"[{"op":"replace","path":"/topic","value":"x"}]"#,
            500,
            "failed to update handler: cannot change topic in update",
        ),
        (
            "PATCH",
            r#"[{"op":"replace","path":"/kind","value":""}]"#,
            400,
            "invalid handler spec: handler Kind must not be empty",
        ),
        ("PATCH", r#"[{"op":"replace","path":"/id","value":7}]"#, 500, "failed to unmarshal patched json: "),
    ] {
        let answer = refused(&server, method, "/cpu/handlers/a", body);
        assert!(answer.0 == status && answer.1.starts_with(words), "{body}: {answer:?}");
    }
    assert_eq!(ask(&server, "GET", "/cpu/handlers", ""), before);
    assert_eq!(texts(&ask(&server, "GET", "", "").1["topics"], "id"), ["cpu"]);
}

#[test]
fn a_deleted_topic_is_gone_for_good_and_its_handlers_stay() {
    let folder = tempfile::tempdir().unwrap();
    kept(folder.path());
    let server = Server::start(folder.path());
    assert_eq!(ask(&server, "POST", "/disk/handlers", r#"{"id":"h","kind":"slack"}"#).0, 200);
    assert_eq!(done(&server, "DELETE", "/disk"), 204);
    assert_eq!(ask(&server, "GET", "/disk", "").0, 404);
    assert_eq!(ask(&server, "GET", "/disk/handlers/h", "").0, 200);
    server.stop();
    let server = Server::start(folder.path());
    assert_eq!(ask(&server, "GET", "/disk/events", "").1["events"], json!([]));
    assert_eq!(texts(&ask(&server, "GET", "/cpu/events", "").1["events"], "id"), ["a", "b/c d"]);
}

#[test]
fn a_handler_that_cannot_work_any_more_keeps_nobody_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    for (id, kind) in [("a", "carrier-pigeon"), ("b", "slack")] {
        let (id, kind) = (id.to_owned(), kind.to_owned());
        let handler =
            TopicHandler { topic: "t".to_owned(), id, kind, options: None, matching: String::new() };
        store.put(&handler).unwrap();
    }
    drop(store);
    let server = Server::start(folder.path());
    assert_eq!(texts(&ask(&server, "GET", "/t/handlers", "").1["handlers"], "id"), ["a", "b"]);
    assert_eq!(ask(&server, "GET", "/t", "").0, 200, "one of them works");
    assert_eq!(done(&server, "DELETE", "/t/handlers/a"), 204);
}
