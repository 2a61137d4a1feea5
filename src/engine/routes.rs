//! Which `from` nodes take the points of a series: worked out once for each series.

use std::ops::Range;

use super::sentry::UNGUARDED;
use super::{Engine, Sink, cx};
use crate::data::{GroupId, RawPoint, Rest, Row, Series, SeriesId, Sym};
use crate::nodes::{Admission, AnyNode};

/// One way of a series into a task.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hop {
    pub task: u32,
    pub cell: u32,
    pub admission: Admission,
    /// Says whether it can be passed over; [`UNGUARDED`] if nobody does.
    pub sentry: u32,
}

/// The ways of one series.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ways {
    hops: (u32, u32),
    guarded: (u32, u32),
    /// A sentry stands before every hop.
    pub all_guarded: bool,
}

impl Ways {
    const UNKNOWN: Ways = Ways { hops: (0, u32::MAX), guarded: (0, 0), all_guarded: false };

    /// Indices into [`Routes::hops`].
    pub(super) fn hops(&self) -> Range<usize> {
        self.hops.0 as usize..self.hops.1 as usize
    }

    /// Indices into [`Routes::guarded`].
    pub(super) fn guarded(&self) -> Range<usize> {
        self.guarded.0 as usize..self.guarded.1 as usize
    }
}

/// The ways of every series.
#[derive(Default)]
pub(super) struct Routes {
    pub hops: Vec<Hop>,
    /// Sentries of a series, each with the group of its points.
    pub guarded: Vec<(u32, GroupId)>,
    /// By series.
    ways: Vec<Ways>,
    /// State of the catalog that they were worked out from.
    epoch: u64,
}

impl Routes {
    /// They are all worked out anew: tasks came or went.
    pub(super) fn forget(&mut self) {
        *self = Routes { epoch: self.epoch, ..Routes::default() };
    }
}

impl Engine {
    /// The ways of a point's series.
    #[inline]
    pub(super) fn ways(&mut self, point: RawPoint<'_>, sink: &mut dyn Sink) -> Ways {
        if self.routes.epoch != self.catalog.epoch() {
            // A field was seen that has the name of something a script reads: what was decided by
            // tags alone may be decided otherwise now.
            self.routes = Routes { epoch: self.catalog.epoch(), ..Routes::default() };
        }
        match self.routes.ways.get(point.series.index()) {
            Some(ways) if ways.hops.1 != u32::MAX => *ways,
            _ => self.find_ways(point.series, sink),
        }
    }

    #[cold]
    fn find_ways(&mut self, series: SeriesId, sink: &mut dyn Sink) -> Ways {
        let (hops, guarded) = (self.routes.hops.len(), self.routes.guarded.len());
        let known = *self.catalog.series(series);
        for task in 0..self.entrances.len() {
            for _ in 0..self.deliveries(task, &known) {
                self.admit(task, &known, sink);
            }
        }
        let routes = &mut self.routes;
        for hop in &routes.hops[hops..] {
            let place = (hop.sentry, hop.admission.group);
            if hop.sentry != UNGUARDED && !routes.guarded[guarded..].contains(&place) {
                routes.guarded.push(place);
            }
        }
        let ways = Ways {
            hops: (hops as u32, routes.hops.len() as u32),
            guarded: (guarded as u32, routes.guarded.len() as u32),
            all_guarded: routes.hops[hops..].iter().all(|hop| hop.sentry != UNGUARDED),
        };
        if routes.ways.len() <= series.index() {
            routes.ways.resize(series.index() + 1, Ways::UNKNOWN);
        }
        routes.ways[series.index()] = ways;
        ways
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
            let is_field = |name: &str| self.plain.is_some() || self.catalog.has_field(series.name, name);
            if let Some(admission) = from.admit(&row, &mut cx, is_field) {
                // What is asked for each point is asked by the `from` itself.
                let sentry = if admission.ask { UNGUARDED } else { self.entrances[task].sentry };
                self.routes.hops.push(Hop { task: task as u32, cell, admission, sentry });
            }
        }
        self.tape.vals.truncate(base as usize);
    }
}
