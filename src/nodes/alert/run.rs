//! HOT: the alert node at work: a point's level, and the event it may lead to.

use std::sync::Arc;

use super::batch::Whole;
use super::counters::Counters;
use super::extras::Extras;
use super::judge::{Found, Judge};
use super::levels::{self, Predicate};
use crate::alert::{Data, Event, InhibitorId, Level, Names, Outcome, Point, SheetId, States, Texts, TopicId};
use crate::data::{Damaged, GroupId, Head, Keep, Loader, Row, Saver, Sym, TagsId, kept};
use crate::lambda::{Program, State};
use crate::nodes::{Barrier, Cx, Msg, Node, PerGroup, Step};

/// A predicate with its memory, which all groups share.
pub(super) struct Test {
    pub(super) program: Program,
    pub(super) state: State,
}

/// Predicates of a level.
pub(super) struct Tests {
    pub(super) level: Test,
    pub(super) reset: Option<Test>,
}

const LEVEL_ERROR: &str = "error evaluating expression for level";

/// An alert node.
pub struct Alert {
    pub(super) task: Arc<str>,
    pub(super) category: Arc<str>,
    pub(super) recoverable: bool,
    pub(super) texts: Texts,
    /// Of the fields of the last event.
    pub(super) names: Arc<Names>,
    /// Of INFO, WARNING and CRITICAL.
    pub(super) tests: [Option<Tests>; 3],
    pub(super) states: States,
    /// Of each group the name and tags that an id was last rendered for: again it would not fail.
    pub(super) rendered: PerGroup<(Sym, TagsId)>,
    /// The node's own topic.
    pub(super) own: Option<TopicId>,
    /// Whether groups are restored from it: it has handlers.
    pub(super) remembers: bool,
    pub(super) named: Option<TopicId>,
    pub(super) inhibitors: Vec<InhibitorId>,
    pub(super) extras: Option<Extras>,
    pub(super) counters: Counters,
    /// `.all()`: the lowest level of a batch counts.
    pub(super) all: bool,
    /// The batch at hand.
    pub(super) batch: Whole,
    /// The last level was kept, since its reset expression does not hold.
    pub(super) kept: bool,
    /// Tells of every level, if that was asked for.
    pub(super) judge: Option<Box<Judge>>,
}

impl Node for Alert {
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        match self.take(row, cx) {
            Ok(Some(row)) => Step::Pass(row),
            Ok(None) => Step::Drop,
            Err(error) => Step::Fail(error),
        }
    }

    fn begin(&mut self, head: Head, cx: &mut Cx<'_>) -> Step<Head> {
        match self.begin_batch(head, cx) {
            Ok(()) => Step::Drop,
            Err(error) => Step::Fail(error),
        }
    }

    fn item(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        self.batch_point(&row, cx);
        Step::Drop
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> Step<()> {
        match self.end_batch(cx) {
            Ok(true) => Step::More,
            Ok(false) => Step::Drop,
            Err(error) => Step::Fail(error),
        }
    }

    fn next(&mut self, cx: &mut Cx<'_>) -> Option<Msg> {
        self.next_piece(cx)
    }

    fn barrier(&mut self, barrier: Barrier, cx: &mut Cx<'_>) -> Step<Barrier> {
        if self.states.level(barrier.group.index()).is_none() {
            let tags = cx.world.groups.get(barrier.group).tags;
            let name = cx.world.symbols.intern("barrier");
            let row = Row { time: barrier.time, name, tags, group: barrier.group, ..Row::EMPTY };
            if let Err(error) = self.meet(None, &row, cx) {
                return Step::Fail(error);
            }
        }
        Step::Pass(barrier)
    }

    fn forget(&mut self, group: GroupId, _: &mut Cx<'_>) -> Step<GroupId> {
        self.rendered.remove(group);
        if let Some(judge) = &mut self.judge {
            judge.forget(group);
        }
        match self.states.forget(group.index()) {
            true => Step::Pass(group),
            false => Step::Drop,
        }
    }

    fn cardinality(&self) -> usize {
        self.states.len()
    }

    fn counters(&self, out: &mut Vec<(&'static str, i64)>) {
        self.counters.list(out);
    }
}

impl Alert {
    /// Whether there are points that it does nothing with but count: those of groups that are at rest,
    /// where no predicate holds.
    pub fn can_rest(&self) -> bool {
        !self.texts.id_may_fail() && !self.states.watches_flapping()
    }

    /// Whether a group was seen and is at OK.
    pub fn is_at_rest(&self, group: GroupId) -> bool {
        self.states.level(group.index()) == Some(Level::Ok)
    }

    /// Where the values of its points are kept for pictures, if they are.
    pub fn sheet(&self) -> Option<SheetId> {
        self.judge.as_ref().and_then(|judge| judge.sheet())
    }

    fn take(&mut self, row: Row, cx: &mut Cx<'_>) -> Result<Option<Row>, Box<str>> {
        let group = row.group.index();
        let current = match self.states.level(group) {
            Some(level) if self.has_id(&row) => level,
            known => self.meet(known, &row, cx)?,
        };
        let level = self.level(current, &row, cx);
        if self.judge.is_some() {
            self.look(true, current, &row, cx);
        }
        let outcome = self.states.point(group, row.time, level);
        if outcome != Outcome::Quiet {
            self.switch_inhibitors(&row, level, cx);
        }
        if self.judge.is_some() {
            let found = Found { previous: current, level, highest: level, kept: self.kept, outcome };
            self.tell_judgement(&row, &found, cx);
        }
        match outcome {
            Outcome::Event { .. } if self.makes_no_events() => Ok(Some(row)),
            Outcome::Event { duration } => self.tell(row, level, duration, cx).map(Some),
            Outcome::Quiet | Outcome::Muted => Ok(None),
        }
    }

    /// Whether an id can be rendered for a row, as far as is known.
    #[inline]
    pub(super) fn has_id(&mut self, row: &Row) -> bool {
        !self.texts.id_may_fail() || self.rendered.get(row.group) == Some(&mut (row.name, row.tags))
    }

    /// Kapacitor renders the id of every point before it looks at its level; that is only to be
    /// seen where an event with that id is known, or where rendering fails.
    #[cold]
    pub(super) fn meet(
        &mut self,
        known: Option<Level>,
        row: &Row,
        cx: &mut Cx<'_>,
    ) -> Result<Level, Box<str>> {
        let remembered = self.own.filter(|_| self.remembers);
        let needed = known.is_none() && cx.topics.knows_events(remembered, self.named);
        let mut id = String::new();
        let fallible = self.texts.id_may_fail();
        if needed || fallible {
            let point = cx.told_without_fields(row);
            id = self.texts.id(&self.subject(row, point, cx))?;
        }
        if fallible {
            *self.rendered.get_or(row.group, || (row.name, row.tags)) = (row.name, row.tags);
        }
        if let Some(level) = known {
            return Ok(level);
        }
        let restored = if needed { cx.topics.restore(remembered, self.named, &id) } else { None };
        let group = row.group.index();
        self.states.open(group, restored);
        let level = self.states.level(group).unwrap_or_default();
        if level != Level::Ok {
            self.switch_inhibitors(row, level, cx);
        }
        Ok(level)
    }

    pub(super) fn level(&mut self, current: Level, row: &Row, cx: &mut Cx<'_>) -> Level {
        if current == Level::Ok {
            self.kept = false;
            return self.level_from_ok(row, cx);
        }
        let [info, warning, critical] = &mut self.tests;
        let mut kept = false;
        let level = levels::evaluate(current, |predicate| {
            let (level, is_reset) = match predicate {
                Predicate::Level(level) => (level, false),
                Predicate::Reset(level) => (level, true),
            };
            let tests = match level {
                Level::Critical => &mut *critical,
                Level::Warning => &mut *warning,
                _ => &mut *info,
            };
            let Some(tests) = tests else { return is_reset };
            let test = if is_reset { tests.reset.as_mut() } else { Some(&mut tests.level) };
            let Some(Test { program, state }) = test else { return is_reset };
            let holds = program.test(state, &mut cx.env(row)).unwrap_or_else(|failure| {
                let message = match is_reset {
                    true => "error evaluating reset expression for current level",
                    false => LEVEL_ERROR,
                };
                cx.lambda_error_with(message, program, &failure, row, &[("level", level.as_str())]);
                is_reset
            });
            kept = is_reset && !holds;
            holds
        });
        self.kept = kept;
        level
    }

    /// The usual case: nothing to keep and no reset to ask, the worst level that holds counts.
    #[inline]
    fn level_from_ok(&mut self, row: &Row, cx: &mut Cx<'_>) -> Level {
        for (level, tests) in
            [Level::Info, Level::Warning, Level::Critical].into_iter().zip(&mut self.tests).rev()
        {
            let Some(Tests { level: Test { program, state }, .. }) = tests else { continue };
            match program.test(state, &mut cx.env(row)) {
                Ok(true) => return level,
                Ok(false) => {}
                Err(failure) => {
                    let context = [("level", level.as_str())];
                    cx.lambda_error_with(LEVEL_ERROR, program, &failure, row, &context);
                }
            }
        }
        Level::Ok
    }

    pub(super) fn switch_inhibitors(&self, row: &Row, level: Level, cx: &mut Cx<'_>) {
        if self.inhibitors.is_empty() {
            return;
        }
        let (world, inhibitors) = (&*cx.world, &mut cx.topics.inhibitors);
        let tags = world.groups.get(row.group).tags;
        let tag = |name: &str| {
            let value = world.tags.get(tags, world.symbols.find(name)?)?;
            Some(world.symbols.name(value))
        };
        for &id in &self.inhibitors {
            inhibitors.switch(id, row.group.index(), tag, level != Level::Ok);
        }
    }

    /// What is known of an event before its texts.
    pub(super) fn subject(&self, row: &Row, point: Arc<Point>, cx: &Cx<'_>) -> Event {
        Event {
            id: String::new(),
            message: String::new(),
            details: crate::alert::Details::default(),
            time: row.time,
            duration: 0,
            level: Level::Ok,
            previous: Level::Ok,
            serial: 0,
            recoverable: self.recoverable,
            task: self.task.clone(),
            point,
            group: cx.world.group_id(row.group),
            category: self.category.clone(),
            data: Data::Point,
        }
    }

    fn tell(&mut self, row: Row, level: Level, duration: i64, cx: &mut Cx<'_>) -> Result<Row, Box<str>> {
        let point = cx.told(&row, &mut self.names);
        let event = self.subject(&row, point, cx);
        let event = self.dispatch(event, level, duration, cx)?;
        Ok(match &self.extras {
            Some(extras) => extras.put(row, &event, cx),
            None => row,
        })
    }

    /// Completes an event, and sends it to the topics unless it is inhibited.
    pub(super) fn dispatch(
        &mut self,
        mut event: Event,
        level: Level,
        duration: i64,
        cx: &mut Cx<'_>,
    ) -> Result<Arc<Event>, Box<str>> {
        event.serial = cx.topics.next_serial();
        event.level = level;
        event.duration = duration;
        self.texts.fill(&mut event)?;
        let tag = |name: &str| event.tags().iter().find(|t| t.0 == name).map(|t| t.1.as_str());
        if cx.topics.inhibitors.silence(&self.category, tag) {
            self.counters.inhibited();
            return Ok(Arc::new(event));
        }
        self.counters.told(level);
        let mut event = Arc::new(event);
        let node = cx.task.nodes.get(cx.me).map_or("", String::as_str);
        if let Some(own) = self.own {
            cx.topics.collect(node, own, &mut event, cx.now, cx.sink);
        }
        if let Some(named) = self.named {
            cx.topics.collect("", named, &mut event, cx.now, cx.sink);
        }
        Ok(event)
    }
}

kept!(Test { program, state });

/// What a node tells beside its events is not kept, only what these depend on. What it silences is in the topics.
impl Keep for Alert {
    fn save(&self, out: &mut Saver<'_>) {
        for Tests { level, reset } in self.tests.iter().flatten() {
            level.save(out);
            out.each(reset);
        }
        self.states.save(out);
        self.rendered.save(out);
        self.counters.save(out);
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        for Tests { level, reset } in self.tests.iter_mut().flatten() {
            level.restore(from)?;
            from.each(reset)?;
        }
        self.states.restore(from)?;
        self.rendered.restore(from)?;
        self.counters.restore(from)
    }
}

impl Alert {
    /// What it declares with `.inhibit()`.
    pub fn inhibitors(&self) -> &[InhibitorId] {
        &self.inhibitors
    }
}
