//! Failures of the system in words for people.

use std::io::{self, ErrorKind};

use crate::text::system_words;

/// Several errors, each on a line of its own.
pub(crate) fn lines(errors: &[impl std::fmt::Display]) -> String {
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    lines.join("\nerror: ")
}

/// An error of the system in few words.
pub(crate) fn io_words(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file".to_owned(),
        ErrorKind::PermissionDenied => "may not be read: permission denied".to_owned(),
        ErrorKind::IsADirectory => "is a directory".to_owned(),
        _ => system_words(error),
    }
}
