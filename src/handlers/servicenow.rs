//! `serviceNow`: sends events to ServiceNow.

use super::body::{Object, Sorted, cut, list};
use super::event_data::{View, fill};
use super::request::Request;
use super::service::{Exchange, Service, ServiceSpec, Way, said};
use super::values::Key;
use crate::alert::{Event, Level};
use crate::pipeline::ArgType::{Any, Str};
use crate::pipeline::{HandlerSpec, Param, PropSpec};
use crate::value::number::{push_g_float, push_int};
use crate::value::{Value, duration};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "serviceNow",
    kind: "servicenow",
    go_type: "ServiceNowHandler",
    props: &[
        PropSpec::field("URL", Str, "URL instead of the configured one"),
        PropSpec::field("username", Str, "user instead of the configured one"),
        PropSpec::field("password", Str, "password of that user"),
        PropSpec::field("source", Str, "source of the event"),
        PropSpec::field("node", Str, "template of the node"),
        PropSpec::field("type", Str, "template of the type"),
        PropSpec::field("resource", Str, "template of the resource"),
        PropSpec::field("metricName", Str, "template of the metric"),
        PropSpec::field("messageKey", Str, "template of the key (default: the event's id)"),
        PropSpec::method(
            "additionalInfo",
            &[Param::new("name", Str), Param::new("value", Any)],
            None,
            "a further value, a template",
        ),
    ],
    doc: "sends events to ServiceNow",
    details: "URL and user come from the section `[servicenow]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .serviceNow()\n        .node('{{ index .Tags \"host\" }}')\n",
    ..HandlerSpec::BASE
};

/// What templates see.
const VIEW: View =
    View { type_name: "*servicenow.dataInfo", fields: &["ID", "Name", "TaskName", "Fields", "Tags"] };

/// Bytes that most texts may have.
const SHORT: usize = 100;

/// How events are sent.
pub(super) static SERVICE: ServiceSpec = ServiceSpec {
    script: &SPEC,
    failed: "failed to send event to ServiceNow",
    creating: "",
    options: &[
        Key::text("url").call("URL"),
        Key::text("username"),
        Key::text("password"),
        Key::text("source"),
        Key::text("node").template("node"),
        Key::text("type").template("type"),
        Key::text("resource").template("resource"),
        Key::text("metricName").template("metricName"),
        Key::text("messageKey").template("messageKey"),
        Key::pairs("additional_info").call("additionalInfo").template("additional_info"),
    ],
    section: &[
        Key::text("url").or("https://instance.service-now.com/api/global/em/jsonv2"),
        Key::text("source"),
        Key::text("username"),
        Key::text("password").secret(),
        Key::flag("global"),
        Key::flag("state-changes-only"),
    ],
    workspaces: false,
    global_changes_only: false,
    way: Way::Http(Exchange {
        request,
        accepted: &[200],
        refused: |code, body| said("ServiceNow", "error", code, body),
    }),
};

fn request(service: &Service, event: &Event) -> Result<Request, String> {
    let mut record = Object::new().raw("source", &cut(service.text("source"), SHORT, ""));
    for (name, key) in
        [("node", "node"), ("type", "type"), ("resource", "resource"), ("metric_name", "metricName")]
    {
        let text = fill(key, service.option(key), VIEW, event)?;
        record = some_cut(record, name, &text, SHORT);
    }
    let key = match fill("messageKey", service.option("messageKey"), VIEW, event)? {
        key if key.is_empty() => event.id.clone(),
        key => key,
    };
    let severity = match event.level {
        Level::Ok | Level::Info => "5",
        Level::Warning => "4",
        Level::Critical => "1",
    };
    record = some_cut(record, "message_key", &key, 1024).text("severity", severity);
    record = some_cut(record, "description", &event.message, 4000);
    record = record.some("additional_info", &additional_info(service, event)?);
    let body = Object::new().raw("records", &list([record.end()])).end();
    let request = Request::json(service.text("url"), body);
    Ok(request.with_user(service.text("username"), service.text("password")))
}

fn some_cut(object: Object, key: &str, text: &str, max: usize) -> Object {
    if text.is_empty() { object } else { object.raw(key, &cut(text, max, "")) }
}

/// JSON in a text, every value of it a text, too.
fn additional_info(service: &Service, event: &Event) -> Result<String, String> {
    let given = service.options().pairs("additional_info");
    if given.is_empty() {
        return Ok(String::new());
    }
    let mut info = Sorted::default();
    for (key, value) in given {
        let text = match value {
            Value::Str(text) => fill(&format!("additional_info.{key}"), text, VIEW, event)?,
            other => printed(other),
        };
        info.text(key, &text);
    }
    Ok(info.end().end())
}

/// A value as Go prints it.
fn printed(value: &Value) -> String {
    let mut text = String::new();
    match value {
        Value::Null => text.push_str("<nil>"),
        Value::Float(x) => push_g_float(&mut text, *x),
        Value::Int(n) => push_int(&mut text, *n),
        Value::Bool(b) => text.push_str(if *b { "true" } else { "false" }),
        Value::Str(s) => text.push_str(s),
        Value::Duration(nanos) => duration::push_go(&mut text, *nanos),
    }
    text
}
