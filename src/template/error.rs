//! What can go wrong with a template, in Go's words.

use crate::value::quote::quoted;

/// A template that was not understood.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{lead}{place}: {message}")]
pub struct TemplateError {
    lead: &'static str,
    /// Name, and line and column as far as Go tells them.
    place: String,
    line: usize,
    offset: usize,
    message: String,
}

impl TemplateError {
    /// An error in the language of templates.
    pub(super) fn syntax(name: &str, line: usize, offset: usize, message: String) -> TemplateError {
        TemplateError { lead: "template: ", place: format!("{name}:{line}"), line, offset, message }
    }

    /// An error in the HTML around it, at a node or nowhere in particular.
    pub(super) fn html(name: &str, text: &str, pos: Option<usize>, message: String) -> TemplateError {
        let offset = pos.unwrap_or(0);
        let (line, column) = line_column(text, offset);
        let place = match pos {
            Some(_) => format!("{name}:{line}:{column}"),
            None => name.to_owned(),
        };
        TemplateError { lead: "html/template:", place, line, offset, message }
    }

    /// Line of the template, the first is 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// Where in the template's text it was noticed, in bytes.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// What is wrong, without name and line.
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// A template that failed on the data at hand.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("template: {name}:{line}:{column}: executing {} at <{context}>: {message}", quoted(executing))]
pub struct ExecError {
    pub(super) name: String,
    pub(super) executing: String,
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) context: String,
    pub(super) message: String,
}

impl ExecError {
    /// What is wrong, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// Line (from 1) and column (from 0, in bytes) of a place in a text.
pub(super) fn line_column(text: &str, pos: usize) -> (usize, usize) {
    let before = text.get(..pos).unwrap_or_default();
    let line = 1 + before.bytes().filter(|&b| b == b'\n').count();
    (line, before.len() - before.rfind('\n').map_or(0, |i| i + 1))
}
