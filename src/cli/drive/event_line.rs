//! An event as a line: for people, or as JSON for programs.

use crate::alert::{Data, Event, Level, Origin};
use crate::value::{json, time};

/// `--format`
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Format {
    /// Time, level, id and message
    #[default]
    Text,
    /// One JSON object a line, as handlers get it, led by `topic`, `task` and `node`
    Jsonl,
}

/// `2020-01-01T00:00:00Z CRITICAL web-2/cpu  web-2/cpu is CRITICAL`
pub(crate) fn push_text(out: &mut String, event: &Event, color: bool) {
    time::push_rfc3339_nano(out, event.time);
    out.push(' ');
    if color {
        out.push_str(paint(event.level));
    }
    out.push_str(event.level.as_str());
    if color {
        out.push_str("\x1b[0m");
    }
    let width = Level::Critical.as_str().len() + 1;
    out.extend(std::iter::repeat_n(' ', width - event.level.as_str().len()));
    push_printable(out, &event.id);
    out.push_str("  ");
    push_printable(out, &event.message);
    out.push('\n');
}

fn paint(level: Level) -> &'static str {
    match level {
        Level::Ok => "\x1b[32m",
        Level::Info => "\x1b[36m",
        Level::Warning => "\x1b[33m",
        Level::Critical => "\x1b[1;31m",
    }
}

/// Line ends and control characters of the data must not change what the terminal shows.
fn push_printable(out: &mut String, text: &str) {
    for c in text.trim_end().chars() {
        match c.is_control() {
            true => out.extend(c.escape_default()),
            false => out.push(c),
        }
    }
}

/// The event's JSON, led by where it went and where it came from.
pub(crate) fn push_json(out: &mut String, origin: Origin<'_>, topic: &str, event: &Event) {
    out.push_str("{\"topic\":");
    json::push_json_str(out, topic);
    for (key, value) in [("task", &*event.task), ("node", origin.node)] {
        if !value.is_empty() {
            out.push_str(",\"");
            out.push_str(key);
            out.push_str("\":");
            json::push_json_str(out, value);
        }
    }
    out.push(',');
    if event.push_members(out).is_err() {
        // A value is no number: everything else is still worth knowing.
        let bare = Event { data: Data::None, ..event.clone() };
        let _ = bare.push_members(out);
    }
    out.push_str("}\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    fn event(level: Level, field: Value) -> Event {
        Event {
            id: "web-2/cpu".into(),
            message: "busy\nweb-2\x1b[2J".into(),
            level,
            task: "cpu".into(),
            group: "host=web-2".into(),
            ..Event::on("cpu", &[], &[("v", field)], 1_577_836_800_500_000_000)
        }
    }

    #[test]
    fn people_get_a_line_whatever_the_message_holds() {
        let mut out = String::new();
        push_text(&mut out, &event(Level::Critical, Value::Int(1)), false);
        push_text(&mut out, &event(Level::Ok, Value::Int(1)), false);
        assert_eq!(
            out,
            "2020-01-01T00:00:00.5Z CRITICAL web-2/cpu  busy\\nweb-2\\u{1b}[2J\n\
             2020-01-01T00:00:00.5Z OK       web-2/cpu  busy\\nweb-2\\u{1b}[2J\n"
        );
        let mut colored = String::new();
        push_text(&mut colored, &event(Level::Ok, Value::Int(1)), true);
        assert!(colored.contains("\x1b[32mOK\x1b[0m       web-2/cpu"), "{colored:?}");
    }

    #[test]
    fn programs_get_the_event_with_its_origin() {
        let mut out = String::new();
        let origin = Origin { task: "cpu", node: "alert2" };
        push_json(&mut out, origin, "main:cpu:alert2", &event(Level::Ok, Value::Float(f64::NAN)));
        assert_eq!(
            out,
            "{\"topic\":\"main:cpu:alert2\",\"task\":\"cpu\",\"node\":\"alert2\",\"id\":\"web-2/cpu\",\
             \"message\":\"busy\\nweb-2\\u001b[2J\",\"details\":\"\",\"time\":\"2020-01-01T00:00:00.5Z\",\
             \"duration\":0,\"level\":\"OK\",\"data\":{\"series\":null},\"previousLevel\":\"OK\",\
             \"recoverable\":true}\n"
        );
    }
}
