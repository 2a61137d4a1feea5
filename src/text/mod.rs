//! Where in a text, and how to tell the user: spans, sources, diagnostics.

mod diagnostic;
mod span;

pub use diagnostic::{Diagnostic, Severity};
pub use span::Span;
