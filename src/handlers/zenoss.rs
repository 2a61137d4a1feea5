//! `zenoss`: sends events to Zenoss.

use super::body::{Object, Sorted, any, list, text, value};
use super::event_data::{View, fill};
use super::request::Request;
use super::service::{Exchange, Service, ServiceSpec, Way, said};
use super::values::Key;
use crate::alert::{Event, Level};
use crate::pipeline::ArgType::{Any, Int, Str};
use crate::pipeline::{HandlerSpec, Param, PropSpec};
use crate::value::Value;

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "zenoss",
    kind: "zenoss",
    go_type: "ZenossHandler",
    props: &[
        PropSpec::field("action", Str, "router (default EventsRouter)"),
        PropSpec::field("method", Str, "method (default add_event)"),
        PropSpec::field("type", Str, "type (default rpc)"),
        PropSpec::field("TID", Int, "transaction id (default 1)"),
        PropSpec::field("summary", Str, "template of the summary (default: the message)"),
        PropSpec::field("device", Str, "template of the device"),
        PropSpec::field("component", Str, "template of the component"),
        PropSpec::field("eventClassKey", Str, "key of the event class"),
        PropSpec::field("eventClass", Str, "event class"),
        PropSpec::field("collector", Str, "name of the collector"),
        PropSpec::field("message", Str, "template of the message"),
        PropSpec::method(
            "customField",
            &[Param::new("name", Str), Param::new("value", Any)],
            None,
            "a further field of the event",
        ),
    ],
    doc: "sends events to Zenoss",
    details: "URL and user come from the section `[zenoss]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .zenoss()\n        .device('{{ index .Tags \"host\" }}')\n",
    ..HandlerSpec::BASE
};

/// What templates see.
const VIEW: View = View {
    type_name: "*zenoss.info",
    fields: &[
        "Name",
        "TaskName",
        "ID",
        "Message",
        "Details",
        "Time",
        "Duration",
        "Level",
        "Recoverable",
        "Tags",
    ],
};

/// How events are sent.
pub(super) static SERVICE: ServiceSpec = ServiceSpec {
    script: &SPEC,
    failed: "failed to send event to Zenoss",
    creating: "",
    options: &[
        Key::text("action"),
        Key::text("method"),
        Key::text("type"),
        Key::int("tid").call("TID"),
        Key::text("summary").template("summary"),
        Key::text("device").template("device"),
        Key::text("component").template("component"),
        Key::text("eventclasskey").call("eventClassKey").template("evclasskey"),
        Key::text("eventclass").call("eventClass").template("evclass"),
        Key::text("collector").template("collector"),
        Key::text("message").template("message"),
        Key::pairs("customField").template("customField"),
    ],
    section: &[
        Key::text("url").or("https://tenant.zenoss.io:8080/zport/dmd/evconsole_router"),
        Key::text("username"),
        Key::text("password").secret(),
        Key::text("action").or("EventsRouter"),
        Key::text("method").or("add_event"),
        Key::text("type").or("rpc"),
        Key::int("tid").or_int(1),
        Key::text("collector").or("Kapacitor"),
        Key::pairs("severity-map"),
        Key::flag("global"),
        Key::flag("state-changes-only"),
    ],
    workspaces: false,
    global_changes_only: false,
    way: Way::Http(Exchange {
        request,
        accepted: &[200],
        refused: |code, body| said("Zenoss", "error", code, body),
    }),
};

fn request(service: &Service, event: &Event) -> Result<Request, String> {
    let tid = match service.options().int("tid") {
        0 => service.section().map_or(0, |section| section.int("tid")),
        tid => tid,
    };
    let body = Object::new()
        .text("action", service.text("action"))
        .text("method", service.text("method"))
        .raw("data", &list([data(service, event)?]))
        .text("type", service.text("type"))
        .int("tid", tid);
    let request = Request::json(service.config("url"), body.end());
    Ok(request.with_user(service.config("username"), service.config("password")))
}

fn data(service: &Service, event: &Event) -> Result<String, String> {
    let filled = |name: &str, key: &str| fill(name, service.option(key), VIEW, event);
    let or = |text: String, other: &str| if text.is_empty() { other.to_owned() } else { text };
    let mut data = Sorted::default();
    data.text("component", &filled("component", "component")?);
    data.text("device", &filled("device", "device")?);
    data.text("evclass", &filled("evclass", "eventclass")?);
    data.text("evclasskey", &filled("evclasskey", "eventclasskey")?);
    data.raw("severity", severity(service, event.level)?);
    data.text("summary", &first(&or(filled("summary", "summary")?, &event.message), 256));
    let collector = or(filled("collector", "collector")?, service.config("collector"));
    for (key, text) in [("collector", collector), ("message", first(&filled("message", "message")?, 4096))] {
        if !text.is_empty() {
            data.text(key, &text);
        }
    }
    for (key, custom) in service.options().pairs("customField") {
        let json = match custom {
            Value::Str(text) => custom_text(&fill(&format!("customData.{key}"), text, VIEW, event)?),
            other => value(other)?,
        };
        data.raw(key, json);
    }
    Ok(data.end().end())
}

/// The name or number of a level.
fn severity(service: &Service, level: Level) -> Result<String, String> {
    let name = match level {
        Level::Ok => "OK",
        Level::Info => "Info",
        Level::Warning => "Warning",
        Level::Critical => "Critical",
    };
    let map = service.section().map_or(&[][..], |section| section.pairs("severity-map"));
    match map.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)) {
        Some((_, severity)) => value(severity),
        None => Ok(text(if level == Level::Ok { "Clear" } else { name })),
    }
}

/// The first bytes of a text; a mark for each byte of a character that was cut through.
fn first(text: &str, max: usize) -> String {
    let mut end = max.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let cut = max.min(text.len()) - end;
    format!("{}{}", text.get(..end).unwrap_or_default(), "\u{fffd}".repeat(cut))
}

/// A text, or the JSON that it holds.
fn custom_text(given: &str) -> String {
    let json = given.starts_with(['{', '[']).then(|| serde_json::from_str(given).ok()).flatten();
    json.map_or_else(|| text(given), |json| any(&json))
}
