//! The functions of InfluxQL: a file for each family.

pub(crate) mod holt_winters;
pub(super) mod integral;
pub(super) mod math;
pub(super) mod middle;
pub(super) mod reduce;
pub(super) mod sample;
mod simplex;
pub(super) mod top;
pub(super) mod transform;
