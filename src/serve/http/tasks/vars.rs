//! Vars of tasks and templates as the API has them: by name, each with a type, a value and a description.

use serde_json::{Map, Value as Json, json};

use crate::lang;
use crate::pipeline::{VarInfo, VarType, VarValue};
use crate::play::var_value;

/// Vars that a client gives, as they are kept and shown; `None` if one is none.
pub(super) fn given(vars: &Map<String, Json>) -> Option<Map<String, Json>> {
    let mut kept: Vec<(String, Json)> =
        vars.iter().map(|(name, var)| Some((name.clone(), one(var)?))).collect::<Option<_>>()?;
    kept.sort_by(|a, b| a.0.cmp(&b.0));
    Some(kept.into_iter().collect())
}

fn one(var: &Json) -> Option<Json> {
    let description = match var.get("description") {
        None | Some(Json::Null) => "",
        Some(text) => text.as_str()?,
    };
    let value = var_value(var).ok()?;
    let shown = match (&value, var.get("value")) {
        // As it was written.
        (VarValue::Lambda(_), Some(text)) => text.clone(),
        (VarValue::List(_), Some(Json::Array(items))) => items.iter().map(one).collect::<Option<_>>()?,
        (VarValue::Star, _) => Json::Null,
        (value, _) => plain(value),
    };
    Some(var_of(value.ty(), shown, description))
}

/// Vars that a template declares.
pub(in crate::serve::http) fn declared(vars: &[VarInfo]) -> Json {
    let one = |var: &VarInfo| {
        let value = var.value.as_ref().map_or(Json::Null, plain);
        (var.name.clone(), var_of(var.ty, value, &var.description))
    };
    let mut all: Vec<(String, Json)> = vars.iter().map(one).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    Json::Object(all.into_iter().collect())
}

fn var_of(ty: VarType, value: Json, description: &str) -> Json {
    json!({"type": ty.word(), "value": value, "description": description})
}

fn plain(value: &VarValue) -> Json {
    match value {
        VarValue::Bool(x) => json!(x),
        VarValue::Int(x) | VarValue::Duration(x) => json!(x),
        // Go has no point in whole numbers.
        #[allow(clippy::cast_possible_truncation, reason = "it is whole, and small enough")]
        VarValue::Float(x) if x.fract() == 0.0 && x.abs() < 1e18 => json!(*x as i64),
        VarValue::Float(x) => json!(x),
        VarValue::Str(text) | VarValue::Regex(text) => json!(text),
        VarValue::Lambda(expr) => json!(lang::print_expr(expr)),
        VarValue::List(items) => items.iter().map(|item| var_of(item.ty(), plain(item), "")).collect(),
        VarValue::Star => json!({"typeOf": "star"}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vars_are_kept_as_kapacitor_shows_them() {
        let vars = json!({
            "f": {"type": "float", "value": 5.0}, "d": {"type": "duration", "value": "1m"},
            "l": {"type": "list", "value": [{"type": "string", "value": "a"}, {"type": "star"}]},
            "e": {"type": "lambda", "value": "\"a\">1", "description": "x"}
        });
        let kept = given(vars.as_object().unwrap()).unwrap();
        let want = concat!(
            r#"{"d":{"type":"duration","value":60000000000,"description":""},"#,
            r#""e":{"type":"lambda","value":"\"a\">1","description":"x"},"#,
            r#""f":{"type":"float","value":5,"description":""},"#,
            r#""l":{"type":"list","value":[{"type":"string","value":"a","description":""},"#,
            r#"{"type":"star","value":null,"description":""}],"description":""}}"#,
        );
        assert_eq!(Json::Object(kept.clone()).to_string(), want);
        assert_eq!(given(&kept), Some(kept), "what is kept is read again");
        for bad in [json!({"x": 1}), json!({"x": {"type": "int", "value": "a"}}), json!({"x": {"type": "?"}})]
        {
            assert_eq!(given(bad.as_object().unwrap()), None, "{bad}");
        }
    }
}
