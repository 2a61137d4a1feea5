//! `discord`: posts messages to Discord.

use super::body::{Object, list, whole_seconds};
use super::event_data::{EVENT, fill};
use super::request::Request;
use super::service::{Exchange, Service, ServiceSpec, Way, said, start};
use super::values::Key;
use crate::alert::{Event, Level};
use crate::pipeline::ArgType::Str;
use crate::pipeline::{HandlerSpec, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "discord",
    kind: "discord",
    go_type: "DiscordHandler",
    props: &[
        PropSpec::field("workspace", Str, "which configured workspace"),
        PropSpec::field("username", Str, "name of the sender"),
        PropSpec::field("avatarURL", Str, "picture of the sender"),
        PropSpec::field("embedTitle", Str, "template of the title"),
    ],
    doc: "posts messages to Discord",
    details: "The web hook comes from a section `[[discord]]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .discord()\n        .embedTitle('{{ .Level }}')\n",
    start: |def| start(&SERVICE, def),
    ..HandlerSpec::BASE
};

/// How events are sent.
pub(super) static SERVICE: ServiceSpec = ServiceSpec {
    script: &SPEC,
    failed: "failed to send event to Discord",
    creating: "failed to create Discord handler",
    options: &[
        Key::text("workspace"),
        Key::text("username"),
        Key::text("avatar-url").call("avatarURL"),
        Key::text("embed-title").call("embedTitle").template("embedTitle"),
    ],
    section: &[
        Key::flag("default"),
        Key::text("workspace"),
        Key::text("url").secret(),
        Key::flag("timestamp"),
        Key::text("username"),
        Key::text("avatar-url"),
        Key::text("embed-title"),
        Key::flag("global"),
        Key::flag("state-changes-only"),
        Key::flag("insecure-skip-verify"),
        Key::text("ssl-ca"),
        Key::text("ssl-cert"),
        Key::text("ssl-key"),
    ],
    workspaces: true,
    global_changes_only: true,
    way: Way::Http(Exchange {
        request,
        accepted: &[204],
        refused: |code, body| said("Discord", "error", code, body),
    }),
};

fn request(service: &Service, event: &Event) -> Result<Request, String> {
    let color = match event.level {
        Level::Critical => 0xf9_5f53,
        Level::Warning => 0xf4_8d38,
        _ => 0x7a_65f2,
    };
    let time = if service.config_flag("timestamp") { whole_seconds(event.time) } else { String::new() };
    // As in Kapacitor, the title of the section is not used.
    let title = fill("embedTitle", service.option("embed-title"), EVENT, event)?;
    let embed = Object::new()
        .int("color", color)
        .text("title", &title)
        .text("description", &event.message)
        .text("timestamp", &time);
    let body = Object::new()
        .text("avatar_url", service.text("avatar-url"))
        .raw("embeds", &list([embed.end()]))
        .text("username", service.text("username"));
    Ok(Request::json(service.config("url"), body.line()))
}
