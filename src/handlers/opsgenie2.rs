//! `opsGenie2`: sends events to OpsGenie.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;

use super::body::{Object, Sorted, data, list};
use super::request::Request;
use super::service::{Exchange, Service, ServiceSpec, Way, said};
use super::url;
use super::values::Key;
use crate::alert::{Event, Level};
use crate::pipeline::ArgType::Str;
use crate::pipeline::{HandlerSpec, Param, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "opsGenie2",
    kind: "opsgenie2",
    go_type: "OpsGenie2Handler",
    props: &[
        PropSpec::list("teams", Param::new("team", Str), "teams to notify"),
        PropSpec::list("recipients", Param::new("recipient", Str), "users to notify"),
        PropSpec::field(
            "recoveryAction",
            Str,
            "what a recovery does: 'notes' or 'close' (default: as configured)",
        ),
        PropSpec::flag("details", "no effect: set `details` in the configuration"),
    ],
    doc: "sends events to OpsGenie",
    details: "The API key comes from the section `[opsgenie2]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .opsGenie2()\n        .teams('ops')\n",
    ..HandlerSpec::BASE
};

/// How events are sent.
pub(super) static SERVICE: ServiceSpec = ServiceSpec {
    script: &SPEC,
    failed: "failed to send event to OpsGenie",
    creating: "",
    options: &[
        Key::texts("teams-list").call("teams"),
        Key::texts("recipients-list").call("recipients"),
        Key::text("recovery_action").call("recoveryAction"),
    ],
    section: &[
        Key::text("url").or("https://api.opsgenie.com/v2/alerts"),
        Key::text("api-key").secret(),
        Key::texts("teams"),
        Key::texts("recipients"),
        Key::text("recovery_action").or("notes"),
        Key::flag("details"),
        Key::flag("global"),
    ],
    workspaces: false,
    global_changes_only: false,
    way: Way::Http(Exchange { request, accepted: &[202], refused }),
};

fn request(service: &Service, event: &Event) -> Result<Request, String> {
    let alias = URL_SAFE.encode(&event.id);
    let base = service.config("url");
    let (url, body) = match event.level {
        Level::Ok => {
            let parts = [alias.as_str(), service.text("recovery_action")];
            let url = url::join(base, &parts, Some("identifierType=alias"));
            (url, Object::new().text("note", &event.message))
        }
        level => (base.to_owned(), alert(service, event, &alias, level)?),
    };
    let key = format!("GenieKey {}", service.config("api-key"));
    Ok(Request::json(url, body.line()).with("Authorization", &key))
}

fn alert(service: &Service, event: &Event, alias: &str, level: Level) -> Result<Object, String> {
    let priority = match level {
        Level::Critical => "P1",
        Level::Warning => "P3",
        _ => "P5",
    };
    let description = match service.config_flag("details") {
        true => event.details().to_owned(),
        false => data(event)?,
    };
    let mut body = Object::new()
        .text("alias", alias)
        .text("description", &description)
        .raw("details", &details(event, level))
        .text("entity", &event.id)
        .text("message", &event.message)
        .text("note", "")
        .text("priority", priority);
    let teams = service.texts("teams-list", "teams").iter();
    let teams = teams.map(|name| Object::new().text("name", name).text("type", "team").end());
    let users = service.texts("recipients-list", "recipients").iter();
    let users = users.map(|name| Object::new().text("type", "user").text("username", name).end());
    let responders: Vec<String> = teams.chain(users).collect();
    if !responders.is_empty() {
        body = body.raw("responders", &list(responders));
    }
    Ok(body)
}

/// What OpsGenie may filter by: the tags of the first table, among other things.
fn details(event: &Event, level: Level) -> String {
    let mut details = Sorted::default();
    details.text("Monitoring Tool", "Kapacitor");
    details.text("Level", level.as_str());
    if let Some(first) = event.series().as_deref().and_then(|series| series.first()) {
        for (key, value) in &first.tags {
            details.text(key, value);
        }
        details.text("Kapacitor Task Name", &first.name);
    }
    details.end().end()
}

/// What a refusal says.
fn refused(code: u16, body: &str) -> String {
    format!("opsgenie error: {}", said("OpsGenie", "message", code, body))
}
