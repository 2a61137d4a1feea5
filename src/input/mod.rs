//! Bytes to points.

pub mod line;
mod number;
