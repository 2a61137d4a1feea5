//! `action` lines: what a handler would have done.

use std::io::Write;

use super::TraceWriter;
use crate::alert::{Action, HandlerConfig};

impl<W: Write> TraceWriter<W> {
    /// Writes what a handler would have done with an event.
    pub(super) fn put_action(&mut self, config: &HandlerConfig, action: &Action<'_>) {
        let mut payload = String::new();
        if action.event.push_json(&mut payload).is_err() {
            // What cannot be written cannot be sent: the event's own line has no data.
            return;
        }
        payload.push('\n');
        let (origin, event) = (action.origin, action.event);
        let line = self.begin("action", origin).text("kind", config.kind()).text("topic", action.topic);
        line.text("id", &event.id).text("level", event.level.as_str()).time("time", event.time);
        match config {
            HandlerConfig::Exec { prog, args, .. } => {
                line.text("prog", prog).texts("args", args.iter().map(String::as_str));
                line.text("stdin", &payload);
            }
            HandlerConfig::Log { path, .. } => {
                line.text("path", path).text("data", &payload);
            }
            HandlerConfig::Tcp { address } => {
                line.text("address", address).text("data", &payload);
            }
            HandlerConfig::Post { url, headers, .. } => {
                let all = [("Content-Type", "application/json")];
                let headers = headers.iter().map(|(k, v)| (k.as_str(), v.as_str()));
                line.text("method", "POST").text("url", url);
                line.map("headers", headers.chain(all)).text("body", &payload);
            }
            HandlerConfig::Unsupported { .. } => {}
        }
        self.put();
    }
}
