//! Formats to points: everything is reduced to line protocol, which one fast reader takes apart.

pub mod point;
