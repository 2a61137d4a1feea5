//! HOT: what a running node is, and what it may touch.

use std::sync::Arc;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::influxql::Fold;
use super::loops::Loops;
use super::timers::{Timers, Watch};
use crate::alert::{Origin, Series, Sink, Sketches, Topics};
use crate::data::line::{push_fields, push_key, push_line};
use crate::data::{BatchPoint, GroupId, Head, RawFields, Rest, Row, Shelf, Slots, Sym, Tape, Val, World};
use crate::lambda::{Env, Failure, Program};
use crate::query::Store;
use crate::value::Value;
use crate::value::time::Zone;

/// What a node did with what it got.
#[derive(Debug)]
pub enum Step<T = Row> {
    /// It goes no further.
    Drop,
    /// It goes on to the children, perhaps changed.
    Pass(T),
    /// The node has something else to give: [`Node::next`] is asked until it has no more.
    More,
    /// The node cannot go on: the task ends with this error.
    Fail(Box<str>),
}

/// Nothing older will come for a group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Barrier {
    /// Of which group.
    pub group: GroupId,
    /// Nanoseconds since 1970.
    pub time: i64,
}

/// What flows along an edge.
#[derive(Clone, Copy, Debug)]
pub enum Msg {
    /// A point of a stream.
    Point(Row),
    /// A batch begins.
    Begin(Head),
    /// A point of a batch; its group is that of the batch.
    Item(Row),
    /// What the points of a batch come to, for the one node that reads them.
    Fold(Fold),
    /// A batch ends.
    End,
    /// Nothing older will come for a group.
    Barrier(Barrier),
    /// All that is known of a group is to be forgotten.
    Delete(GroupId),
}

/// A node at work: a state machine without clock, thread or I/O.
///
/// Nodes that keep something for each group know a group since its first point, batch or barrier.
pub trait Node {
    /// Asks for slots of fields that it gives under other names, which somebody has asked for.
    fn sources(&self, _slots: &mut Slots) {}

    /// Takes a point of a stream.
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step;

    /// Takes the beginning of a batch.
    fn begin(&mut self, head: Head, _cx: &mut Cx<'_>) -> Step<Head> {
        Step::Pass(head)
    }

    /// Takes a point of a batch.
    fn item(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        self.point(row, cx)
    }

    /// Takes the points of a batch, reduced by the node before, which knows of what this one makes of them.
    fn fold(&mut self, _fold: Fold, _cx: &mut Cx<'_>) -> Step<()> {
        Step::Drop
    }

    /// Takes the end of a batch.
    fn end(&mut self, _cx: &mut Cx<'_>) -> Step<()> {
        Step::Pass(())
    }

    /// Takes a barrier.
    fn barrier(&mut self, barrier: Barrier, _cx: &mut Cx<'_>) -> Step<Barrier> {
        Step::Pass(barrier)
    }

    /// Forgets a group. What does not know it lets it pass no further, if it keeps groups at all.
    fn forget(&mut self, group: GroupId, _cx: &mut Cx<'_>) -> Step<GroupId> {
        Step::Pass(group)
    }

    /// What it has to give after [`Step::More`]; values lie on the tape until the next call.
    fn next(&mut self, _cx: &mut Cx<'_>) -> Option<Msg> {
        None
    }

    /// The clock starts: the time to ask for the first [`Node::wake`].
    fn start(&mut self, _cx: &mut Cx<'_>) {}

    /// A time it asked for with [`Cx::wake_at`] has come, with the key it gave.
    fn wake(&mut self, _key: u32, _cx: &mut Cx<'_>) -> Step<()> {
        Step::Drop
    }

    /// The data have ended: last chance to give what is held.
    fn close(&mut self, _cx: &mut Cx<'_>) -> Step<()> {
        Step::Drop
    }

    /// How many points it holds that nobody will see any more, when the data have ended.
    fn pending(&self) -> usize {
        0
    }

    /// Groups it holds state for; 0 for nodes that do not group.
    fn cardinality(&self) -> usize {
        0
    }

    /// Counters of its kind, beside those that every node has.
    fn counters(&self, _out: &mut Vec<(&'static str, i64)>) {}

    /// Whatever is to be told at the end of the data.
    fn finish(&mut self, _cx: &mut Cx<'_>) {}
}

/// What is known of a task once it is built.
#[derive(Debug)]
pub struct TaskInfo {
    /// Task id.
    pub name: Arc<str>,
    /// Symbols of the field names that have slots, by slot.
    pub slots: Vec<Sym>,
    /// Node names, by index.
    pub nodes: Vec<String>,
    /// Whether a node is `.quiet()`, by index.
    pub quiet: Vec<bool>,
    /// Database and retention policy of queries that name none.
    pub home: (String, String),
    /// Slots by the symbols of their names.
    pub by_name: HashMap<Sym, u32, FixedState>,
}

impl TaskInfo {
    /// Database and retention policy of queries that name none.
    pub fn home(&self) -> (&str, &str) {
        (&self.home.0, &self.home.1)
    }

    /// Slots of a row.
    pub fn width(&self) -> usize {
        self.slots.len()
    }
}

/// The surroundings of a node while it works on a point.
pub struct Cx<'a> {
    /// Values of the rows at hand.
    pub tape: &'a mut Tape,
    /// Names, tags and groups.
    pub world: &'a mut World,
    /// The task.
    pub task: &'a TaskInfo,
    /// Points that queries are answered from, if they are.
    pub store: Option<&'a mut Store>,
    /// Index of the task.
    pub number: usize,
    /// Index of the node that is at work.
    pub me: usize,
    /// Which of its parents it hears from, counted in link order.
    pub port: usize,
    /// Times at which nodes want to be woken.
    pub timers: &'a mut Timers,
    /// Points that `stats` nodes count.
    pub watches: &'a mut [Watch],
    /// Points on their way back in.
    pub loops: &'a mut Loops,
    /// Fields of the raw line at hand, for [`Rest::Line`].
    pub line: RawFields<'a>,
    /// The run's clock, nanoseconds since 1970.
    pub now: i64,
    /// The run's topics.
    pub topics: &'a mut Topics,
    /// Values for pictures.
    pub sketches: &'a mut Sketches,
    /// Where everything that happens is told.
    pub sink: &'a mut dyn Sink,
    /// The zone of calendar functions.
    pub zone: &'a Zone,
    /// Errors of the node at work since the loop last looked.
    pub errors: u32,
    /// The node at work has not met an error before.
    pub first_error: bool,
}

impl Cx<'_> {
    /// Task and node, for records.
    pub fn origin(&self) -> Origin<'_> {
        Origin { task: &self.task.name, node: &self.task.nodes[self.me] }
    }

    /// The same surroundings for a shorter while.
    pub fn again(&mut self) -> Cx<'_> {
        Cx {
            tape: self.tape,
            world: self.world,
            task: self.task,
            number: self.number,
            me: self.me,
            port: self.port,
            timers: self.timers,
            watches: self.watches,
            loops: self.loops,
            store: self.store.as_deref_mut(),
            line: self.line,
            now: self.now,
            sink: self.sink,
            zone: self.zone,
            topics: self.topics,
            sketches: self.sketches,
            errors: self.errors,
            first_error: self.first_error,
        }
    }

    /// Asks for [`Node::wake`] with a key, once the clock is there.
    pub fn wake_at(&mut self, time: i64, key: u32) {
        self.timers.set(time, self.number, self.me, key);
    }

    /// A new point with the tags of a group and without fields.
    pub fn new_row(&mut self, time: i64, name: Sym, group: GroupId) -> Row {
        let base = self.tape.vals.len() as u32;
        self.tape.vals.resize(base as usize + self.task.width(), Val::Missing);
        let tags = self.world.groups.get(group).tags;
        Row { time, name, tags, group, base, ..Row::EMPTY }
    }

    /// A point of a batch that was handed over, on the tape.
    pub fn item(&mut self, head: &Head, point: &BatchPoint) -> Row {
        let mut row = self.new_row(point.time, head.name, head.group);
        row.tags = self.world.tags(&point.tags);
        for (name, value) in &point.fields {
            let (name, val) = (self.world.symbols.intern(name), self.tape.text.val(value));
            self.add(&mut row, name, val);
        }
        row
    }

    /// Adds a field to a row that was made last: in its slot, or where fields without one go.
    pub fn add(&mut self, row: &mut Row, name: Sym, val: Val) {
        if let Some(&slot) = self.task.by_name.get(&name) {
            self.set(row, slot, val);
            return;
        }
        self.add_extra(row, name, val);
    }

    /// The same for a field that is known to have no slot.
    pub fn add_extra(&mut self, row: &mut Row, name: Sym, val: Val) {
        let end = self.tape.extra.len() as u32;
        let start = match row.rest {
            Rest::Extra { start, .. } => start,
            _ => end,
        };
        self.tape.extra.push((name, val));
        row.rest = Rest::Extra { start, end: end + 1 };
    }

    /// Moves those fields that are only in the raw line to the tape, so that the row can be kept.
    pub fn whole(&mut self, row: &Row) -> Row {
        if row.rest != Rest::Line {
            return *row;
        }
        let start = self.tape.extra.len();
        let (tape, world, task) = (&mut *self.tape, &mut *self.world, self.task);
        self.line.each(|name, value| {
            let name = world.symbols.intern(&name);
            if task.by_name.contains_key(&name) {
                return;
            }
            let val = tape.text.val(&value);
            // Of a field given twice, the last counts.
            match tape.extra[start..].iter_mut().find(|f| f.0 == name) {
                Some(field) => field.1 = val,
                None => tape.extra.push((name, val)),
            }
        });
        let rest = match tape.extra.len() - start {
            0 => Rest::None,
            n => Rest::Extra { start: start as u32, end: (start + n) as u32 },
        };
        Row { rest, ..*row }
    }

    /// Keeps a row on a shelf; with the fields that the script does not name if `whole`.
    pub fn keep(&mut self, row: &Row, shelf: &mut Shelf, whole: bool) {
        let row = match whole {
            true => self.whole(row),
            false => Row { rest: Rest::None, ..*row },
        };
        shelf.push(&row, self.task.width(), self.tape);
    }

    /// What a lambda sees of a row.
    #[inline]
    pub fn env(&mut self, row: &Row) -> Env<'_> {
        let start = row.base as usize;
        Env {
            slots: &self.tape.vals[start..start + self.task.slots.len()],
            text: &mut self.tape.text,
            world: self.world,
            tags: row.tags,
            time: row.time,
            now: self.now,
            zone: self.zone,
        }
    }

    /// Slots of a row.
    pub fn slots(&self, row: &Row) -> &[Val] {
        self.tape.slots(row, self.task.width())
    }

    /// A copy of a row whose slots may be changed.
    pub fn fork(&mut self, row: &Row) -> Row {
        self.tape.fork(row, self.task.width())
    }

    /// A copy of a row without fields.
    pub fn blank(&mut self, row: &Row) -> Row {
        self.tape.blank(row, self.task.width())
    }

    /// Sets a slot of a forked row.
    pub fn set(&mut self, row: &Row, slot: u32, val: Val) {
        self.tape.vals[(row.base + slot) as usize] = val;
    }

    /// Counts an error of the node at work and tells it, unless the node is quiet.
    #[cold]
    pub fn error(&mut self, message: &str, error: &str) {
        self.error_with(message, error, &[]);
    }

    /// The same, put into words only if somebody reads them.
    #[cold]
    pub fn error_by(&mut self, message: &str, error: impl FnOnce() -> String) {
        if self.reads_errors() {
            self.error_with(message, &error(), &[]);
        } else {
            self.errors += 1;
        }
    }

    /// Whether anybody reads the words of an error.
    fn reads_errors(&self) -> bool {
        !self.task.quiet[self.me] && (self.first_error || self.sink.wants_errors())
    }

    /// The same with further keys.
    #[cold]
    pub fn error_with(&mut self, message: &str, error: &str, context: &[(&str, &str)]) {
        self.errors += 1;
        if !self.task.quiet[self.me] {
            let origin = Origin { task: &self.task.name, node: &self.task.nodes[self.me] };
            self.sink.error(origin, message, error, context);
        }
    }

    /// Counts a failure of a lambda; puts it into words only if somebody reads them.
    #[cold]
    pub fn lambda_error(&mut self, message: &str, program: &Program, failure: &Failure, row: &Row) {
        self.lambda_error_with(message, program, failure, row, &[]);
    }

    /// The same with further keys.
    #[cold]
    pub fn lambda_error_with(
        &mut self,
        message: &str,
        program: &Program,
        failure: &Failure,
        row: &Row,
        context: &[(&str, &str)],
    ) {
        if !self.reads_errors() {
            self.errors += 1;
            return;
        }
        let text = program.describe(failure, &self.env(row));
        self.error_with(message, &text, context);
    }

    /// Finds the group of a row anew, after its tags have changed.
    pub fn regroup(&mut self, row: &mut Row) {
        let dims = self.world.groups.get(row.group).dims;
        row.group = self.world.group(dims, row.name, row.tags);
    }

    /// The text of a value that is one.
    pub fn text_of(&self, val: Val) -> Option<&str> {
        match val {
            Val::Str(r) => Some(self.tape.text.get(r)),
            Val::Sym(s) => Some(self.world.symbols.name(s)),
            _ => None,
        }
    }

    /// A row as a table of one line.
    pub fn series(&self, row: &Row) -> Series {
        let (columns, values) = self.fields(row).into_iter().unzip();
        let name = self.world.symbols.name(row.name).to_owned();
        Series { name, tags: self.tags(row), columns, values: vec![(row.time, values)] }
    }

    /// Appends a row as line protocol, tags and fields sorted.
    pub fn push_line(&self, row: &Row, out: &mut String) {
        let text = |s: Sym| self.world.symbols.name(s);
        let tags = self.world.tags.pairs(row.tags).iter().map(|&(k, v)| (text(k), text(v)));
        let fields = self.fields(row);
        push_line(out, text(row.name), tags, fields.iter().map(|(k, v)| (k.as_str(), v)), row.time);
    }

    /// Appends a row as line protocol without its time, tags and fields sorted.
    pub fn push_body(&self, row: &Row, out: &mut String) {
        self.push_key(row, out);
        out.push(' ');
        push_fields(out, self.fields(row).iter().map(|(k, v)| (k.as_str(), v)));
    }

    /// Appends what names the series of a row in line protocol.
    pub fn push_key(&self, row: &Row, out: &mut String) {
        let text = |s: Sym| self.world.symbols.name(s);
        let tags = self.world.tags.pairs(row.tags).iter().map(|&(k, v)| (text(k), text(v)));
        push_key(out, text(row.name), tags);
    }

    /// A value that owns its text.
    pub fn owned(&self, val: Val) -> Value {
        match val {
            Val::Missing | Val::Null => Value::Null,
            Val::Float(x) => Value::Float(x),
            Val::Int(x) => Value::Int(x),
            Val::Bool(x) => Value::Bool(x),
            Val::Str(r) => Value::Str(self.tape.text.get(r).into()),
            Val::Sym(s) => Value::Str(self.world.symbols.name(s).into()),
            Val::Duration(x) => Value::Duration(x),
        }
    }

    /// Every field of a row, sorted by name: those in slots and those that the script does not name.
    pub fn fields(&self, row: &Row) -> Vec<(String, Value)> {
        let mut fields: Vec<(String, Value)> = Vec::with_capacity(16);
        for (slot, &val) in self.slots(row).iter().enumerate() {
            if val.is_present() {
                let name = self.world.symbols.name(self.task.slots[slot]);
                fields.push((name.to_owned(), self.owned(val)));
            }
        }
        match row.rest {
            Rest::None => {}
            Rest::Line => self.unnamed_fields(&mut fields),
            Rest::Extra { start, end } => {
                for &(name, val) in &self.tape.extra[start as usize..end as usize] {
                    fields.push((self.world.symbols.name(name).to_owned(), self.owned(val)));
                }
            }
        }
        fields.sort_by(|a, b| a.0.cmp(&b.0));
        fields
    }

    fn unnamed_fields(&self, fields: &mut Vec<(String, Value)>) {
        let named = fields.len();
        let symbols = &self.world.symbols;
        self.line.each(|name, value| {
            if self.task.slots.iter().any(|&s| symbols.name(s) == name) {
                return;
            }
            // Of a field given twice, the last counts.
            match fields[named..].iter_mut().find(|f| f.0 == name) {
                Some(field) => field.1 = value,
                None => fields.push((name.into_owned(), value)),
            }
        });
    }

    /// All tags of a row, sorted by key.
    pub fn tags(&self, row: &Row) -> Vec<(String, String)> {
        let text = |s: Sym| self.world.symbols.name(s).to_owned();
        self.world.tags.pairs(row.tags).iter().map(|&(k, v)| (text(k), text(v))).collect()
    }
}
