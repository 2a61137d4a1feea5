//! `window`: collects points of a stream to batches, by time or by count.

mod points;
mod run;
mod spec;

pub(super) use points::Points;
pub(super) use spec::SPEC;

use self::points::Whole;
use self::run::{Kind, Windows};
use super::influxql::{Column, Reading, Running};
use super::{Barrier, Build, Cx, Msg, Node, Step};
use crate::data::{Damaged, GroupId, Keep, Loader, Row, Saver, Shelf};
use crate::pipeline::{Fault, NodeDef};

/// `window` at work.
pub struct Window(Kept);

enum Kept {
    /// Whole points.
    Points(Windows<Shelf>),
    /// A reduction under way, where a function alone reads the window and each point is in one window.
    Running(Windows<Running>),
    /// What a function needs of each point, where it alone reads the window.
    Column(Windows<Column>),
}

impl Window {
    pub(super) fn build(node: &NodeDef, b: &mut Build<'_>) -> Result<Window, Fault> {
        let reading = b.reader.and_then(|reader| Reading::new(reader, b));
        Ok(Window(match reading {
            None => Kept::Points(Windows::new(node, Whole { all_fields: b.whole })),
            Some(plan) if Kind::new(node).tumbles() && plan.runs() => Kept::Running(Windows::new(node, plan)),
            Some(plan) => Kept::Column(Windows::new(node, plan)),
        }))
    }
}

/// Asks the window, however it keeps its points.
macro_rules! ask {
    ($self:ident, $window:ident => $call:expr) => {
        match &$self.0 {
            Kept::Points($window) => $call,
            Kept::Running($window) => $call,
            Kept::Column($window) => $call,
        }
    };
    (mut $self:ident, $window:ident => $call:expr) => {
        match &mut $self.0 {
            Kept::Points($window) => $call,
            Kept::Running($window) => $call,
            Kept::Column($window) => $call,
        }
    };
}

impl Node for Window {
    #[inline]
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        ask!(mut self, window => window.point(row, cx))
    }

    fn next(&mut self, cx: &mut Cx<'_>) -> Option<Msg> {
        ask!(mut self, window => window.next(cx))
    }

    fn barrier(&mut self, barrier: Barrier, cx: &mut Cx<'_>) -> Step<Barrier> {
        ask!(mut self, window => window.barrier(barrier, cx))
    }

    fn forget(&mut self, group: GroupId, cx: &mut Cx<'_>) -> Step<GroupId> {
        ask!(mut self, window => window.forget(group, cx))
    }

    fn cardinality(&self) -> usize {
        ask!(self, window => window.cardinality())
    }

    fn pending(&self) -> usize {
        ask!(self, window => window.pending())
    }
}

impl Window {
    /// How it keeps its points: that depends on who looks on, not on the script alone.
    fn manner(&self) -> u8 {
        match self.0 {
            Kept::Points(_) => 0,
            Kept::Running(_) => 1,
            Kept::Column(_) => 2,
        }
    }
}

impl Keep for Window {
    fn save(&self, out: &mut Saver<'_>) {
        out.byte(self.manner());
        ask!(self, window => window.save(out));
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        if from.byte()? != self.manner() {
            return Err(Damaged);
        }
        ask!(mut self, window => window.restore(from))
    }
}
