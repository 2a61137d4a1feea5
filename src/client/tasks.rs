//! Tasks and templates: asked for, made and changed.

use serde_json::{Map, Value as Json, json};

use super::connection::Method;
use super::{Answer, Client, Failed};

const TASKS: &str = "/kapacitor/v1/tasks";
const TEMPLATES: &str = "/kapacitor/v1/templates";

impl Client {
    /// A task; with the id of a replay, as it runs in that.
    ///
    /// # Errors
    /// What the server says.
    pub fn task(&self, id: &str, replay: &str) -> Result<Answer, Failed> {
        let query = [("dot-view", "attributes"), ("script-format", "formatted"), ("replay-id", replay)];
        self.get(&format!("{TASKS}/{id}"), &query)
    }

    /// A template.
    ///
    /// # Errors
    /// What the server says.
    pub fn template(&self, id: &str) -> Result<Answer, Failed> {
        self.get(&format!("{TEMPLATES}/{id}"), &[("script-format", "formatted")])
    }

    /// Makes a task, or changes what is said of it; starts it anew if it was enabled, unless it is not to be reloaded.
    ///
    /// # Errors
    /// What the server says.
    pub fn define(&self, id: &str, said: &Map<String, Json>, new: Json, reload: bool) -> Result<(), Failed> {
        let there = self.task(id, "");
        let path = format!("{TASKS}/{id}");
        match &there {
            Ok(_) => self.tell(Method::Patch, &path, &Json::Object(said.clone()), 200)?,
            Err(_) => self.tell(Method::Post, TASKS, &with(id, said, new), 200)?,
        }
        let enabled = there.is_ok_and(|task| task.text("status") == "enabled");
        if enabled && reload {
            for status in ["disabled", "enabled"] {
                self.tell(Method::Patch, &path, &json!({ "status": status }), 200)?;
            }
        }
        Ok(())
    }

    /// Makes a template, or changes what is said of it.
    ///
    /// # Errors
    /// What the server says.
    pub fn define_template(&self, id: &str, said: &Map<String, Json>) -> Result<(), Failed> {
        match self.template(id) {
            Ok(_) => {
                let said = Json::Object(said.clone());
                self.tell(Method::Patch, &format!("{TEMPLATES}/{id}"), &said, 200)
            }
            Err(_) => self.tell(Method::Post, TEMPLATES, &with(id, said, Json::Null), 200),
        }
    }

    /// Starts or stops the tasks that match a pattern.
    ///
    /// # Errors
    /// What the server says, and of which task.
    pub fn enable(&self, pattern: &str, enable: bool) -> Result<(), Failed> {
        let (status, doing) = if enable { ("enabled", "enabling") } else { ("disabled", "disabling") };
        self.each_task(pattern, |task| {
            let done = self.tell(Method::Patch, &task.href("link"), &json!({ "status": status }), 200);
            done.map_err(|e| e.of(&format!("{doing} task {}", task.text("id"))))
        })
    }
}

/// What is said of something new, with its id and its status.
fn with(id: &str, said: &Map<String, Json>, status: Json) -> Json {
    let mut body = Map::new();
    body.insert("id".to_owned(), id.into());
    body.extend(said.clone());
    if !status.is_null() {
        body.insert("status".to_owned(), status);
    }
    Json::Object(body)
}
