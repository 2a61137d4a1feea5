//! The scalars of the language and of the data: types, durations, times, numbers and patterns, printed
//! and read the way Go does, since that is what Kapacitor's users see.

pub(crate) mod calendar;
pub mod duration;
#[cfg(feature = "serve")]
pub mod glob;
pub mod json;
pub(crate) mod layout;
pub mod number;
pub mod quote;
pub mod regex;
pub mod time;
mod types;
#[expect(clippy::module_inception, reason = "the room is named after its main type")]
mod value;
mod zone;

pub use regex::GoRegex;
pub use types::Type;
pub use value::Value;
pub use zone::Zone;

/// What a test's writer appends.
#[cfg(test)]
fn with(write: impl FnOnce(&mut String)) -> String {
    let mut text = String::new();
    write(&mut text);
    text
}
