//! Values for the vars of scripts: `--vars FILE` in the form of `kapacitor define -vars`, and
//! `--var NAME=VALUE`.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::lang;
use crate::pipeline::{VarInfo, VarType, VarValue, Vars};
use crate::text::io_words;
use crate::value::duration;

/// Deepest list of lists.
const DEPTH: u32 = 16;

/// Reads `{"name": {"type": T, "value": V}}`, in JSON or YAML.
pub fn read(file: &Path) -> Result<Vars, String> {
    let name = file.display();
    let text = fs::read_to_string(file).map_err(|e| format!("{name}: {}", io_words(&e)))?;
    parse(&text).map_err(|e| format!("{name}: {e}"))
}

fn parse(text: &str) -> Result<Vars, String> {
    let json: Json = if text.trim_start().starts_with(['{', '[']) {
        serde_json::from_str(text).map_err(|e| format!("not JSON: {e}"))?
    } else {
        serde_saphyr::from_str(text).map_err(|e| format!("not YAML: {e}"))?
    };
    let Json::Object(map) = unwrapped(json) else {
        return Err("expected an object of vars by name".to_owned());
    };
    let mut vars = Vars::default();
    for (name, var) in &map {
        vars.set(name.as_str(), value(var).map_err(|e| format!("var `{name}`: {e}"))?);
    }
    Ok(vars)
}

/// The vars in `{"id": …, "template-id": …, "dbrps": […], "vars": {…}}`, as `kapacitor define -file` takes it.
fn unwrapped(json: Json) -> Json {
    match json {
        // A var that is called `vars` has a type.
        Json::Object(mut map) if map.get("vars").is_some_and(|vars| !vars["type"].is_string()) => {
            map.remove("vars").unwrap_or_default()
        }
        other => other,
    }
}

/// The value of `{"type": T, "value": V}`.
///
/// # Errors
/// What is wrong with it.
pub fn value(var: &Json) -> Result<VarValue, String> {
    nested(var, DEPTH)
}

fn nested(var: &Json, depth: u32) -> Result<VarValue, String> {
    let ty = var.get("type").and_then(Json::as_str).ok_or("`type` is missing")?;
    let ty = VarType::from_word(ty).ok_or_else(|| format!("unknown type `{ty}`: {}", types()))?;
    let value = var.get("value").unwrap_or(&Json::Null);
    let wrong = |wanted: &str| format!("expected {wanted} as value of type `{ty}`, got `{value}`");
    let text = |wanted: &str| value.as_str().ok_or_else(|| wrong(wanted));
    Ok(match ty {
        VarType::Bool => VarValue::Bool(value.as_bool().ok_or_else(|| wrong("`true` or `false`"))?),
        VarType::Int => VarValue::Int(value.as_i64().ok_or_else(|| wrong("a whole number"))?),
        VarType::Float => VarValue::Float(value.as_f64().ok_or_else(|| wrong("a number"))?),
        VarType::Duration if value.is_i64() => VarValue::Duration(value.as_i64().unwrap_or_default()),
        VarType::Str | VarType::Duration | VarType::Regex | VarType::Lambda => {
            typed(text("a text")?, ty).map_err(|e| wrong(&e))?
        }
        VarType::Star => VarValue::Star,
        VarType::List => {
            let depth = depth.checked_sub(1).ok_or("lists in lists are too deep")?;
            let items = value.as_array().ok_or_else(|| wrong("a list"))?;
            VarValue::List(items.iter().map(|i| nested(i, depth)).collect::<Result<_, _>>()?)
        }
    })
}

fn types() -> String {
    VarType::ALL.map(|t| format!("`{t}`")).join(", ")
}

/// Adds what was typed as `NAME=VALUE`, each as the type that a script gives the var.
pub fn add_typed(vars: &mut Vars, typed_vars: &[String], declared: &[VarInfo]) -> Result<(), String> {
    for var in typed_vars {
        let (name, text) = split(var)?;
        let Some(info) = declared.iter().find(|d| d.name == name) else { continue };
        let value = typed(text, info.ty)
            .map_err(|e| format!("`--var {name}`: expected {e} for a var of type `{}`", info.ty))?;
        vars.set(name, value);
    }
    Ok(())
}

/// The name and the value of `NAME=VALUE`.
pub fn split(var: &str) -> Result<(&str, &str), String> {
    match var.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim(), value)),
        _ => Err(format!("`--var {var}`: expected `NAME=VALUE`")),
    }
}

/// A text as a value of a type; an error says what was expected.
pub fn typed(text: &str, ty: VarType) -> Result<VarValue, String> {
    let expected = |what: &str| what.to_owned();
    Ok(match ty {
        VarType::Bool if text.eq_ignore_ascii_case("true") => VarValue::Bool(true),
        VarType::Bool if text.eq_ignore_ascii_case("false") => VarValue::Bool(false),
        VarType::Bool => return Err(expected("`true` or `false`")),
        VarType::Int => VarValue::Int(text.parse().map_err(|_| expected("a whole number"))?),
        VarType::Float => VarValue::Float(text.parse().map_err(|_| expected("a number"))?),
        VarType::Str => VarValue::Str(text.to_owned()),
        VarType::Regex => VarValue::Regex(text.to_owned()),
        VarType::Duration => VarValue::Duration(
            duration::parse_influx(text).map_err(|_| expected("a duration such as `10s` or `1h30m`"))?,
        ),
        VarType::Lambda => {
            let body = text.strip_prefix("lambda:").unwrap_or(text);
            let expr = lang::parse_lambda(body).map_err(|found| {
                let why = found.first().map_or("", |d| &d.message);
                format!("a lambda expression ({why})")
            })?;
            VarValue::Lambda(Arc::new(expr))
        }
        VarType::List => {
            let items = text.split(',').map(|t| VarValue::Str(t.trim().to_owned()));
            VarValue::List(if text.trim().is_empty() { Vec::new() } else { items.collect() })
        }
        VarType::Star if text == "*" => VarValue::Star,
        VarType::Star => return Err(expected("`*`")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_read() {
        let vars = parse(
            r#"{"b": {"type": "bool", "value": true}, "i": {"type": "int", "value": 5},
                "f": {"type": "float", "value": 5}, "s": {"type": "string", "value": "x"},
                "d": {"type": "duration", "value": "1m"}, "n": {"type": "duration", "value": 1000},
                "r": {"type": "regex", "value": "^a"}, "star": {"type": "star", "value": ""},
                "l": {"type": "list", "value": [{"type": "string", "value": "a"}]}}"#,
        )
        .unwrap();
        let list = VarValue::List(vec![VarValue::Str("a".into())]);
        for (name, value) in [
            ("b", VarValue::Bool(true)),
            ("i", VarValue::Int(5)),
            ("f", VarValue::Float(5.0)),
            ("s", VarValue::Str("x".into())),
            ("d", VarValue::Duration(60_000_000_000)),
            ("n", VarValue::Duration(1000)),
            ("r", VarValue::Regex("^a".into())),
            ("star", VarValue::Star),
            ("l", list),
        ] {
            assert_eq!(vars.get(name), Some(&value), "{name}");
        }
    }

    #[test]
    fn yaml_and_wrappers_are_understood() {
        for text in [
            "x:\n  type: int\n  value: 5\n",
            "id: task\nvars:\n  x:\n    type: int\n    value: 5\n",
            r#"{"template-id": "t", "dbrps": [], "vars": {"x": {"type": "int", "value": 5}}}"#,
        ] {
            assert_eq!(parse(text).unwrap().get("x"), Some(&VarValue::Int(5)), "{text}");
        }
        let vars = parse(r#"{"vars": {"type": "int", "value": 5}}"#).unwrap();
        assert_eq!(vars.get("vars"), Some(&VarValue::Int(5)));
    }

    #[test]
    fn mistakes_name_the_var() {
        for (text, words) in [
            ("[]", "expected an object"),
            (r#"{"x": {"value": 1}}"#, "var `x`: `type` is missing"),
            (r#"{"x": {"type": "number", "value": 1}}"#, "unknown type `number`"),
            (
                r#"{"x": {"type": "int", "value": 1.5}}"#,
                "expected a whole number as value of type `int`, got `1.5`",
            ),
            (r#"{"x": {"type": "duration", "value": "soon"}}"#, "expected a duration"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn typed_vars_have_the_type_of_the_script() {
        let declared =
            [VarInfo { name: "crit".into(), ty: VarType::Float, value: None, description: String::new() }];
        let mut vars = Vars::default();
        add_typed(&mut vars, &["crit=5".into(), "other=x".into()], &declared).unwrap();
        assert_eq!(vars.get("crit"), Some(&VarValue::Float(5.0)));
        let error = add_typed(&mut vars, &["crit=high".into()], &declared).unwrap_err();
        assert_eq!(error, "`--var crit`: expected a number for a var of type `float`");
        assert!(add_typed(&mut vars, &["crit".into()], &declared).is_err());
    }
}
