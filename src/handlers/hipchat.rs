//! `hipChat`: posts messages to HipChat.

use super::body::Object;
use super::request::Request;
use super::service::{Exchange, Service, ServiceSpec, Way, said};
use super::url;
use super::values::Key;
use crate::alert::{Event, Level};
use crate::pipeline::ArgType::Str;
use crate::pipeline::{HandlerSpec, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "hipChat",
    kind: "hipchat",
    go_type: "HipChatHandler",
    props: &[
        PropSpec::field("room", Str, "room instead of the configured one"),
        PropSpec::field("token", Str, "token instead of the configured one"),
    ],
    doc: "posts messages to HipChat",
    details: "URL, room and token come from the section `[hipchat]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .hipChat()\n        .room('alerts')\n",
    ..HandlerSpec::BASE
};

/// How events are sent.
pub(super) static SERVICE: ServiceSpec = ServiceSpec {
    script: &SPEC,
    failed: "failed to send event to HipChat",
    creating: "",
    options: &[Key::text("room"), Key::text("token")],
    section: &[
        Key::text("url"),
        Key::text("room"),
        Key::text("token").secret(),
        Key::flag("global"),
        Key::flag("state-changes-only"),
    ],
    workspaces: false,
    global_changes_only: false,
    way: Way::Http(Exchange {
        request,
        accepted: &[200, 204],
        refused: |code, body| said("HipChat", "error", code, body),
    }),
};

fn request(service: &Service, event: &Event) -> Result<Request, String> {
    let color = match event.level {
        Level::Critical => "red",
        Level::Warning => "yellow",
        _ => "green",
    };
    let query = url::form(vec![("auth_token", service.text("token"))]);
    let url = url::join(service.config("url"), &[service.text("room"), "notification"], Some(&query));
    let body = Object::new()
        .text("color", color)
        .text("from", "kapacitor")
        .text("message", &event.message)
        .flag("notify", true);
    Ok(Request::json(url, body.line()))
}
