//! Findings for people: the line, a caret under the place, and what to write instead.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::{Diagnostic, Place, Severity, Source, Span};

/// Bytes of a line that is not shown whole.
const LONG_LINE: usize = 2000;
/// Bytes shown to both sides of a place in one.
const NEAR: usize = 60;

/// One finding, with a line end at its end; coloured if asked to. Whether the reader wants colours is
/// the caller's to know.
pub fn render(source: &Source, found: &Diagnostic, color: bool) -> String {
    let level = match found.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(found.message.as_str()).id(found.code);
    let excerpt = found.span.and_then(|span| Excerpt::of(source, range(source, span)));
    let group = match (found.span, &excerpt) {
        (_, Some(excerpt)) => title.element(excerpt.snippet(source, found)),
        (Some(span), None) => title.element(snippet(source, found, range(source, span))),
        (None, None) => title.element(Origin::path(source.name())),
    };
    let hint = found.hint.as_deref().map(|hint| Group::with_title(Level::HELP.secondary_title(hint)));
    let report: Vec<Group<'_>> = std::iter::once(group).chain(hint).collect();
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut text = renderer.render(&report);
    if let Some(excerpt) = excerpt {
        text = excerpt.name_place(source, &text);
    }
    text.push('\n');
    text
}

/// What is near a place in a line without end.
struct Excerpt {
    place: Place,
    /// With dots where it is cut.
    text: String,
    /// The place within it.
    mark: Range<usize>,
}

impl Excerpt {
    /// None for lines that can be shown whole.
    fn of(source: &Source, marked: Range<usize>) -> Option<Excerpt> {
        let place = source.place(marked.start);
        let line = source.line_range(place.line);
        if line.len() <= LONG_LINE {
            return None;
        }
        let from = boundary(source, line.start.max(marked.start.saturating_sub(NEAR)));
        let to = boundary(source, line.end.min(marked.start + NEAR));
        let near = source.text().get(from..to).unwrap_or_default().trim_end();
        let before = if from > line.start { "..." } else { "" };
        let after = if to < line.end { "..." } else { "" };
        let within = |byte: usize| (byte - from).min(near.len()) + before.len();
        let mark = within(marked.start)..within(marked.end);
        Some(Excerpt { place, text: format!("{before}{near}{after}"), mark })
    }

    fn snippet<'s>(&'s self, source: &'s Source, found: &'s Diagnostic) -> Snippet<'s, Annotation<'s>> {
        Snippet::source(self.text.as_str())
            .line_start(self.place.line)
            .path(source.name())
            .annotation(AnnotationKind::Primary.span(self.mark.clone()).label(found.label.as_deref()))
    }

    /// The renderer counts columns in the excerpt.
    fn name_place(&self, source: &Source, rendered: &str) -> String {
        let Place { line, column } = self.place;
        let counted = self.text.get(..self.mark.start).unwrap_or_default().chars().count() + 1;
        let name = source.name();
        rendered.replacen(&format!("{name}:{line}:{counted}"), &format!("{name}:{line}:{column}"), 1)
    }
}

/// The lines of the places, cut out: the renderer goes through all of the text that it is given.
fn snippet<'s>(
    source: &'s Source,
    found: &'s Diagnostic,
    primary: Range<usize>,
) -> Snippet<'s, Annotation<'s>> {
    let related: Vec<(Range<usize>, &str)> =
        found.related.iter().map(|(span, words)| (range(source, *span), words.as_str())).collect();
    let all = || std::iter::once(&primary).chain(related.iter().map(|(range, _)| range));
    let first = source.place(all().map(|range| range.start).min().unwrap_or(0)).line;
    let last = source.place(all().map(|range| range.end).max().unwrap_or(0)).line;
    let from = source.line_range(first).start;
    let text = source.text().get(from..source.line_range(last).end).unwrap_or_default();
    let within = |range: &Range<usize>| range.start - from..range.end - from;
    let annotations =
        related.iter().map(|(range, words)| AnnotationKind::Context.span(within(range)).label(*words));
    Snippet::source(text)
        .line_start(first)
        .path(source.name())
        .annotation(AnnotationKind::Primary.span(within(&primary)).label(found.label.as_deref()))
        .annotations(annotations.collect::<Vec<_>>())
}

/// The span within the text, on whole characters.
fn range(source: &Source, span: Span) -> Range<usize> {
    let text = source.text();
    let start = boundary(source, span.start as usize);
    let mut end = text.len().min(span.end as usize);
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end.max(start)
}

/// The beginning of the character that a byte is in.
fn boundary(source: &Source, byte: usize) -> usize {
    let mut byte = byte.min(source.text().len());
    while !source.text().is_char_boundary(byte) {
        byte -= 1;
    }
    byte
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
    fn far_places_keep_their_numbers() {
        let source = Source::new("cpu.tick", format!("var a = 1\n{}var b = 2\n", "\n".repeat(120)));
        let mut found = Diagnostic::error("E0202", "taken").at(Span::new(134, 135));
        found.related.push((Span::new(4, 5), "here".into()));
        assert_eq!(
            render(&source, &found, false),
            "\
error[E0202]: taken
   --> cpu.tick:122:5
    |
  1 | var a = 1
    |     - here
...
122 | var b = 2
    |     ^
"
        );
    }

    #[test]
    fn of_a_line_without_end_what_is_near_is_shown() {
        let text = format!("x\n{} odd {}\n", "ä ".repeat(1000), "b ".repeat(1000));
        let at = text.find("odd").unwrap();
        let found = Diagnostic::warning("W0101", "odd").at(Span::new(at, at + 3));
        let source = Source::new("x.tick", text);
        assert!(render(&source, &found, true).contains("x.tick:2:2002"));
        let shown = render(&source, &found, false);
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[1], " --> x.tick:2:2002", "{shown}");
        assert!(lines[3].starts_with("2 | ...") && lines[3].ends_with("b..."), "{shown}");
        let (marked, mark) = (lines[3].find("odd").unwrap(), lines[4].find("^^^").unwrap());
        assert_eq!(lines[3][..marked].chars().count(), mark, "{shown}");
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
