//! The node at work: what a set of tags is given is worked out once.

use std::sync::Arc;

use super::SideTable;
use super::convert::convert;
use crate::data::{Row, TagsId, Val, kept};
use crate::nodes::build::Build;
use crate::nodes::{Cx, Node, Step};
use crate::pipeline::{Arg, Fault, NodeDef};
use crate::template::{Datum, Options, Template};
use crate::value::Value;

/// `sideload` at work.
pub struct Sideload {
    table: Arc<SideTable>,
    order: Vec<Template>,
    /// Name, slot and default.
    fields: Vec<(String, u32, Value)>,
    tags: Vec<(String, Value)>,
    /// By set of tags.
    known: Vec<Option<Box<Found>>>,
}

/// What a set of tags is given.
enum Found {
    Values {
        tags: TagsId,
        /// In the order of the node's fields.
        fields: Vec<Val>,
        /// Names whose values do not fit, and why.
        unfit: Vec<(String, String)>,
    },
    /// A template failed.
    Failed(String),
}

impl Sideload {
    pub(in crate::nodes) fn build(node: &NodeDef, b: &mut Build<'_>) -> Result<Sideload, Fault> {
        let source = node.str("source").unwrap_or_default();
        let table = b.sideloads.get(source).cloned();
        let table = table.ok_or_else(|| Fault::new(format!("source {source:?} was not loaded")))?;
        let template =
            |text| Template::parse("order", text, Options::default()).map_err(|e| Fault::new(e.to_string()));
        let order = node.strs("order").unwrap_or_default().into_iter().map(template);
        let order = order.collect::<Result<Vec<_>, _>>()?;
        let (mut fields, mut tags) = (Vec::new(), Vec::new());
        for call in node.props("field") {
            if let [Arg::Str(name), default] = call.args.as_slice() {
                let default = match default {
                    Arg::Float(x) => Value::Float(*x),
                    Arg::Int(x) => Value::Int(*x),
                    Arg::Bool(x) => Value::Bool(*x),
                    Arg::Str(x) => Value::Str(x.as_str().into()),
                    _ => continue,
                };
                fields.push((name.clone(), b.slots.slot(name), default));
            }
        }
        for call in node.props("tag") {
            if let [Arg::Str(name), Arg::Str(default)] = call.args.as_slice() {
                tags.push((name.clone(), Value::Str(default.as_str().into())));
            }
        }
        Ok(Sideload { table, order, fields, tags, known: Vec::new() })
    }

    #[cold]
    fn find(&self, tags: TagsId, cx: &mut Cx<'_>) -> Found {
        let pairs = cx.tags(&Row { tags, ..Row::EMPTY });
        let mut keys: Vec<String> = Vec::with_capacity(self.order.len());
        for template in &self.order {
            let mut key = String::new();
            if let Err(error) = template.render(Datum::strings(&pairs), &mut key) {
                return Found::Failed(error.to_string());
            }
            keys.push(key);
        }
        let mut unfit = Vec::new();
        let mut load = |name: &str, default: &Value| {
            let found = keys.iter().find_map(|key| self.table.get(key)?.get(name));
            match found.map(|value| convert(value, default)) {
                Some(Ok(value)) => value,
                Some(Err(error)) => {
                    unfit.push((name.to_owned(), error));
                    default.clone()
                }
                None => default.clone(),
            }
        };
        let fields: Vec<Value> = self.fields.iter().map(|(name, _, default)| load(name, default)).collect();
        let values: Vec<Value> = self.tags.iter().map(|(name, default)| load(name, default)).collect();
        let symbols = &mut cx.world.symbols;
        let fields = fields.iter().map(|value| match value {
            Value::Float(x) => Val::Float(*x),
            Value::Int(x) => Val::Int(*x),
            Value::Bool(x) => Val::Bool(*x),
            Value::Str(text) => Val::Sym(symbols.intern(text)),
            Value::Duration(_) | Value::Null => Val::Missing,
        });
        let fields = fields.collect();
        let mut all = tags;
        for ((name, _), value) in self.tags.iter().zip(&values) {
            if let Value::Str(text) = value {
                let (name, text) = (cx.world.symbols.intern(name), cx.world.symbols.intern(text));
                all = cx.world.tags.with(all, name, text, &cx.world.symbols);
            }
        }
        Found::Values { tags: all, fields, unfit }
    }

    fn load(&mut self, row: &Row, cx: &mut Cx<'_>) -> Row {
        let at = row.tags.index();
        if self.known.len() <= at {
            self.known.resize_with(at + 1, || None);
        }
        if self.known[at].is_none() {
            self.known[at] = Some(Box::new(self.find(row.tags, cx)));
        }
        match self.known[at].as_deref() {
            Some(Found::Values { tags, fields, unfit }) => {
                for (name, error) in unfit {
                    cx.error_with("failed to load key", error, &[("key", name)]);
                }
                let out = Row { tags: *tags, ..cx.fork(row) };
                for ((_, slot, _), val) in self.fields.iter().zip(fields) {
                    cx.set(&out, *slot, *val);
                }
                out
            }
            Some(Found::Failed(error)) => {
                cx.error("failed to evaluate order template", error);
                *row
            }
            None => *row,
        }
    }
}

impl Node for Sideload {
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        let mut out = self.load(&row, cx);
        if out.tags != row.tags {
            cx.regroup(&mut out);
        }
        Step::Pass(out)
    }

    /// A point of a batch stays in the group of the batch.
    fn item(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        Step::Pass(self.load(&row, cx))
    }
}

kept!(Sideload {});
