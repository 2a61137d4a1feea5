//! `alert`: levels, events and what they are handed to.

mod batch;
mod build;
mod config;
mod counters;
mod doubts;
mod extras;
mod judge;
mod levels;
mod run;
mod spec;
#[cfg(test)]
mod tests;

pub use doubts::doubts;
pub(super) use run::Alert;
pub(crate) use spec::SPEC;
