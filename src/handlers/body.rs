//! Bodies of requests: JSON as Go writes it, keys in the order in which they are given.

use std::collections::BTreeMap;

use crate::alert::{Event, NotANumber};
use crate::value::json::{push_json_inner, push_json_str, push_json_value};
use crate::value::number::push_int;
use crate::value::{Value, time};

/// A JSON object on its way.
pub(super) struct Object(String);

impl Object {
    pub(super) fn new() -> Object {
        Object("{".to_owned())
    }

    /// A text.
    pub(super) fn text(mut self, key: &str, value: &str) -> Object {
        push_json_str(self.key(key), value);
        self
    }

    /// A text, unless it is empty.
    pub(super) fn some(self, key: &str, value: &str) -> Object {
        if value.is_empty() { self } else { self.text(key, value) }
    }

    /// A whole number.
    pub(super) fn int(mut self, key: &str, value: i64) -> Object {
        push_int(self.key(key), value);
        self
    }

    /// `true`, or nothing.
    pub(super) fn flag(self, key: &str, value: bool) -> Object {
        if value { self.raw(key, "true") } else { self }
    }

    /// JSON that is there already.
    pub(super) fn raw(mut self, key: &str, json: &str) -> Object {
        self.key(key).push_str(json);
        self
    }

    /// Ends it.
    pub(super) fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }

    /// Ends it with the newline that Go's encoder adds.
    pub(super) fn line(self) -> String {
        let mut text = self.end();
        text.push('\n');
        text
    }

    fn key(&mut self, key: &str) -> &mut String {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        push_json_str(&mut self.0, key);
        self.0.push(':');
        &mut self.0
    }
}

/// An object whose keys come from everywhere: they are sorted, and the last value of a key counts.
#[derive(Default)]
pub(super) struct Sorted(BTreeMap<String, String>);

impl Sorted {
    /// A text.
    pub(super) fn text(&mut self, key: &str, value: &str) {
        self.raw(key, text(value));
    }

    /// JSON that is there already.
    pub(super) fn raw(&mut self, key: &str, json: String) {
        self.0.insert(key.to_owned(), json);
    }

    pub(super) fn end(self) -> Object {
        self.0.iter().fold(Object::new(), |object, (key, json)| object.raw(key, json))
    }
}

/// A text as JSON.
pub(super) fn text(text: &str) -> String {
    let mut json = String::new();
    push_json_str(&mut json, text);
    json
}

/// A list of texts as JSON.
pub(super) fn texts(texts: &[String]) -> String {
    list(texts.iter().map(|t| text(t)))
}

/// A list of what is JSON already.
pub(super) fn list(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = items.into_iter().collect();
    format!("[{}]", items.join(","))
}

/// A value as JSON.
///
/// # Errors
/// For what JSON cannot hold.
pub(super) fn value(value: &Value) -> Result<String, String> {
    let mut json = String::new();
    if push_json_value(&mut json, value) {
        return Ok(json);
    }
    let number = if let Value::Float(x) = value { *x } else { f64::NAN };
    Err(NotANumber(number).to_string())
}

/// JSON that was read, as Go would write it again: keys sorted, every number a float.
pub(super) fn any(json: &serde_json::Value) -> String {
    use serde_json::Value as Json;
    match json {
        Json::Null => "null".to_owned(),
        Json::Bool(b) => b.to_string(),
        Json::Number(n) => value(&Value::Float(n.as_f64().unwrap_or_default())).unwrap_or_default(),
        Json::String(s) => text(s),
        Json::Array(items) => list(items.iter().map(any)),
        Json::Object(entries) => {
            let mut sorted = Sorted::default();
            entries.iter().for_each(|(key, item)| sorted.raw(key, any(item)));
            sorted.end().end()
        }
    }
}

/// The data of an event as JSON.
///
/// # Errors
/// For values that JSON cannot hold.
pub(super) fn data(event: &Event) -> Result<String, String> {
    let mut json = String::new();
    event.push_data_json(&mut json).map_err(|e| e.to_string())?;
    Ok(json)
}

/// The first `max` bytes of a text as JSON. Like Go's, a cut through a character leaves marks.
pub(super) fn cut(text: &str, max: usize, more: &str) -> String {
    let mut end = max.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut json = "\"".to_owned();
    push_json_inner(&mut json, text.get(..end).unwrap_or_default());
    for _ in end..max.min(text.len()) {
        json.push_str("\\ufffd");
    }
    push_json_inner(&mut json, more);
    json.push('"');
    json
}

/// A moment in whole seconds since 1970, as Go rounds it: down.
pub(super) fn seconds(nanos: i64) -> i64 {
    nanos.div_euclid(1_000_000_000)
}

/// A moment with nine decimals: `2020-01-01T00:00:00.000000000Z`.
pub(super) fn nine_decimals(nanos: i64) -> String {
    let mut whole = whole_seconds(nanos);
    whole.pop();
    format!("{whole}.{:09}Z", nanos.rem_euclid(1_000_000_000))
}

/// A moment without decimals: `2020-01-01T00:00:00Z`.
pub(super) fn whole_seconds(nanos: i64) -> String {
    let mut text = String::new();
    time::push_rfc3339_nano(&mut text, seconds(nanos).saturating_mul(1_000_000_000));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_keep_the_order_and_escape_as_go() {
        let object = Object::new().text("b", "<x>").some("none", "").int("a", -1).flag("no", false);
        let line = object.flag("yes", true).raw("d", "null").line();
        assert_eq!(line, "{\"b\":\"\\u003cx\\u003e\",\"a\":-1,\"yes\":true,\"d\":null}\n");
        assert_eq!(Object::new().end(), "{}");
    }

    #[test]
    fn sorted_objects_take_the_last_value() {
        let mut sorted = Sorted::default();
        sorted.text("b", "1");
        sorted.text("a", "2");
        sorted.raw("b", "3".to_owned());
        assert_eq!(sorted.end().end(), r#"{"a":"2","b":3}"#);
    }

    #[test]
    fn cuts_are_by_bytes() {
        for (text, max, expected) in [
            ("abc", 5, r#""abc..""#),
            ("abc", 2, r#""ab..""#),
            ("aé", 2, r#""a\ufffd..""#),
            ("世界", 5, r#""世\ufffd\ufffd..""#),
            ("é", 0, r#""..""#),
        ] {
            assert_eq!(cut(text, max, ".."), expected, "{text} {max}");
        }
    }

    #[test]
    fn moments() {
        let time = 1_600_000_003_500_000_000;
        assert_eq!(nine_decimals(time), "2020-09-13T12:26:43.500000000Z");
        assert_eq!(whole_seconds(time), "2020-09-13T12:26:43Z");
        assert_eq!((seconds(time), seconds(-1)), (1_600_000_003, -1));
        assert_eq!(nine_decimals(-1), "1969-12-31T23:59:59.999999999Z");
    }
}
