//! The texts of an event: its id, message and details.

use std::sync::{Arc, OnceLock};

use super::facts::Facts;
use super::plain::{Plain, Stage};
use super::{Details, Event, Form, Server};
use crate::template::{Datum, Options, Template, TemplateError};

/// The templates of an alert node.
pub struct Texts {
    id: Text,
    message: Text,
    details: Text,
    form: Arc<Form>,
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
            form: Arc::new(Form::new(server)),
            scratch: String::new(),
        })
    }

    /// Whether the rendering of an id can fail. Kapacitor renders it for each point.
    pub fn id_may_fail(&self) -> bool {
        !matches!(self.id.way, Way::Plain(_))
    }

    /// The id of events about a subject: an event that has name, task, group and tags.
    pub fn id(&mut self, subject: &Event) -> Result<String, Box<str>> {
        self.id.render(subject, &self.form.server, &mut self.scratch)
    }

    /// Fills id, message and details into an event that is otherwise complete.
    pub fn fill(&mut self, event: &mut Event) -> Result<(), Box<str>> {
        event.id = self.id.render(event, &self.form.server, &mut self.scratch)?;
        event.message = self.message.render(event, &self.form.server, &mut self.scratch)?;
        event.details = match self.details.way {
            Way::Json if event.point.has_json() => {
                Details::Default { form: self.form.clone(), text: OnceLock::new() }
            }
            _ => Details::Text(self.details.render(event, &self.form.server, &mut self.scratch)?),
        };
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
    use crate::value::Value;

    fn event() -> Event {
        let fields = [
            ("b", Value::Bool(true)),
            ("f", Value::Float(1e21)),
            ("i", Value::Int(-3)),
            ("n", Value::Null),
            ("s", Value::Str("+'\u{2028}".into())),
        ];
        let on =
            Event::on("cpu", &[("dc", "x & \"y\""), ("host", "a<b>")], &fields, 1_600_000_001_500_000_000);
        Event { duration: 2_500_000_000, level: Level::Warning, group: "host=a<b>".into(), ..on }
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
    fn default_details_are_those_of_the_template_engine() {
        let mut event = event();
        let mut texts = texts("<{{ .Name }}>", "it's \"{{ .Group }}\"\\", "{{ json . }}");
        texts.fill(&mut event).unwrap();
        assert!(matches!(event.details, Details::Default { .. }));
        let mut scratch = String::new();
        let rendered = texts.details.render(&event, &Server::default(), &mut scratch).unwrap();
        assert_eq!(event.details(), rendered);
        let (mut nested, mut want) = (String::new(), String::new());
        event.push_details_json(&mut nested);
        crate::value::json::push_json_str(&mut want, &rendered);
        assert_eq!(nested, want);
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
        let mut event = Event::on("m", &[], &[("x", Value::Float(f64::NAN))], 0);
        texts("", "", "{{ json . }}").fill(&mut event).unwrap();
        assert_eq!(event.details(), "", "Kapacitor overlooks that JSON cannot hold it");
        let refused = Texts::new("", "", "{{ jsonc . }}", Arc::default()).map(|_| ()).unwrap_err();
        assert_eq!(refused.to_string(), "template: details:1: function \"jsonc\" not defined");
    }
}
