//! Comments that silence warnings: `// tick: ignore[W0204]`, on the line of what is meant or on the line above it.

use crate::lang;
use crate::text::{Diagnostic, Severity, Source, Span, codes};

/// What such a comment begins with.
const MARK: &str = "tick:";
const WORD: &str = "ignore";

/// The comments of a script that silence warnings.
pub struct Ignores {
    all: Vec<Ignore>,
    /// Comments that say something else, or not quite that.
    wrong: Vec<Diagnostic>,
}

struct Ignore {
    code: String,
    span: Span,
    /// The line on which the comment stands, from 1.
    line: usize,
    /// Nothing but the comment stands there: the next line is meant.
    alone: bool,
    used: bool,
}

impl Ignores {
    /// Finds them.
    pub fn of(source: &Source) -> Ignores {
        let mut ignores = Ignores { all: Vec::new(), wrong: Vec::new() };
        let text = source.text();
        for span in lang::comments(text) {
            let comment = slice(text, span).trim_start_matches('/').trim();
            if let Some(rest) = comment.strip_prefix(MARK) {
                ignores.read(source, span, rest.trim());
            }
        }
        ignores
    }

    fn read(&mut self, source: &Source, span: Span, rest: &str) {
        let list = rest.strip_prefix(WORD).and_then(|rest| rest.trim().strip_prefix('['));
        let Some((list, _)) = list.and_then(|list| list.split_once(']')) else {
            self.wrong.push(wrong(span, "a comment for `tick` that it does not understand"));
            return;
        };
        let line = source.place(span.start as usize).line;
        let alone = before(source.text(), span).trim().is_empty();
        for code in list.split(',').map(str::trim) {
            match codes::find(code) {
                Some(known) if known.code.starts_with('W') => {
                    self.all.push(Ignore { code: known.code.to_owned(), span, line, alone, used: false });
                }
                Some(_) => {
                    self.wrong.push(wrong(span, format!("`{code}` is an error and cannot be ignored")))
                }
                None => self.wrong.push(wrong(span, format!("there is no code `{code}`"))),
            }
        }
    }

    /// Takes out what is silenced; adds what is wrong with the comments themselves. In a script that has mistakes
    /// a comment may be there for what was not looked for, so the findings are not `complete`.
    pub fn apply(mut self, source: &Source, findings: &mut Vec<Diagnostic>, complete: bool) {
        findings.retain(|found| !self.silences(source, found));
        findings.extend(self.wrong);
        findings.extend(
            self.all
                .iter()
                .filter(|ignore| complete && !ignore.used)
                .map(|ignore| wrong(ignore.span, format!("there is no {} to ignore here", ignore.code))),
        );
    }

    fn silences(&mut self, source: &Source, found: &Diagnostic) -> bool {
        if found.severity == Severity::Error {
            return false;
        }
        // The last line, so that a chain's comment may stand above its first or its last step.
        let lines = found.span.map(|span| {
            let (start, end) = source.places(span);
            start.line..=end.line
        });
        let mut silenced = false;
        for ignore in self.all.iter_mut().filter(|ignore| ignore.code == found.code) {
            let here = lines.as_ref().is_none_or(|lines| {
                lines.contains(&ignore.line)
                    || (ignore.alone && *lines.start() == next_line(source, ignore.line))
            });
            ignore.used |= here;
            silenced |= here;
        }
        silenced
    }
}

/// The first line below that is neither blank nor a comment of its own.
fn next_line(source: &Source, line: usize) -> usize {
    let rest = source.text().lines().enumerate().skip(line);
    let mut lines = rest.filter(|(_, text)| {
        let text = text.trim();
        !text.is_empty() && !text.starts_with("//")
    });
    lines.next().map_or(line + 1, |(index, _)| index + 1)
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.start as usize..span.end as usize).unwrap_or_default()
}

/// What stands on the same line before a place.
fn before(text: &str, span: Span) -> &str {
    let head = text.get(..span.start as usize).unwrap_or_default();
    head.rsplit('\n').next().unwrap_or_default()
}

fn wrong(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::warning("W0309", message)
        .at(span)
        .hint("write `// tick: ignore[W0204]`, with the codes of warnings")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(text: &str, codes: &[&'static str]) -> Vec<&'static str> {
        let source = Source::new("a.tick", text);
        let at = text.find("HERE").unwrap();
        let mut findings: Vec<Diagnostic> =
            codes.iter().map(|code| Diagnostic::warning(code, "odd").at(Span::new(at, at + 4))).collect();
        findings.push(Diagnostic::error("E0101", "wrong").at(Span::new(at, at + 4)));
        Ignores::of(&source).apply(&source, &mut findings, true);
        findings.iter().map(|found| found.code).filter(|code| *code != "E0101").collect()
    }

    #[test]
    fn on_the_line_or_above_it() {
        assert_eq!(left("var HERE = 5 // tick: ignore[W0201]", &["W0201"]), [""; 0]);
        assert_eq!(left("// tick: ignore[W0201]\nvar HERE = 5", &["W0201"]), [""; 0]);
        assert_eq!(
            left("// tick: ignore[w0201, W0203]\n\n// why\nvar HERE = 5", &["W0201", "W0203"]),
            [""; 0]
        );
        assert_eq!(left("var x = 1 // tick: ignore[W0201]\nvar HERE = 5", &["W0201"]), ["W0201", "W0309"]);
        assert_eq!(left("var HERE = '// tick: ignore[W0201]'", &["W0201"]), ["W0201"]);
    }

    #[test]
    fn comments_that_are_wrong_themselves() {
        assert_eq!(left("// tick: ignore[W9999]\nvar HERE = 5", &[]), ["W0309"]);
        assert_eq!(left("// tick: ignore[E0101]\nvar HERE = 5", &[]), ["W0309"]);
        assert_eq!(left("// tick: ignore W0201\nvar HERE = 5", &["W0201"]), ["W0201", "W0309"]);
        assert_eq!(left("// tick: ignore[W0201]\nvar HERE = 5", &[]), ["W0309"]);
        assert_eq!(left("// tick is a parasite\nvar HERE = 5", &[]), [""; 0]);
    }
}
