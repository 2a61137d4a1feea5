//! What an alert node tells beside its events, if it was asked to: the level of each point, and why there is no
//! event about it.

use std::sync::Arc;

use super::run::Alert;
use crate::alert::{Judgement, Judging, Level, Outcome, Ruling, Withheld};
use crate::data::{GroupId, Row, Sym, TagsId};
use crate::nodes::{Cx, PerGroup};

/// The groups that were told of.
pub(super) struct Judge {
    always: bool,
    groups: PerGroup<Known>,
}

/// What is remembered of a group.
struct Known {
    /// What the id was rendered for.
    subject: (Sym, TagsId),
    id: Arc<str>,
    since: Option<i64>,
}

/// What came out for a point or a batch.
pub(super) struct Found {
    pub(super) previous: Level,
    pub(super) level: Level,
    /// Of the points of a batch; else the level.
    pub(super) highest: Level,
    /// The reset expression of the level does not hold.
    pub(super) kept: bool,
    pub(super) outcome: Outcome,
}

impl Judge {
    /// `None` where nothing is asked for.
    pub(super) fn new(judging: Judging) -> Option<Box<Judge>> {
        let always = judging == Judging::Always;
        (judging != Judging::Never).then(|| Box::new(Judge { always, groups: PerGroup::default() }))
    }

    pub(super) fn forget(&mut self, group: GroupId) {
        self.groups.remove(group);
    }
}

impl Alert {
    /// Tells what was found. The inhibitors know of it already.
    #[cold]
    pub(super) fn tell_judgement(&mut self, row: &Row, found: &Found, cx: &mut Cx<'_>) {
        let Some(mut judge) = self.judge.take() else { return };
        let mut ruling = Ruling::Quiet;
        let at_rest = found.level == Level::Ok && found.previous == Level::Ok && found.highest == Level::Ok;
        if judge.always || !at_rest {
            let known = judge.groups.get_or(row.group, || self.introduce(row, cx));
            if known.subject != (row.name, row.tags) {
                *known = Known { since: known.since, ..self.introduce(row, cx) };
            }
            if found.level != found.previous {
                known.since = Some(row.time);
            }
            if !at_rest {
                ruling = self.ruling(row, found, known.since, cx);
            }
            let judgement = Judgement {
                id: &known.id,
                group: row.group.index(),
                time: row.time,
                previous: found.previous,
                level: found.level,
                since: known.since,
                ruling: &ruling,
            };
            let node = cx.task.nodes.get(cx.me).map_or("", String::as_str);
            cx.sink.judged(crate::alert::Origin { task: &cx.task.name, node }, &judgement);
        }
        self.judge = Some(judge);
    }

    fn introduce(&mut self, row: &Row, cx: &mut Cx<'_>) -> Known {
        let point = cx.told_without_fields(row);
        // An id that cannot be rendered has ended the task before.
        let id = self.texts.id(&self.subject(row, point, cx)).unwrap_or_default();
        Known { subject: (row.name, row.tags), id: id.into(), since: None }
    }

    fn ruling(&self, row: &Row, found: &Found, since: Option<i64>, cx: &Cx<'_>) -> Ruling {
        let withheld = match found.outcome {
            Outcome::Event { .. } => self.silenced(row, cx),
            Outcome::Muted => Some(Withheld::Recovery),
            Outcome::Quiet if self.all && found.highest > found.level.max(found.previous) => {
                Some(Withheld::NotAll { highest: found.highest, lowest: found.level })
            }
            Outcome::Quiet => match self.states.reason(row.group.index(), since) {
                Some(Withheld::Unchanged { level, since }) if found.kept => {
                    Some(Withheld::Kept { level, since })
                }
                Some(reason) => Some(reason),
                None => return Ruling::Quiet,
            },
        };
        withheld.map_or(Ruling::Told, Ruling::Withheld)
    }

    fn silenced(&self, row: &Row, cx: &Cx<'_>) -> Option<Withheld> {
        let world = &*cx.world;
        let tag = |name: &str| {
            let value = world.tags.get(row.tags, world.symbols.find(name)?)?;
            Some(world.symbols.name(value))
        };
        let tags = cx.topics.inhibitors.shared(&self.category, tag)?;
        Some(Withheld::Inhibited { category: self.category.clone(), tags })
    }
}
