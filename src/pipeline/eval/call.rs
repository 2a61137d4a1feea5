//! A call meets its object: which node or property is meant, and what Kapacitor says if there is none.

use super::Builder;
use super::globals::spread;
use super::value::{Face, Object, Unbound, Value};
use crate::lang::ast::ChainOp;
use crate::pipeline::{After, Function, HandlerSpec, NodeSpec, Offers, PropSpec, UDF as UDF_KIND};
use crate::text::{Diagnostic, suggest};

/// What a name after a `.` stands for.
#[derive(Clone, Copy)]
pub(super) enum Member {
    Prop(&'static PropSpec),
    /// A property of the handler that the object stands for.
    HandlerProp(usize, &'static PropSpec),
    Handler(&'static HandlerSpec),
    Quiet,
    /// An option of a user-defined function, which alone knows what it takes.
    Option,
}

/// What a user-defined function offers: what it takes and gives is known only to itself.
pub(super) const UDF: NodeSpec =
    NodeSpec { name: UDF_KIND, go_type: "UDFNode", after: After::Nothing, ..NodeSpec::BASE };

impl Builder<'_> {
    /// Runs a call on the value that stands before it.
    pub(super) fn call(&mut self, left: Value, op: ChainOp, call: &Unbound) -> Value {
        match left {
            Value::Poison => Value::Poison,
            Value::Object(object) => self.call_on(object, op, call),
            other => self.not_a_node(&other, op, call),
        }
    }

    fn call_on(&mut self, object: Object, op: ChainOp, call: &Unbound) -> Value {
        let name = call.call.name.as_str();
        match op {
            ChainOp::Pipe => {
                if let Some(spec) = self.chain_method(object, name) {
                    return self.create(object, spec, call);
                }
            }
            ChainOp::Dot => {
                if let Some(member) = self.member(object, name) {
                    return self.set(object, member, call);
                }
            }
            ChainOp::At => {
                if self.function(name).is_some() {
                    return self.create_udf(object, call);
                }
            }
        }
        self.no_such_method(object, op, call)
    }

    /// The user-defined function of that name: exactly that.
    pub(super) fn function(&self, name: &str) -> Option<&Function> {
        self.options.udfs.iter().find(|function| function.name == name)
    }

    /// The function that a node calls.
    pub(super) fn called(&self, object: Object) -> Option<&Function> {
        self.function(self.node(object.node)?.function()?)
    }

    /// The node that a method makes, if it is offered here.
    fn chain_method(&self, object: Object, name: &str) -> Option<&'static NodeSpec> {
        let offers = self.spec(object.node)?.offers;
        let specs = self.options.nodes.iter().copied();
        specs.filter(|spec| offers.includes(spec.after)).find(|spec| same(name, spec.name))
    }

    /// The property of that name.
    pub(super) fn member(&self, object: Object, name: &str) -> Option<Member> {
        let spec = self.spec(object.node)?;
        if let Face::Handler(index) = object.face {
            let kind = self.node(object.node)?.handlers.get(index)?.kind;
            let handler = self.handler_spec(kind)?;
            if let Some(prop) = handler.props.iter().find(|prop| same(name, prop.name)) {
                return Some(Member::HandlerProp(index, prop));
            }
        }
        let info = self.called(object).and_then(|function| function.info.as_ref());
        if info.is_some_and(|info| info.options.contains_key(name)) {
            return Some(Member::Option);
        }
        if let Some(prop) = spec.props.iter().find(|prop| same(name, prop.name)) {
            return Some(Member::Prop(prop));
        }
        if same(name, "quiet") {
            return Some(Member::Quiet);
        }
        if spec.name == "alert"
            && let Some(handler) = self.options.handlers.iter().find(|spec| same(name, spec.name))
        {
            return Some(Member::Handler(handler));
        }
        (spec.name == UDF.name && info.is_none()).then_some(Member::Option)
    }

    fn no_such_method(&mut self, object: Object, op: ChainOp, call: &Unbound) -> Value {
        let name = call.call.name.as_str();
        let ty = self.type_of(object);
        let is_property = self.member(object, name).is_some();
        let is_chain = self.chain_method(object, name).is_some();
        let is_udf = self.function(name).is_some();
        let (here, sign) = match op {
            ChainOp::Pipe => ("chaining", '|'),
            ChainOp::Dot => ("property", '.'),
            ChainOp::At => ("dynamic", '@'),
        };
        let others = [
            (is_property && op != ChainOp::Dot, "property", "property", '.'),
            (is_chain && op != ChainOp::Pipe, "chaining method", "node", '|'),
            (is_udf && op != ChainOp::At, "dynamic method", "user-defined function", '@'),
        ];
        let position = self.position(call.call.name_span.start);
        for (exists, kind, words, other) in others {
            if exists {
                let text = format!(
                    "{position}no {here} method \"{name}\" on {ty}, but {kind} does exist. Use '{other}' operator \
                     instead: 'node{other}{name}(..)'."
                );
                let message =
                    format!("`{name}` is a {words} and is called with `{other}`, not with `{sign}`");
                let found = Diagnostic::error("E0211", message).at(call.call.name_span).kapacitor(text);
                self.report(found.hint(format!("write `{other}{name}(…)`")));
                let meant = if is_property {
                    ChainOp::Dot
                } else if is_chain {
                    ChainOp::Pipe
                } else {
                    ChainOp::At
                };
                return self.go_on(object, |this| this.call_on(object, meant, call));
            }
        }
        let text = format!("{position}no method or property \"{name}\" on {ty}");
        let what = match op {
            ChainOp::Pipe => "node",
            ChainOp::Dot if self.called(object).is_some() => "option",
            ChainOp::Dot => "property",
            ChainOp::At => "user-defined function",
        };
        let message = format!("{} has no {what} `{name}`", self.words_for(object));
        let mut found = Diagnostic::error("E0210", message).at(call.call.name_span).kapacitor(text);
        found.hint = self.hint_for_method(object, op, name);
        self.report(found);
        self.as_meant(object, op, call)
    }

    /// Goes on after a name that is not there as if what was probably meant stood there, so that the mistakes
    /// behind it are found, too.
    fn as_meant(&mut self, object: Object, op: ChainOp, call: &Unbound) -> Value {
        let name = call.call.name.as_str();
        if op == ChainOp::Pipe
            && let Some(spec) = self.options.nodes.iter().copied().find(|spec| same(name, spec.name))
            && spec.after != After::Nothing
        {
            return self.go_on(object, |this| this.create(object, spec, call));
        }
        let names = self.names_offered(object, op);
        if let Some(near) = suggest::nearest(name, names.iter().copied()) {
            let near = near.to_owned();
            let mut meant = call.call.clone();
            meant.name = near;
            let meant = Unbound { call: meant, span: call.span, args: call.args.clone() };
            return self.go_on(object, |this| this.call_on(object, op, &meant));
        }
        match op {
            ChainOp::Dot => self.go_on(object, |_| Value::Object(object)),
            _ => Value::Poison,
        }
    }

    /// Goes on with what is known to be wrong: neither the object nor new nodes are checked further.
    fn go_on(&mut self, object: Object, run: impl FnOnce(&mut Self) -> Value) -> Value {
        let before = self.graph.nodes.len();
        self.suspect(object.node);
        let value = run(self);
        self.suspect_from(before);
        value
    }

    fn hint_for_method(&self, object: Object, op: ChainOp, name: &str) -> Option<String> {
        let spec = self.spec(object.node)?;
        if op == ChainOp::At {
            let names = self.options.udfs.iter().map(|function| function.name.as_str());
            if let Some(near) = suggest::nearest(name, names) {
                return Some(format!("did you mean `@{near}`?"));
            }
            return Some(format!(
                "declare it in the file of `--config`: `[udf.functions.{name}]` with `prog` and `args`, or `socket`"
            ));
        }
        let elsewhere = self.options.nodes.iter().find(|spec| same(name, spec.name));
        if let (ChainOp::Pipe, Some(node)) = (op, elsewhere) {
            return match (spec.offers, node.after) {
                (Offers::Nothing, _) => Some(format!("nothing can follow `{}`", spec.name)),
                (_, After::Stream) => Some(format!("`{name}` reads a stream: write `stream|{name}(…)`")),
                (_, After::Batch) => Some(format!("`{name}` reads batches: write `batch|{name}(…)`")),
                (Offers::Stream, _) => Some("choose points first: `stream|from()`".to_owned()),
                (Offers::Batch, _) => Some("ask for data first: `batch|query('…')`".to_owned()),
                _ => None,
            };
        }
        let names = self.names_offered(object, op);
        if let Some(near) = suggest::nearest(name, names.iter().copied()) {
            return Some(format!("did you mean `{near}`?"));
        }
        if let Some(function) = self.called(object) {
            let options = function.info.as_ref()?.options.keys();
            let options: Vec<String> = options.map(|name| format!("`{name}`")).collect();
            return Some(match options.is_empty() {
                true => "it has no options".to_owned(),
                false => format!("its options are {}", options.join(", ")),
            });
        }
        if op == ChainOp::Dot {
            let owner =
                self.options.nodes.iter().find(|spec| spec.props.iter().any(|p| same(name, p.name)))?;
            return Some(format!("`{name}` is a property of `{}`", owner.name));
        }
        None
    }

    fn names_offered(&self, object: Object, op: ChainOp) -> Vec<&str> {
        let Some(spec) = self.spec(object.node) else { return Vec::new() };
        if op == ChainOp::Pipe {
            let nodes = self.options.nodes.iter();
            return nodes.filter(|node| spec.offers.includes(node.after)).map(|node| node.name).collect();
        }
        if op == ChainOp::At {
            return self.options.udfs.iter().map(|function| function.name.as_str()).collect();
        }
        let mut names: Vec<&str> = Vec::new();
        if let Some(info) = self.called(object).and_then(|function| function.info.as_ref()) {
            names.extend(info.options.keys().map(String::as_str));
        }
        if let (Face::Handler(index), Some(node)) = (object.face, self.node(object.node)) {
            let handler = node.handlers.get(index).and_then(|def| self.handler_spec(def.kind));
            names.extend(handler.iter().flat_map(|spec| spec.props).map(|prop| prop.name));
        }
        names.extend(spec.props.iter().map(|prop| prop.name));
        names.push("quiet");
        if spec.name == "alert" {
            names.extend(self.options.handlers.iter().map(|handler| handler.name));
        }
        names
    }

    fn not_a_node(&mut self, value: &Value, op: ChainOp, call: &Unbound) -> Value {
        let name = call.call.name.as_str();
        let text = if op == ChainOp::At && self.function(name).is_some() {
            format!("cannot call {name} on {}", self.go_type(value))
        } else {
            format!("{}cannot get properties of non pointer value", self.position(call.call.name_span.start))
        };
        let message = format!("`{name}` is called on {}, which is not a node", value.words());
        let mut found = Diagnostic::error("E0212", message).at(call.call.name_span).kapacitor(text);
        if let Value::Unbound(_) = value {
            found.hint = Some("a chain begins with `stream`, `batch` or a var".to_owned());
        }
        self.report(found)
    }

    /// The type of an object in Kapacitor's messages.
    pub(super) fn type_of(&self, object: Object) -> String {
        let name = match object.face {
            Face::Node => self.spec(object.node).map(|spec| spec.go_type),
            Face::Other(name) => Some(name),
            Face::Handler(index) => self
                .node(object.node)
                .and_then(|node| node.handlers.get(index))
                .and_then(|handler| self.handler_spec(handler.kind))
                .map(|spec| spec.go_type),
        };
        format!("*pipeline.{}", name.unwrap_or("Node"))
    }

    /// An object for people: `` `alert` ``.
    pub(super) fn words_for(&self, object: Object) -> String {
        let node = self.node(object.node);
        if let (Face::Handler(index), Some(node)) = (object.face, node)
            && let Some(handler) = node.handlers.get(index)
        {
            return format!("`{}`", handler.kind);
        }
        match self.spec(object.node) {
            Some(spec) if spec.name == UDF.name => match node.and_then(|node| node.function()) {
                Some(name) => format!("the function `{name}`"),
                None => "a user-defined function".to_owned(),
            },
            Some(spec) => format!("`{}`", spec.name),
            None => "the node".to_owned(),
        }
    }

    /// The type of a value in Kapacitor's messages.
    pub(super) fn go_type(&self, value: &Value) -> String {
        let name = match value {
            Value::Object(object) => return self.type_of(*object),
            Value::Nil(ty) => match ty {
                crate::pipeline::VarType::Regex => "*regexp.Regexp",
                crate::pipeline::VarType::Lambda => "*ast.LambdaNode",
                _ => "*ast.StarNode",
            },
            Value::Time => "func(time.Duration, ...time.Duration) (interface {}, error)",
            Value::Unbound(_) => "tick.unboundFunc",
            other => return other.to_arg().map_or("interface {}", |arg| arg.go_type()).to_owned(),
        };
        name.to_owned()
    }

    /// Whether an argument of a call comes of an earlier mistake.
    pub(super) fn poisoned(&self, call: &Unbound) -> bool {
        spread(call).into_iter().any(|value| matches!(value, Value::Poison))
    }
}

/// Whether a name in a script is that of a method: the case of the first letter does not matter.
pub(super) fn same(written: &str, canonical: &str) -> bool {
    let (mut a, mut b) = (written.chars(), canonical.chars());
    match (a.next(), b.next()) {
        (Some(x), Some(y)) => x.to_uppercase().eq(y.to_uppercase()) && a.as_str() == b.as_str(),
        _ => false,
    }
}
