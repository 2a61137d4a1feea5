//! `email`: sends mail.

use super::event_data::{View, fill};
use super::mail::Mail;
use super::service::{Service, ServiceSpec, Way};
use super::values::Key;
use crate::alert::Event;
use crate::pipeline::ArgType::Str;
use crate::pipeline::{HandlerSpec, Param, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "email",
    kind: "smtp",
    go_type: "EmailHandler",
    rest: Some(Param::new("address", Str)),
    props: &[
        PropSpec::list("to", Param::new("address", Str), "more recipients"),
        PropSpec::list("toTemplates", Param::new("template", Str), "templates of more recipients"),
    ],
    doc: "sends mail",
    details: "The server comes from the section `[smtp]` of the configuration. The subject is the \
              message, the body the details.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .email('oncall@example.com')\n        .to('team@example.com')\n",
    ..HandlerSpec::BASE
};

/// What templates of recipients see.
const VIEW: View = View {
    type_name: "alert.EventData",
    fields: &["Name", "TaskName", "Category", "Group", "Tags", "Fields", "Recoverable", "Result"],
};

/// How events are sent.
pub(super) static SERVICE: ServiceSpec = ServiceSpec {
    script: &SPEC,
    failed: "failed to send email",
    creating: "",
    options: &[Key::more("to"), Key::texts("to-field").call("toTemplates").template("to-field")],
    section: &[
        Key::text("host").or("localhost"),
        Key::int("port").or_int(25),
        Key::text("username"),
        Key::text("password").secret(),
        Key::text("from"),
        Key::texts("to"),
        Key::flag("no-verify"),
        Key::duration("idle-timeout").or_int(30_000_000_000),
        Key::flag("global"),
        Key::flag("state-changes-only"),
    ],
    workspaces: false,
    global_changes_only: false,
    way: Way::Mail(mail),
};

fn mail(service: &Service, event: &Event) -> Result<Mail, String> {
    let mut to = service.options().texts("to").to_vec();
    for template in service.options().texts("to-field") {
        let address = fill("to-field", template, VIEW, event)?;
        if !address.is_empty() {
            to.push(address);
        }
    }
    if to.is_empty() {
        to = service.section().map_or(&[][..], |section| section.texts("to")).to_vec();
    }
    if to.is_empty() {
        return Err("not sending email, no recipients defined".to_owned());
    }
    let from = service.config("from").to_owned();
    Ok(Mail { from, to, subject: event.message.clone(), body: event.details().to_owned() })
}
