//! Where in a text, and how to tell the user: spans, sources, diagnostics.

mod diagnostic;
mod source;
mod span;
pub mod suggest;

pub use diagnostic::{Diagnostic, Severity};
pub use source::{Place, Source, line_char};
pub use span::Span;
