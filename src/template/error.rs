//! What can go wrong with a template, in Go's words.

/// A template that was not understood.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{}", self.text())]
pub struct TemplateError {
    pub(super) lead: &'static str,
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) offset: usize,
    pub(super) message: String,
}

impl TemplateError {
    fn text(&self) -> String {
        let TemplateError { lead, name, line, message, .. } = self;
        format!("{lead}: {name}:{line}: {message}")
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

fn quoted(text: &str) -> String {
    let mut out = String::new();
    crate::value::quote::push_quoted(&mut out, text);
    out
}
