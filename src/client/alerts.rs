//! Topics, their events and their handlers.

use serde_json::{Map, Value as Json};

use super::connection::Method;
use super::table::{Column, fitting, row};
use super::{Answer, Client, Failed};

const TOPICS: &str = "/kapacitor/v1/alerts/topics";

impl Client {
    /// The table of the topics that match one of the patterns.
    ///
    /// # Errors
    /// What the server says.
    pub fn topics_table(&self, patterns: &[String]) -> Result<String, Failed> {
        let mut all = Vec::new();
        for pattern in patterns {
            all.extend(self.topics(pattern)?);
        }
        let column = |key, least| fitting(least, all.iter().map(move |topic| topic.text(key)));
        let columns = [column("id", 2), column("level", 8), Column::Right(10)];
        let mut out = String::new();
        row(&mut out, &columns, &["ID", "Level", "Collected"]);
        for topic in &all {
            let collected = topic.count("collected").to_string();
            row(&mut out, &columns, &[topic.text("id"), topic.text("level"), &collected]);
        }
        Ok(out)
    }

    /// The table of the handlers that match one of the patterns, of the topics that match one.
    ///
    /// # Errors
    /// What the server says.
    pub fn handlers_table(&self, topics: &str, patterns: &[String]) -> Result<String, Failed> {
        let mut all: Vec<[String; 3]> = Vec::new();
        for topic in self.topics(topics)? {
            for pattern in patterns {
                let handlers = self.handlers(&topic.href("handlers-link"), pattern)?;
                let cells = handlers.iter().map(|h| [topic.text("id"), h.text("id"), h.text("kind")]);
                all.extend(cells.map(|cells| cells.map(str::to_owned)));
            }
        }
        let columns =
            [0, 1, 2].map(|i| fitting(10, all.iter().filter_map(move |r| r.get(i).map(String::as_str))));
        let mut out = String::new();
        row(&mut out, &columns, &["Topic", "ID", "Kind"]);
        for cells in &all {
            row(&mut out, &columns, cells);
        }
        Ok(out)
    }

    /// Forgets the topics that match a pattern.
    ///
    /// # Errors
    /// What the server says.
    pub fn delete_topics(&self, pattern: &str) -> Result<(), Failed> {
        self.topics(pattern)?.iter().try_for_each(|topic| self.delete(&topic.href("link")))
    }

    /// Deletes the handlers of a topic that match a pattern.
    ///
    /// # Errors
    /// What the server says.
    pub fn delete_handlers(&self, topic: &str, pattern: &str) -> Result<(), Failed> {
        let handlers = self.handlers(&format!("{TOPICS}/{topic}/handlers"), pattern)?;
        handlers.iter().try_for_each(|handler| self.delete(&handler.href("link")))
    }

    /// Makes a handler of a topic, or puts it in the place of the one that has its id.
    ///
    /// # Errors
    /// What the server says.
    pub fn define_handler(&self, handler: Map<String, Json>) -> Result<(), Failed> {
        let handler = Answer::new(Json::Object(handler));
        let (topic, id) = (handler.text("topic"), handler.text("id"));
        // Without an id this asks for all handlers, which have none together.
        let there = self.handler(topic, id).is_ok_and(|found| !found.text("id").is_empty());
        let path = format!("{TOPICS}/{topic}/handlers");
        let body = handler.whole();
        match there {
            true => self.tell(Method::Put, &format!("{path}/{id}"), body, 200),
            false => self.tell(Method::Post, &path, body, 200),
        }
    }

    pub(super) fn topic(&self, id: &str) -> Result<Answer, Failed> {
        self.get(&format!("{TOPICS}/{id}"), &[])
    }

    pub(super) fn handler(&self, topic: &str, id: &str) -> Result<Answer, Failed> {
        self.get(&format!("{TOPICS}/{topic}/handlers/{id}"), &[])
    }

    pub(super) fn events(&self, href: &str) -> Result<Vec<Answer>, Failed> {
        Ok(self.get(href, &[("min-level", "OK")])?.list("events"))
    }

    pub(super) fn handlers(&self, href: &str, pattern: &str) -> Result<Vec<Answer>, Failed> {
        Ok(self.get(href, &[("pattern", pattern)])?.list("handlers"))
    }

    fn topics(&self, pattern: &str) -> Result<Vec<Answer>, Failed> {
        Ok(self.get(TOPICS, &[("min-level", "OK"), ("pattern", pattern)])?.list("topics"))
    }
}
