//! The texts of an event: its id, message and details.

use std::sync::{Arc, OnceLock};

use super::details::Server;
use super::facts::Facts;
use super::plain::{Plain, Stage};
use super::{Details, Event};
use crate::template::{Datum, Options, Template, TemplateError};
use crate::value::Value;

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
        event.details = match self.details.way {
            Way::Json if event.fields.iter().all(|(_, value)| has_json(value)) => {
                Details::Default { server: self.server.clone(), text: OnceLock::new() }
            }
            _ => Details::Text(self.details.render(event, &self.server, &mut self.scratch)?),
        };
        Ok(())
    }
}

/// Whether JSON can say it.
fn has_json(value: &Value) -> bool {
    !matches!(value, Value::Float(x) if !x.is_finite())
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
            // What JSON cannot hold is left to the template engine.
            Way::Json | Way::General => {
                scratch.clear();
                let facts = Facts { event, server, stage: self.stage };
                self.template.render(Datum::Struct(&facts), scratch).map_err(|e| e.to_string())?;
            }
        }
        Ok(scratch.as_str().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    fn event() -> Event {
        let pair = |(k, v): (&str, &str)| (k.to_owned(), v.to_owned());
        Event {
            time: 1_600_000_001_500_000_000,
            duration: 2_500_000_000,
            level: Level::Warning,
            name: "cpu".into(),
            group: "host=a<b>".into(),
            tags: [("dc", "x & \"y\""), ("host", "a<b>")].map(pair).into(),
            fields: vec![
                ("b".into(), Value::Bool(true)),
                ("f".into(), Value::Float(1e21)),
                ("i".into(), Value::Int(-3)),
                ("n".into(), Value::Null),
                ("s".into(), Value::Str("+'\u{2028}".into())),
            ],
            ..Event::example()
        }
    }

    fn texts(id: &str, message: &str, details: &str) -> Texts {
        Texts::new(id, message, details, Arc::default()).unwrap()
    }

    #[test]
    fn each_text_knows_those_before_it() {
        let mut event = event();
        let mut texts = texts(
            "{{ .Name }}/{{ index .Tags \"host\" }}",
            "{{ .ID }} is {{ .Level }} since {{ .Duration }}",
            "{{ .Message }}, {{ .ServerInfo.Hostname }}",
        );
        assert!(!texts.id_may_fail());
        texts.fill(&mut event).unwrap();
        assert_eq!(event.id, "cpu/a<b>");
        assert_eq!(event.message, "cpu/a<b> is WARNING since 2.5s");
        assert_eq!(event.details(), "cpu/a&lt;b&gt; is WARNING since 2.5s, localhost");
    }

    /// The short ways and the template engine must agree on whatever both can do.
    #[test]
    fn short_ways_give_what_the_template_engine_gives() {
        let mut event = event();
        event.id = "<id>".into();
        event.message = "it's & \"that\"".into();
        let parts = [
            "",
            "a & 'b' }} ",
            "{{ .Name }}",
            "{{.TaskName}}",
            "{{ .Group }}",
            "{{ .ID }}",
            "{{ .Level }}",
            "{{ .Message }}",
            "{{ .Tags.dc }}",
            "{{ .Tags.no }}",
            "{{ index .Tags \"host\" }}",
            "{{ index\t.Tags  \"no\" }}",
            "{{ .Fields.b }}",
            "{{ .Fields.f }}",
            "{{ .Fields.i }}",
            "{{ .Fields.n }}",
            "{{ .Fields.s }}",
            "{{ .Fields.no }}",
            "{{ index .Fields \"f\" }}",
            "{{ index .Fields \"n\" }}",
            "{{ index .Fields \"no\" }}",
            "{{ json . }}",
        ];
        let (server, mut scratch, mut compared) = (Server::default(), String::new(), 0);
        for stage in [Stage::Id, Stage::Message, Stage::Details] {
            for (first, second) in parts.iter().flat_map(|a| parts.iter().map(move |b| (a, b))) {
                let Ok(mut text) = Text::parse(&format!("{first}{second}"), stage) else { continue };
                if matches!(text.way, Way::General) {
                    continue;
                }
                let short = text.render(&event, &server, &mut scratch);
                text.way = Way::General;
                assert_eq!(short, text.render(&event, &server, &mut scratch), "{stage:?}: {first}{second}");
                compared += 1;
            }
        }
        assert!(compared > 700, "{compared}");
    }

    #[test]
    fn errors_are_those_of_go() {
        let fails = |id, message, details| texts(id, message, details).fill(&mut event()).unwrap_err();
        assert_eq!(
            &*fails("{{ .Nope }}", "", ""),
            "template: id:1:3: executing \"id\" at <.Nope>: can't evaluate field Nope in type kapacitor.idInfo"
        );
        assert!(fails("", "{{ .Message }}", "").contains("in type kapacitor.messageInfo"));
        assert!(fails("", "", "{{ .Nope }}").contains("in type kapacitor.detailsInfo"));
        let mut event = event();
        event.fields.push(("x".into(), Value::Float(f64::NAN)));
        texts("", "", "{{ json . }}").fill(&mut event).unwrap();
        assert_eq!(event.details(), "", "Kapacitor overlooks that JSON cannot hold it");
        let refused = Texts::new("", "", "{{ jsonc . }}", Arc::default()).map(|_| ()).unwrap_err();
        assert_eq!(refused.to_string(), "template: details:1: function \"jsonc\" not defined");
    }
}
