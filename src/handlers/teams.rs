//! `teams`: posts messages to Microsoft Teams.

use super::body::{Object, cut};
use super::request::Request;
use super::service::{Exchange, Service, ServiceSpec, Way, said};
use super::values::Key;
use crate::alert::{Event, Level};
use crate::pipeline::ArgType::Str;
use crate::pipeline::{HandlerSpec, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "teams",
    kind: "teams",
    go_type: "TeamsHandler",
    props: &[PropSpec::field("channelURL", Str, "web hook instead of the configured one")],
    doc: "posts messages to Microsoft Teams",
    details: "The web hook comes from the section `[teams]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .teams()\n        .channelURL('https://example.com/hook')\n",
    ..HandlerSpec::BASE
};

/// How events are sent.
pub(super) static SERVICE: ServiceSpec = ServiceSpec {
    script: &SPEC,
    failed: "failed to send event to Teams",
    creating: "",
    options: &[Key::text("channel-url").call("channelURL")],
    section: &[Key::text("channel-url").secret(), Key::flag("global"), Key::flag("state-changes-only")],
    workspaces: false,
    global_changes_only: false,
    way: Way::Http(Exchange {
        request,
        accepted: &[200, 204],
        refused: |code, body| said("Teams", "error", code, body),
    }),
};

/// Bytes of the summary; its dots come on top.
const SUMMARY: usize = 70;

fn request(service: &Service, event: &Event) -> Result<Request, String> {
    let level = event.level.as_str();
    let (title, between) = match event.id.as_str() {
        "" => (level.to_owned(), ": "),
        id => (format!("{level}: [{id}]"), " - "),
    };
    let summary = format!("{title}{between}{}", event.message);
    let color = match event.level {
        Level::Warning => "FFA533",
        Level::Critical => "CC4A31",
        _ => "34CC25",
    };
    let body = Object::new()
        .text("@type", "MessageCard")
        .text("@context", "http://schema.org/extensions")
        .text("title", &title)
        .text("text", &event.message)
        .raw("summary", &cut(&summary, SUMMARY, "..."))
        .text("themeColor", color);
    Ok(Request::json(service.text("channel-url"), body.end()))
}
