//! The functions of InfluxQL: aggregates and selectors, functions of many results, transformations.

mod acc;
mod distinct;
mod field;
mod func;
mod ladder;
mod order;
mod pick;
mod reduce;
mod samples;
mod several;
mod spec;
mod transform;

pub(super) use reduce::Reduce;
pub(super) use several::Several;
pub(super) use spec::*;
pub(super) use transform::Transform;
