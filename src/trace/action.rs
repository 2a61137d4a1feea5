//! `action` lines: what a handler would have done.

use std::io::Write;

use super::TraceWriter;
use crate::alert::{Action, Sink};
use crate::handlers::{HandlerConfig, describe};

impl<W: Write> TraceWriter<W> {
    /// Writes what a handler would have done with an event, or why it could not have.
    pub(super) fn put_action(&mut self, config: &HandlerConfig, action: &Action<'_>) {
        let event = action.event;
        let keys = match describe(config, event, &self.endpoints) {
            Ok(keys) => keys,
            Err(trouble) => {
                let context: Vec<(&str, &str)> =
                    trouble.context.iter().map(|(k, v)| (*k, v.as_str())).collect();
                return self.error(action.origin, trouble.message, &trouble.error, &context);
            }
        };
        let line = self.begin("action", action.origin).text("kind", config.kind());
        line.text("topic", action.topic).text("id", &event.id);
        line.text("level", event.level.as_str()).time("time", event.time);
        for (key, value) in &keys {
            line.raw(key, &value.to_string());
        }
        self.put();
    }
}
