//! Templates of services: what they see of an event, under Kapacitor's names.

use super::alert_data::Outcome;
use crate::alert::Event;
use crate::template::{Datum, MapRef, Options, Struct, Template, TemplateError};

/// No functions besides Go's own.
const OPTIONS: Options = Options { html: false, json: false };

/// What templates of a service see.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    /// Go's name of it, for errors.
    pub(super) type_name: &'static str,
    /// In the order in which it is printed.
    pub(super) fields: &'static [&'static str],
}

/// What most see.
pub(super) const EVENT: View = View {
    type_name: "alert.TemplateData",
    fields: &[
        "ID", "Message", "Level", "Time", "Duration", "Details", "Name", "TaskName", "Group", "Tags",
        "Fields",
    ],
};

/// Compiles a template over an event. The name leads its errors: `resource`.
pub(super) fn compile(name: &str, text: &str) -> Result<Template, TemplateError> {
    Template::parse(name, text, OPTIONS)
}

/// What a template makes of an event.
///
/// # Errors
/// In Go's words.
pub(super) fn fill(name: &str, text: &str, view: View, event: &Event) -> Result<String, String> {
    let template = compile(name, text).map_err(|e| e.to_string())?;
    let mut out = String::new();
    if let Some(text) = template.literal() {
        out.push_str(text);
        return Ok(out);
    }
    let series = event.series();
    let outcome = Outcome::new(event, series.as_deref().unwrap_or_default());
    let data = Data { event, view, outcome: &outcome };
    template.render(Datum::Struct(&data), &mut out).map_err(|e| e.to_string())?;
    Ok(out)
}

struct Data<'a> {
    event: &'a Event,
    view: View,
    outcome: &'a Outcome<'a>,
}

impl Struct for Data<'_> {
    fn type_name(&self) -> &str {
        self.view.type_name
    }

    fn fields(&self) -> &[&'static str] {
        self.view.fields
    }

    fn field(&self, name: &str) -> Option<Datum<'_>> {
        if !self.view.fields.contains(&name) {
            return None;
        }
        let event = self.event;
        Some(match name {
            "ID" => Datum::str(&event.id),
            "Message" => Datum::str(&event.message),
            "Details" => Datum::str(event.details()),
            "Level" => Datum::str(event.level.as_str()),
            "Time" => Datum::Time(event.time),
            "Duration" => Datum::Duration(event.duration),
            "Recoverable" => Datum::Bool(event.recoverable),
            "Name" => Datum::str(event.name()),
            "TaskName" => Datum::str(&event.task),
            "Category" => Datum::str(&event.category),
            // Empty where alert templates say `nil`.
            "Group" => Datum::str(&event.group),
            "Tags" => Datum::strings(event.tags()),
            "Fields" => Datum::Map(MapRef::Other(&event.point.fields)),
            "Result" => Datum::Struct(self.outcome),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    #[test]
    fn templates_see_the_event() {
        let event = Event {
            id: "i".into(),
            details: "d".into(),
            ..Event::on("m", &[("host", "a<b")], &[("v", Value::Float(1.5))], 0)
        };
        let text = "{{ .ID }} {{ .Level }} {{ .Details }} [{{ .Group }}] {{ .Tags.host }} {{ index .Fields \"v\" }} {{ .Time.Unix }}";
        assert_eq!(fill("x", text, EVENT, &event).as_deref(), Ok("i CRITICAL d [] a<b 1.5 0"));
        assert_eq!(fill("x", "plain", EVENT, &event).as_deref(), Ok("plain"));
    }

    #[test]
    fn what_a_service_does_not_show_is_refused_in_go_s_words() {
        let narrow = View { type_name: "alerta.eventData", fields: &["ID"] };
        let error = fill("event", "{{ .Level }}", narrow, &Event::example()).expect_err("no such field");
        let expected = "template: event:1:3: executing \"event\" at <.Level>: can't evaluate field Level in type alerta.eventData";
        assert_eq!(error, expected);
        let error = fill("event", "{{ json . }}", EVENT, &Event::example()).expect_err("no such function");
        assert_eq!(error, "template: event:1: function \"json\" not defined");
    }
}
