//! Where in a text, and how to tell the user: spans, sources, diagnostics.

pub mod codes;
mod diagnostic;
mod fix;
#[cfg(feature = "engine")]
mod json;
#[cfg(feature = "cli")]
mod render;
mod source;
mod span;
pub mod suggest;
mod system;

pub use diagnostic::{Diagnostic, Severity};
pub use fix::{Fix, fixed};
#[cfg(feature = "engine")]
pub use json::diagnostics_json;
#[cfg(feature = "cli")]
pub use render::render;
pub use source::{Place, Source, Starts};
pub use span::Span;
pub use system::{io_words, system_words};
