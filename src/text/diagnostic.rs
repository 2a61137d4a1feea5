//! One finding about a script or a file, as data: printing it is somebody else's task.

use super::{Fix, Span};

/// How bad a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// The script runs, but perhaps not as meant.
    Warning,
    /// The script is refused.
    Error,
}

/// A finding with its place, its stable code and what to do about it.
#[derive(Clone, PartialEq, Debug)]
pub struct Diagnostic {
    /// Stable code such as `E0101`; never reused. `tick explain CODE` tells more.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// A lower-case fragment without a full stop.
    pub message: String,
    /// The place; none for findings about a text as a whole.
    pub span: Option<Span>,
    /// What stands under the caret, if more than the message is to be said there.
    pub label: Option<String>,
    /// Further places with a word on each.
    pub related: Vec<(Span, String)>,
    /// What to write instead.
    pub hint: Option<String>,
    /// A change that is sure to be right.
    pub fix: Option<Fix>,
    /// Kapacitor's exact words for the same error, where it has one.
    pub kapacitor: Option<String>,
}

impl Diagnostic {
    /// An error without place, hint or Kapacitor's words.
    pub fn error(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity: Severity::Error,
            message: message.into(),
            span: None,
            label: None,
            related: Vec::new(),
            hint: None,
            fix: None,
            kapacitor: None,
        }
    }

    /// A warning without place or hint.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, message) }
    }

    /// The same with a place.
    #[must_use]
    pub fn at(mut self, span: Span) -> Diagnostic {
        self.span = Some(span);
        self
    }

    /// The same with words under the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Diagnostic {
        self.label = Some(label.into());
        self
    }

    /// The same with advice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Diagnostic {
        self.hint = Some(hint.into());
        self
    }

    /// The same with a change that is sure to be right.
    #[must_use]
    pub fn fix(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.fix = Some(Fix { span, text: text.into() });
        self
    }

    /// The same with Kapacitor's exact words.
    #[must_use]
    pub fn kapacitor(mut self, words: impl Into<String>) -> Diagnostic {
        self.kapacitor = Some(words.into());
        self
    }
}
