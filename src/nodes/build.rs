//! From a node of the graph to a node at work.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::SideTable;
use crate::alert::{FunctionKey, HandlerKey, Judging, Sketches, Topics};
use crate::data::{Dims, DimsId, Slots, Sym, World};
use crate::lambda::Program;
use crate::lang::ast::Expr;
use crate::pipeline::{Arg, Fault, HandlerDef, NodeDef};

/// What building a node may touch.
pub struct Build<'a> {
    /// Field names of the task; a node asks for a slot for each name it reads or writes.
    pub slots: &'a mut Slots,
    /// Names, tags and groups.
    pub world: &'a mut World,
    /// Topics, for alerts.
    pub topics: &'a mut Topics,
    /// Where values for pictures are kept.
    pub sketches: &'a mut Sketches,
    /// Task id.
    pub task: &'a str,
    /// Something behind the node at hand shows or sends fields that the script does not name.
    pub whole: bool,
    /// What alerts tell beside their events.
    pub judging: Judging,
    /// The indices of the task and of the node at hand, if alerts are to be drawn.
    pub drawn: Option<(usize, usize)>,
    /// The alert id that is to be explained.
    pub explained: Option<&'a str>,
    /// A query at hand asks; if not, it gets recorded batches.
    pub asks: bool,
    /// Where the points are counted that the node at hand tells of, if it is a `stats`.
    pub watch: u32,
    /// The one node that hears the node at hand, if there is only one and nobody counts what it hears: the
    /// two may work hand in hand.
    pub reader: Option<&'a NodeDef>,
    /// What the sources of `sideload` nodes hold.
    pub sideloads: &'a BTreeMap<String, Arc<SideTable>>,
    /// The user-defined function that is at work for the node at hand.
    pub function: Option<FunctionKey>,
    /// Takes the handlers that alerts declare.
    pub handlers: Registrar<'a>,
}

/// Makes a handler of its declaration, and gives the key by which the sink will know it.
pub type Registrar<'a> = &'a mut dyn FnMut(&HandlerDef) -> Result<HandlerKey, Fault>;

impl Build<'_> {
    /// Compiles a lambda; `wrapper` goes before Kapacitor's words.
    pub(super) fn program(&mut self, expr: &Expr, wrapper: &str) -> Result<Program, Fault> {
        Program::new(expr, self.slots, &mut self.world.symbols)
            .map_err(|e| Fault::new(format!("{wrapper}{e}")))
    }

    /// Compiles a lambda argument.
    pub(super) fn lambda(&mut self, arg: Option<&Arg>, wrapper: &str) -> Result<Program, Fault> {
        match arg {
            Some(Arg::Lambda(expr)) => self.program(expr, wrapper),
            _ => Err(Fault::new(format!("{wrapper}expected a lambda"))),
        }
    }

    /// A symbol.
    pub(super) fn sym(&mut self, text: &str) -> Sym {
        self.world.symbols.intern(text)
    }
}

/// What points are grouped by: named tags, or all of a point's tags but some.
#[derive(Clone, Debug)]
pub(super) enum By {
    Names(DimsId),
    All { by_name: bool, exclude: Vec<Sym> },
}

impl By {
    /// From the arguments of a `groupBy`.
    pub(super) fn new(args: &[Arg], by_name: bool, exclude: &[&str], b: &mut Build<'_>) -> By {
        if args.contains(&Arg::Star) {
            let exclude = exclude.iter().map(|t| b.sym(t)).collect();
            return By::All { by_name, exclude };
        }
        let mut names: Vec<Sym> = Vec::new();
        for arg in args {
            if let Arg::Str(name) = arg {
                names.push(b.sym(name));
            }
        }
        By::Names(b.world.groups.dims_id(Dims { by_name, names }, &b.world.symbols))
    }

    /// The dimensions of a point with these tags.
    pub(super) fn dims(&self, tags: crate::data::TagsId, world: &mut World) -> DimsId {
        match self {
            By::Names(dims) => *dims,
            By::All { by_name, exclude } => {
                let keys = world.tags.pairs(tags).iter().map(|p| p.0);
                let keys = keys.filter(|k| !exclude.contains(k));
                world.groups.dims_of(*by_name, keys, &world.symbols)
            }
        }
    }
}
