//! The scalars of the language and of the data: types, durations, times, numbers as Go prints them.

mod types;
#[expect(clippy::module_inception, reason = "the room is named after its main type")]
mod value;

pub use types::Type;
pub use value::Value;
