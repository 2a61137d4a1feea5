//! HOT: what a running node is, and what it may touch.

use std::sync::Arc;

use crate::alert::{Origin, Series, Sink, Topics};
use crate::data::line::push_line;
use crate::data::{GroupId, RawFields, Rest, Row, Sym, Tape, Val, World};
use crate::lambda::{Env, Failure, Program};
use crate::value::Value;
use crate::value::time::Zone;

/// What a node did with a point.
#[derive(Debug)]
pub enum Step {
    /// It goes no further.
    Drop,
    /// It goes on to the children, perhaps changed.
    Pass(Row),
    /// The node cannot go on: the task ends with this error.
    Fail(Box<str>),
}

/// A node at work: a state machine without clock, thread or I/O.
pub trait Node {
    /// Takes a point.
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step;

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
}

impl TaskInfo {
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
    /// Index of the node that is at work.
    pub me: usize,
    /// Fields of the raw line at hand, for [`Rest::Line`].
    pub line: RawFields<'a>,
    /// The run's clock, nanoseconds since 1970.
    pub now: i64,
    /// The run's topics.
    pub topics: &'a mut Topics,
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
            me: self.me,
            line: self.line,
            now: self.now,
            sink: self.sink,
            zone: self.zone,
            topics: self.topics,
            errors: self.errors,
            first_error: self.first_error,
        }
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
        if self.task.quiet[self.me] || !(self.first_error || self.sink.wants_errors()) {
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

/// State for each group, found by index.
#[derive(Debug)]
pub struct PerGroup<T> {
    /// 0 for groups that were not seen, else one more than the index of the state.
    index: Vec<u32>,
    states: Vec<T>,
}

impl<T> Default for PerGroup<T> {
    fn default() -> Self {
        PerGroup { index: Vec::new(), states: Vec::new() }
    }
}

impl<T> PerGroup<T> {
    /// The state of a group, made at first sight.
    #[inline]
    pub fn get_or(&mut self, group: GroupId, make: impl FnOnce() -> T) -> &mut T {
        let at = self.index_or(group, make);
        &mut self.states[at]
    }

    /// Which of the groups it is, in order of first sight.
    #[inline]
    pub fn index_or(&mut self, group: GroupId, make: impl FnOnce() -> T) -> usize {
        match self.index.get(group.index()) {
            Some(&at) if at > 0 => at as usize - 1,
            _ => self.insert(group, make()),
        }
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
        self.index[group.index()] = self.states.len() as u32;
        self.states.len() - 1
    }

    /// How many groups were seen.
    pub fn len(&self) -> usize {
        self.states.len()
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.states.is_empty()
    }

    /// The states, in order of first sight.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.states.iter()
    }
}
