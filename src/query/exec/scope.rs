//! What a plan is run under: its own properties and those of the query around it.

use std::cell::RefCell;
use std::rc::Rc;

use super::feed::{self, Feed};
use crate::pipeline::influxql::Fill;
use crate::query::error::QueryError;
use crate::query::plan::Plan;
use crate::query::store::Store;
use crate::query::window::{MAX_TIME, MIN_TIME, Windows};

/// A plan with its surroundings.
pub(super) struct Scope<'a> {
    pub(super) store: &'a Store,
    pub(super) plan: &'a Plan,
    pub(super) now: i64,
    pub(super) windows: Windows,
    /// The tags of the groups: its own and those of the query around it; sorted.
    pub(super) group: Vec<&'a str>,
    pub(super) fill: Fill,
    pub(super) slimit: usize,
    pub(super) soffset: usize,
    /// Whether the range already has the bucket before it.
    pub(super) is_wider: bool,
    /// Once they are known: all calls of a statement go over the same.
    groups: RefCell<Option<Rc<Vec<Group<'a>>>>>,
}

impl<'a> Scope<'a> {
    /// Of a statement as it is asked.
    pub(super) fn outermost(store: &'a Store, plan: &'a Plan, now: i64) -> Result<Scope<'a>, QueryError> {
        Ok(Scope {
            store,
            plan,
            now,
            windows: plan.windows.clone(),
            group: plan.dims.iter().map(String::as_str).collect(),
            fill: plan.fill,
            slimit: plan.slimit,
            soffset: plan.soffset,
            is_wider: false,
            groups: RefCell::default(),
        })
    }

    /// Of a subquery: it is asked for no more than the time of the query around it, groups by the tags of that as
    /// well, and has its buckets unless it has some of its own.
    pub(super) fn within(&self, plan: &'a Plan) -> Scope<'a> {
        let mut windows = plan.windows.clone();
        windows.start = windows.start.max(self.windows.start);
        windows.end = windows.end.min(self.windows.end);
        if windows.every != 0 && windows.end == MAX_TIME {
            windows.end = self.now;
        }
        if windows.every == 0 {
            (windows.every, windows.offset) = (self.windows.every, self.windows.offset);
        }
        if windows.zone.is_none() {
            windows.zone.clone_from(&self.windows.zone);
        }
        let mut group: Vec<&str> =
            plan.dims.iter().map(String::as_str).chain(self.group.iter().copied()).collect();
        group.sort_unstable();
        group.dedup();
        // Empty buckets would be values without a value to the query around it.
        let fill = if plan.fill == Fill::Null && !plan.calls.is_empty() { Fill::None } else { plan.fill };
        Scope {
            store: self.store,
            plan,
            now: self.now,
            windows,
            group,
            fill,
            slimit: plan.slimit + self.slimit,
            soffset: plan.soffset + self.soffset,
            is_wider: false,
            groups: RefCell::default(),
        }
    }

    /// The same with the bucket before the range, in the order of the query; but once.
    pub(super) fn wider(&self) -> Scope<'a> {
        let mut windows = self.windows.clone();
        let more = if self.is_wider { 0 } else { windows.every };
        if !self.plan.ascending {
            windows.end = windows.end.saturating_add(more).min(MAX_TIME);
        } else if windows.start != MIN_TIME {
            windows.start = windows.start.saturating_sub(more).max(MIN_TIME);
        }
        self.like(windows, self.group.clone(), true)
    }

    fn like(&self, windows: Windows, group: Vec<&'a str>, is_wider: bool) -> Scope<'a> {
        Scope { windows, group, is_wider, groups: RefCell::default(), ..*self }
    }

    /// The same for groups by more tags.
    pub(super) fn with_tags(&self, tags: &'a [String]) -> Scope<'a> {
        let mut group: Vec<&str> =
            self.group.iter().copied().chain(tags.iter().map(String::as_str)).collect();
        group.sort_unstable();
        group.dedup();
        self.like(self.windows.clone(), group, self.is_wider)
    }

    /// All that its sources have, by group; groups by name and tags, in the order of the query.
    pub(super) fn groups(&self) -> Result<Rc<Vec<Group<'a>>>, QueryError> {
        if let Some(groups) = self.groups.borrow().as_ref() {
            return Ok(Rc::clone(groups));
        }
        let mut groups = feed::groups(self)?;
        groups.sort_by(|a, b| (a.name, &a.tags).cmp(&(b.name, &b.tags)));
        if !self.plan.ascending {
            groups.reverse();
            groups.iter_mut().for_each(|group| group.feeds.reverse());
        }
        let groups = Rc::new(groups);
        self.groups.replace(Some(Rc::clone(&groups)));
        Ok(groups)
    }
}

/// What belongs to one name and set of tags.
pub(super) struct Group<'a> {
    pub(super) name: &'a str,
    /// In the order of [`Scope::group`]; empty for those that are missing.
    pub(super) tags: Vec<&'a str>,
    pub(super) feeds: Vec<Feed<'a>>,
}
