//! HOT: batches of one time regrouped: what comes out lags one time behind.

use std::collections::VecDeque;

use crate::data::{GroupId, Head, Row, Shelf, Sym, kept};
use crate::nodes::{Barrier, Cx, Msg, PerGroup};

/// The new groups of the batches of one time.
pub(super) struct Regroup {
    whole: bool,
    /// The time of the last batch or barrier.
    time: Option<i64>,
    /// The batch that is coming in.
    head: Head,
    groups: PerGroup<New>,
    /// Groups that are being given.
    giving: VecDeque<New>,
    /// Points of the first of them in order of time, and how many of them were given.
    order: Vec<usize>,
    given: Option<usize>,
    /// A barrier that follows them.
    barrier: Option<Barrier>,
    /// Used again for later groups.
    spare: Vec<Shelf>,
}

#[derive(Default)]
struct New {
    head: Head,
    points: Shelf,
}

impl Regroup {
    pub(super) fn new(whole: bool) -> Regroup {
        Regroup {
            whole,
            time: None,
            head: Head { name: Sym::EMPTY, group: GroupId::NIL, tmax: 0 },
            groups: PerGroup::default(),
            giving: VecDeque::new(),
            order: Vec::new(),
            given: None,
            barrier: None,
            spare: Vec::new(),
        }
    }

    /// The batch that is coming in.
    pub(super) fn head(&self) -> Head {
        self.head
    }

    /// A batch begins; whether there is something to give.
    pub(super) fn begin(&mut self, head: Head) -> bool {
        self.head = head;
        self.at(head.tmax)
    }

    /// A barrier comes; whether there is something to give before it.
    pub(super) fn barrier(&mut self, barrier: Barrier) -> bool {
        let ready = self.at(barrier.time);
        self.barrier = ready.then_some(barrier);
        ready
    }

    /// Another time than the last ends all groups, be it later or earlier.
    fn at(&mut self, time: i64) -> bool {
        if self.time.replace(time) == Some(time) {
            return false;
        }
        for group in self.groups.groups() {
            self.giving.extend(self.groups.remove(group));
        }
        !self.giving.is_empty()
    }

    /// Takes a point of the batch that is coming in, with its new group.
    pub(super) fn add(&mut self, row: Row, cx: &mut Cx<'_>) {
        let new = self.groups.get_or(row.group, || New {
            head: Head { group: row.group, ..self.head },
            points: self.spare.pop().unwrap_or_default(),
        });
        cx.keep(&row, &mut new.points, self.whole);
    }

    pub(super) fn forget(&mut self, group: GroupId) {
        self.groups.remove(group);
    }

    pub(super) fn next(&mut self, cx: &mut Cx<'_>) -> Option<Msg> {
        let Some(new) = self.giving.front() else {
            return self.barrier.take().map(Msg::Barrier);
        };
        let Some(given) = self.given else {
            self.order.clear();
            self.order.extend(0..new.points.len());
            self.order.sort_by_key(|&at| new.points.time(at));
            self.given = Some(0);
            return Some(Msg::Begin(new.head));
        };
        if let Some(row) = self.order.get(given).and_then(|&at| new.points.load(at, cx.tape)) {
            self.given = Some(given + 1);
            return Some(Msg::Item(row));
        }
        self.given = None;
        if let Some(mut done) = self.giving.pop_front() {
            done.points.clear();
            self.spare.push(done.points);
        }
        Some(Msg::End)
    }

    /// New groups that wait.
    pub(super) fn len(&self) -> usize {
        self.groups.len()
    }

    /// Points that wait.
    pub(super) fn points(&self) -> usize {
        self.groups.iter().map(|new| new.points.len()).sum()
    }
}

kept!(New { head, points });
kept!(Regroup { time, groups });
