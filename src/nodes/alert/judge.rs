//! What an alert node tells beside its events, if it was asked to: the level of each point, and why there is no
//! event about it.

use std::sync::Arc;

use super::build;
use super::config::{Config, Lambdas};
use super::levels::{self, Predicate};
use super::run::Alert;
use crate::alert::{Asked, Judgement, Judging, Level, Outcome, Ruling, SheetId, Withheld};
use crate::data::{GroupId, Row, Sym, TagsId, Val};
use crate::lambda::Operands;
use crate::lang::ast::{Expr, ExprKind};
use crate::lang::walk;
use crate::nodes::{Build, Cx, PerGroup};
use crate::pipeline::Fault;

/// The groups that were told of.
pub(super) struct Judge {
    always: bool,
    /// No event is made.
    pub(super) alone: bool,
    groups: PerGroup<Known>,
    /// Where the values of the fields are kept that the predicates read, if the node is drawn.
    sheet: Option<SheetId>,
    /// The slots of the point at hand, or of that of a batch that decides; for the sheet.
    decided: Vec<Val>,
    explain: Option<Explain>,
    /// The predicates that the point at hand was asked.
    asked: Vec<Asked>,
}

/// The predicates of the node taken apart, for one id.
struct Explain {
    id: Box<str>,
    /// Of INFO, WARNING and CRITICAL, each with its reset expression.
    tests: [Option<(Operands, Option<Operands>)>; 3],
    /// No predicate depends on the points before.
    stateless: bool,
}

/// What is remembered of a group.
struct Known {
    /// What the id was rendered for.
    subject: (Sym, TagsId),
    id: Arc<str>,
    tags: Vec<(String, String)>,
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
    pub(super) fn new(config: &Config, b: &mut Build<'_>) -> Result<Option<Box<Judge>>, Fault> {
        if b.judging == Judging::Never && b.drawn.is_none() {
            return Ok(None);
        }
        let explain = b.explained.map(|id| Explain::new(id, config, b)).transpose()?;
        let sheet = b.drawn.map(|(task, node)| {
            let fields = names(config).into_iter().map(|name| (b.slots.slot(&name), name));
            let fields = fields.map(|(slot, name)| (name, slot)).collect();
            b.sketches.sheet(task, node, fields)
        });
        let (always, alone) = (b.judging == Judging::Always, b.judging == Judging::Alone);
        Ok(Some(Box::new(Judge {
            always,
            alone,
            groups: PerGroup::default(),
            sheet,
            decided: Vec::new(),
            explain,
            asked: Vec::new(),
        })))
    }

    pub(super) fn forget(&mut self, group: GroupId) {
        self.groups.remove(group);
    }

    /// Where its values are kept, if it is drawn.
    pub(super) fn sheet(&self) -> Option<SheetId> {
        self.sheet
    }
}

/// The names that the predicates read, each once.
fn names(config: &Config) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for Lambdas { level, reset } in config.lambdas.iter().rev().flatten() {
        for expr in std::iter::once(level).chain(reset) {
            walk(expr, &mut |e| {
                if let ExprKind::Ref(name) = &e.kind
                    && name != "time"
                    && !names.contains(name)
                {
                    names.push(name.clone());
                }
            });
        }
    }
    names
}

impl Explain {
    fn new(id: &str, config: &Config, b: &mut Build<'_>) -> Result<Explain, Fault> {
        let mut stateless = true;
        let mut apart = |expr: &Expr| -> Result<Operands, Fault> {
            let operands = Operands::new(expr, b.slots, &mut b.world.symbols);
            let operands = operands.map_err(|e| Fault::new(e.to_string()))?;
            stateless &= operands.is_stateless();
            Ok(operands)
        };
        let mut tests = [None, None, None];
        for (test, lambdas) in tests.iter_mut().zip(&config.lambdas) {
            let Some(Lambdas { level, reset }) = lambdas else { continue };
            let reset = reset.as_ref().map(|reset| apart(reset)).transpose()?;
            *test = Some((apart(level)?, reset));
        }
        Ok(Explain { id: id.into(), tests, stateless })
    }

    /// Asks what the node asked for a point of a group at this level.
    fn ask(&mut self, current: Level, row: &Row, cx: &mut Cx<'_>) -> Vec<Asked> {
        let mut asked = Vec::new();
        levels::evaluate(current, |predicate| {
            let (level, is_reset) = match predicate {
                Predicate::Level(level) => (level, false),
                Predicate::Reset(level) => (level, true),
            };
            let [info, warning, critical] = &mut self.tests;
            let (test, names) = match level {
                Level::Critical => (critical, build::NAMES[2]),
                Level::Warning => (warning, build::NAMES[1]),
                _ => (info, build::NAMES[0]),
            };
            let Some((level, reset)) = test else { return is_reset };
            let operands = if is_reset { reset.as_mut() } else { Some(level) };
            let Some(operands) = operands else { return is_reset };
            let mut all = Vec::new();
            let holds = operands.evaluate(&mut cx.env(row), &mut all).unwrap_or(is_reset);
            asked.push(Asked { name: if is_reset { names.1 } else { names.0 }, operands: all });
            holds
        });
        asked
    }
}

impl Alert {
    /// Whether nobody wants the events that there are.
    pub(super) fn makes_no_events(&self) -> bool {
        self.judge.as_ref().is_some_and(|judge| judge.alone) && self.extras.is_none()
    }

    /// Looks at a point before it is judged, or at one of a batch, if it decides for the whole: at its fields, and at the parts of the predicates if its id may be the one to be explained.
    pub(super) fn look(&mut self, decides: bool, current: Level, row: &Row, cx: &mut Cx<'_>) {
        if let Some(judge) = self.judge.as_deref_mut().filter(|judge| decides && judge.sheet.is_some()) {
            judge.decided.clear();
            judge.decided.extend_from_slice(cx.slots(row));
        }
        let Some(Judge { groups, explain: Some(explain), asked, .. }) = self.judge.as_deref_mut() else {
            return;
        };
        let other = groups.get(row.group).is_some_and(|known| *known.id != *explain.id);
        if other && explain.stateless {
            return;
        }
        let found = explain.ask(current, row, cx);
        if decides {
            *asked = found;
        }
    }

    /// Tells what was found. The inhibitors know of it already.
    #[cold]
    pub(super) fn tell_judgement(&mut self, row: &Row, found: &Found, cx: &mut Cx<'_>) {
        // Whoever wants no events has nothing of a point that changes nothing either.
        let nothing = found.outcome == Outcome::Quiet && found.level == found.previous;
        let Some(mut judge) = self.judge.take_if(|judge| !(judge.alone && nothing)) else { return };
        if let Some(sheet) = judge.sheet {
            cx.sketches.add(sheet, row.group.index(), row.time, &judge.decided);
        }
        // Whoever draws knows of every group from its first point on.
        let is_new = judge.sheet.is_some() && judge.groups.get(row.group).is_none();
        let mut ruling = Ruling::Quiet;
        let at_rest = found.level == Level::Ok && found.previous == Level::Ok && found.highest == Level::Ok;
        if judge.always || !at_rest || is_new {
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
            let explained = judge.explain.as_ref().is_some_and(|e| *e.id == *known.id);
            let judgement = Judgement {
                id: &known.id,
                tags: &known.tags,
                task: cx.number,
                node: cx.me,
                group: row.group.index(),
                time: row.time,
                previous: found.previous,
                level: found.level,
                since: known.since,
                ruling: &ruling,
                asked: if explained { &judge.asked } else { &[] },
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
        Known { subject: (row.name, row.tags), id: id.into(), tags: cx.tags(row), since: None }
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
