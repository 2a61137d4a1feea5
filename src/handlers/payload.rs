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

    /// Appends the JSON and a newline; false if JSON cannot hold the event, and then nothing is appended. What no
    /// other handler needs is made where it is wanted.
    pub(super) fn append_to(self: &Arc<Payload>, text: &mut String) -> bool {
        if self.line.get().is_none() && Arc::strong_count(self) == 1 {
            let before = text.len();
            let made = push_line(&self.event, text).is_ok();
            if !made {
                text.truncate(before);
            }
            return made;
        }
        self.line().map(|line| text.push_str(line)).is_ok()
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
    event.push_json(text).map_err(|e| Trouble::new("failed to marshal alert data json", e.to_string()))?;
    text.push('\n');
    Ok(())
}
