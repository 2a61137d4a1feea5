//! `pagerDuty`: sends events to PagerDuty, version 1.

use super::body::Object;
use super::request::Request;
use super::service::{Exchange, Service, ServiceSpec, Way, said};
use super::values::Key;
use crate::alert::{Event, Level};
use crate::pipeline::ArgType::Str;
use crate::pipeline::{HandlerSpec, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "pagerDuty",
    kind: "pagerduty",
    go_type: "PagerDutyHandler",
    props: &[PropSpec::field("serviceKey", Str, "service key instead of the configured one")],
    doc: "sends events to PagerDuty, version 1",
    details: "The service key comes from the section `[pagerduty]` of the configuration. Events of \
              level INFO are refused.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .pagerDuty()\n        .serviceKey('0123')\n",
    ..HandlerSpec::BASE
};

/// How events are sent.
pub(super) static SERVICE: ServiceSpec = ServiceSpec {
    script: &SPEC,
    failed: "failed to send event to PagerDuty",
    creating: "",
    options: &[Key::text("service-key").call("serviceKey")],
    section: &[
        Key::text("url").or("https://events.pagerduty.com/generic/2010-04-15/create_event.json"),
        Key::text("service-key").secret(),
        Key::flag("global"),
    ],
    workspaces: false,
    global_changes_only: false,
    way: Way::Http(Exchange {
        request,
        accepted: &[200],
        refused: |code, body| said("PagerDuty", "message", code, body),
    }),
};

fn request(service: &Service, event: &Event) -> Result<Request, String> {
    let kind = match event.level {
        Level::Ok => "resolve",
        // Kapacitor's words.
        Level::Info => {
            return Err("AlertLevel 'info' is currently ignored by the PagerDuty service".to_owned());
        }
        Level::Warning | Level::Critical => "trigger",
    };
    let body = Object::new()
        .text("client", "kapacitor")
        .text("client_url", service.config("base-url"))
        .text("description", &event.message)
        .text("details", event.details())
        .text("event_type", kind)
        .text("incident_key", &event.id)
        .text("service_key", service.text("service-key"));
    Ok(Request::json(service.config("url"), body.line()))
}
