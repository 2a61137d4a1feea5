//! Times at which nodes want to be woken, and points counted for those who watch.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::PerGroup;
use crate::data::{GroupId, kept};

/// A time that has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Due {
    /// Nanoseconds since 1970.
    pub time: i64,
    /// What was asked for first comes first.
    pub serial: u64,
    /// Index of the task.
    pub task: u32,
    /// Index of the node.
    pub node: u32,
    /// What the node gave to know it by.
    pub key: u32,
}

/// The times that nodes have asked for.
#[derive(Debug, Default)]
pub struct Timers {
    heap: BinaryHeap<Reverse<Due>>,
    serial: u64,
}

impl Timers {
    /// A node of a task wants to be woken.
    pub fn set(&mut self, time: i64, task: usize, node: usize, key: u32) {
        self.serial += 1;
        let due = Due { time, serial: self.serial, task: task as u32, node: node as u32, key };
        self.heap.push(Reverse(due));
    }

    /// A task will not be woken any more.
    pub fn forget(&mut self, task: usize) {
        self.heap.retain(|due| due.0.task as usize != task);
    }

    /// What the nodes of a task have asked for, in order.
    pub fn of(&self, task: usize) -> Vec<Due> {
        let its = self.heap.iter().map(|due| due.0).filter(|due| due.task as usize == task);
        let mut its: Vec<Due> = its.collect();
        its.sort_unstable();
        its
    }

    /// Puts back what a node had asked for, in its place among others that were put back.
    pub fn put_back(&mut self, due: Due) {
        self.serial = self.serial.max(due.serial);
        self.heap.push(Reverse(due));
    }

    /// The earliest time that somebody asked for.
    pub fn next(&self) -> Option<i64> {
        self.heap.peek().map(|due| due.0.time)
    }

    /// The earliest, if it is due at `now`.
    pub fn due(&mut self, now: i64) -> Option<Due> {
        if self.next()? > now {
            return None;
        }
        self.heap.pop().map(|due| due.0)
    }
}

/// Points that left a node, by group: what `stats` tells.
#[derive(Debug, Default)]
pub struct Watch {
    counts: PerGroup<i64>,
}

impl Watch {
    /// A point of a group left.
    #[inline]
    pub fn count(&mut self, group: GroupId) {
        *self.counts.get_or(group, || 0) += 1;
    }

    /// A group is counted anew from its next point.
    pub fn forget(&mut self, group: GroupId) {
        self.counts.remove(group);
    }

    /// Several points of a group left at once.
    pub fn add(&mut self, group: GroupId, count: i64) {
        *self.counts.get_or(group, || 0) += count;
    }

    /// Groups with their counts, in order of first sight.
    pub fn counts(&self) -> Vec<(GroupId, i64)> {
        self.counts.groups().into_iter().zip(self.counts.iter().copied()).collect()
    }
}

kept!(Watch { counts });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_comes_in_order() {
        let mut timers = Timers::default();
        for (time, key) in [(5, 0), (3, 1), (5, 2), (9, 3)] {
            timers.set(time, 0, 0, key);
        }
        assert_eq!(timers.next(), Some(3));
        let due: Vec<u32> = std::iter::from_fn(|| timers.due(8)).map(|due| due.key).collect();
        assert_eq!((due, timers.next()), (vec![1, 0, 2], Some(9)));
        timers.set(10, 1, 0, 4);
        timers.forget(0);
        assert_eq!((timers.due(9), timers.next()), (None, Some(10)));
    }
}
