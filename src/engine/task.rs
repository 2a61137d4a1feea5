//! From a graph to a task that runs.

use std::sync::Arc;

use super::Engine;
use super::flow::Cell;
use crate::data::{Slots, Sym, Val};
use crate::nodes::{AnyNode, Build, Registrar, TaskInfo};
use crate::pipeline::{Fault, Graph, NodeId, TaskType};
use crate::text::Span;

/// How a task is named, and what it reads.
#[derive(Clone, Debug, Default)]
pub struct TaskOptions {
    /// Task id.
    pub name: String,
    /// Databases and retention policies it reads.
    pub dbrps: Vec<(String, String)>,
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
    /// Who watches the task.
    pub watch: u32,
    /// The error that ended it.
    pub failed: Option<Box<str>>,
}

/// Raw values on the tape.
pub(super) struct Layout {
    measurements: Vec<Option<Sym>>,
    names: Vec<String>,
    base: u32,
}

impl Engine {
    /// Adds a task. All tasks have to be there before the first point.
    pub fn add_task(
        &mut self,
        graph: &Graph,
        options: TaskOptions,
        handlers: Registrar<'_>,
    ) -> Result<(), Vec<BuildError>> {
        let mut errors = Vec::new();
        if graph.task_type == TaskType::Batch {
            let fault = Fault::new("batch tasks cannot run yet: they are checked, formatted and drawn");
            return Err(vec![BuildError { span: Span::default(), fault, unsupported: true }]);
        }
        let mut slots = Slots::default();
        let mut cells = Vec::new();
        let mut build = Build {
            slots: &mut slots,
            world: &mut self.world,
            topics: &mut self.topics,
            task: &options.name,
            handlers,
        };
        for node in &graph.nodes {
            let children = node.children.iter().rev().map(|c| c.0).collect();
            match AnyNode::build(node, &mut build) {
                Some(Ok(any)) => cells.push(Cell::new(any, children)),
                Some(Err(fault)) => errors.push(BuildError { span: node.span, fault, unsupported: false }),
                None => errors.push(unsupported(node.kind, node.span)),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        self.enter(graph, options, &slots, cells);
        Ok(())
    }

    fn enter(&mut self, graph: &Graph, options: TaskOptions, slots: &Slots, cells: Vec<Cell>) {
        let measurements = measurements(&cells);
        let mut wanted: Vec<Option<Sym>> = measurements.clone();
        if wanted.contains(&None) {
            wanted = vec![None];
        }
        wanted.sort_by_key(|m| m.map(Sym::index));
        wanted.dedup();
        let base = self.lay_out(wanted, slots);
        let watch = self.watch(graph, &cells, slots, base, &options.dbrps);
        let dbrps = options.dbrps.iter().map(|(db, rp)| (self.sym(db), self.sym(rp))).collect();
        let source = graph.node(NodeId(0));
        let is_from = |id: &&NodeId| graph.node(**id).kind == "from";
        let froms = source.children.iter().rev().filter(is_from).map(|id| id.0).collect();
        self.entrances.push(Entrance { base, dbrps, measurements, froms, watch, failed: None });
        self.infos.push(TaskInfo {
            name: Arc::from(options.name),
            slots: slots.names().iter().map(|n| self.world.symbols.intern(n)).collect(),
            nodes: graph.nodes.iter().map(|n| n.name.clone()).collect(),
            quiet: graph.nodes.iter().map(|n| n.quiet).collect(),
        });
        self.cells.push(cells);
    }
}

impl Engine {
    /// Where the raw values of one more task lie at the bottom of the tape. Nobody changes them, so
    /// tasks that read the same share them.
    fn lay_out(&mut self, measurements: Vec<Option<Sym>>, slots: &Slots) -> u32 {
        let same = |l: &&Layout| l.measurements == measurements && l.names == slots.names();
        if let Some(known) = self.layouts.iter().find(same) {
            return known.base;
        }
        let base = self.floor as u32;
        self.floor += slots.names().len();
        self.tape.vals.resize(self.floor, Val::Missing);
        for &measurement in &measurements {
            self.catalog.want(measurement, slots.names(), base);
        }
        self.layouts.push(Layout { measurements, names: slots.names().to_vec(), base });
        base
    }
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
