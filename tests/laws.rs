//! What holds for the parser and the formatter on any text. Shared with the fuzz targets.

use tickscript::lang::{self, MAX_DIAGNOSTICS};
use tickscript::text::{Severity, Span};

/// Parsing ends, all places are places of the text, and Kapacitor's words are on the first error only.
pub(crate) fn parse(text: &str) {
    let parsed = lang::parse(text);
    assert!(parsed.diagnostics.len() <= MAX_DIAGNOSTICS + 1);
    let fits = |span: &Span| text.get(span.start as usize..span.end as usize).is_some();
    let mut errors = 0;
    for found in &parsed.diagnostics {
        assert!(found.span.iter().all(fits), "{found:?}");
        assert!(found.related.iter().all(|(span, _)| fits(span)), "{found:?}");
        errors += usize::from(found.severity == Severity::Error);
        assert!(found.kapacitor.is_none() || errors == 1, "{found:?}");
        let limit = matches!(found.code, "E0110" | "E0111" | "E0112");
        assert!(
            errors != 1 || limit || found.kapacitor.is_some() || found.severity == Severity::Warning,
            "{found:?}"
        );
    }
    assert!(!lang::parse_lambda(text).is_err_and(|found| found.is_empty()), "refused without a word");
}

/// What was formatted can be read, is the same script, and stays as it is.
pub(crate) fn format(text: &str) {
    let Ok(once) = lang::format(text) else { return };
    let again = lang::format(&once).unwrap_or_else(|e| panic!("cannot be read: {e:?}\n{text:?}\n{once}"));
    assert_eq!(again, once, "formatted twice\n{text:?}");
    assert_eq!(shape(&once), shape(text), "another script\n{text:?}\n{once}");
}

/// The tree in print, without places.
fn shape(text: &str) -> String {
    let printed = format!("{:?}", lang::parse(text).script);
    without(&without(&printed, "Span { start: ", |rest| rest.find('}')), "pos: ", |rest| rest.find(','))
}

/// Cuts from each `start` to where `end` finds its end.
fn without(text: &str, start: &str, end: impl Fn(&str) -> Option<usize>) -> String {
    let mut left = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(start) {
        left.push_str(before);
        rest = &after[end(after).unwrap_or(after.len())..];
    }
    left + rest
}
