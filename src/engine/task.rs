//! From a graph to a task that runs.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Engine;
use super::counters::SourceWatch;
use super::flow::{Cell, Edge};
use super::sentry;
use super::snapshot::Makeup;
use crate::alert::{FunctionKey, Judging};
use crate::data::{Slots, Sym, Val};
use crate::nodes::{AnyNode, Build, Node, Registrar, SideTable, TaskInfo, Watch, whole_of};
use crate::pipeline::{EdgeType, Fault, Graph, NodeDef, NodeId, Whole};
use crate::text::Span;

/// How a task is named, and what it reads.
#[derive(Clone, Debug, Default)]
pub struct TaskOptions {
    /// Task id.
    pub name: String,
    /// Databases and retention policies it reads.
    pub dbrps: Vec<(String, String)>,
    /// What the sources of its `sideload` nodes hold, by their names.
    pub sideloads: BTreeMap<String, Arc<SideTable>>,
    /// The user-defined functions that are at work for it, by the indices of their nodes.
    pub functions: BTreeMap<usize, FunctionKey>,
    /// Its queries ask.
    pub asks: bool,
    /// Queries that do not, since recorded batches are played to them: indices of nodes.
    pub recorded: Vec<usize>,
    /// Nodes of which the sink is told what they give: indices.
    pub watched: Vec<usize>,
    /// What its alerts tell beside their events.
    pub judging: Judging,
    /// Values of its alerts are kept for pictures, and alerts tell of the first point of each group.
    pub drawn: bool,
    /// The alert id of which every point is to be explained; alerts tell of all points then.
    pub explained: Option<String>,
}

impl TaskOptions {
    fn judging(&self) -> Judging {
        if self.explained.is_some() { Judging::Always } else { self.judging }
    }
}

/// Why a graph cannot run.
#[derive(Clone, PartialEq, Debug)]
pub struct BuildError {
    /// The node that is to blame.
    pub span: Span,
    /// What is wrong.
    pub fault: Fault,
    /// The node's kind has no runtime in this version.
    pub unsupported: bool,
}

/// Where points enter a task.
pub(super) struct Entrance {
    /// Where its raw values lie on the tape.
    pub base: u32,
    pub dbrps: Vec<(Sym, Sym)>,
    /// The measurement that each `from` of the graph names.
    pub measurements: Vec<Option<Sym>>,
    /// Cells of the `from` nodes right below the source, in the order in which they run.
    pub froms: Vec<u32>,
    /// Stands before the task.
    pub sentry: u32,
    /// The error that ended it.
    pub failed: Option<Box<str>>,
    /// Points that it had got by then.
    pub delivered: u64,
    /// Points that would have been its own before it was there.
    pub before: u64,
    /// Its nodes know that the clock runs.
    pub begun: bool,
    /// What it is, as far as its state depends on that.
    pub makeup: Makeup,
}

/// Raw values on the tape.
pub(super) struct Layout {
    measurements: Vec<Option<Sym>>,
    names: Vec<String>,
    base: u32,
    /// How many slots there are, which may be more than names.
    width: u32,
    /// Tasks that have it.
    users: u32,
}

impl Engine {
    /// Adds a task. If the clock runs already, [`Engine::start_new`] tells it so.
    pub fn add_task(
        &mut self,
        graph: &Graph,
        options: TaskOptions,
        handlers: Registrar<'_>,
    ) -> Result<(), Vec<BuildError>> {
        let mut errors = Vec::new();
        let mut slots = Slots::default();
        for name in self.plain.iter().flatten() {
            slots.slot(name);
        }
        let mut cells = Vec::new();
        let task = self.free.last().copied().unwrap_or(self.infos.len());
        let mut build = Build {
            slots: &mut slots,
            world: &mut self.world,
            topics: &mut self.topics,
            sketches: &mut self.sketches,
            task: &options.name,
            whole: false,
            judging: options.judging(),
            drawn: options.drawn.then_some((task, 0)),
            explained: options.explained.as_deref(),
            asks: false,
            watch: 0,
            reader: None,
            sideloads: &options.sideloads,
            function: None,
            handlers,
        };
        let first_watch = self.watches.len() as u32;
        let mut whole = whole(graph, &options.watched);
        whole.iter_mut().for_each(|whole| *whole |= self.plain.is_some());
        for (at, node) in graph.nodes.iter().enumerate() {
            build.whole = whole[at];
            build.drawn = build.drawn.map(|(task, _)| (task, at));
            build.function = options.functions.get(&at).copied();
            build.reader =
                reader(graph, at).filter(|_| self.plain.is_none() && !options.watched.contains(&at));
            build.asks = options.asks && !options.recorded.contains(&at);
            build.watch =
                first_watch + graph.nodes[..at].iter().filter(|n| n.observes.is_some()).count() as u32;
            match AnyNode::build(node, &mut build) {
                Some(Ok(any)) => cells.push(Cell::new(any, edges(graph, at), batches(node))),
                Some(Err(fault)) => errors.push(BuildError { span: node.span, fault, unsupported: false }),
                None => errors.push(unsupported(node.kind, node.span)),
            }
        }
        if !errors.is_empty() {
            self.topics.release(&options.name);
            return Err(errors);
        }
        settle(&cells, &mut slots);
        self.enter(graph, options, &slots, cells);
        Ok(())
    }

    fn enter(&mut self, graph: &Graph, options: TaskOptions, slots: &Slots, mut cells: Vec<Cell>) {
        let number = self.free.pop().unwrap_or(self.infos.len());
        let observed: Vec<NodeId> = graph.nodes.iter().filter_map(|n| n.observes).collect();
        for (watch, node) in observed.iter().enumerate() {
            let watch = self.watches.len() + watch;
            match node.0 {
                0 => {
                    self.sources.push(SourceWatch { task: number, watch, deliveries: Vec::new() });
                }
                at => cells[at as usize].watch(watch as u32),
            }
        }
        let measurements = measurements(&cells);
        let mut wanted: Vec<Option<Sym>> = measurements.clone();
        if wanted.contains(&None) {
            wanted = vec![None];
        }
        wanted.sort_by_key(|m| m.map(Sym::index));
        wanted.dedup();
        let base = self.lay_out(wanted, slots);
        for &node in &options.watched {
            cells[node].tap();
        }
        // A task that is passed over while nothing happens would not show its points.
        let sentry = match options.judging() != Judging::Always && options.watched.is_empty() {
            true => self.guard(graph, number, &cells, slots, base, &options.dbrps),
            false => sentry::UNGUARDED,
        };
        let symbols = &mut self.world.symbols;
        let by_name = slots.names().iter().enumerate().map(|(i, name)| (symbols.intern(name), i as u32));
        let by_name: Vec<(Sym, u32)> = by_name.collect();
        let dbrps = options.dbrps.iter().map(|(db, rp)| (self.sym(db), self.sym(rp))).collect();
        let source = graph.node(NodeId(0));
        let is_from = |id: &&NodeId| graph.node(**id).kind == "from";
        let froms = source.children.iter().rev().filter(is_from).map(|id| id.0).collect();
        let entrance = Entrance {
            base,
            dbrps,
            measurements,
            froms,
            sentry,
            failed: None,
            delivered: 0,
            before: 0,
            begun: false,
            makeup: Makeup::of(graph, slots),
        };
        let info = TaskInfo {
            name: Arc::from(options.name),
            slots: slots.names().iter().map(|n| self.world.symbols.intern(n)).collect(),
            nodes: graph.nodes.iter().map(|n| n.name.clone()).collect(),
            quiet: graph.nodes.iter().map(|n| n.quiet).collect(),
            by_name: by_name.into_iter().collect(),
            home: options.dbrps.first().cloned().unwrap_or_default(),
        };
        self.watches.extend(observed.iter().map(|_| Watch::default()));
        if number == self.infos.len() {
            self.infos.push(info);
            self.entrances.push(entrance);
            self.cells.push(cells);
        } else {
            (self.infos[number], self.entrances[number], self.cells[number]) = (info, entrance, cells);
        }
        self.entrances[number].before = self.seen(number);
        self.routes.forget();
    }
}

/// Lets nodes ask for what they give on under another name, until nobody asks for more. The last come
/// first: what they ask for is made by those before them.
fn settle(cells: &[Cell], slots: &mut Slots) {
    loop {
        let before = slots.names().len();
        cells.iter().rev().for_each(|cell| cell.node.sources(slots));
        if slots.names().len() == before {
            return;
        }
    }
}

impl Engine {
    /// Where the raw values of one more task lie at the bottom of the tape. Nobody changes them, so
    /// tasks that read the same share them.
    fn lay_out(&mut self, measurements: Vec<Option<Sym>>, slots: &Slots) -> u32 {
        let names = slots.names();
        let same = |l: &&mut Layout| l.users > 0 && l.measurements == measurements && l.names == names;
        if let Some(known) = self.layouts.iter_mut().find(same) {
            known.users += 1;
            return known.base;
        }
        // The place of one that nobody has any more, if it is not much too large.
        let fits = |l: &Layout| l.users == 0 && (names.len()..=2 * names.len()).contains(&(l.width as usize));
        let free = self.layouts.iter().position(fits).map(|at| self.layouts.swap_remove(at));
        let (base, width) = match free {
            Some(free) => (free.base, free.width),
            None => {
                let base = self.floor as u32;
                self.floor += names.len();
                self.tape.vals.resize(self.floor, Val::Missing);
                (base, names.len() as u32)
            }
        };
        for &measurement in &measurements {
            self.catalog.want(measurement, names, base);
        }
        self.layouts.push(Layout { measurements, names: names.to_vec(), base, width, users: 1 });
        base
    }

    /// A task does not need its raw values any more.
    pub(super) fn clear_out(&mut self, base: u32) {
        let Some(layout) = self.layouts.iter_mut().find(|l| l.base == base && l.users > 0) else { return };
        layout.users -= 1;
        if layout.users == 0 {
            self.catalog.forgo(base);
            let places = base as usize..(base + layout.width) as usize;
            // The next who has the place must not find what nobody puts there any more.
            self.tape.vals[places].fill(Val::Missing);
        }
    }
}

fn batches(node: &NodeDef) -> bool {
    node.provides == EdgeType::Batch
}

/// The ways to the children of a node, in the order in which they run.
fn edges(graph: &Graph, at: usize) -> Box<[Edge]> {
    let children = &graph.nodes[at].children;
    let mut edges: Vec<Edge> = Vec::new();
    for (i, child) in children.iter().enumerate() {
        // A node that is linked to the same parent twice hears it on two ports.
        let before = children[..i].iter().filter(|c| *c == child).count();
        let ports = graph.node(*child).parents.iter().enumerate().filter(|p| p.1.0 as usize == at);
        let port = ports.map(|p| p.0).nth(before).unwrap_or(0) as u32;
        edges.push(Edge { to: child.0, port });
    }
    edges.reverse();
    edges.into()
}

/// The one node that hears a node, if there is only one and nobody counts what it hears.
fn reader(graph: &Graph, at: usize) -> Option<&NodeDef> {
    let [child] = graph.nodes[at].children.as_slice() else { return None };
    let observed = graph.nodes.iter().any(|n| n.observes.is_some_and(|o| o.0 as usize == at));
    (!observed).then(|| graph.node(*child))
}

/// Of each node, whether something behind it reads fields that the script does not name.
fn whole(graph: &Graph, watched: &[usize]) -> Vec<bool> {
    let mut behind = vec![false; graph.nodes.len()];
    // Parents stand before their children.
    for at in (0..graph.nodes.len()).rev() {
        behind[at] = watched.contains(&at)
            || graph.nodes[at].children.iter().any(|child| match whole_of(graph.node(*child)) {
                Whole::Reads => true,
                Whole::Drops => false,
                Whole::Passes => behind[child.0 as usize],
            });
    }
    behind
}

fn measurements(cells: &[Cell]) -> Vec<Option<Sym>> {
    let from = |cell: &Cell| match &cell.node {
        AnyNode::From(from) => Some(from.measurement()),
        _ => None,
    };
    cells.iter().filter_map(from).collect()
}

fn unsupported(kind: &'static str, span: Span) -> BuildError {
    let fault = Fault::new(format!("`{kind}` cannot run yet: it is checked, formatted and drawn"));
    BuildError { span, fault, unsupported: true }
}
