//! `pagerDuty2`: sends events to PagerDuty.

use super::body::{Object, data, list, nine_decimals};
use super::event_data::{EVENT, fill};
use super::request::Request;
use super::service::{Exchange, Service, ServiceSpec, Way, start};
use super::values::Key;
use crate::alert::{Event, Level};
use crate::pipeline::ArgType::Str;
use crate::pipeline::{HandlerSpec, Param, PropSpec};
use crate::value::Value;

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "pagerDuty2",
    kind: "pagerduty2",
    go_type: "PagerDuty2Handler",
    props: &[
        PropSpec::field("routingKey", Str, "routing key instead of the configured one"),
        PropSpec::field("serviceKey", Str, "another name of `routingKey`"),
        PropSpec::method(
            "link",
            &[Param::new("url", Str)],
            Some(Param::new("text", Str)),
            "a link, template and text",
        ),
    ],
    doc: "sends events to PagerDuty",
    details: "The routing key comes from the section `[pagerduty2]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .pagerDuty2()\n        .routingKey('0123')\n        .link('https://wiki.example.com/cpu', 'Runbook')\n",
    start: |def| start(&SERVICE, def),
    ..HandlerSpec::BASE
};

/// How events are sent.
pub(super) static SERVICE: ServiceSpec = ServiceSpec {
    script: &SPEC,
    failed: "failed to send event to PagerDuty",
    creating: "failed to create PagerDuty2 handler",
    options: &[
        Key::text("routing-key").call("routingKey"),
        Key::text("routing-key").call("serviceKey"),
        Key::links("links").call("link").template("links"),
    ],
    section: &[
        Key::text("url").or("https://events.pagerduty.com/v2/enqueue"),
        Key::text("routing-key").secret(),
        Key::flag("global"),
    ],
    workspaces: false,
    global_changes_only: false,
    way: Way::Http(Exchange { request, accepted: &[200, 202], refused }),
};

fn request(service: &Service, event: &Event) -> Result<Request, String> {
    let (action, severity) = match event.level {
        Level::Ok => ("resolve", "info"),
        Level::Info => ("trigger", "info"),
        Level::Warning => ("trigger", "warning"),
        Level::Critical => ("trigger", "critical"),
    };
    let host = event.tags().iter().find(|(key, _)| key == "host");
    let result = Object::new().raw("result", &data(event)?);
    let payload = Object::new()
        .text("summary", &event.message)
        .text("source", host.map_or("unknown", |(_, host)| host))
        .text("severity", severity)
        .text("timestamp", &nine_decimals(event.time))
        .text("class", &event.task)
        .text("component", "")
        .text("group", "")
        .raw("custom_details", &result.end());
    let body = Object::new()
        .text("routing_key", service.text("routing-key"))
        .text("event_action", action)
        .text("dedup_key", &event.id)
        .raw("payload", &payload.end())
        .raw("images", "null")
        .raw("links", &links(service, event)?)
        .text("client", "kapacitor")
        .text("client_url", service.config("base-url"));
    let request = Request::json(service.config("url"), body.line());
    Ok(request.with("Accept", "application/vnd.pagerduty+json;version=2"))
}

/// The links with their templates filled in. A link without a text shows itself.
fn links(service: &Service, event: &Event) -> Result<String, String> {
    let given = service.options().pairs("links");
    if given.is_empty() {
        return Ok("null".to_owned());
    }
    let mut links = Vec::new();
    for (href, text) in given {
        let href = fill("href", href, EVENT, event)?;
        let text = match text {
            Value::Str(text) => fill("text", text, EVENT, event)?,
            _ => href.clone(),
        };
        links.push(Object::new().text("href", &href).text("text", &text).end());
    }
    Ok(list(links))
}

/// What a refusal says.
fn refused(code: u16, body: &str) -> String {
    let answer: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    let text = |key: &str| answer.get(key).and_then(|v| v.as_str()).unwrap_or_default();
    let errors = answer.get("errors").and_then(|e| e.as_array()).into_iter().flatten();
    let errors: Vec<&str> = errors.filter_map(|e| e.as_str()).collect();
    let message = match text("message") {
        "" => format!("failed to understand PagerDuty2 response. code: {code} content: {body}"),
        message => message.to_owned(),
    };
    format!("Status: {}, Message: {message} Errors: [{}]", text("status"), errors.join(" "))
}
