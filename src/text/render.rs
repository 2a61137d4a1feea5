//! Findings for people: the line, a caret under the place, and what to write instead.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::{Diagnostic, Severity, Source, Span};

/// One finding, with a line end at its end; coloured if asked to. Whether the reader wants colours is
/// the caller's to know.
pub fn render(source: &Source, found: &Diagnostic, color: bool) -> String {
    let level = match found.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(found.message.as_str()).id(found.code);
    let group = match found.span {
        Some(span) => title.element(snippet(source, found, span)),
        None => title.element(Origin::path(source.name())),
    };
    let hint = found.hint.as_deref().map(|hint| Group::with_title(Level::HELP.secondary_title(hint)));
    let report: Vec<Group<'_>> = std::iter::once(group).chain(hint).collect();
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut text = renderer.render(&report);
    text.push('\n');
    text
}

fn snippet<'s>(
    source: &'s Source,
    found: &'s Diagnostic,
    span: Span,
) -> Snippet<'s, annotate_snippets::Annotation<'s>> {
    let primary = AnnotationKind::Primary.span(range(source, span)).label(found.label.as_deref());
    let related = found
        .related
        .iter()
        .map(|(span, words)| AnnotationKind::Context.span(range(source, *span)).label(words.as_str()));
    Snippet::source(source.text()).path(source.name()).annotation(primary).annotations(related)
}

/// The span within the text, on whole characters.
fn range(source: &Source, span: Span) -> Range<usize> {
    let text = source.text();
    let (mut start, mut end) = (text.len().min(span.start as usize), text.len().min(span.end as usize));
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_shows_its_line() {
        let source =
            Source::new("cpu.tick", "stream\n    |from()\n    |alert(\n        .crit(lambda: TRUE)\n");
        let mut found = Diagnostic::error("E0101", "unexpected `.`").at(Span::new(39, 40)).hint("close it");
        found.related.push((Span::new(29, 30), "opened here".into()));
        assert_eq!(
            render(&source, &found, false),
            "\
error[E0101]: unexpected `.`
 --> cpu.tick:4:9
  |
3 |     |alert(
  |           - opened here
4 |         .crit(lambda: TRUE)
  |         ^
  |
help: close it
"
        );
        assert!(render(&source, &found, true).contains("\u{1b}["));
    }

    #[test]
    fn no_place_and_places_beyond_the_end_are_fine() {
        let source = Source::new("x", "ä");
        for span in [None, Some(Span::new(2, 2)), Some(Span::new(1, 99)), Some(Span::new(7, 3))] {
            let found = Diagnostic { span, ..Diagnostic::warning("W0101", "odd") };
            assert!(render(&source, &found, false).starts_with("warning[W0101]: odd\n"), "{span:?}");
        }
    }
}
