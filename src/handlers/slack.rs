//! `slack`: posts messages to Slack.

use super::body::{Object, list};
use super::request::Request;
use super::service::{Exchange, Service, ServiceSpec, Way, said};
use super::values::Key;
use crate::alert::{Event, Level};
use crate::pipeline::ArgType::Str;
use crate::pipeline::{HandlerSpec, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "slack",
    kind: "slack",
    go_type: "SlackHandler",
    props: &[
        PropSpec::field("workspace", Str, "which configured workspace"),
        PropSpec::field("channel", Str, "channel or user"),
        PropSpec::field("username", Str, "name of the sender"),
        PropSpec::field("iconEmoji", Str, "picture of the sender, an emoji"),
    ],
    doc: "posts messages to Slack",
    details: "The web hook comes from a section `[[slack]]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .slack()\n        .channel('#alerts')\n",
    ..HandlerSpec::BASE
};

/// How events are sent.
pub(super) static SERVICE: ServiceSpec = ServiceSpec {
    script: &SPEC,
    failed: "failed to send event",
    creating: "",
    options: &[
        Key::text("workspace"),
        Key::text("channel"),
        Key::text("username"),
        Key::text("icon-emoji").call("iconEmoji"),
    ],
    section: &[
        Key::flag("default"),
        Key::text("workspace"),
        Key::text("url").secret(),
        Key::text("token").secret(),
        Key::text("channel"),
        Key::text("username"),
        Key::text("icon-emoji"),
        Key::flag("global"),
        Key::flag("state-changes-only"),
        Key::flag("insecure-skip-verify"),
        Key::text("ssl-ca"),
        Key::text("ssl-cert"),
        Key::text("ssl-key"),
    ],
    workspaces: true,
    global_changes_only: false,
    way: Way::Http(Exchange {
        request,
        accepted: &[200],
        refused: |code, body| said("Slack", "error", code, body),
    }),
};

fn request(service: &Service, event: &Event) -> Result<Request, String> {
    let color = match event.level {
        Level::Critical => "danger",
        Level::Warning => "warning",
        _ => "good",
    };
    let attachment = Object::new()
        .text("fallback", &event.message)
        .text("color", color)
        .text("text", &event.message)
        .raw("mrkdwn_in", "[\"text\"]");
    let body = Object::new()
        .raw("attachments", &list([attachment.end()]))
        .text("channel", service.text("channel"))
        .text("icon_emoji", service.text("icon-emoji"))
        .text("text", "")
        .text("username", service.text("username"));
    let request = Request::json(service.config("url"), body.line());
    Ok(match service.config("token") {
        "" => request,
        token => request.with("Authorization", &format!("Bearer {token}")),
    })
}
