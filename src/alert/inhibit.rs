//! Which alerts silence which: `.inhibit(category, tags...)`, shared by all tasks of a run.

use std::fmt::Write as _;

use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};

use crate::data::{Damaged, GroupId, Keep, Loader, Saver};

/// An `.inhibit` of a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InhibitorId(usize);

struct Inhibitor {
    /// The task whose node declares it; nobody's once that is gone.
    owner: Option<Box<str>>,
    category: Box<str>,
    tags: Vec<String>,
    /// Values of the tags, and the groups of the node that are alerting with them.
    active: HashMap<String, HashSet<usize, FixedState>, FixedState>,
}

/// The inhibitors of a run.
#[derive(Default)]
pub struct Inhibitors {
    all: Vec<Inhibitor>,
}

impl Inhibitors {
    /// A node declares one: events of this category are silenced that share these tags with a group
    /// which is alerting.
    pub fn declare(&mut self, task: &str, category: &str, tags: Vec<String>) -> InhibitorId {
        let active = HashMap::with_hasher(FixedState::with_seed(0x1b17));
        let new = Inhibitor { owner: Some(task.into()), category: category.into(), tags, active };
        let free = self.all.iter().position(|i| i.owner.is_none()).unwrap_or(self.all.len());
        match self.all.get_mut(free) {
            Some(place) => *place = new,
            None => self.all.push(new),
        }
        InhibitorId(free)
    }

    /// A task is gone: it silences nobody any more.
    pub fn withdraw(&mut self, task: &str) {
        for inhibitor in self.all.iter_mut().filter(|i| i.owner.as_deref() == Some(task)) {
            inhibitor.owner = None;
            inhibitor.active.clear();
        }
    }

    /// A group of the node that declared it, with these values of its tags, began or ceased to alert.
    pub fn switch<'t>(
        &mut self,
        id: InhibitorId,
        group: usize,
        tag: impl Fn(&str) -> Option<&'t str>,
        on: bool,
    ) {
        let Some(inhibitor) = self.all.get_mut(id.0) else { return };
        let key = key(&inhibitor.tags, tag);
        if on {
            let groups = inhibitor.active.entry(key);
            groups.or_insert_with(|| HashSet::with_hasher(FixedState::default())).insert(group);
        } else if let Some(groups) = inhibitor.active.get_mut(&key) {
            groups.remove(&group);
            if groups.is_empty() {
                inhibitor.active.remove(&key);
            }
        }
    }

    /// Writes for which values of its tags a node's inhibitor is active, and because of which groups.
    pub fn save(&self, id: InhibitorId, out: &mut Saver<'_>) {
        let active = self.all.get(id.0).map(|inhibitor| &inhibitor.active);
        let mut active: Vec<_> = active.into_iter().flatten().collect();
        active.sort_unstable_by_key(|(key, _)| *key);
        out.count(active.len());
        for (key, groups) in active {
            out.text(key);
            let world = out.world();
            let at = |group: &usize| world.groups.at(u32::try_from(*group).ok()?);
            let mut groups: Vec<GroupId> = groups.iter().filter_map(at).collect();
            groups.sort_by_cached_key(|group| world.group_id(*group));
            groups.save(out);
        }
    }

    /// Reads what was written of a node's inhibitor.
    ///
    /// # Errors
    /// If that is not what the bytes say.
    pub fn restore(&mut self, id: InhibitorId, from: &mut Loader<'_>) -> Result<(), Damaged> {
        let inhibitor = self.all.get_mut(id.0).ok_or(Damaged)?;
        inhibitor.active.clear();
        for _ in 0..from.count()? {
            let key = from.text()?.to_owned();
            let groups: Vec<GroupId> = from.get()?;
            let groups = groups.into_iter().map(GroupId::index).collect();
            inhibitor.active.insert(key, groups);
        }
        Ok(())
    }

    /// Whether an event of this category with these tags is silenced.
    pub fn silence<'t>(&self, category: &str, tag: impl Fn(&str) -> Option<&'t str>) -> bool {
        self.find(category, tag).is_some()
    }

    /// The tags by which an event is silenced, such as `dc=x, rack=1`; `None` if it is not.
    pub fn shared<'t>(&self, category: &str, tag: impl Fn(&str) -> Option<&'t str>) -> Option<String> {
        let tags = &self.find(category, &tag)?.tags;
        let pairs = tags.iter().map(|name| format!("{name}={}", tag(name).unwrap_or_default()));
        Some(pairs.collect::<Vec<_>>().join(", "))
    }

    fn find<'t>(&self, category: &str, tag: impl Fn(&str) -> Option<&'t str>) -> Option<&Inhibitor> {
        let mut of_category = self.all.iter().filter(|i| !i.active.is_empty() && *i.category == *category);
        of_category.find(|i| i.active.contains_key(&key(&i.tags, &tag)))
    }
}

/// The values with their lengths, so that no two lists of values give the same text.
fn key<'t>(tags: &[String], value: impl Fn(&str) -> Option<&'t str>) -> String {
    let mut key = String::new();
    for tag in tags {
        let value = value(tag).unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = write!(key, "{}:{value}", value.len());
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &'static [(&'static str, &'static str)]) -> impl Fn(&str) -> Option<&'static str> {
        move |k| pairs.iter().find(|p| p.0 == k).map(|p| p.1)
    }

    #[test]
    fn alerts_silence_those_of_a_category_with_equal_tags() {
        let mut all = Inhibitors::default();
        let by_dc = all.declare("t", "service", vec!["dc".into(), "rack".into()]);
        let x = tags(&[("dc", "x"), ("name", "a")]);
        assert!(!all.silence("service", &x));
        all.switch(by_dc, 1, tags(&[("dc", "x")]), true);
        all.switch(by_dc, 2, tags(&[("dc", "x")]), true);
        assert!(all.silence("service", &x), "the rack is absent in both");
        assert_eq!(all.shared("service", &x).as_deref(), Some("dc=x, rack="));
        assert!(!all.silence("network", &x), "another category");
        assert!(!all.silence("service", tags(&[("dc", "y")])), "another value");
        assert!(!all.silence("service", tags(&[("dc", "x"), ("rack", "1")])), "another rack");
        all.switch(by_dc, 1, tags(&[("dc", "x")]), false);
        assert!(all.silence("service", &x), "the other group goes on");
        all.switch(by_dc, 2, tags(&[("dc", "x")]), false);
        assert!(!all.silence("service", &x));
        let any = all.declare("u", "", vec![]);
        all.switch(any, 0, tags(&[]), true);
        assert!(all.silence("", &x), "without tags all of the category are silenced");
        all.withdraw("t");
        assert!(all.silence("", &x), "another task's");
        all.withdraw("u");
        assert!(!all.silence("", &x));
        assert_eq!(all.declare("v", "", vec![]), by_dc, "places are used again");
    }
}
