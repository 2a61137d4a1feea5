//! Tasks, templates, topics and handlers, each in full.

use super::lists::dbrps;
use super::table::{Column, fitting, row};
use super::{Answer, Client, Failed, vars, when};

impl Client {
    /// A task in full.
    ///
    /// # Errors
    /// What the server says.
    pub fn show_task(&self, id: &str, replay: &str) -> Result<String, Failed> {
        let task = self.task(id, replay)?;
        let text = |key| task.text(key);
        let mut out = String::new();
        lines(
            &mut out,
            &[
                ("ID", text("id")),
                ("Error", text("error")),
                ("Template", text("template-id")),
                ("Type", text("type")),
                ("Status", text("status")),
                ("Executing", &task.flag("executing").to_string()),
                ("Created", &when::as_sent(text("created"))),
                ("Modified", &when::as_sent(text("modified"))),
                ("LastEnabled", &when::as_sent(text("last-enabled"))),
                ("Databases Retention Policies", &dbrps(&task)),
            ],
        );
        out += &format!("TICKscript:\n{}\n", text("script"));
        let vars = task.named("vars");
        if !vars.is_empty() {
            let columns = [Column::Left(30), Column::Left(10), Column::Left(40)];
            out += "Vars:\n";
            row(&mut out, &columns, &["Name", "Type", "Value"]);
            for (name, var) in &vars {
                row(&mut out, &columns, &[name.as_str(), var.text("type"), &vars::shown(name, var)?]);
            }
        }
        out += &format!("DOT:\n{}\n", text("dot"));
        Ok(out)
    }

    /// A template in full.
    ///
    /// # Errors
    /// What the server says.
    pub fn show_template(&self, id: &str) -> Result<String, Failed> {
        let template = self.template(id)?;
        let text = |key| template.text(key);
        let mut out = String::new();
        lines(
            &mut out,
            &[
                ("ID", text("id")),
                ("Error", text("error")),
                ("Type", text("type")),
                ("Created", &when::as_sent(text("created"))),
                ("Modified", &when::as_sent(text("modified"))),
            ],
        );
        out += &format!("TICKscript:\n{}\nVars:\n", text("script"));
        let columns = [Column::Left(30), Column::Left(10), Column::Left(40), Column::Left(40)];
        row(&mut out, &columns, &["Name", "Type", "Default Value", "Description"]);
        for (name, var) in &template.named("vars") {
            let required = var.json("value").is_none_or(serde_json::Value::is_null);
            let value = if required { "<required>".to_owned() } else { vars::shown(name, var)? };
            row(&mut out, &columns, &[name.as_str(), var.text("type"), &value, var.text("description")]);
        }
        out += &format!("DOT:\n{}\n", text("dot"));
        Ok(out)
    }

    /// A topic with its handlers and what it holds of events, in the order of their times.
    ///
    /// # Errors
    /// What the server says.
    pub fn show_topic(&self, id: &str) -> Result<String, Failed> {
        let topic = self.topic(id)?;
        let mut events = self.events(&topic.href("events-link"))?;
        let handlers = self.handlers(&topic.href("handlers-link"), "")?;
        events.sort_by_cached_key(|event| when::moment(event.object("state").text("time")));
        let handlers: Vec<&str> = handlers.iter().map(|handler| handler.text("id")).collect();
        let mut out = String::new();
        lines(
            &mut out,
            &[
                ("ID", topic.text("id")),
                ("Level", topic.text("level")),
                ("Collected", &topic.count("collected").to_string()),
                ("Handlers", &format!("[{}]", handlers.join(", "))),
            ],
        );
        out += "Events:\n";
        let states: Vec<Answer> = events.iter().map(|event| event.object("state")).collect();
        let columns = [
            fitting(5, events.iter().map(|event| event.text("id"))),
            Column::Left(9),
            fitting(7, states.iter().map(|state| state.text("message"))),
            Column::Left(23),
        ];
        row(&mut out, &columns, &["Event", "Level", "Message", "Date"]);
        for (event, state) in events.iter().zip(&states) {
            let date = when::here(state.text("time"));
            row(&mut out, &columns, &[event.text("id"), state.text("level"), state.text("message"), &date]);
        }
        Ok(out)
    }

    /// A handler of a topic in full.
    ///
    /// # Errors
    /// What the server says.
    pub fn show_handler(&self, topic: &str, id: &str) -> Result<String, Failed> {
        let handler = self.handler(topic, id)?;
        let options = handler.json("options").map_or_else(|| "null".to_owned(), sorted);
        let mut out = String::new();
        lines(
            &mut out,
            &[
                ("ID", handler.text("id")),
                ("Topic", topic),
                ("Kind", handler.text("kind")),
                ("Match", handler.text("match")),
                ("Options", &options),
            ],
        );
        Ok(out)
    }
}

fn lines(out: &mut String, lines: &[(&str, &str)]) {
    for (name, value) in lines {
        *out += &format!("{name}: {value}\n");
    }
}

/// JSON as Go writes a map: keys sorted, no blanks, with its escapes.
fn sorted(json: &serde_json::Value) -> String {
    use crate::value::json::push_json_str;
    use serde_json::Value as Json;

    let mut out = String::new();
    match json {
        Json::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            out.push('{');
            for (i, key) in keys.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                push_json_str(&mut out, key);
                out.push(':');
                out += &map.get(key).map(sorted).unwrap_or_default();
            }
            out.push('}');
        }
        Json::Array(items) => {
            out = format!("[{}]", items.iter().map(sorted).collect::<Vec<_>>().join(","));
        }
        Json::String(text) => push_json_str(&mut out, text),
        other => out = other.to_string(),
    }
    out
}
