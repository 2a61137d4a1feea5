//! The alert node on batches: one level for the whole batch, and the event it may lead to.

use std::sync::Arc;

use super::judge::Found;
use super::run::Alert;
use crate::alert::{Data, Event, Level, Outcome};
use crate::data::{Head, Rest, Row};
use crate::nodes::buffer::Buffer;
use crate::nodes::{Cx, Msg};

/// The batch at hand.
#[derive(Default)]
pub(super) struct Whole {
    buffer: Buffer,
    /// Of the group, before the batch.
    current: Level,
    lowest: Level,
    highest: Level,
    /// The first point at the highest level, and its time.
    worst: usize,
    time: i64,
    /// Whether the levels of the points that are the lowest and the highest were kept by a reset expression.
    kept: [bool; 2],
    /// The event that the points are given on with.
    event: Option<Arc<Event>>,
}

impl Alert {
    pub(super) fn begin_batch(&mut self, head: Head, cx: &mut Cx<'_>) -> Result<(), Box<str>> {
        let row = header(&head, cx);
        let known = self.states.level(head.group.index());
        self.batch.current = match known {
            Some(level) => level,
            None => self.meet(None, &row, cx)?,
        };
        self.batch.buffer.begin(head);
        self.batch.event = None;
        Ok(())
    }

    pub(super) fn batch_point(&mut self, row: &Row, cx: &mut Cx<'_>) {
        let level = self.level(self.batch.current, row, cx);
        if self.judge.is_some() {
            let decides = match self.all {
                _ if self.batch.buffer.points().is_empty() => true,
                true => level < self.batch.lowest,
                false => level > self.batch.highest,
            };
            self.look(decides, self.batch.current, row, cx);
        }
        let batch = &mut self.batch;
        let at = batch.buffer.points().len();
        if at == 0 || level < batch.lowest {
            batch.lowest = level;
            batch.kept[0] = self.kept;
        }
        if at == 0 || level > batch.highest {
            (batch.highest, batch.worst, batch.time) = (level, at, row.time);
            batch.kept[1] = self.kept;
        }
        batch.buffer.push(row, true, cx);
    }

    /// Whether the batch is to be given on, since it led to an event.
    pub(super) fn end_batch(&mut self, cx: &mut Cx<'_>) -> Result<bool, Box<str>> {
        let Some(head) = self.batch.buffer.head().filter(|_| !self.batch.buffer.points().is_empty()) else {
            return Ok(false);
        };
        let row = header(&head, cx);
        if !self.has_id(&row) {
            let known = self.states.level(head.group.index());
            self.meet(known, &row, cx)?;
        }
        let level = if self.all { self.batch.lowest } else { self.batch.highest };
        let time = if self.all || level == Level::Ok { head.tmax } else { self.batch.time };
        let previous = self.states.level(head.group.index()).unwrap_or_default();
        let outcome = self.states.batch(head.group.index(), time, level);
        if outcome != Outcome::Quiet {
            self.switch_inhibitors(&row, level, cx);
        }
        let row = Row { time, ..row };
        if self.judge.is_some() {
            let Whole { highest, kept, .. } = self.batch;
            let kept = if self.all { kept[0] } else { kept[1] };
            self.tell_judgement(&row, &Found { previous, level, highest, kept, outcome }, cx);
        }
        match outcome {
            Outcome::Event { .. } if self.makes_no_events() => Ok(true),
            Outcome::Event { duration } => self.tell_batch(row, level, duration, cx).map(|()| true),
            Outcome::Quiet | Outcome::Muted => Ok(false),
        }
    }

    fn tell_batch(&mut self, row: Row, level: Level, duration: i64, cx: &mut Cx<'_>) -> Result<(), Box<str>> {
        let mark = cx.tape.mark();
        let point = match self.batch.buffer.points().load(self.batch.worst, cx.tape) {
            Some(worst) => {
                let worst = Row { time: row.time, name: row.name, tags: row.tags, ..worst };
                cx.told(&worst, &mut self.names)
            }
            None => cx.told_without_fields(&row),
        };
        cx.tape.rewind(mark);
        let mut event = self.subject(&row, point, cx);
        event.data = Data::Series(vec![self.batch.buffer.table(cx)]);
        let event = self.dispatch(event, level, duration, cx)?;
        if let (Some(extras), Some(head)) = (&self.extras, self.batch.buffer.head()) {
            let tags = extras.tags(row.tags, &event, cx);
            if tags != row.tags {
                let group = cx.world.group_by_all(head.group, head.name, tags);
                self.batch.buffer.rename(Head { group, ..head });
            }
        }
        self.batch.event = Some(event);
        Ok(())
    }

    pub(super) fn next_piece(&mut self, cx: &mut Cx<'_>) -> Option<Msg> {
        let Whole { buffer, event, .. } = &mut self.batch;
        let group = buffer.head()?.group;
        buffer.next(cx, |row, cx| match (&self.extras, event.as_deref()) {
            (Some(extras), Some(event)) => Row { group, ..extras.put(row, event, cx) },
            _ => row,
        })
    }
}

/// A batch without its points, as far as ids and inhibitors look at it.
fn header(head: &Head, cx: &Cx<'_>) -> Row {
    let tags = cx.world.groups.get(head.group).tags;
    Row { time: head.tmax, name: head.name, tags, group: head.group, rest: Rest::None, ..Row::EMPTY }
}
