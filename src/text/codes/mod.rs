//! The stable codes of diagnostics and what each means: one table for each range.
//!
//! E01xx syntax, E02xx definition, E03xx start of a task, E04xx lambdas, E05xx templates, E06xx handler
//! files, W01xx to W03xx what is allowed but hardly meant. A code that was released is never used for anything else.

mod definition;
mod graphs;
mod lambdas;
mod lints;
mod start;
mod syntax;
mod templates;
mod warnings;

/// A code and its page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Code {
    /// Such as `E0101`.
    pub code: &'static str,
    /// In a few words.
    pub title: &'static str,
    /// What is wrong and why, in a paragraph.
    pub text: &'static str,
    /// A script with the mistake; empty where none can be shown.
    pub wrong: &'static str,
    /// The same without it.
    pub right: &'static str,
}

/// All tables, in the order of their codes.
const TABLES: &[&[Code]] = &[
    syntax::CODES,
    definition::CODES,
    start::CODES,
    lambdas::CODES,
    templates::CODES,
    warnings::CODES,
    lints::CODES,
    graphs::CODES,
];

/// All codes, sorted.
pub fn all() -> impl Iterator<Item = &'static Code> {
    TABLES.iter().copied().flatten()
}

/// The page of a code, however its letter is written.
pub fn find(code: &str) -> Option<&'static Code> {
    all().find(|known| known.code.eq_ignore_ascii_case(code))
}

/// The page as plain text.
pub fn page(code: &Code) -> String {
    let mut page = format!("{}: {}\n\n{}\n", code.code, code.title, code.text);
    for (title, script) in [("Wrong", code.wrong), ("Right", code.right)] {
        if !script.is_empty() {
            page.push_str(&format!("\n{title}:\n\n"));
            page.extend(script.lines().map(|line| format!("    {line}\n")));
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_used_once() {
        let codes: Vec<&str> = all().map(|code| code.code).collect();
        assert!(codes.windows(2).all(|pair| pair[0] < pair[1]), "{codes:?}");
        for code in codes {
            let (letter, digits) = code.split_at(1);
            assert!(matches!(letter, "E" | "W") && digits.len() == 4, "{code}");
            assert!(digits.bytes().all(|b| b.is_ascii_digit()), "{code}");
        }
    }

    #[test]
    fn pages_are_complete() {
        for code in all() {
            assert!(!code.title.is_empty() && !code.title.ends_with('.'), "{code:?}");
            assert!(
                code.text.ends_with('.') && code.text.lines().all(|line| line.chars().count() <= 86),
                "{code:?}"
            );
        }
        let first = find("e0101").unwrap();
        assert!(page(first).starts_with("E0101: "));
        assert_eq!(find("E9999"), None);
    }
}
