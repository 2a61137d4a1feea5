#![doc = include_str!("../ARCHITECTURE.md")]
#![forbid(unsafe_code)]

// The rooms, in the order in which a script and its data pass through them.
// `tests/tidy.rs` holds who may import whom.
pub mod lang;
pub mod text;
pub mod value;

#[cfg(feature = "engine")]
pub mod alert;
#[cfg(feature = "engine")]
pub mod data;
#[cfg(feature = "engine")]
pub mod engine;
#[cfg(feature = "engine")]
pub mod handlers;
#[cfg(feature = "engine")]
pub mod input;
#[cfg(feature = "engine")]
pub mod lambda;
#[cfg(feature = "engine")]
pub mod nodes;
#[cfg(feature = "engine")]
pub mod pipeline;
#[cfg(feature = "engine")]
pub mod template;
#[cfg(feature = "engine")]
pub mod trace;

#[cfg(feature = "cli")]
pub mod cli;
