//! `window`: collects points of a stream to batches, by time or by count.

mod run;
mod spec;

pub(super) use run::Window;
pub(super) use spec::SPEC;
