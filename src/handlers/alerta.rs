//! `alerta`: sends events to Alerta.

use super::body::{Object, Sorted, data, texts, value};
use super::event_data::{EVENT, View, fill};
use super::request::Request;
use super::service::{Exchange, Service, ServiceSpec, Way, said, start};
use super::url;
use super::values::Key;
use crate::alert::{Event, Level};
use crate::pipeline::ArgType::{Any, Duration, Str};
use crate::pipeline::{HandlerSpec, Param, PropSpec};
use crate::value::Value;

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "alerta",
    kind: "alerta",
    go_type: "AlertaHandler",
    props: &[
        PropSpec::field("token", Str, "token instead of the configured one"),
        PropSpec::field("tokenPrefix", Str, "word before the token in the header"),
        PropSpec::field("resource", Str, "template of the resource (default '{{ .Name }}')"),
        PropSpec::field("event", Str, "template of the event (default '{{ .ID }}')"),
        PropSpec::field("environment", Str, "template of the environment"),
        PropSpec::field("group", Str, "template of the group (default '{{ .Group }}')"),
        PropSpec::field("value", Str, "template of the value"),
        PropSpec::field("origin", Str, "where the alert comes from"),
        PropSpec::list("services", Param::new("service", Str), "affected services"),
        PropSpec::list("correlated", Param::new("event", Str), "events that correlate with this one"),
        PropSpec::method(
            "attribute",
            &[Param::new("name", Str), Param::new("value", Any)],
            None,
            "an attribute of the alert",
        ),
        PropSpec::field("timeout", Duration, "when the alert expires (default 24h)"),
    ],
    doc: "sends events to Alerta",
    details: "URL and token come from the section `[alerta]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .alerta()\n        .environment('production')\n",
    start: |def| start(&SERVICE, def),
    ..HandlerSpec::BASE
};

/// A day.
const TIMEOUT: i64 = 86_400_000_000_000;

/// What the template of the event sees: less than the others.
const NARROW: View =
    View { type_name: "alerta.eventData", fields: &["ID", "Name", "TaskName", "Group", "Tags"] };

/// How events are sent.
pub(super) static SERVICE: ServiceSpec = ServiceSpec {
    script: &SPEC,
    failed: "failed to send event to Alerta",
    creating: "failed to create Alerta handler",
    options: &[
        Key::text("token"),
        Key::text("token-prefix").call("tokenPrefix"),
        Key::text("resource").or("{{ .Name }}").template("resource"),
        Key::text("event").or("{{ .ID }}").template("event"),
        Key::text("environment").template("environment"),
        Key::text("group").or("{{ .Group }}").template("group"),
        Key::text("value").template("value"),
        Key::text("origin"),
        Key::texts("service").call("services").template("service"),
        Key::texts("correlate").call("correlated").template("correlate"),
        Key::pairs("attributes").call("attribute").template("attributes"),
        Key::duration("timeout").or_int(TIMEOUT),
    ],
    // `timeout` is accepted, but nobody reads it; so in Kapacitor.
    section: &[
        Key::text("url"),
        Key::text("token").secret(),
        Key::text("token-prefix").or("Bearer"),
        Key::text("environment"),
        Key::text("origin"),
        Key::duration("timeout"),
        Key::flag("insecure-skip-verify"),
    ],
    workspaces: false,
    global_changes_only: false,
    way: Way::Http(Exchange {
        request,
        accepted: &[201],
        refused: |code, body| said("Alerta", "message", code, body),
    }),
};

fn request(service: &Service, event: &Event) -> Result<Request, String> {
    let filled = |key: &str| fill(key, service.option(key), EVENT, event);
    let resource = filled("resource")?;
    let name = fill("event", service.option("event"), NARROW, event)?;
    if resource.is_empty() || name.is_empty() {
        return Err("Resource and Event are required to send an alert".to_owned());
    }
    let environment = match filled("environment")? {
        text if text.is_empty() => service.config("environment").to_owned(),
        text => text,
    };
    let severity = match event.level {
        Level::Ok => "ok",
        Level::Info => "informational",
        Level::Warning => "warning",
        Level::Critical => "critical",
    };
    let mut body = Object::new();
    if let Some(attributes) = attributes(service, event)? {
        body = body.raw("attributes", &attributes);
    }
    let tags: Vec<String> = event.tags().iter().map(|(key, value)| format!("{key}={value}")).collect();
    let body = body
        .raw("correlate", &texts(&named(service, "correlate", event)?))
        .text("environment", &environment)
        .text("event", &name)
        .text("group", &filled("group")?)
        .text("origin", service.text("origin"))
        .raw("rawData", &data(event)?)
        .text("resource", &resource)
        .raw("service", &texts(&named(service, "service", event)?))
        .text("severity", severity)
        .raw("tags", &texts(&tags))
        .text("text", &event.message)
        .int("timeout", service.options().int("timeout") / 1_000_000_000)
        .text("value", &filled("value")?);
    let token = format!("{} {}", service.text("token-prefix"), service.text("token"));
    let url = url::join(service.config("url"), &["alert"], None);
    Ok(Request::json(url, body.line()).with("Authorization", &token))
}

/// The names of a list, or the measurement.
fn named(service: &Service, key: &str, event: &Event) -> Result<Vec<String>, String> {
    match service.options().texts(key) {
        [] => Ok(vec![event.name().to_owned()]),
        names => names.iter().map(|name| fill(key, name, EVENT, event)).collect(),
    }
}

fn attributes(service: &Service, event: &Event) -> Result<Option<String>, String> {
    let given = service.options().pairs("attributes");
    let mut attributes = Sorted::default();
    for (key, attribute) in given {
        match attribute {
            Value::Str(text) => attributes.text(key, &fill("attributes", text, EVENT, event)?),
            other => attributes.raw(key, value(other)?),
        }
    }
    Ok((!given.is_empty()).then(|| attributes.end().end()))
}
