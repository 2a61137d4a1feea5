//! HOT: which messages of a join meet: those of one group and one rounded time, the first of each parent with
//! the first of the others, the second with the second.

use std::ops::Range;

use super::held::Held;
use super::keep::{Back, Known};
use super::times::Times;
use crate::data::{Damaged, GroupId, Loader, Saver, Sym};
use crate::nodes::PerGroup;

/// A kept message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Message {
    /// Its number where it is kept.
    pub id: u32,
    /// Its measurement.
    pub name: Sym,
}

/// What goes out: at most one message of each parent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Set {
    pub group: GroupId,
    /// The rounded time.
    pub time: i64,
}

/// No link, no bucket.
const NONE: u32 = u32::MAX;

/// All sets that wait, and those that are ready.
pub(super) struct Sets {
    parents: usize,
    groups: PerGroup<Group>,
    /// Messages that wait, each with the next of the same parent and time.
    links: Vec<(Message, u32)>,
    free_links: Vec<u32>,
    /// First and last message of each parent, for all times of all groups.
    ends: Vec<[u32; 2]>,
    free_buckets: Vec<u32>,
    /// Sets on their way out, with the messages of each, and how many of them were taken.
    ready: Vec<Set>,
    members: Vec<Option<Message>>,
    taken: usize,
}

struct Group {
    /// The time of each parent's latest message.
    heads: Box<[i64]>,
    /// The buckets of what waits.
    times: Times,
}

impl Sets {
    pub(super) fn new(parents: usize) -> Sets {
        Sets {
            parents,
            groups: PerGroup::default(),
            links: Vec::new(),
            free_links: Vec::new(),
            ends: Vec::new(),
            free_buckets: Vec::new(),
            ready: Vec::new(),
            members: Vec::new(),
            taken: 0,
        }
    }

    /// Takes a message at its rounded time; what it completes becomes ready.
    pub(super) fn collect(&mut self, group: GroupId, parent: usize, time: i64, message: Message) {
        if self.taken == self.ready.len() {
            self.clear();
        }
        let state = self.groups.get_or(group, || Group::new(self.parents));
        state.heads[parent] = time;
        let bucket = match state.times.get(time) {
            Some(bucket) => bucket,
            None => {
                let bucket = fresh(&mut self.free_buckets, &mut self.ends, self.parents);
                state.times.insert(time, bucket);
                bucket
            }
        };
        self.append(bucket as usize * self.parents + parent, message);
        self.emit(group);
    }

    /// Nothing before a time will come from a parent: sets that waited for it need not wait longer.
    pub(super) fn barrier(&mut self, group: GroupId, parent: usize, time: i64) {
        let state = self.groups.get_or(group, || Group::new(self.parents));
        state.heads[parent] = state.heads[parent].max(time);
        self.emit(group);
    }

    fn append(&mut self, end: usize, message: Message) {
        let link = match self.free_links.pop() {
            Some(link) => {
                self.links[link as usize] = (message, NONE);
                link
            }
            None => {
                self.links.push((message, NONE));
                self.links.len() as u32 - 1
            }
        };
        let [first, last] = &mut self.ends[end];
        match *last {
            NONE => *first = link,
            before => self.links[before as usize].1 = link,
        }
        *last = link;
    }

    /// Makes ready what need not wait: full sets at the oldest time, and all at times that every parent
    /// has passed. As in Kapacitor, once a set has to be full only the oldest time is looked at.
    fn emit(&mut self, group: GroupId) {
        loop {
            let Some(state) = self.groups.get(group) else { return };
            let Some((time, bucket)) = state.times.first() else { return };
            let only_full = state.heads.iter().any(|head| *head <= time);
            if self.take(Set { group, time }, bucket, only_full)
                && let Some(state) = self.groups.get(group)
            {
                state.times.pop_first();
                self.free_buckets.push(bucket);
            }
            if only_full {
                return;
            }
        }
    }

    /// Makes the sets of a bucket ready, or only the full ones; whether nothing is left.
    fn take(&mut self, set: Set, bucket: u32, only_full: bool) -> bool {
        let start = bucket as usize * self.parents;
        loop {
            let ends = &mut self.ends[start..start + self.parents];
            if ends.iter().all(|end| end[0] == NONE) {
                return true;
            }
            if only_full && ends.iter().any(|end| end[0] == NONE) {
                return false;
            }
            self.ready.push(set);
            for [first, last] in ends {
                let Some(&(message, next)) = self.links.get(*first as usize) else {
                    self.members.push(None);
                    continue;
                };
                self.members.push(Some(message));
                self.free_links.push(*first);
                *first = next;
                if next == NONE {
                    *last = NONE;
                }
            }
        }
    }

    /// The next set that is ready, and the message of each parent.
    pub(super) fn next(&mut self) -> Option<(Set, &[Option<Message>])> {
        let Some(set) = self.ready.get(self.taken) else {
            self.clear();
            return None;
        };
        let start = self.taken * self.parents;
        self.taken += 1;
        Some((*set, &self.members[start..start + self.parents]))
    }

    fn clear(&mut self) {
        self.ready.clear();
        self.members.clear();
        self.taken = 0;
    }

    /// How many sets are ready.
    pub(super) fn ready(&self) -> usize {
        self.ready.len() - self.taken
    }

    /// Makes everything ready that waits in a group.
    pub(super) fn flush(&mut self, group: GroupId) {
        while let Some(state) = self.groups.get(group)
            && let Some((time, bucket)) = state.times.pop_first()
        {
            self.take(Set { group, time }, bucket, false);
            self.free_buckets.push(bucket);
        }
    }

    /// Forgets a group; `drop` is called for each message that waited.
    pub(super) fn forget(&mut self, group: GroupId, mut drop: impl FnMut(Message)) {
        let Some(state) = self.groups.remove(group) else { return };
        for bucket in state.times.into_buckets() {
            for [first, last] in &mut self.ends[bucket as usize * self.parents..][..self.parents] {
                while let Some(&(message, next)) = self.links.get(*first as usize) {
                    drop(message);
                    self.free_links.push(*first);
                    *first = next;
                }
                *last = NONE;
            }
            self.free_buckets.push(bucket);
        }
    }

    /// Groups in order of first sight.
    pub(super) fn groups(&self) -> Vec<GroupId> {
        self.groups.groups()
    }

    /// How many groups there are.
    pub(super) fn len(&self) -> usize {
        self.groups.len()
    }

    /// The messages that wait at an end, first come first.
    fn waiting(&self, end: usize) -> Vec<Message> {
        let mut next = self.ends[end][0];
        std::iter::from_fn(|| {
            let &(message, after) = self.links.get(next as usize)?;
            next = after;
            Some(message)
        })
        .collect()
    }

    /// Writes what waits. Nothing is ready between two points.
    pub(super) fn save(&self, held: &Held, known: &mut Known, out: &mut Saver<'_>) {
        self.groups.save_with(out, |state, out| {
            out.each(&*state.heads);
            out.count(state.times.len());
            for (time, bucket) in state.times.iter() {
                out.time(time);
                for end in self.ends_of(bucket) {
                    let messages = self.waiting(end);
                    out.count(messages.len());
                    messages.into_iter().for_each(|message| known.save(message, held, out));
                }
            }
        });
    }

    /// Reads what waited.
    pub(super) fn restore(&mut self, back: &mut Back<'_>, from: &mut Loader<'_>) -> Result<(), Damaged> {
        *self = Sets::new(self.parents);
        let mut groups = PerGroup::default();
        groups.restore_with(from, |from| self.restore_group(back, from))?;
        self.groups = groups;
        Ok(())
    }

    fn restore_group(&mut self, back: &mut Back<'_>, from: &mut Loader<'_>) -> Result<Group, Damaged> {
        let mut state = Group::new(self.parents);
        from.each(&mut *state.heads)?;
        for _ in 0..from.count()? {
            let time = from.time()?;
            if state.times.get(time).is_some() {
                return Err(Damaged);
            }
            let bucket = fresh(&mut self.free_buckets, &mut self.ends, self.parents);
            state.times.insert(time, bucket);
            for end in self.ends_of(bucket) {
                for _ in 0..from.count()? {
                    let message = back.restore(from)?;
                    self.append(end, message);
                }
            }
        }
        Ok(state)
    }

    /// The places of a bucket's ends, one for each parent.
    fn ends_of(&self, bucket: u32) -> Range<usize> {
        let start = bucket as usize * self.parents;
        start..start + self.parents
    }
}

impl Group {
    fn new(parents: usize) -> Group {
        Group { heads: vec![i64::MIN; parents].into(), times: Times::default() }
    }
}

/// The number of an empty bucket.
fn fresh(free: &mut Vec<u32>, ends: &mut Vec<[u32; 2]>, parents: usize) -> u32 {
    free.pop().unwrap_or_else(|| {
        let bucket = ends.len() / parents;
        ends.resize(ends.len() + parents, [NONE; 2]);
        bucket as u32
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const G: GroupId = GroupId::NIL;

    fn message(id: u32) -> Message {
        Message { id, name: Sym::EMPTY }
    }

    /// Times that went out, with the messages of each set.
    fn given(sets: &mut Sets) -> Vec<(i64, Vec<Option<u32>>)> {
        let mut all = Vec::new();
        while let Some((set, members)) = sets.next() {
            all.push((set.time, members.iter().map(|member| member.map(|m| m.id)).collect()));
        }
        all
    }

    #[test]
    fn a_barrier_releases_what_all_parents_have_passed() {
        let mut sets = Sets::new(2);
        sets.barrier(G, 0, 5);
        for (parent, time, id) in [(0, 10, 1), (0, 20, 2), (0, 30, 3)] {
            sets.collect(G, parent, time, message(id));
        }
        assert!(given(&mut sets).is_empty(), "the second parent may still have something for 10");
        sets.barrier(G, 1, 10);
        assert!(given(&mut sets).is_empty(), "at 10 exactly too");
        sets.barrier(G, 1, 25);
        assert_eq!(given(&mut sets), [(10, vec![Some(1), None]), (20, vec![Some(2), None])]);
        sets.barrier(G, 1, 3);
        sets.collect(G, 0, 40, message(4));
        assert!(given(&mut sets).is_empty());
        sets.collect(G, 1, 30, message(5));
        assert_eq!(given(&mut sets), [(30, vec![Some(3), Some(5)])]);
        sets.flush(G);
        assert_eq!(given(&mut sets), [(40, vec![Some(4), None])]);
        assert_eq!(sets.len(), 1);
    }

    #[test]
    fn a_group_that_is_forgotten_gives_nothing_and_begins_anew() {
        let mut sets = Sets::new(2);
        for (time, id) in [(1, 1), (1, 2), (2, 3)] {
            sets.collect(G, 0, time, message(id));
        }
        let mut dropped = Vec::new();
        sets.forget(G, |message| dropped.push(message.id));
        assert_eq!((dropped, sets.len()), (vec![1, 2, 3], 0));
        let before = (sets.links.len(), sets.ends.len());
        for (parent, time, id) in [(0, 1, 4), (0, 1, 5), (0, 2, 6), (1, 1, 7), (1, 1, 8)] {
            sets.collect(G, parent, time, message(id));
        }
        assert_eq!(given(&mut sets), [(1, vec![Some(4), Some(7)]), (1, vec![Some(5), Some(8)])]);
        assert_eq!((sets.links.len(), sets.ends.len()), (before.0 + 1, before.1), "places are used again");
    }
}
