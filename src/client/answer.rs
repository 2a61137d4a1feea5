//! What a server answers: JSON, of which only what is shown is looked at. What is missing or `null` is empty, as it is
//! for Kapacitor's client, so that servers of other versions are understood, too.

use serde_json::{Map, Value as Json};

/// One object of an answer.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Answer(Json);

impl Answer {
    /// An object.
    pub(super) fn new(json: Json) -> Answer {
        Answer(json)
    }

    /// The value itself.
    pub(super) fn json(&self, key: &str) -> Option<&Json> {
        self.0.get(key)
    }

    /// All of it.
    pub(super) fn whole(&self) -> &Json {
        &self.0
    }

    /// A text.
    pub fn text(&self, key: &str) -> &str {
        self.json(key).and_then(Json::as_str).unwrap_or_default()
    }

    /// A truth value.
    pub(super) fn flag(&self, key: &str) -> bool {
        self.json(key).and_then(Json::as_bool).unwrap_or_default()
    }

    /// A whole number.
    pub(super) fn count(&self, key: &str) -> i64 {
        // Counts of points come as floats from some servers.
        let number =
            self.json(key).and_then(|json| json.as_i64().or_else(|| json.as_f64().map(|x| x as i64)));
        number.unwrap_or_default()
    }

    /// An object inside.
    pub(super) fn object(&self, key: &str) -> Answer {
        Answer(self.json(key).cloned().unwrap_or_default())
    }

    /// Objects inside, in their order.
    pub(super) fn list(&self, key: &str) -> Vec<Answer> {
        let items = self.json(key).and_then(Json::as_array);
        items.into_iter().flatten().cloned().map(Answer).collect()
    }

    /// Objects inside by their names, in the order of these.
    pub(super) fn named(&self, key: &str) -> Vec<(String, Answer)> {
        let empty = Map::new();
        let map = self.json(key).and_then(Json::as_object).unwrap_or(&empty);
        let mut named: Vec<_> = map.iter().map(|(name, json)| (name.clone(), Answer(json.clone()))).collect();
        named.sort_by(|a, b| a.0.cmp(&b.0));
        named
    }

    /// Where something lies on the server.
    pub(super) fn href(&self, key: &str) -> String {
        self.object(key).text("href").to_owned()
    }
}
