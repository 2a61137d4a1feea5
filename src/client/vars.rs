//! Values of vars as Go's `%v` prints them.

use serde_json::{Map, Value as Json};

use super::{Answer, Failed};
use crate::value::{duration, number};

/// The value of a var of a task or a template.
pub(super) fn shown(name: &str, var: &Answer) -> Result<String, Failed> {
    let nothing = Json::Null;
    let value = var.json("value").unwrap_or(&nothing);
    let mut out = String::new();
    match (var.text("type"), value) {
        ("duration", Json::Number(ns)) => duration::push_go(&mut out, ns.as_i64().unwrap_or_default()),
        ("int", Json::Number(n)) => out.push_str(&n.to_string()),
        ("list", Json::Array(_)) => {
            let items = var.list("value").iter().map(item).collect::<Result<Vec<String>, String>>();
            let items = items.map_err(|why| Failed::new(format!("invalid var {name}: {why}")))?;
            out = format!("[{}]", items.join(", "));
        }
        _ => any(&mut out, value),
    }
    Ok(out)
}

fn item(var: &Answer) -> Result<String, String> {
    match (var.text("type"), var.json("value")) {
        ("string", Some(Json::String(text))) => Ok(text.clone()),
        ("string", _) => Err("non string value in string var".to_owned()),
        ("star", _) => Ok("*".to_owned()),
        (other, _) => Err(format!("lists can only contain strings or a star, got {other}")),
    }
}

/// Any value as Go reads it from JSON and prints it.
fn any(out: &mut String, value: &Json) {
    match value {
        Json::Null => out.push_str("<nil>"),
        Json::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Json::Number(n) => number::push_g_float(out, n.as_f64().unwrap_or_default()),
        Json::String(text) => out.push_str(text),
        Json::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(' ');
                }
                any(out, item);
            }
            out.push(']');
        }
        Json::Object(map) => object(out, map),
    }
}

fn object(out: &mut String, map: &Map<String, Json>) {
    let mut keys: Vec<&String> = map.keys().collect();
    keys.sort();
    out.push_str("map[");
    for (i, key) in keys.into_iter().enumerate() {
        if i > 0 {
            out.push(' ');
        }
        out.push_str(key);
        out.push(':');
        any(out, map.get(key).unwrap_or(&Json::Null));
    }
    out.push(']');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_printed_as_go_prints_them() {
        for (var, want) in [
            (json!({"type": "bool", "value": true}), "true"),
            (json!({"type": "int", "value": 12_345_678}), "12345678"),
            (json!({"type": "float", "value": 12_345_678}), "1.2345678e+07"),
            (json!({"type": "float", "value": 0.5}), "0.5"),
            (json!({"type": "duration", "value": 90_000_000_000_i64}), "1m30s"),
            (json!({"type": "lambda", "value": "\"x\" > 3.0"}), "\"x\" > 3.0"),
            (json!({"type": "star", "value": null}), "<nil>"),
            (
                json!({"type": "star", "value": {"typeOf": "star", "a": [1, null]}}),
                "map[a:[1 <nil>] typeOf:star]",
            ),
            (
                json!({"type": "list", "value": [{"type": "string", "value": "a"}, {"type": "star", "value": null}]}),
                "[a, *]",
            ),
        ] {
            assert_eq!(shown("x", &Answer::new(var)), Ok(want.to_owned()));
        }
        let list = json!({"type": "list", "value": [{"type": "int", "value": 1}]});
        let error = shown("x", &Answer::new(list)).expect_err("a mistake");
        assert_eq!(error.to_string(), "invalid var x: lists can only contain strings or a star, got int");
    }
}
