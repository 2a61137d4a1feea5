//! The texts of an event: its id, message and details.

use std::sync::Arc;

use super::Event;
use super::details::{Server, push_json};
use super::facts::Facts;
use super::plain::{Plain, Stage, push_html_escaped};
use crate::template::{Datum, Options, Template, TemplateError};

/// The templates of an alert node.
pub struct Texts {
    id: Text,
    message: Text,
    details: Text,
    server: Arc<Server>,
    scratch: String,
}

/// A template, with the shortest way to its text.
struct Text {
    stage: Stage,
    way: Way,
    template: Template,
}

enum Way {
    Plain(Plain),
    /// `{{ json . }}`
    Json,
    General,
}

impl Texts {
    /// Parses the templates.
    pub fn new(id: &str, message: &str, details: &str, server: Arc<Server>) -> Result<Texts, TemplateError> {
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
        !matches!(self.id.way, Way::Plain(_))
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
    fn parse(text: &str, stage: Stage) -> Result<Text, TemplateError> {
        let (name, html) = match stage {
            Stage::Id => ("id", false),
            Stage::Message => ("message", false),
            Stage::Details => ("details", true),
        };
        let template = Template::parse(name, text, Options { html, json: html })?;
        let way = match Plain::parse(text, stage) {
            _ if html && text == "{{ json . }}" => Way::Json,
            Some(plain) => Way::Plain(plain),
            None => Way::General,
        };
        Ok(Text { stage, way, template })
    }

    fn render(&self, event: &Event, server: &Server, scratch: &mut String) -> Result<String, Box<str>> {
        scratch.clear();
        match &self.way {
            Way::Plain(plain) => plain.render(event, scratch),
            // What cannot be written as JSON is told in the words of the template engine.
            Way::Json if push_json(event, server, scratch).is_ok() => {
                let mut out = String::with_capacity(scratch.len() * 2);
                push_html_escaped(&mut out, scratch);
                return Ok(out);
            }
            Way::Json | Way::General => {
                scratch.clear();
                let facts = Facts { event, server, stage: self.stage };
                self.template.render(Datum::Struct(&facts), scratch).map_err(|e| e.to_string())?;
            }
        }
        Ok(scratch.as_str().to_owned())
    }
}
