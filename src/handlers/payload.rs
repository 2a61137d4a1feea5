//! An event on its way to handlers, with its JSON made once for all of them.

use std::sync::{Arc, OnceLock};

use super::report::Trouble;
use crate::alert::Event;

/// An event and its JSON. Made by the first worker that needs it, not by the engine.
pub(super) struct Payload {
    pub(super) event: Arc<Event>,
    line: OnceLock<Result<Box<str>, Trouble>>,
}

impl Payload {
    pub(super) fn new(event: &Arc<Event>) -> Payload {
        Payload { event: Arc::clone(event), line: OnceLock::new() }
    }

    /// The JSON and a newline.
    pub(super) fn line(&self) -> Result<&str, &Trouble> {
        let line = self.line.get_or_init(|| {
            let mut text = String::new();
            push_line(&self.event, &mut text)?;
            Ok(text.into())
        });
        line.as_ref().map(|line| &**line)
    }
}

/// Writes an event's JSON and a newline; fails where JSON cannot hold a value (NaN, infinities).
pub(super) fn push_line(event: &Event, text: &mut String) -> Result<(), Trouble> {
    let json = serde_json::json!({
        "id": event.id, "message": event.message, "details": event.details, "time": event.time,
        "duration": event.duration, "level": event.level.as_str(),
        "data": {"series": rows(event)?},
        "previousLevel": event.previous.as_str(), "recoverable": event.recoverable,
    });
    text.push_str(&json.to_string());
    text.push('\n');
    Ok(())
}

fn rows(event: &Event) -> Result<serde_json::Value, Trouble> {
    use crate::value::Value;
    let cell = |v: &Value| match v {
        Value::Float(f) if f.is_finite() => Ok(serde_json::json!(f)),
        Value::Float(f) => Err(Trouble::new("failed to marshal alert data json", f.to_string())),
        Value::Int(i) => Ok(serde_json::json!(i)),
        Value::Bool(b) => Ok(serde_json::json!(b)),
        Value::Str(s) => Ok(serde_json::json!(s)),
        _ => Ok(serde_json::Value::Null),
    };
    let Some(series) = event.series() else { return Ok(serde_json::Value::Null) };
    let mut rows = Vec::new();
    for s in series.iter() {
        let mut values = Vec::new();
        for (time, row) in &s.values {
            let row = row.iter().map(cell).collect::<Result<Vec<_>, _>>()?;
            values.push(serde_json::json!([time, row]));
        }
        rows.push(serde_json::json!({"name": s.name, "columns": s.columns, "values": values}));
    }
    Ok(serde_json::Value::Array(rows))
}
