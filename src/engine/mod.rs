//! Runs graphs: a pure state machine, fed with points and times, that hands what happens to a sink.
//!
//! No thread, no clock, no I/O: the time is that of the data. All tasks of a run share one pass over
//! the input, one table of series and the topics.

mod counters;
mod flow;
mod live;
mod loader;
mod round;
mod routes;
mod sentry;
mod snapshot;
mod task;

use crate::alert::{Sketches, Topics};
use crate::data::Batch;
use crate::data::{Catalog, RawPoint, Series, SourceId, Sym, Tape, World};
use crate::nodes::{Loops, TaskInfo, Timers, Watch};
use crate::value::time::Zone;

pub use crate::alert::{Action, LogData, LogRecord, NodeCounters, Origin, Sink};
pub use counters::Held;

use crate::nodes::{AnyNode, Msg};
use counters::SourceWatch;
use flow::Cell;
use loader::Loader;
use routes::Routes;
use sentry::Sentry;
pub use snapshot::Unfit;
pub use task::{BuildError, TaskOptions};
use task::{Entrance, Layout};

/// What handlers act with outside, by their keys.
pub type HandlerKeys = Vec<crate::alert::HandlerKey>;

/// How often what is gathered at the end may be gathered again.
const MAX_ROUNDS: usize = 64;

/// Counts something that grows with time, for `--stats`; the engine has no clock of its own.
pub type Ticks = fn() -> u64;

/// The surroundings of a node, made of the parts of an engine.
macro_rules! cx {
    ($engine:ident, $sink:expr, $task:expr, $me:expr) => {
        crate::nodes::Cx {
            tape: &mut $engine.tape,
            world: &mut $engine.world,
            task: &$engine.infos[$task],
            number: $task,
            me: $me,
            port: 0,
            line: Default::default(),
            now: $engine.now,
            sink: &mut *$sink,
            zone: &$engine.zone,
            topics: &mut $engine.topics,
            sketches: &mut $engine.sketches,
            timers: &mut $engine.timers,
            watches: &mut $engine.watches,
            loops: &mut $engine.loops,
            store: $engine.loader.as_mut().map(|l| &mut l.store),
            errors: 0,
            first_error: true,
        }
    };
}
use cx;

/// All tasks of a run, with everything they know.
pub struct Engine {
    /// Series, and the fields that tasks read of them. A reader of input fills it.
    pub catalog: Catalog,
    /// Names, tags and groups.
    pub world: World,
    /// Values of the point at hand: the reader puts wanted ones at the bottom.
    pub tape: Tape,
    /// Topics with their handlers.
    pub topics: Topics,
    /// Values for pictures, of those tasks that are drawn.
    pub sketches: Sketches,
    zone: Zone,
    now: i64,
    infos: Vec<TaskInfo>,
    cells: Vec<Vec<Cell>>,
    entrances: Vec<Entrance>,
    /// Places of tasks that are gone.
    free: Vec<usize>,
    /// The clock is moved by [`Engine::advance`] alone, not by points.
    own_clock: bool,
    /// What the `stats` nodes of all tasks observe.
    watches: Vec<Watch>,
    /// Those of them that observe the source of a task.
    sources: Vec<SourceWatch>,
    timers: Timers,
    loops: Loops,
    loader: Option<Loader>,
    routes: Routes,
    sentries: Vec<Sentry>,
    layouts: Vec<Layout>,
    floor: usize,
    ticks: Option<Ticks>,
    /// No shortcuts are taken, and these fields have a slot in every task.
    plain: Option<Vec<String>>,
}

impl Engine {
    /// Without tasks. Calendar functions of lambdas use `zone`; with `ticks`, time spent is measured.
    pub fn new(zone: Zone, ticks: Option<Ticks>) -> Engine {
        Engine {
            catalog: Catalog::default(),
            world: World::default(),
            tape: Tape::default(),
            topics: Topics::default(),
            sketches: Sketches::default(),
            zone,
            now: i64::MIN,
            infos: Vec::new(),
            cells: Vec::new(),
            entrances: Vec::new(),
            free: Vec::new(),
            own_clock: false,
            watches: Vec::new(),
            sources: Vec::new(),
            timers: Timers::default(),
            loops: Loops::default(),
            loader: None,
            routes: Routes::default(),
            sentries: Vec::new(),
            layouts: Vec::new(),
            floor: 0,
            ticks,
            plain: None,
        }
    }

    /// Lets the tasks to come take no shortcut: each node works for itself and on whole points, no sentry stands before
    /// a task, and what a `from` asks of a point's tags it asks of every point. Fields with these names are read
    /// whether a script names them or not. The same results, more slowly. For tests.
    pub fn without_shortcuts(&mut self, fields: &[&str]) {
        self.plain = Some(fields.iter().map(|name| (*name).to_owned()).collect());
    }

    /// The source of points of a database and a retention policy, for a reader.
    pub fn source(&mut self, db: &str, rp: &str) -> SourceId {
        let [db, rp] = [db, rp].map(|text| self.world.symbols.intern(text));
        self.catalog.source(db, rp)
    }

    /// The run's clock: the latest time seen, in nanoseconds since 1970.
    pub fn now(&self) -> i64 {
        self.now
    }

    /// Whether a task has ended with an error, and with which.
    pub fn failures(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entrances
            .iter()
            .zip(&self.infos)
            .filter(|(_, info)| !info.name.is_empty())
            .filter_map(|(e, info)| Some((&*info.name, e.failed.as_deref()?)))
    }

    /// Takes a point, whose wanted values lie on the tape.
    #[inline]
    pub fn push(&mut self, point: RawPoint<'_>, sink: &mut dyn Sink) {
        if point.time > self.now && !self.own_clock {
            self.advance(point.time, sink);
        }
        // Here and not where lines are read: a point that was read need not be played.
        self.catalog.count(point.series);
        if !self.sources.is_empty() {
            self.count_at_sources(point.series);
        }
        if let Some(loader) = &mut self.loader {
            loader.load(&point, self.catalog.series(point.series), &self.world);
        }
        self.route(point, sink);
        if !self.loops.is_empty() {
            self.go_round(sink);
        }
    }

    /// Points are kept from now on, for the queries of all tasks that ask. To be called when all tasks are
    /// there; does nothing if no query asks.
    pub fn answer_queries(&mut self) {
        let queries = self.cells.iter().flatten().filter_map(|cell| match &cell.node {
            AnyNode::Query(query) if query.asks() => Some(query.names()),
            _ => None,
        });
        let names = queries.reduce(|a, b| a.zip(b).map(|(a, b)| [a, b].concat()));
        self.loader = names.map(Loader::new);
    }

    /// Points that no query saw: InfluxDB would have refused them, since a field changed its type.
    pub fn kept_from_queries(&self) -> u64 {
        self.loader.as_ref().map_or(0, |loader| loader.refused)
    }

    /// Keeps a point for queries without playing it, with its series and names; those of one catalog only. Does
    /// nothing if no query asks.
    pub fn keep(&mut self, point: &RawPoint<'_>, series: &Series, world: &World) {
        if let Some(loader) = &mut self.loader {
            loader.load(point, series, world);
        }
    }

    /// Takes a batch that a query node of a task would have got for an answer, once the clock is there.
    pub fn batch(&mut self, task: usize, node: usize, batch: &Batch, sink: &mut dyn Sink) {
        if self.entrances[task].failed.is_some() {
            return;
        }
        for cell in [0, node] {
            self.cells[task][cell].collected += 1;
        }
        let (mark, head) = (self.tape.mark(), batch.head(&mut self.world));
        self.inject(task, node, Msg::Begin(head), sink);
        for point in &batch.points {
            let mut cx = cx!(self, sink, task, node);
            let row = cx.item(&head, point);
            self.inject(task, node, Msg::Item(row), sink);
            self.tape.rewind(mark);
        }
        self.inject(task, node, Msg::End, sink);
        self.go_round(sink);
    }

    /// Moves the clock: what is due until then happens now, in order.
    pub fn advance(&mut self, now: i64, sink: &mut dyn Sink) {
        if self.now == i64::MIN {
            self.now = now;
            self.start_new(sink);
        }
        while let Some(time) = self.next_timer().filter(|time| *time <= now) {
            self.now = self.now.max(time);
            self.topics.advance(time, sink);
            while let Some(due) = self.timers.due(time) {
                self.wake(due, sink);
                self.go_round(sink);
            }
        }
        self.now = self.now.max(now);
    }

    /// When something is due next that waits for the clock.
    pub fn next_timer(&self) -> Option<i64> {
        [self.timers.next(), self.topics.next_timer()].into_iter().flatten().min()
    }

    /// Ends the data: nodes tell what they hold, topics what they have gathered; then all counters are told.
    pub fn finish(&mut self, sink: &mut dyn Sink) {
        for task in 0..self.infos.len() {
            self.close(task, sink);
            self.go_round(sink);
        }
        self.finish_nodes(sink);
        // Topics may gather in a circle, which must have an end.
        for _ in 0..MAX_ROUNDS {
            let Some(due) = self.topics.next_timer() else { break };
            self.topics.advance(due, sink);
        }
        self.settle();
        for task in 0..self.infos.len() {
            for counters in self.counters(task) {
                sink.counters(&self.infos[task].name, &counters);
            }
        }
    }

    /// The symbol of a text.
    fn sym(&mut self, text: &str) -> Sym {
        self.world.symbols.intern(text)
    }
}
