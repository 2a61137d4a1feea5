//! Nodes come to be: arguments, numbers, links, and what `stats` and `deadman` stand for.

use std::sync::Arc;

use super::Builder;
use super::call::UDF;
use super::value::{Face, Object, Unbound, Value};
use crate::lang::ast::{Binary, BinaryOp, Expr, ExprKind};
use crate::pipeline::{Arg, EdgeType, Link, NodeDef, NodeId, NodeSpec, Prop};
use crate::text::Span;

impl Builder<'_> {
    /// The node that a chaining method makes.
    pub(super) fn create(&mut self, object: Object, spec: &'static NodeSpec, call: &Unbound) -> Value {
        let mut sound = !self.poisoned(call);
        let mut args = Vec::new();
        if sound {
            let provides = self.node(object.node).map_or(EdgeType::None, |node| node.provides);
            let ty = self.type_of(object);
            match self.bind(spec.params, spec.rest, call) {
                Ok(bound) => {
                    if let Err(fault) = (spec.create)(provides, &bound) {
                        self.refused(&ty, call, fault);
                        sound = false;
                    }
                    args = bound;
                }
                Err(mismatch) => {
                    self.mismatch(&ty, call, mismatch);
                    sound = false;
                }
            }
        }
        let before = self.graph.nodes.len();
        let id = match spec.link {
            Link::Deadman => self.deadman(object.node, &args, call.span),
            Link::Observe => Some(self.stats(object.node, spec, args, call.span)),
            _ => Some(self.linked(object.node, spec, args, call.span)),
        };
        let Some(id) = id else { return Value::Poison };
        if !sound {
            self.suspect_from(before);
        }
        Value::Object(Object { node: id, face: Face::Node })
    }

    /// A user-defined function, which says itself what it takes and gives. As in Kapacitor, arguments are of no
    /// use to it: it has options.
    pub(super) fn create_udf(&mut self, object: Object, call: &Unbound) -> Value {
        let name = Arg::Str(call.call.name.clone());
        let id = self.push(&UDF, Some(object.node), vec![name], call.span);
        let edges = match self.function(&call.call.name).and_then(|function| function.info.as_ref()) {
            Some(info) => (info.wants, info.provides),
            None => (EdgeType::Unknown, EdgeType::Unknown),
        };
        if let Some(node) = self.node_mut(id) {
            (node.wants, node.provides) = edges;
        }
        self.link(object.node, id, &call.call.name);
        Value::Object(Object { node: id, face: Face::Node })
    }

    /// A node below its parents.
    fn linked(&mut self, caller: NodeId, spec: &'static NodeSpec, args: Vec<Arg>, span: Span) -> NodeId {
        let others: Vec<NodeId> = match spec.link {
            Link::CallerFirst | Link::CallerLast => args
                .iter()
                .filter_map(|arg| match arg {
                    Arg::Node(id) => Some(*id),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        let id = self.push(spec, Some(caller), args, span);
        if spec.link != Link::CallerLast {
            self.link(caller, id, spec.desc);
        }
        for other in others {
            self.link(other, id, spec.desc);
        }
        if spec.link == Link::CallerLast {
            self.link(caller, id, spec.desc);
        }
        id
    }

    /// The node at the beginning of all chains.
    pub(super) fn source_node(&mut self, name: &str) -> Option<NodeId> {
        let spec = self.options.nodes.iter().copied().find(|spec| spec.name == name)?;
        Some(self.source(spec, None, Vec::new(), Span::default()))
    }

    fn source(
        &mut self,
        spec: &'static NodeSpec,
        caller: Option<NodeId>,
        args: Vec<Arg>,
        span: Span,
    ) -> NodeId {
        let id = self.push(spec, caller, args, span);
        self.sources.push(id);
        self.number(id, spec.desc);
        id
    }

    fn stats(&mut self, observed: NodeId, spec: &'static NodeSpec, args: Vec<Arg>, span: Span) -> NodeId {
        let id = self.source(spec, None, args, span);
        if let Some(node) = self.node_mut(id) {
            node.observes = Some(observed);
        }
        let childless = self.node(observed).is_some_and(|node| node.children.is_empty());
        if childless && let Some(noop) = self.named("noop") {
            let child = self.push(noop, Some(observed), Vec::new(), span);
            self.link(observed, child, noop.desc);
        }
        id
    }

    /// Puts a deadman on the source, where the configuration asks for it.
    pub(super) fn global_deadman(&mut self) {
        let settings = self.options.deadman;
        if settings.global
            && let Some(source) = self.sources.first().copied()
        {
            let args = [Arg::Float(settings.threshold), Arg::Duration(settings.interval)];
            self.deadman(source, &args, Span::default());
        }
    }

    fn deadman(&mut self, observed: NodeId, args: &[Arg], span: Span) -> Option<NodeId> {
        let (threshold, interval) = match args {
            [Arg::Float(threshold), Arg::Duration(interval), ..] => (*threshold, *interval),
            _ => (0.0, 0),
        };
        let (stats, derivative, alert) =
            (self.named("stats")?, self.named("derivative")?, self.named("alert")?);
        let prop = |name, args| Prop { name, args, span };
        let observed_name = self.node(observed)?.name.clone();
        let interval_arg = Arg::Duration(interval);

        let first = self.stats(observed, stats, vec![interval_arg.clone()], span);
        self.node_mut(first)?.props.push(prop("align", Vec::new()));

        let second = self.linked(first, derivative, vec![Arg::Str("emitted".to_owned())], span);
        let props = [prop("nonNegative", Vec::new()), prop("unit", vec![interval_arg])];
        self.node_mut(second)?.props.extend(props);

        let third = self.linked(second, alert, Vec::new(), span);
        let settings = self.options.deadman;
        let id = settings.id.replacen("NODE_NAME", &observed_name, 1);
        let message = settings.message.replacen("INTERVAL", &crate::pipeline::go_duration(interval), 1);
        let crit = silent(threshold, args.get(2..).unwrap_or_default(), span);
        self.node_mut(third)?.props.extend([
            prop("id", vec![Arg::Str(id)]),
            prop("message", vec![Arg::Str(message)]),
            prop("crit", vec![Arg::Lambda(Arc::new(crit))]),
        ]);
        Some(third)
    }

    fn named(&self, name: &str) -> Option<&'static NodeSpec> {
        self.options.nodes.iter().copied().find(|spec| spec.name == name)
    }

    fn push(
        &mut self,
        spec: &'static NodeSpec,
        caller: Option<NodeId>,
        args: Vec<Arg>,
        span: Span,
    ) -> NodeId {
        let above = caller.and_then(|id| self.node(id)).map_or(EdgeType::None, |node| node.provides);
        let id = NodeId(u32::try_from(self.graph.nodes.len()).unwrap_or(u32::MAX));
        self.graph.nodes.push(NodeDef {
            kind: spec.name,
            name: String::new(),
            number: 0,
            wants: spec.wants.resolve(above),
            provides: spec.provides.resolve(above),
            args,
            props: Vec::new(),
            quiet: false,
            handlers: Vec::new(),
            parents: Vec::new(),
            children: Vec::new(),
            observes: None,
            span,
        });
        self.specs.push(spec);
        self.suspect.push(false);
        id
    }

    /// Each link gives the child a new number, as in Kapacitor.
    fn link(&mut self, parent: NodeId, child: NodeId, desc: &str) {
        if let Some(node) = self.node_mut(parent) {
            node.children.push(child);
        }
        if let Some(node) = self.node_mut(child) {
            node.parents.push(parent);
        }
        self.number(child, desc);
    }

    fn number(&mut self, id: NodeId, desc: &str) {
        let number = self.next_number;
        self.next_number += 1;
        if let Some(node) = self.node_mut(id) {
            node.number = number;
            node.name = format!("{desc}{number}");
        }
    }
}

/// `"emitted" <= threshold AND extra AND …`
fn silent(threshold: f64, extra: &[Arg], span: Span) -> Expr {
    let expr = |kind| Expr { span, pos: span.start, comment: None, kind };
    let binary = |op, left, right| {
        expr(ExprKind::Binary(Box::new(Binary { op, left, right, parens: false, multi_line: false })))
    };
    let mut all =
        binary(BinaryOp::Le, expr(ExprKind::Ref("emitted".to_owned())), expr(ExprKind::Float(threshold)));
    for arg in extra {
        if let Arg::Lambda(body) = arg {
            let nested = expr(ExprKind::Lambda(Box::new(body.as_ref().clone())));
            all = binary(BinaryOp::And, all, nested);
        }
    }
    all
}
