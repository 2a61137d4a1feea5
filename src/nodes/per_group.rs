//! HOT: state for each group of a node.

use crate::data::{Damaged, GroupId, Keep, Loader, Saver};

/// State for each group, found by index.
#[derive(Debug)]
pub struct PerGroup<T> {
    /// 0 for groups that are not known, else one more than the index of the state.
    index: Vec<u32>,
    states: Vec<T>,
    /// The group of each state, and the how manieth it was.
    groups: Vec<(GroupId, u32)>,
    born: u32,
    /// States lie in order of first sight.
    ordered: bool,
}

impl<T> Default for PerGroup<T> {
    fn default() -> Self {
        PerGroup { index: Vec::new(), states: Vec::new(), groups: Vec::new(), born: 0, ordered: true }
    }
}

impl<T> PerGroup<T> {
    /// The state of a group, made at first sight.
    #[inline]
    pub fn get_or(&mut self, group: GroupId, make: impl FnOnce() -> T) -> &mut T {
        let at = match self.index.get(group.index()) {
            Some(&at) if at > 0 => at as usize - 1,
            _ => self.insert(group, make()),
        };
        &mut self.states[at]
    }

    /// The state of a group, if it was seen.
    #[inline]
    pub fn get(&mut self, group: GroupId) -> Option<&mut T> {
        match self.index.get(group.index()) {
            Some(&at) if at > 0 => self.states.get_mut(at as usize - 1),
            _ => None,
        }
    }

    /// Remembers a group; gives the index of its state.
    #[cold]
    pub fn insert(&mut self, group: GroupId, state: T) -> usize {
        if self.index.len() <= group.index() {
            self.index.resize(group.index() + 1, 0);
        }
        self.states.push(state);
        self.groups.push((group, self.born));
        self.born += 1;
        self.index[group.index()] = self.states.len() as u32;
        self.states.len() - 1
    }

    /// Forgets a group; gives what was known of it.
    pub fn remove(&mut self, group: GroupId) -> Option<T> {
        let place = self.index.get_mut(group.index()).filter(|at| **at > 0)?;
        let at = std::mem::take(place) as usize - 1;
        let state = self.states.swap_remove(at);
        self.groups.swap_remove(at);
        if let Some(moved) = self.groups.get(at) {
            self.index[moved.0.index()] = at as u32 + 1;
            self.ordered = false;
        }
        if self.states.len() * 4 < self.states.capacity() {
            self.states.shrink_to(self.states.len() * 2);
        }
        Some(state)
    }

    /// How many groups are known.
    pub fn len(&self) -> usize {
        self.states.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.states.is_empty()
    }

    /// The states, in order of first sight.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.in_order().into_iter().map(|at| &self.states[at])
    }

    /// Changes all states, in no order.
    pub fn each(&mut self, change: impl FnMut(&mut T)) {
        self.states.iter_mut().for_each(change);
    }

    /// The groups, in order of first sight.
    pub fn groups(&self) -> Vec<GroupId> {
        self.in_order().into_iter().map(|at| self.groups[at].0).collect()
    }

    fn in_order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.states.len()).collect();
        if !self.ordered {
            order.sort_by_key(|&at| self.groups[at].1);
        }
        order
    }
}

impl<T> PerGroup<T> {
    /// Writes the groups and their states, in order of first sight.
    pub fn save_with(&self, out: &mut Saver<'_>, mut save: impl FnMut(&T, &mut Saver<'_>)) {
        out.count(self.states.len());
        for at in self.in_order() {
            out.group(self.groups[at].0);
            save(&self.states[at], out);
        }
    }

    /// Reads what was written, each state by `restore`.
    pub fn restore_with(
        &mut self,
        from: &mut Loader<'_>,
        mut restore: impl FnMut(&mut Loader<'_>) -> Result<T, Damaged>,
    ) -> Result<(), Damaged> {
        *self = PerGroup::default();
        for _ in 0..from.count()? {
            let group = from.group()?;
            if self.get(group).is_some() {
                return Err(Damaged);
            }
            let state = restore(from)?;
            self.insert(group, state);
        }
        Ok(())
    }
}

impl<T: Keep> PerGroup<T> {
    /// Reads what was written into states that `fresh` makes.
    pub fn restore_into(
        &mut self,
        from: &mut Loader<'_>,
        mut fresh: impl FnMut() -> T,
    ) -> Result<(), Damaged> {
        self.restore_with(from, |from| {
            let mut state = fresh();
            state.restore(from)?;
            Ok(state)
        })
    }
}

impl<T: Keep + Default> Keep for PerGroup<T> {
    fn save(&self, out: &mut Saver<'_>) {
        self.save_with(out, T::save);
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        self.restore_into(from, T::default)
    }
}
