//! The functions of InfluxQL: aggregates and selectors, functions of many results, transformations.

mod acc;
mod best;
mod column;
mod distinct;
mod field;
mod fold;
mod func;
mod ladder;
mod order;
mod pick;
mod reduce;
mod running;
mod samples;
mod several;
mod spec;
mod transform;

pub(super) use column::Column;
pub use fold::Fold;
pub(super) use fold::Reading;
pub(super) use reduce::Reduce;
pub(super) use running::Running;
pub(super) use several::Several;
pub(super) use spec::*;
pub(super) use transform::Transform;
