//! Findings and failures in words for people.

use std::io::{self, ErrorKind};

use crate::text::{Diagnostic, Severity, Source};

/// `error[E0101]: cpu.tick:3:7: message; hint`
pub(crate) fn line(source: &Source, found: &Diagnostic) -> String {
    let severity = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut line = format!("{severity}[{}]: {}", found.code, source.name());
    if let Some(span) = found.span {
        line.push_str(&format!(":{}", source.place(span.start as usize)));
    }
    line.push_str(&format!(": {}", found.message));
    if let Some(hint) = &found.hint {
        line.push_str(&format!("\n  hint: {hint}"));
    }
    line
}

/// An error of the system in few words.
pub(crate) fn io_words(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file".to_owned(),
        ErrorKind::PermissionDenied => "may not be read: permission denied".to_owned(),
        ErrorKind::IsADirectory => "is a directory".to_owned(),
        _ => error.to_string(),
    }
}
