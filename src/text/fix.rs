//! Changes of a text that follow from findings about it.

use super::{Diagnostic, Span};

/// Other words for a part of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What is replaced.
    pub span: Span,
    /// What comes there.
    pub text: String,
}

/// The text with the changes of all findings that have one, and how many those were. Of two that overlap the first
/// is made.
pub fn fixed(text: &str, findings: &[Diagnostic]) -> (String, usize) {
    let mut fixes: Vec<&Fix> = findings.iter().filter_map(|found| found.fix.as_ref()).collect();
    fixes.sort_by_key(|fix| (fix.span.start, fix.span.end));
    let (mut out, mut at, mut count) = (String::with_capacity(text.len()), 0, 0);
    for fix in fixes {
        let (start, end) = (fix.span.start as usize, fix.span.end as usize);
        let Some(between) = text.get(at..start) else { continue };
        if text.get(start..end).is_none() {
            continue;
        }
        out.push_str(between);
        out.push_str(&fix.text);
        (at, count) = (end, count + 1);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    (out, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(start: usize, end: usize, text: &str) -> Diagnostic {
        Diagnostic::warning("W0101", "odd").fix(Span::new(start, end), text)
    }

    #[test]
    fn fixes_are_made_from_left_to_right() {
        let plain = Diagnostic::warning("W0102", "odd");
        let findings = [finding(4, 5, "E"), plain, finding(0, 1, "AA")];
        assert_eq!(fixed("abcde", &findings), ("AAbcdE".to_owned(), 2));
    }

    #[test]
    fn what_overlaps_or_lies_outside_is_left() {
        let findings = [finding(0, 3, "x"), finding(2, 4, "y"), finding(9, 12, "z"), finding(3, 3, "+")];
        assert_eq!(fixed("abcde", &findings), ("x+de".to_owned(), 2));
        assert_eq!(fixed("é", &[finding(1, 2, "y")]), ("é".to_owned(), 0));
    }
}
