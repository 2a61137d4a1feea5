//! `talk`: posts messages to Talk.

use super::body::Object;
use super::request::Request;
use super::service::{Exchange, Service, ServiceSpec, Way, said};
use super::values::Key;
use crate::alert::Event;
use crate::pipeline::HandlerSpec;

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "talk",
    kind: "talk",
    go_type: "TalkHandler",
    doc: "posts messages to Talk",
    details: "URL and author come from the section `[talk]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .talk()\n",
    ..HandlerSpec::BASE
};

/// How events are sent.
pub(super) static SERVICE: ServiceSpec = ServiceSpec {
    script: &SPEC,
    failed: "failed to send event to Talk",
    creating: "",
    options: &[],
    section: &[Key::text("url").secret(), Key::text("author_name")],
    workspaces: false,
    global_changes_only: false,
    way: Way::Http(Exchange {
        request,
        accepted: &[200],
        refused: |code, body| said("Talk", "error", code, body),
    }),
};

fn request(service: &Service, event: &Event) -> Result<Request, String> {
    let body = Object::new()
        .text("authorName", service.config("author_name"))
        .text("text", &event.message)
        .text("title", &event.id);
    Ok(Request::json(service.config("url"), body.line()))
}
