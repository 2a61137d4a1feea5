//! Findings for editors and scripts.

use serde_json::{Value, json};

use super::{Diagnostic, Severity, Source, Span};

/// All findings as one JSON object with a version. Lines and columns count from 1, columns in
/// characters, and the end is after the last character. What a finding does not have is `null`.
pub fn diagnostics_json<'s>(findings: impl IntoIterator<Item = (&'s Source, &'s Diagnostic)>) -> String {
    let findings: Vec<Value> = findings.into_iter().map(|(source, found)| finding(source, found)).collect();
    let mut text = json!({ "version": 1, "diagnostics": findings }).to_string();
    text.push('\n');
    text
}

fn finding(source: &Source, found: &Diagnostic) -> Value {
    let severity = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut value = json!({ "code": found.code, "severity": severity, "file": source.name() });
    place(&mut value, source, found.span);
    let related: Vec<Value> = found
        .related
        .iter()
        .map(|(span, message)| {
            let mut value = json!({});
            place(&mut value, source, Some(*span));
            set(&mut value, "message", json!(message));
            value
        })
        .collect();
    set(&mut value, "message", json!(found.message));
    set(&mut value, "label", json!(found.label));
    set(&mut value, "hint", json!(found.hint));
    let fix = found.fix.as_ref().map(|fix| {
        let mut value = json!({});
        place(&mut value, source, Some(fix.span));
        set(&mut value, "text", json!(fix.text));
        value
    });
    set(&mut value, "fix", json!(fix));
    set(&mut value, "related", json!(related));
    set(&mut value, "kapacitor", json!(found.kapacitor));
    value
}

fn place(value: &mut Value, source: &Source, span: Option<Span>) {
    let places = span.map(|span| source.places(span));
    set(value, "line", json!(places.map(|(start, _)| start.line)));
    set(value, "column", json!(places.map(|(start, _)| start.column)));
    set(value, "endLine", json!(places.map(|(_, end)| end.line)));
    set(value, "endColumn", json!(places.map(|(_, end)| end.column)));
}

fn set(value: &mut Value, key: &str, member: Value) {
    if let Value::Object(object) = value {
        object.insert(key.to_string(), member);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_there() {
        let source = Source::new("a.tick", "x\nä = 5\n");
        let mut found = Diagnostic::error("E0114", "no \"var\"").at(Span::new(5, 6)).hint("write it");
        found.related.push((Span::new(0, 1), "after this".into()));
        let without = Diagnostic::warning("W0101", "odd").fix(Span::new(5, 6), "y");
        assert_eq!(
            diagnostics_json([(&source, &found), (&source, &without)]),
            concat!(
                r#"{"version":1,"diagnostics":[{"code":"E0114","severity":"error","file":"a.tick","line":2,"#,
                r#""column":3,"endLine":2,"endColumn":4,"message":"no \"var\"","label":null,"hint":"write it","#,
                r#""fix":null,"related":[{"line":1,"column":1,"endLine":1,"endColumn":2,"message":"after this"}],"kapacitor":null},"#,
                r#"{"code":"W0101","severity":"warning","file":"a.tick","line":null,"column":null,"endLine":null,"#,
                r#""endColumn":null,"message":"odd","label":null,"hint":null,"fix":{"line":2,"column":3,"endLine":2,"endColumn":4,"text":"y"},"#,
                r#""related":[],"kapacitor":null}]}"#,
                "\n"
            )
        );
    }
}
