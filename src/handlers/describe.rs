//! What a handler would do with an event: for traces, and for runs that deliver nothing.

use serde_json::{Map, Value, json};

use super::endpoint::Endpoints;
use super::handler::{CANNOT_ACT, HandlerConfig};
use super::payload::push_line;
use super::report::Trouble;
use super::request::{Request, Target};
use super::service::Message;
use crate::alert::Event;

/// The keys that describe the action, in order: `prog`, `args`, `stdin` of `exec`, and so on. Empty for kinds
/// that cannot act yet.
///
/// # Errors
/// What the handler would log if it cannot act on this event: a value that JSON cannot hold, a template that
/// fails.
pub fn describe(
    config: &HandlerConfig,
    event: &Event,
    endpoints: &Endpoints,
) -> Result<Map<String, Value>, Trouble> {
    let line = || {
        let mut line = String::new();
        push_line(event, &mut line).map(|()| line)
    };
    let mut keys = Map::new();
    let mut put = |key: &str, value: Value| keys.insert(key.to_owned(), value);
    match config {
        HandlerConfig::Exec { prog, args, .. } => {
            put("prog", json!(prog));
            put("args", json!(args));
            put("stdin", json!(line()?));
        }
        HandlerConfig::Log { path, .. } => {
            put("path", json!(path));
            put("data", json!(line()?));
        }
        HandlerConfig::Tcp { address } => {
            // Without the empty line that ends it on the wire.
            put("address", json!(address));
            put("data", json!(line()?));
        }
        HandlerConfig::Post { url, endpoint, headers, .. } => {
            let target = Target { url, endpoint, headers };
            put_request(&mut keys, Request::new(target, endpoints, event, &line()?)?);
        }
        HandlerConfig::Service(service) => match service.message(event)? {
            Message::Request(request) => put_request(&mut keys, request),
            Message::Mail(mail) => {
                put("to", json!(mail.to));
                put("subject", json!(mail.subject));
                put("body", json!(mail.body));
            }
        },
        HandlerConfig::Unsupported { .. } => {
            put("reason", json!(CANNOT_ACT));
        }
    }
    Ok(keys)
}

fn put_request(keys: &mut Map<String, Value>, request: Request) {
    let headers: Map<_, _> = request.headers.into_iter().map(|(k, v)| (k, v.into())).collect();
    keys.insert("method".to_owned(), json!("POST"));
    keys.insert("url".to_owned(), json!(request.url));
    keys.insert("headers".to_owned(), Value::Object(headers));
    keys.insert("body".to_owned(), json!(request.body));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value as Field;

    fn event() -> Event {
        Event {
            id: "p".into(),
            message: "m <1>".into(),
            details: "none".into(),
            ..Event::on("m", &[], &[("v", Field::Float(6.0))], 1_577_836_800_000_000_000)
        }
    }

    const LINE: &str = "{\"id\":\"p\",\"message\":\"m \\u003c1\\u003e\",\"details\":\"none\",\
        \"time\":\"2020-01-01T00:00:00Z\",\"duration\":0,\"level\":\"CRITICAL\",\"data\":{\"series\":[\
        {\"name\":\"m\",\"columns\":[\"time\",\"v\"],\"values\":[[\"2020-01-01T00:00:00Z\",6]]}]},\
        \"previousLevel\":\"OK\",\"recoverable\":true}\n";

    #[test]
    fn every_kind_shows_what_it_would_do() {
        let cases = [
            (
                HandlerConfig::Exec { prog: "/bin/p".into(), args: vec!["a b".into()], stream: false },
                json!({"prog": "/bin/p", "args": ["a b"], "stdin": LINE}),
            ),
            (HandlerConfig::Log { path: "/l".into(), mode: 0o600 }, json!({"path": "/l", "data": LINE})),
            (HandlerConfig::Tcp { address: "h:1".into() }, json!({"address": "h:1", "data": LINE})),
            (
                HandlerConfig::Post {
                    url: "http://h/a?b=c".into(),
                    endpoint: String::new(),
                    headers: vec![("X-Team".into(), "infra".into())],
                    capture_response: false,
                    timeout: 0,
                    skip_ssl_verification: false,
                },
                json!({
                    "method": "POST", "url": "http://h/a?b=c",
                    "headers": {"X-Team": "infra", "Content-Type": "application/json"}, "body": LINE,
                }),
            ),
            (HandlerConfig::Unsupported { kind: "kafka" }, json!({ "reason": CANNOT_ACT })),
        ];
        for (config, expected) in cases {
            let keys = describe(&config, &event(), &Endpoints::default());
            assert_eq!(keys.map(Value::Object), Ok(expected), "{config:?}");
        }
    }

    #[test]
    fn what_json_cannot_hold_is_refused() {
        let event = Event::on("m", &[], &[("v", Field::Float(f64::INFINITY))], 0);
        let config = HandlerConfig::Tcp { address: "h:1".into() };
        let refused = describe(&config, &event, &Endpoints::default());
        assert_eq!(refused.map_err(|t| t.message), Err("failed to marshal alert data json"));
    }

    #[test]
    fn urls_and_bodies_are_templates() {
        let body = "{{.Level}}|{{.ID}}|{{range .Data.Series}}{{.Name}}{{.Columns}}:{{range .Values}}{{.}}{{end}}\
                    {{end}}|{{jsonCompact .Data}}|{{.Time}}|{{.PreviousLevel}}";
        let endpoint = crate::handlers::Endpoint {
            url: "http://h/{{.ID}}".into(),
            alert_template: Some(body.into()),
            ..Default::default()
        };
        let endpoints = Endpoints([("hook".to_owned(), endpoint)].into());
        let post = |url: &str, endpoint: &str| HandlerConfig::Post {
            url: url.into(),
            endpoint: endpoint.into(),
            headers: Vec::new(),
            capture_response: false,
            timeout: 0,
            skip_ssl_verification: false,
        };
        let keys = describe(&post("", "hook"), &event(), &endpoints).map(Value::Object);
        let body = "CRITICAL|p|m[time v]:[2020-01-01 00:00:00 +0000 UTC 6]|{\"series\":[{\"name\":\"m\",\
                    \"columns\":[\"time\",\"v\"],\"values\":[[\"2020-01-01T00:00:00Z\",6]]}]}|\
                    2020-01-01 00:00:00 +0000 UTC|OK";
        let expected = json!({"method": "POST", "url": "http://h/p", "headers": {}, "body": body});
        assert_eq!(keys, Ok(expected));
        let refused = describe(&post("http://h/{{.Nope}}", ""), &event(), &endpoints);
        let error = refused.expect_err("no such field").error;
        assert!(error.contains("can't evaluate field Nope in type alert.Data"), "{error}");
    }
}
