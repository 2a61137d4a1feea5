//! `victorOps`: sends events to VictorOps.

use super::body::{Object, data, seconds, text};
use super::request::Request;
use super::service::{Exchange, Service, ServiceSpec, Way, said};
use super::url;
use super::values::Key;
use crate::alert::{Event, Level};
use crate::pipeline::ArgType::Str;
use crate::pipeline::{HandlerSpec, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "victorOps",
    kind: "victorops",
    go_type: "VictorOpsHandler",
    props: &[PropSpec::field("routingKey", Str, "routing key instead of the configured one")],
    doc: "sends events to VictorOps",
    details: "API key and routing key come from the section `[victorops]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .victorOps()\n        .routingKey('team')\n",
    ..HandlerSpec::BASE
};

/// How events are sent.
pub(super) static SERVICE: ServiceSpec = ServiceSpec {
    script: &SPEC,
    failed: "failed to send event",
    creating: "",
    options: &[Key::text("routing-key").call("routingKey")],
    section: &[
        Key::text("url").or("https://alert.victorops.com/integrations/generic/20131114/alert"),
        Key::text("api-key").secret(),
        Key::text("routing-key"),
        Key::flag("json-data"),
        Key::flag("global"),
    ],
    workspaces: false,
    global_changes_only: false,
    way: Way::Http(Exchange { request, accepted: &[200], refused }),
};

fn request(service: &Service, event: &Event) -> Result<Request, String> {
    let data = data(event)?;
    let kind = if event.level == Level::Ok { "RECOVERY" } else { event.level.as_str() };
    let body = Object::new()
        .raw("data", &if service.config_flag("json-data") { data } else { text(&data) })
        .text("entity_id", &event.id)
        .text("message_type", kind)
        .text("monitoring_tool", "kapacitor")
        .text("state_message", &event.message)
        .int("timestamp", seconds(event.time));
    let parts = [service.config("api-key"), service.text("routing-key")];
    Ok(Request::json(url::join(service.config("url"), &parts, None), body.line()))
}

/// What a refusal says.
fn refused(code: u16, body: &str) -> String {
    match code {
        404 => "URL or API key not found: 404".to_owned(),
        _ => said("VictorOps", "message", code, body),
    }
}
