//! JSON as Kapacitor's API writes it: four spaces for each step inwards, and what HTML would take for its own is
//! escaped.

use serde_json::Value;
use serde_json::ser::{PrettyFormatter, Serializer};

/// The text of an answer; keys are in the order in which they were put in.
pub(super) fn pretty(value: &Value) -> String {
    let mut out = Vec::new();
    let formatter = PrettyFormatter::with_indent(b"    ");
    match serde::Serialize::serialize(value, &mut Serializer::with_formatter(&mut out, formatter)) {
        Ok(()) => escaped(&String::from_utf8_lossy(&out)),
        // Values have nothing that JSON cannot hold.
        Err(error) => error.to_string(),
    }
}

/// The same on one line.
pub(in crate::serve) fn compact(value: &Value) -> String {
    escaped(&value.to_string())
}

/// Outside of texts JSON has none of these.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn answers_look_like_those_of_go() {
        let value = json!({"b": "<&>\u{2028}", "a": [1, {}], "e": []});
        let want = "{\n    \"b\": \"\\u003c\\u0026\\u003e\\u2028\",\n    \"a\": [\n        1,\n        {}\n    ],\n    \"e\": []\n}";
        assert_eq!(pretty(&value), want);
        assert_eq!(compact(&json!({"a": "x>y"})), r#"{"a":"x\u003ey"}"#);
    }
}
