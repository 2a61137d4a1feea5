//! `{{ json . }}`, the details that events have by default, and what templates show of the server.

use super::plain::group;
use super::{Event, NotANumber};
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

/// Appends all that details know of an event, as `json` writes it, with its newline.
pub(super) fn push_json(event: &Event, server: &Server, out: &mut String) -> Result<(), NotANumber> {
    push_text(out, r#"{"Name":"#, &event.name);
    push_text(out, r#","TaskName":"#, &event.task);
    push_text(out, r#","Group":"#, group(event));
    out.push_str(r#","Tags":{"#);
    for (i, (key, value)) in event.tags.iter().enumerate() {
        push_key(out, i, key);
        json::push_json_str(out, value);
    }
    push_text(out, r#"},"ServerInfo":{"Hostname":"#, &server.hostname);
    push_text(out, r#","ClusterID":"#, &server.cluster_id);
    push_text(out, r#","ServerID":"#, &server.server_id);
    push_text(out, r#"},"ID":"#, &event.id);
    out.push_str(r#","Fields":{"#);
    for (i, (key, value)) in event.fields.iter().enumerate() {
        push_key(out, i, key);
        if !json::push_json_value(out, value) {
            return Err(NotANumber(if let Value::Float(x) = value { *x } else { f64::NAN }));
        }
    }
    out.push_str(r#"},"Level":""#);
    out.push_str(event.level.as_str());
    out.push_str(r#"","Time":""#);
    time::push_rfc3339_nano(out, event.time);
    out.push_str(r#"","Duration":"#);
    push_int(out, event.duration);
    push_text(out, r#","Message":"#, &event.message);
    out.push_str("}\n");
    Ok(())
}

fn push_text(out: &mut String, key: &str, text: &str) {
    out.push_str(key);
    json::push_json_str(out, text);
}

fn push_key(out: &mut String, i: usize, key: &str) {
    if i > 0 {
        out.push(',');
    }
    json::push_json_str(out, key);
    out.push(':');
}
