//! Failures of the system in words for people.

pub(crate) use crate::text::io_words;

/// Several errors, each on a line of its own.
pub(crate) fn lines(errors: &[impl std::fmt::Display]) -> String {
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    lines.join("\nerror: ")
}
