//! A batch as it is handed over: read from a recording, or the answer of a query.

use super::{Dims, Head, World};
use crate::value::Value;

/// A batch with all its points.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Batch {
    /// Measurement.
    pub name: String,
    /// Tags of the batch, by which it is grouped.
    pub tags: Vec<(String, String)>,
    /// Grouped by measurement too.
    pub by_name: bool,
    /// Nanoseconds since 1970: the end of its time range.
    pub tmax: i64,
    /// Its points.
    pub points: Vec<BatchPoint>,
}

/// A point of a batch.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct BatchPoint {
    /// Nanoseconds since 1970.
    pub time: i64,
    /// All its tags.
    pub tags: Vec<(String, String)>,
    /// Its fields.
    pub fields: Vec<(String, Value)>,
}

impl Batch {
    /// Moves its points in time. Its end is where it was, but not before its last point.
    pub fn shift(&mut self, by: i64) {
        for point in &mut self.points {
            point.time = point.time.saturating_add(by);
        }
        let last = self.points.last().map_or(self.tmax, |p| p.time);
        self.tmax = self.tmax.max(last);
    }

    /// The batch without its points, in the terms of a run.
    pub fn head(&self, world: &mut World) -> Head {
        let name = world.symbols.intern(&self.name);
        let tags = world.tags(&self.tags);
        let names = world.tags.pairs(tags).iter().map(|p| p.0).collect();
        let dims = world.groups.dims_id(Dims { by_name: self.by_name, names }, &world.symbols);
        Head { name, group: world.group(dims, name, tags), tmax: self.tmax }
    }
}
