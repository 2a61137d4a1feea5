//! Evaluates a script as Kapacitor does when a task is defined: vars, chains, properties. A mistake does not
//! end it: what depends on the mistake is left out, and all mistakes are reported in Kapacitor's order.

mod args;
mod call;
mod expr;
mod globals;
mod nodes;
mod read;
mod report;
mod subst;
mod value;
mod vars;

use std::collections::{HashMap, HashSet};

use super::{BuildOptions, Graph, HandlerSpec, NodeDef, NodeId, NodeSpec, TaskType, VarInfo};
use crate::lang::ast::{Script, Statement};
use crate::text::{Diagnostic, Starts};
use value::{Face, Object, Value};

/// What evaluation leaves behind.
pub(super) struct Evaluated {
    pub(super) graph: Graph,
    pub(super) vars: Vec<VarInfo>,
    pub(super) specs: Vec<&'static NodeSpec>,
    /// Nodes that begin chains: the source and the observers.
    pub(super) sources: Vec<NodeId>,
    /// Nodes with a mistake in their own properties, which are not checked further.
    pub(super) suspect: Vec<bool>,
    pub(super) errors: Vec<Diagnostic>,
}

/// Evaluates a script.
pub(super) fn evaluate(
    source: &str,
    script: &Script,
    task_type: TaskType,
    options: &BuildOptions<'_>,
) -> Evaluated {
    let mut builder = Builder {
        starts: Starts::of(source),
        options,
        scope: HashMap::new(),
        undefined: HashSet::new(),
        graph: Graph { task_type, nodes: Vec::new(), dbrps: Vec::new() },
        vars: Vec::new(),
        declared: HashMap::new(),
        specs: Vec::new(),
        sources: Vec::new(),
        suspect: Vec::new(),
        next_number: 0,
        errors: Vec::new(),
    };
    builder.predeclare(task_type);
    for statement in &script.statements {
        builder.statement(statement);
    }
    builder.global_deadman();
    builder.finish()
}

/// A script under evaluation.
struct Builder<'a> {
    starts: Starts,
    options: &'a BuildOptions<'a>,
    scope: HashMap<String, Value>,
    /// Names already reported as undefined.
    undefined: HashSet<String>,
    graph: Graph,
    vars: Vec<VarInfo>,
    /// Where each var stands among them.
    declared: HashMap<String, usize>,
    specs: Vec<&'static NodeSpec>,
    sources: Vec<NodeId>,
    suspect: Vec<bool>,
    /// Number that the next linked node gets.
    next_number: u32,
    errors: Vec<Diagnostic>,
}

impl Builder<'_> {
    fn predeclare(&mut self, task_type: TaskType) {
        let name = match task_type {
            TaskType::Stream => "stream",
            TaskType::Batch => "batch",
        };
        if let Some(id) = self.source_node(name) {
            self.scope.insert(name.to_owned(), Value::Object(Object { node: id, face: Face::Node }));
        }
        self.scope.insert("time".to_owned(), Value::Time);
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Dbrp(dbrp) => self.graph.dbrps.push((dbrp.db.clone(), dbrp.rp.clone())),
            Statement::Var(decl) => self.var_decl(decl),
            Statement::Type(decl) => self.type_decl(decl),
            Statement::Expr(expr) => {
                let value = self.expr(expr);
                self.run_global(value, expr);
            }
            Statement::Comment(_) => {}
        }
    }

    fn finish(self) -> Evaluated {
        Evaluated {
            graph: self.graph,
            vars: self.vars,
            specs: self.specs,
            sources: self.sources,
            suspect: self.suspect,
            errors: self.errors,
        }
    }

    fn node(&self, id: NodeId) -> Option<&NodeDef> {
        self.graph.nodes.get(id.0 as usize)
    }

    fn node_mut(&mut self, id: NodeId) -> Option<&mut NodeDef> {
        self.graph.nodes.get_mut(id.0 as usize)
    }

    fn spec(&self, id: NodeId) -> Option<&'static NodeSpec> {
        self.specs.get(id.0 as usize).copied()
    }

    fn suspect(&mut self, id: NodeId) {
        if let Some(flag) = self.suspect.get_mut(id.0 as usize) {
            *flag = true;
        }
    }

    /// Suspects all nodes from an index on.
    fn suspect_from(&mut self, index: usize) {
        self.suspect.iter_mut().skip(index).for_each(|flag| *flag = true);
    }

    fn handler_spec(&self, kind: &str) -> Option<&'static HandlerSpec> {
        self.options.handlers.iter().copied().find(|spec| spec.name == kind)
    }
}
