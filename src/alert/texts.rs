//! The texts of an event: its id, message and details.

use std::sync::Arc;

use super::Event;
use super::details::{Server, push_json};
use super::plain::{Plain, Stage, push_html_escaped};

/// The templates of an alert node.
pub struct Texts {
    id: Text,
    message: Text,
    details: Text,
    server: Arc<Server>,
    scratch: String,
}

/// A template, as simple as it may be.
enum Text {
    Plain(Plain),
    /// `{{ json . }}`
    Json,
}

impl Texts {
    /// Parses the templates.
    pub fn new(id: &str, message: &str, details: &str, server: Arc<Server>) -> Result<Texts, String> {
        Ok(Texts {
            id: Text::parse(id, Stage::Id)?,
            message: Text::parse(message, Stage::Message)?,
            details: Text::parse(details, Stage::Details)?,
            server,
            scratch: String::new(),
        })
    }

    /// Whether the rendering of an id can fail. Kapacitor renders it for each point.
    pub fn id_may_fail(&self) -> bool {
        !matches!(self.id, Text::Plain(_))
    }

    /// The id of events about a subject: an event that has name, task, group and tags.
    pub fn id(&mut self, subject: &Event) -> Result<String, Box<str>> {
        self.id.render(subject, &self.server, &mut self.scratch)
    }

    /// Fills id, message and details into an event that is otherwise complete.
    pub fn fill(&mut self, event: &mut Event) -> Result<(), Box<str>> {
        event.id = self.id.render(event, &self.server, &mut self.scratch)?;
        event.message = self.message.render(event, &self.server, &mut self.scratch)?;
        event.details = self.details.render(event, &self.server, &mut self.scratch)?;
        Ok(())
    }
}

impl Text {
    fn parse(text: &str, stage: Stage) -> Result<Text, String> {
        if stage == Stage::Details && text == "{{ json . }}" {
            return Ok(Text::Json);
        }
        if let Some(plain) = Plain::parse(text, stage) {
            return Ok(Text::Plain(plain));
        }
        Err(format!("the template `{text}` does more than name things: it cannot be rendered yet"))
    }

    fn render(&self, event: &Event, server: &Server, scratch: &mut String) -> Result<String, Box<str>> {
        scratch.clear();
        match self {
            Text::Plain(plain) => plain.render(event, scratch),
            Text::Json => {
                push_json(event, server, scratch).map_err(|e| e.to_string())?;
                let mut out = String::with_capacity(scratch.len() * 2);
                push_html_escaped(&mut out, scratch);
                return Ok(out);
            }
        }
        Ok(scratch.clone())
    }
}
