//! `opsGenie`: sends events to OpsGenie, version 1.

use super::body::{Object, data, texts};
use super::request::Request;
use super::service::{Exchange, Service, ServiceSpec, Way, said};
use super::values::Key;
use crate::alert::{Event, Level};
use crate::pipeline::ArgType::Str;
use crate::pipeline::{HandlerSpec, Param, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "opsGenie",
    kind: "opsgenie",
    go_type: "OpsGenieHandler",
    props: &[
        PropSpec::list("teams", Param::new("team", Str), "teams to notify"),
        PropSpec::list("recipients", Param::new("recipient", Str), "users to notify"),
    ],
    doc: "sends events to OpsGenie, version 1",
    details: "The API key comes from the section `[opsgenie]` of the configuration. Version 1 is out \
              of service: use `opsGenie2`.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .opsGenie()\n        .teams('ops')\n",
    ..HandlerSpec::BASE
};

/// How events are sent.
pub(super) static SERVICE: ServiceSpec = ServiceSpec {
    script: &SPEC,
    failed: "failed to send event to OpsGenie",
    creating: "",
    options: &[Key::texts("teams-list").call("teams"), Key::texts("recipients-list").call("recipients")],
    section: &[
        Key::text("url").or("https://api.opsgenie.com/v1/json/alert"),
        Key::text("recovery_url").or("https://api.opsgenie.com/v1/json/alert/note"),
        Key::text("api-key").secret(),
        Key::texts("teams"),
        Key::texts("recipients"),
        Key::flag("global"),
    ],
    workspaces: false,
    global_changes_only: false,
    way: Way::Http(Exchange {
        request,
        accepted: &[200],
        refused: |code, body| said("OpsGenie", "message", code, body),
    }),
};

fn request(service: &Service, event: &Event) -> Result<Request, String> {
    let (level, url, note) = match event.level {
        Level::Ok => ("RECOVERY", "recovery_url", event.message.as_str()),
        level => (level.as_str(), "url", ""),
    };
    let details = Object::new().text("Level", level).text("Monitoring Tool", "Kapacitor");
    let mut body = Object::new()
        .text("alias", &event.id)
        .text("apiKey", service.config("api-key"))
        .text("description", &data(event)?)
        .raw("details", &details.end())
        .text("entity", &event.id)
        .text("message", &event.message)
        .text("monitoring_tool", "kapacitor")
        .text("note", note);
    for (option, key) in [("recipients-list", "recipients"), ("teams-list", "teams")] {
        let names = service.texts(option, key);
        if !names.is_empty() {
            body = body.raw(key, &texts(names));
        }
    }
    Ok(Request::json(format!("{}/", service.config(url)), body.line()))
}
