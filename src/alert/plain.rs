//! Templates of alerts that do no more than name things: most ids and messages. They are written
//! without the template engine, which takes several times as long, and cannot fail.

use super::Event;
use crate::value::number::{push_g_float, push_int};
use crate::value::{Value, duration};

/// Which of the three templates of a node; each knows more than the one before.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Stage {
    Id,
    Message,
    Details,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Part {
    Literal(Box<str>),
    Name,
    TaskName,
    Group,
    Id,
    Level,
    Message,
    /// `.Tags.key`, which shows that a tag is absent; or `index .Tags "key"`, which does not.
    Tag {
        key: Box<str>,
        shows_absence: bool,
    },
    Field(Box<str>),
}

/// A template of literals and names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Plain {
    parts: Vec<Part>,
    html: bool,
}

impl Plain {
    /// `None` if there is more to the template; nothing is said of whether it is correct then.
    pub(super) fn parse(text: &str, stage: Stage) -> Option<Plain> {
        let html = stage == Stage::Details;
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((literal, tail)) = rest.split_once("{{") {
            let (action, tail) = tail.split_once("}}")?;
            push_literal(&mut parts, literal, html)?;
            parts.push(part(action.trim_matches(is_space), stage)?);
            rest = tail;
        }
        push_literal(&mut parts, rest, html)?;
        Some(Plain { parts, html })
    }

    /// Appends the text for an event, of which as much is filled in as the stage knows.
    pub(super) fn render(&self, event: &Event, out: &mut String) {
        if !self.html {
            self.parts.iter().for_each(|part| part.push(event, "<no value>", out));
            return;
        }
        let mut text = String::new();
        for part in &self.parts {
            if let Part::Literal(literal) = part {
                out.push_str(literal);
                continue;
            }
            text.clear();
            part.push(event, "", &mut text);
            push_html_escaped(out, &text);
        }
    }
}

/// In HTML a tag changes how what follows is escaped: that is left to the template engine.
fn push_literal(parts: &mut Vec<Part>, literal: &str, html: bool) -> Option<()> {
    if html && literal.contains('<') {
        return None;
    }
    if !literal.is_empty() {
        parts.push(Part::Literal(literal.into()));
    }
    Some(())
}

fn part(action: &str, stage: Stage) -> Option<Part> {
    let (part, since) = match action {
        ".Name" => (Part::Name, Stage::Id),
        ".TaskName" => (Part::TaskName, Stage::Id),
        ".Group" => (Part::Group, Stage::Id),
        ".ID" => (Part::Id, Stage::Message),
        ".Level" => (Part::Level, Stage::Message),
        ".Message" => (Part::Message, Stage::Details),
        _ => element(action)?,
    };
    (stage >= since).then_some(part)
}

/// `.Tags.key` and `index .Tags "key"`, and the same of `.Fields`.
fn element(action: &str) -> Option<(Part, Stage)> {
    let (map, key, indexed) = match action.strip_prefix("index") {
        Some(rest) => {
            let (map, key) = spaced(rest)?.split_once(is_space)?;
            (map, key.trim_matches(is_space).strip_prefix('"')?.strip_suffix('"')?, true)
        }
        None => {
            let (map, key) = action.strip_prefix('.')?.split_once('.')?;
            (action.get(..=map.len())?, key, false)
        }
    };
    let simple = match indexed {
        true => !key.contains(['"', '\\', '\n']),
        false => {
            key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
                && key.starts_with(|c: char| !c.is_ascii_digit())
        }
    };
    match map {
        _ if !simple => None,
        ".Tags" => Some((Part::Tag { key: key.into(), shows_absence: !indexed }, Stage::Id)),
        ".Fields" => Some((Part::Field(key.into()), Stage::Message)),
        _ => None,
    }
}

fn spaced(text: &str) -> Option<&str> {
    text.starts_with(is_space).then(|| text.trim_start_matches(is_space))
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

impl Part {
    fn push(&self, event: &Event, absent: &str, out: &mut String) {
        match self {
            Part::Literal(text) => out.push_str(text),
            Part::Name => out.push_str(event.name()),
            Part::TaskName => out.push_str(&event.task),
            Part::Group => out.push_str(group(event)),
            Part::Id => out.push_str(&event.id),
            Part::Level => out.push_str(event.level.as_str()),
            Part::Message => out.push_str(&event.message),
            Part::Tag { key, shows_absence } => match event.tags().iter().find(|t| *t.0 == **key) {
                Some(tag) => out.push_str(&tag.1),
                None if *shows_absence => out.push_str(absent),
                None => {}
            },
            Part::Field(key) => match event.point.fields.get(key) {
                Some(value) => push_value(value, absent, out),
                None => out.push_str(absent),
            },
        }
    }
}

/// What templates of a node call the group.
pub(super) fn group(event: &Event) -> &str {
    if event.group.is_empty() { "nil" } else { &event.group }
}

fn push_value(value: &Value, absent: &str, out: &mut String) {
    match value {
        Value::Null => out.push_str(absent),
        Value::Float(x) => push_g_float(out, *x),
        Value::Int(x) => push_int(out, *x),
        Value::Bool(x) => out.push_str(if *x { "true" } else { "false" }),
        Value::Str(x) => out.push_str(x),
        Value::Duration(x) => duration::push_go(out, *x),
    }
}

/// Bytes that HTML's plain text does not take as they are.
const HTML_SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let bytes = b"\"'&<>+\0";
    let mut i = 0;
    while i < bytes.len() {
        special[bytes[i] as usize] = true;
        i += 1;
    }
    special
};

/// Appends a text as HTML's plain text wants it.
pub(super) fn push_html_escaped(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|b| HTML_SPECIAL[usize::from(b)]) {
        let (plain, tail) = rest.split_at(at);
        out.push_str(plain);
        out.push_str(match tail.as_bytes().first() {
            Some(b'"') => "&#34;",
            Some(b'\'') => "&#39;",
            Some(b'&') => "&amp;",
            Some(b'<') => "&lt;",
            Some(b'>') => "&gt;",
            Some(b'+') => "&#43;",
            _ => "\u{fffd}",
        });
        rest = &tail[1..];
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> Event {
        let fields = [
            ("f", Value::Float(1e21)),
            ("i", Value::Int(-3)),
            ("n", Value::Null),
            ("s", Value::Str("<&>".into())),
        ];
        let on = Event::on("cpu", &[("a b", "x\"y"), ("h", "web")], &fields, 0);
        Event { id: "<id>".into(), message: "a + 'b'".into(), ..on }
    }

    #[test]
    fn names_are_written_as_the_template_engine_does() {
        use Stage::{Details, Id, Message};
        let cases = [
            (Id, "{{ .Name }}:{{ .Group }}", Some("cpu:nil")),
            (Id, "{{.TaskName}} {{\tindex  .Tags \"a b\" }}", Some("t x\"y")),
            (Id, "{{ .Tags.h }}[{{ .Tags.no }}][{{ index .Tags \"no\" }}]", Some("web[<no value>][]")),
            (Id, "no action }} here", Some("no action }} here")),
            (Id, "", Some("")),
            (Id, "{{ .ID }}", None),
            (Id, "{{ index .Fields \"i\" }}", None),
            (Message, "{{ .ID }} is {{ .Level }}", Some("<id> is CRITICAL")),
            (Message, "{{ .Fields.f }} {{ index .Fields \"i\" }} {{ .Fields.s }}", Some("1e+21 -3 <&>")),
            (Message, "{{ .Fields.n }} {{ index .Fields \"no\" }}", Some("<no value> <no value>")),
            (Message, "{{- .ID }}", None),
            (Message, "{{ .Message }}", None),
            (Message, "{{ .Tags }}", None),
            (Message, "{{ .Tags.h.x }}", None),
            (Message, "{{ .Tags.0 }}", None),
            (Message, "{{ index .Tags h }}", None),
            (Message, "{{ index .Tags \"a\\tb\" }}", None),
            (Message, "{{ if .ID }}x{{ end }}", None),
            (Message, "{{ .ID", None),
            (Message, "{{}}", None),
            (Details, "{{ .Message }} & {{ .Fields.s }}", Some("a &#43; &#39;b&#39; & &lt;&amp;&gt;")),
            (Details, "{{ .Tags.no }}{{ .Fields.no }}{{ .Fields.f }}", Some("1e&#43;21")),
            (Details, "<b>{{ .ID }}</b>", None),
            (Details, "{{ json . }}", None),
        ];
        for (stage, template, want) in cases {
            let written = Plain::parse(template, stage).map(|plain| {
                let mut out = String::new();
                plain.render(&event(), &mut out);
                out
            });
            assert_eq!(written.as_deref(), want, "{template}");
        }
    }
}
