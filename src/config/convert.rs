//! From a value of JSON to a setting: what Kapacitor takes for what, and its words for what it does not take.

use serde_json::Value as Json;

use super::schema::{Key, Kind};
use super::setting::{Scalar, Secret, Setting};
use super::settings::Element;
use crate::value::duration::parse_go;
use crate::value::quote::quoted;

/// A setting of the key's kind.
pub(super) fn convert(key: &'static Key, value: &Json, before: Option<&Setting>) -> Result<Setting, String> {
    match key.kind {
        Kind::Text if key.name == "subscription-mode" => mode(value),
        Kind::Text => text(value).map(Setting::Text),
        Kind::Secret => text(value).map(|text| Setting::Secret(Secret::new(text))),
        Kind::Flag => match value {
            Json::Bool(flag) => Ok(Setting::Flag(*flag)),
            other => Err(wrong_kind(other, "bool")),
        },
        Kind::Int => number(value, "int").map(|x| Setting::Int(x as i64)),
        Kind::Float => number(value, "float64").map(Setting::Float),
        Kind::Duration => match value {
            Json::String(text) => parse_go(text).map(Setting::Duration).map_err(|e| unmarshal(&e)),
            other => Err(format!("cannot unmarshal {} into int64", kind(other))),
        },
        Kind::Texts => texts(value).map(Setting::Texts),
        Kind::Named => named(value),
        Kind::Lists => lists(value),
        Kind::Scalars => scalars(value, before),
        Kind::Table(keys) => table(keys, value, before).map(Setting::Table),
        Kind::Tables(_) => Err(wrong_kind(value, "map")),
    }
}

/// Go's word for what a value is.
fn kind(value: &Json) -> &'static str {
    match value {
        Json::Null => "invalid",
        Json::Bool(_) => "bool",
        Json::Number(_) => "float64",
        Json::String(_) => "string",
        Json::Array(_) => "slice",
        Json::Object(_) => "map",
    }
}

fn wrong_kind(value: &Json, expected: &str) -> String {
    format!("wrong kind {}, expected value of kind {expected}: false", kind(value))
}

fn unmarshal(error: &impl std::fmt::Display) -> String {
    format!("failed to unmarshal text: {error}")
}

fn text(value: &Json) -> Result<String, String> {
    match value {
        Json::String(text) => Ok(text.clone()),
        other => Err(wrong_kind(other, "string")),
    }
}

fn mode(value: &Json) -> Result<Setting, String> {
    match value {
        Json::String(text) if ["cluster", "server"].contains(&text.as_str()) => {
            Ok(Setting::Text(text.clone()))
        }
        Json::String(text) => Err(unmarshal(&format!("unknown subscription mode {}", quoted(text)))),
        other => Err(format!("cannot unmarshal {} into int", kind(other))),
    }
}

fn number(value: &Json, go: &str) -> Result<f64, String> {
    let parsed = |text: &str| match go {
        "int" => text.parse::<i64>().ok().map(|n| n as f64),
        _ => text.parse().ok(),
    };
    match value {
        Json::Number(n) => n.as_f64().ok_or_else(|| format!("cannot convert float64 into {go}")),
        Json::String(text) => {
            parsed(text).ok_or_else(|| format!("cannot convert string {} into {go}", quoted(text)))
        }
        other => Err(format!("cannot convert {} into {go}", kind(other))),
    }
}

fn texts(value: &Json) -> Result<Vec<String>, String> {
    let Json::Array(items) = value else { return Err(wrong_kind(value, "slice")) };
    let item = |item| text(item).map_err(|e| format!("failed to copy slice value: {e}"));
    items.iter().map(item).collect()
}

fn entries(value: &Json) -> Result<impl Iterator<Item = (&String, &Json)>, String> {
    match value {
        Json::Object(entries) => Ok(entries.iter()),
        other => Err(wrong_kind(other, "map")),
    }
}

fn copied<T>(value: Result<T, String>) -> Result<T, String> {
    value.map_err(|e| format!("failed to copy map value: {e}"))
}

fn named(value: &Json) -> Result<Setting, String> {
    let pairs = entries(value)?.map(|(name, value)| Ok((name.clone(), Secret::new(copied(text(value))?))));
    pairs.collect::<Result<_, _>>().map(Setting::Named)
}

fn lists(value: &Json) -> Result<Setting, String> {
    let lists = entries(value)?.map(|(name, value)| Ok((name.clone(), copied(texts(value))?)));
    lists.collect::<Result<_, _>>().map(Setting::Lists)
}

/// Those that are named change; the others stay.
fn scalars(value: &Json, before: Option<&Setting>) -> Result<Setting, String> {
    let mut pairs = match before {
        Some(Setting::Scalars(pairs)) => pairs.clone(),
        _ => Vec::new(),
    };
    for (name, value) in entries(value)? {
        let scalar = match value {
            Json::String(text) => Scalar::Text(text.clone()),
            Json::Number(n) => Scalar::Number(n.as_f64().unwrap_or_default()),
            other => return Err(wrong_kind(other, "string")),
        };
        match pairs.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            Some(pair) => pair.1 = scalar,
            None => return Err(format!("Unknown field {name} for SeverityMap")),
        }
    }
    Ok(Setting::Scalars(pairs))
}

fn table(keys: &'static [Key], value: &Json, before: Option<&Setting>) -> Result<Element, String> {
    let mut element = match before {
        Some(Setting::Table(element)) => element.clone(),
        _ => Element::standard(keys),
    };
    for (name, value) in entries(value).map_err(|_| wrong_kind(value, "struct"))? {
        let Some(key) = keys.iter().find(|key| key.name.eq_ignore_ascii_case(name)) else {
            return Err(format!("failed to decode options: invalid keys: {name}"));
        };
        element.set(key.name, convert(key, value, None)?);
    }
    Ok(element)
}
