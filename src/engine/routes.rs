//! Which `from` nodes take the points of a series: worked out once for each series.

use std::ops::Range;

use super::{Engine, Sink, cx};
use crate::data::{GroupId, RawPoint, Rest, Row, Series, SeriesId, Sym};
use crate::nodes::{Admission, AnyNode};

/// One way of a series into a task.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hop {
    pub task: u32,
    pub cell: u32,
    pub admission: Admission,
}

/// The ways of every series.
#[derive(Default)]
pub(super) struct Routes {
    pub hops: Vec<Hop>,
    /// By series.
    ranges: Vec<Range<usize>>,
    /// State of the catalog that they were worked out from.
    epoch: u64,
}

impl Engine {
    /// Indices of the hops of a point's series.
    #[inline]
    pub(super) fn hops(&mut self, point: RawPoint<'_>, sink: &mut dyn Sink) -> Range<usize> {
        if self.routes.epoch != self.catalog.epoch() {
            // A field was seen that has the name of something a script reads: what was decided by
            // tags alone may be decided otherwise now.
            self.routes = Routes { epoch: self.catalog.epoch(), ..Routes::default() };
        }
        match self.routes.ranges.get(point.series.index()) {
            Some(range) if range.end != usize::MAX => range.clone(),
            _ => self.find_ways(point.series, sink),
        }
    }

    #[cold]
    fn find_ways(&mut self, series: SeriesId, sink: &mut dyn Sink) -> Range<usize> {
        let unknown = 0..usize::MAX;
        if self.routes.ranges.len() <= series.index() {
            self.routes.ranges.resize(series.index() + 1, unknown);
        }
        let start = self.routes.hops.len();
        let known = *self.catalog.series(series);
        for task in 0..self.entrances.len() {
            for _ in 0..self.deliveries(task, &known) {
                self.admit(task, &known, sink);
            }
        }
        let range = start..self.routes.hops.len();
        self.routes.ranges[series.index()] = range.clone();
        range
    }

    /// How often a task gets each point of a series: once for the measurement that a `from` names, and
    /// once more if there is a `from` that names none.
    pub(super) fn deliveries(&self, task: usize, series: &Series) -> usize {
        let entrance = &self.entrances[task];
        if !entrance.dbrps.contains(&(series.db, series.rp)) {
            return 0;
        }
        let keyed = |key: Option<Sym>| usize::from(entrance.measurements.contains(&key));
        keyed(Some(series.name)) + keyed(None)
    }

    fn admit(&mut self, task: usize, series: &Series, sink: &mut dyn Sink) {
        // Values of the point at hand must not decide for the series.
        let base = self.tape.vals.len() as u32;
        let width = self.infos[task].width();
        self.tape.vals.resize(base as usize + width, crate::data::Val::Missing);
        let row = Row {
            time: self.now,
            name: series.name,
            db: series.db,
            rp: series.rp,
            tags: series.tags,
            group: GroupId::NIL,
            base,
            rest: Rest::None,
        };
        for &cell in &self.entrances[task].froms {
            let mut cx = cx!(self, sink, task, cell as usize);
            let AnyNode::From(from) = &mut self.cells[task][cell as usize].node else { continue };
            let is_field = |name: &str| self.catalog.has_field(series.name, name);
            if let Some(admission) = from.admit(&row, &mut cx, is_field) {
                self.routes.hops.push(Hop { task: task as u32, cell, admission });
            }
        }
        self.tape.vals.truncate(base as usize);
    }
}
