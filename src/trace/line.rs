//! One line as it is made: keys in the order in which they are given.

use crate::value::{json, number, time};

/// A JSON object in a buffer that is used again for the next one.
#[derive(Default)]
pub(super) struct Line {
    text: String,
}

impl Line {
    /// Begins an object of a type.
    pub(super) fn begin(&mut self, kind: &str) -> &mut Line {
        self.text.clear();
        self.text.push_str("{\"type\":\"");
        self.text.push_str(kind);
        self.text.push('"');
        self
    }

    /// Begins an object that stands inside another.
    pub(super) fn open(&mut self) -> &mut Line {
        self.text.clear();
        self.text.push('{');
        self
    }

    /// A text.
    pub(super) fn text(&mut self, key: &str, value: &str) -> &mut Line {
        json::push_json_str(self.key(key), value);
        self
    }

    /// A text, if it is not empty.
    pub(super) fn some_text(&mut self, key: &str, value: &str) -> &mut Line {
        if value.is_empty() { self } else { self.text(key, value) }
    }

    /// A whole number.
    pub(super) fn int(&mut self, key: &str, value: i64) -> &mut Line {
        number::push_int(self.key(key), value);
        self
    }

    /// A truth value.
    pub(super) fn bool(&mut self, key: &str, value: bool) -> &mut Line {
        self.raw(key, if value { "true" } else { "false" })
    }

    /// A moment, RFC 3339 in UTC.
    pub(super) fn time(&mut self, key: &str, nanos: i64) -> &mut Line {
        let text = self.key(key);
        text.push('"');
        time::push_rfc3339_nano(text, nanos);
        text.push('"');
        self
    }

    /// A list of texts.
    pub(super) fn texts<'a>(&mut self, key: &str, values: impl IntoIterator<Item = &'a str>) -> &mut Line {
        let text = self.key(key);
        text.push('[');
        for (i, value) in values.into_iter().enumerate() {
            if i > 0 {
                text.push(',');
            }
            json::push_json_str(text, value);
        }
        text.push(']');
        self
    }

    /// An object of texts.
    pub(super) fn map<'a>(
        &mut self,
        key: &str,
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> &mut Line {
        self.object(key, pairs, json::push_json_str)
    }

    /// An object whose values `push` writes.
    pub(super) fn object<'a, T>(
        &mut self,
        key: &str,
        pairs: impl IntoIterator<Item = (&'a str, T)>,
        push: impl Fn(&mut String, T),
    ) -> &mut Line {
        let text = self.key(key);
        text.push('{');
        for (i, (key, value)) in pairs.into_iter().enumerate() {
            if i > 0 {
                text.push(',');
            }
            json::push_json_str(text, key);
            text.push(':');
            push(text, value);
        }
        text.push('}');
        self
    }

    /// JSON that is written already.
    pub(super) fn raw(&mut self, key: &str, value: &str) -> &mut Line {
        self.key(key).push_str(value);
        self
    }

    /// What `write` appends as the value of a key; it must write one JSON value.
    pub(super) fn with(&mut self, key: &str, write: impl FnOnce(&mut String)) -> &mut Line {
        write(self.key(key));
        self
    }

    /// Ends an object that stands inside another.
    pub(super) fn close(&mut self) -> &str {
        self.text.push('}');
        &self.text
    }

    /// Ends the object; its text has a newline.
    pub(super) fn end(&mut self) -> &str {
        self.text.push_str("}\n");
        &self.text
    }

    fn key(&mut self, key: &str) -> &mut String {
        self.text.push_str(if self.text.len() > 1 { ",\"" } else { "\"" });
        self.text.push_str(key);
        self.text.push_str("\":");
        &mut self.text
    }
}
