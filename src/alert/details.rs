//! `{{ json . }}`, the details that events have by default, and what templates show of the server.

use std::sync::Arc;

use super::nested::{push_nested, push_nested_str};
use super::plain::group;
use super::{Event, Fields, NotANumber};
use crate::value::number::push_int;
use crate::value::{Value, json, time};

/// What templates show of the server that runs a task.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Server {
    /// `.ServerInfo.Hostname`
    pub hostname: String,
    /// `.ServerInfo.ClusterID`
    pub cluster_id: String,
    /// `.ServerInfo.ServerID`
    pub server_id: String,
}

impl Default for Server {
    fn default() -> Server {
        let none = "00000000-0000-0000-0000-000000000000";
        Server { hostname: "localhost".into(), cluster_id: none.into(), server_id: none.into() }
    }
}

/// The default details, but for what each event has of its own.
#[derive(PartialEq, Eq, Debug)]
pub struct Form {
    /// What they show of the server.
    pub(super) server: Arc<Server>,
    pieces: [String; PIECES],
    nested: [String; PIECES],
}

const PIECES: usize = 11;

impl Form {
    /// The details of the events of a server.
    pub fn new(server: Arc<Server>) -> Form {
        let mut shown = String::from(r#","ServerInfo":{"Hostname":"#);
        json::push_json_str(&mut shown, &server.hostname);
        shown.push_str(r#","ClusterID":"#);
        json::push_json_str(&mut shown, &server.cluster_id);
        shown.push_str(r#","ServerID":"#);
        json::push_json_str(&mut shown, &server.server_id);
        shown.push_str(r#"},"ID":"#);
        let pieces = [
            r#"{"Name":"#,
            r#","TaskName":"#,
            r#","Group":"#,
            r#","Tags":"#,
            &shown,
            r#","Fields":{"#,
            r#"},"Level":""#,
            r#"","Time":""#,
            r#"","Duration":"#,
            r#","Message":"#,
            "}\n",
        ]
        .map(str::to_owned);
        let nested = pieces.each_ref().map(|piece| {
            let mut out = String::new();
            push_nested(&mut out, piece);
            out
        });
        Form { server, pieces, nested }
    }

    /// Appends all that details know of an event, as `json` writes it, with its newline.
    pub(super) fn push_json(&self, event: &Event, out: &mut String) -> Result<(), NotANumber> {
        let tags = |out: &mut String| event.point.label.push_tags(out);
        let fields = |out: &mut String| push_fields(out, &event.point.fields);
        push(&self.pieces, event, out, json::push_json_str, tags, fields)
    }

    /// The same as it stands in the event's JSON: HTML, and then text of a string.
    pub(super) fn push_nested(&self, event: &Event, out: &mut String) -> Result<(), NotANumber> {
        let fields = event.point.nested_fields()?;
        let tags = |out: &mut String| out.push_str(event.point.label.nested_tags());
        let fields = |out: &mut String| {
            out.push_str(fields);
            Ok(())
        };
        push(&self.nested, event, out, push_nested_str, tags, fields)
    }
}

fn push(
    pieces: &[String; PIECES],
    event: &Event,
    out: &mut String,
    text: impl Fn(&mut String, &str),
    tags: impl FnOnce(&mut String),
    fields: impl FnOnce(&mut String) -> Result<(), NotANumber>,
) -> Result<(), NotANumber> {
    let [name_, task_, group_, tags_, id_, fields_, level_, time_, duration_, message_, end] = pieces;
    out.push_str(name_);
    text(out, event.name());
    out.push_str(task_);
    text(out, &event.task);
    out.push_str(group_);
    text(out, group(event));
    out.push_str(tags_);
    tags(out);
    out.push_str(id_);
    text(out, &event.id);
    out.push_str(fields_);
    fields(out)?;
    out.push_str(level_);
    out.push_str(event.level.as_str());
    out.push_str(time_);
    time::push_rfc3339_nano(out, event.time);
    out.push_str(duration_);
    push_int(out, event.duration);
    out.push_str(message_);
    text(out, &event.message);
    out.push_str(end);
    Ok(())
}

fn push_fields(out: &mut String, fields: &Fields) -> Result<(), NotANumber> {
    for (i, (key, value)) in fields.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        json::push_json_str(out, key);
        out.push(':');
        if !json::push_json_value(out, value) {
            return Err(NotANumber(if let Value::Float(x) = value { *x } else { f64::NAN }));
        }
    }
    Ok(())
}
