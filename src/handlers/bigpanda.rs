//! `bigPanda`: sends events to BigPanda.

use super::body::{Sorted, seconds, value};
use super::event_data::{EVENT, fill};
use super::request::Request;
use super::service::{Exchange, Service, ServiceSpec, Way, said, start};
use super::values::Key;
use crate::alert::{Event, Level};
use crate::pipeline::ArgType::{Any, Str};
use crate::pipeline::{HandlerSpec, Param, PropSpec};
use crate::value::Value;

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "bigPanda",
    kind: "bigpanda",
    go_type: "BigPandaHandler",
    props: &[
        PropSpec::field("appKey", Str, "app key instead of the configured one"),
        PropSpec::field("host", Str, "template of the host"),
        PropSpec::field("primaryProperty", Str, "name of the primary property"),
        PropSpec::field("secondaryProperty", Str, "name of the secondary property"),
        PropSpec::method(
            "attribute",
            &[Param::new("name", Str), Param::new("value", Any)],
            None,
            "an attribute of the alert",
        ),
    ],
    doc: "sends events to BigPanda",
    details: "Token and app key come from the section `[bigpanda]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .bigPanda()\n        .primaryProperty('host')\n",
    start: |def| start(&SERVICE, def),
    ..HandlerSpec::BASE
};

/// How events are sent.
pub(super) static SERVICE: ServiceSpec = ServiceSpec {
    script: &SPEC,
    failed: "failed to send event to BigPanda",
    creating: "failed to create BigPanda handler",
    options: &[
        Key::text("app-key").call("appKey"),
        Key::text("url"),
        Key::text("host").template("host"),
        Key::text("primary-property").call("primaryProperty"),
        Key::text("secondary-property").call("secondaryProperty"),
        Key::pairs("attributes").call("attribute").template("attributes"),
    ],
    section: &[
        Key::text("url").or("https://api.bigpanda.io/data/v2/alerts"),
        Key::text("app-key"),
        Key::text("token").secret(),
        Key::text("auto-attributes").or("tags,fields"),
        Key::flag("insecure-skip-verify"),
        Key::flag("global"),
        Key::flag("state-changes-only"),
    ],
    workspaces: false,
    global_changes_only: false,
    way: Way::Http(Exchange {
        request,
        accepted: &[201],
        refused: |code, body| said("BigPanda", "error", code, body),
    }),
};

fn request(service: &Service, event: &Event) -> Result<Request, String> {
    let status = match event.level {
        Level::Ok | Level::Info => "ok",
        Level::Warning => "warning",
        Level::Critical => "critical",
    };
    let mut body = Sorted::default();
    // The default details hold the whole event, which is here already.
    let details = unescape(event.details());
    let details = if details.starts_with('{') { "" } else { &details };
    for (key, text) in [
        ("description", event.message.as_str()),
        ("details", details),
        ("check", &event.id),
        ("host", &fill("host", service.option("host"), EVENT, event)?),
        ("primary_property", service.option("primary-property")),
        ("secondary_property", service.option("secondary-property")),
    ] {
        if !text.is_empty() {
            body.text(key, text);
        }
    }
    body.text("app_key", service.text("app-key"));
    body.text("status", status);
    body.text("task", &format!("{}:{}", event.task, event.name()));
    body.raw("timestamp", seconds(event.time).to_string());
    add(service, event, &mut body)?;
    let token = format!("Bearer {}", service.config("token"));
    Ok(Request::json(service.text("url"), body.end().line()).with("Authorization", &token))
}

/// Adds tags, fields and attributes: later ones win.
fn add(service: &Service, event: &Event, body: &mut Sorted) -> Result<(), String> {
    let auto = |what| service.config("auto-attributes").contains(what);
    if auto("tags") {
        event.tags().iter().for_each(|(key, text)| body.text(key, text));
    }
    if auto("fields") {
        for (key, field) in event.point.fields.iter() {
            match field {
                Value::Str(text) => body.text(key, text),
                other => body.text(key, &value(other)?),
            }
        }
    }
    for (key, attribute) in service.options().pairs("attributes") {
        match attribute {
            Value::Str(text) => body.text(key, &fill("attributes", text, EVENT, event)?),
            other => body.text(key, &value(other)?),
        }
    }
    Ok(())
}

/// A text without HTML's escapes: those that templates write, and numbers.
fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let escape = after.split_once(';').and_then(|(name, tail)| Some((character(name)?, tail)));
        match escape {
            Some((c, tail)) => {
                out.push(c);
                rest = tail;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn character(name: &str) -> Option<char> {
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = name.strip_prefix('#')?;
            match digits.strip_prefix(['x', 'X']) {
                Some(hex) => number(hex, 16),
                None => number(digits, 10),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone() {
        for (text, expected) in [
            ("{&#34;Name&#34;}", "{\"Name\"}"),
            ("a &amp; b &lt;&gt; &quot;&apos;&#x2B;", "a & b <> \"'+"),
            ("a & b; &nope; &#xZZ; &", "a & b; &nope; &#xZZ; &"),
        ] {
            assert_eq!(unescape(text), expected);
        }
    }
}
