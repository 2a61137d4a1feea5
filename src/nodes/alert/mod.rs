//! `alert`: levels, events and what they are handed to.

mod spec;

pub(crate) use spec::SPEC;
