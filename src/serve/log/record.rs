//! A record, and the two forms in which it is read: logfmt as Kapacitor writes it, and a line of JSON.

use serde_json::{Map, Value};
use tracing::Level;

use crate::value::quote::push_quoted;
use crate::value::time::push_rfc3339_nano;

/// A form of records.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// `ts=… lvl=… msg=…`
    Logfmt,
    /// `{"ts":"…","lvl":"…","msg":"…"}`
    Json,
}

/// What happened.
pub(super) struct Record<'a> {
    pub(super) time: i64,
    pub(super) level: Level,
    pub(super) message: &'a str,
    pub(super) service: &'a str,
    pub(super) pairs: &'a [(&'a str, &'a str)],
}

impl Record<'_> {
    /// The record on a line.
    pub(super) fn line(&self, form: Form) -> String {
        let ts = moment(self.time);
        let head = [("ts", &*ts), ("lvl", level_name(self.level)), ("msg", self.message)];
        let pairs = head.into_iter().chain([("service", self.service)]).chain(self.pairs.iter().copied());
        let mut line = String::new();
        match form {
            Form::Logfmt => pairs.for_each(|(key, value)| push_pair(&mut line, key, value)),
            Form::Json => {
                let object: Map<_, _> = pairs.map(|(k, v)| (k.to_owned(), Value::from(v))).collect();
                line = crate::serve::http::json::compact(&Value::Object(object));
            }
        }
        line.push('\n');
        line
    }

    /// The text of a field; `None` if the record has no such field.
    pub(super) fn field(&self, key: &str) -> Option<&str> {
        match key {
            "msg" => Some(self.message),
            "service" => Some(self.service),
            "lvl" => Some(level_name(self.level)),
            _ => self.pairs.iter().find(|(k, _)| *k == key).map(|(_, value)| *value),
        }
    }
}

/// The name of a level in records.
pub(super) fn level_name(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        _ => "debug",
    }
}

/// Values are quoted only where they must be: Kapacitor does so for spaces and quotes. Control characters are
/// quoted too, so that no value can pass for another record.
fn push_pair(line: &mut String, key: &str, value: &str) {
    if !line.is_empty() {
        line.push(' ');
    }
    line.push_str(key);
    line.push('=');
    if value.contains(|c: char| c == ' ' || c == '"' || c.is_control()) {
        push_quoted(line, value);
    } else {
        line.push_str(value);
    }
}

/// A moment in UTC, with exactly three digits of a second.
fn moment(ns: i64) -> String {
    const MILLI: i64 = 1_000_000;
    let mut text = String::new();
    push_rfc3339_nano(&mut text, ns - ns.rem_euclid(1000 * MILLI));
    text.truncate(text.len().saturating_sub(1));
    text.push_str(&format!(".{:03}Z", ns.rem_euclid(1000 * MILLI) / MILLI));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_look_like_those_of_kapacitor() {
        let pairs = [("task", "cpu"), ("err", "no \"x\""), ("data", "a\nb"), ("q", "a=b")];
        let record = Record {
            time: 1_795_358_244_740_999_999,
            level: Level::INFO,
            message: "http request",
            service: "http",
            pairs: &pairs,
        };
        let want = "ts=2026-11-22T14:37:24.740Z lvl=info msg=\"http request\" service=http task=cpu \
                    err=\"no \\\"x\\\"\" data=\"a\\nb\" q=a=b\n";
        assert_eq!(record.line(Form::Logfmt), want);
        let want = concat!(
            r#"{"ts":"2026-11-22T14:37:24.740Z","lvl":"info","msg":"http request","service":"http","task":"cpu","#,
            r#""err":"no \"x\"","data":"a\nb","q":"a=b"}"#,
            "\n"
        );
        assert_eq!(record.line(Form::Json), want);
        assert_eq!((record.field("lvl"), record.field("node")), (Some("info"), None));
    }
}
