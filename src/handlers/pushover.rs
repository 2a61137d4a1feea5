//! `pushover`: sends messages to Pushover.

use super::request::Request;
use super::service::{Exchange, Service, ServiceSpec, Way};
use super::url;
use super::values::Key;
use crate::alert::{Event, Level};
use crate::pipeline::ArgType::Str;
use crate::pipeline::{HandlerSpec, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "pushover",
    kind: "pushover",
    go_type: "PushoverHandler",
    props: &[
        PropSpec::field("userKey", Str, "user or group to notify"),
        PropSpec::field("device", Str, "device to notify"),
        PropSpec::field("title", Str, "title of the message"),
        PropSpec::field("URL", Str, "link in the message"),
        PropSpec::field("URLTitle", Str, "text of the link"),
        PropSpec::field("sound", Str, "sound to play"),
    ],
    doc: "sends messages to Pushover",
    details: "Token and user key come from the section `[pushover]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .pushover()\n        .sound('siren')\n",
    ..HandlerSpec::BASE
};

/// How events are sent.
pub(super) static SERVICE: ServiceSpec = ServiceSpec {
    script: &SPEC,
    failed: "failed to send event to Pushover",
    creating: "",
    options: &[
        Key::text("user-key").call("userKey"),
        Key::text("device"),
        Key::text("title"),
        Key::text("url").call("URL"),
        Key::text("url-title").call("URLTitle"),
        Key::text("sound"),
    ],
    section: &[
        Key::text("url").or("https://api.pushover.net/1/messages.json"),
        Key::text("token").secret(),
        Key::text("user-key").secret(),
    ],
    workspaces: false,
    global_changes_only: false,
    way: Way::Http(Exchange { request, accepted: &[200], refused }),
};

fn request(service: &Service, event: &Event) -> Result<Request, String> {
    // From silence to something that wakes people.
    let priority = match event.level {
        Level::Ok => "-2",
        Level::Info => "-1",
        Level::Warning => "0",
        Level::Critical => "1",
    };
    let mut pairs = vec![
        ("token", service.config("token")),
        ("user", service.text("user-key")),
        ("message", &event.message),
        ("priority", priority),
    ];
    let keys = [
        ("device", "device"),
        ("title", "title"),
        ("url", "url"),
        ("url_title", "url-title"),
        ("sound", "sound"),
    ];
    pairs.extend(
        keys.map(|(name, key)| (name, service.option(key))).into_iter().filter(|(_, text)| !text.is_empty()),
    );
    Ok(Request::form(service.config("url"), url::form(pairs)))
}

/// What a refusal says. Kapacitor means to show these errors, but fails to read them.
fn refused(code: u16, body: &str) -> String {
    let answer: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    let errors = answer.get("errors").and_then(|e| e.as_array()).into_iter().flatten();
    let errors: Vec<&str> = errors.filter_map(|e| e.as_str()).collect();
    let content = if errors.is_empty() { body.to_owned() } else { errors.join(", ") };
    format!("failed to understand Pushover response. code: {code} content: {content}")
}
