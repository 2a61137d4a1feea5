//! `default`: fields and tags for points that lack them.

use super::build::Build;
use super::{Cx, Node, Step};
use crate::data::{GroupId, Head, Row, Sym, TagsId, Val, World, kept};
use crate::pipeline::ArgType::{Any, Str};
use crate::pipeline::{Arg, Fault, NodeDef, NodeSpec, Param, PropSpec};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "default",
    desc: "default",
    go_type: "DefaultNode",
    props: &[
        PropSpec::method(
            "field",
            &[Param::new("name", Str), Param::new("value", Any)],
            None,
            "value of a field where it is missing",
        ),
        PropSpec::method(
            "tag",
            &[Param::new("name", Str), Param::new("value", Str)],
            None,
            "value of a tag where it is missing or empty",
        ),
    ],
    doc: "sets fields and tags that are missing",
    details: "A default for a tag becomes a dimension of batches.",
    example: "stream\n    |from()\n        .measurement('requests')\n    |default()\n        .field('errors', 0)\n        \
              .tag('dc', 'unknown')\n    |log()\n",
    validate,
    ..NodeSpec::BASE
};

fn validate(node: &NodeDef) -> Result<(), Fault> {
    for call in node.props("field") {
        if let [Arg::Str(name), value] = call.args.as_slice()
            && !matches!(value, Arg::Float(_) | Arg::Int(_) | Arg::Str(_) | Arg::Bool(_))
        {
            let ty = value.go_type();
            let text = format!(
                "unsupported type {ty} for field {name:?}, field default values must be float,int,string or bool"
            );
            return Err(Fault::new(text)
                .message(format!("the default of field '{name}' cannot be {}", value.words()))
                .hint("use a float, an int, a string or a bool")
                .prop("field"));
        }
    }
    Ok(())
}

/// `default` at work.
pub struct Default {
    fields: Vec<(u32, Val)>,
    tags: Vec<(Sym, Sym)>,
    fields_defaulted: i64,
    tags_defaulted: i64,
    /// The group of the batch at hand.
    head: Option<GroupId>,
}

impl Default {
    pub(super) fn build(node: &NodeDef, b: &mut Build<'_>) -> Result<Default, Fault> {
        let (mut fields, mut tags) = (Vec::new(), Vec::new());
        for call in node.props("field") {
            if let [Arg::Str(name), value] = call.args.as_slice() {
                let val = match value {
                    Arg::Float(x) => Val::Float(*x),
                    Arg::Int(x) => Val::Int(*x),
                    Arg::Bool(x) => Val::Bool(*x),
                    Arg::Str(x) => Val::Sym(b.sym(x)),
                    _ => continue,
                };
                fields.push((b.slots.slot(name), val));
            }
        }
        for call in node.props("tag") {
            if let [Arg::Str(key), Arg::Str(value)] = call.args.as_slice() {
                tags.push((b.sym(key), b.sym(value)));
            }
        }
        Ok(Default { fields, tags, fields_defaulted: 0, tags_defaulted: 0, head: None })
    }
}

impl Default {
    /// The tags with those set that are missing or empty, and how many these are.
    fn tagged(&self, tags: TagsId, world: &mut World) -> (TagsId, i64) {
        let (mut out, mut set) = (tags, 0);
        for &(key, value) in &self.tags {
            if world.tags.get(out, key).is_none_or(|v| v == Sym::EMPTY) {
                out = world.tags.with(out, key, value, &world.symbols);
                set += 1;
            }
        }
        (out, set)
    }
}

impl Node for Default {
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        let mut out = cx.fork(&row);
        for &(slot, val) in &self.fields {
            if matches!(cx.slots(&out)[slot as usize], Val::Missing | Val::Null) {
                cx.set(&out, slot, val);
                self.fields_defaulted += 1;
            }
        }
        let (tags, set) = self.tagged(row.tags, cx.world);
        out.tags = tags;
        self.tags_defaulted += set;
        match self.head {
            Some(group) => out.group = group,
            None if out.tags != row.tags => cx.regroup(&mut out),
            None => {}
        }
        Step::Pass(out)
    }

    /// A tag that is set becomes a dimension of the batch. As in Kapacitor, the batch is counted as one more
    /// point, one without fields.
    fn begin(&mut self, head: Head, cx: &mut Cx<'_>) -> Step<Head> {
        let tags = cx.world.groups.get(head.group).tags;
        let (set, count) = self.tagged(tags, cx.world);
        self.fields_defaulted += self.fields.len() as i64;
        self.tags_defaulted += count;
        let group = if set == tags { head.group } else { cx.world.group_by_all(head.group, head.name, set) };
        self.head = Some(group);
        Step::Pass(Head { group, ..head })
    }

    fn counters(&self, out: &mut Vec<(&'static str, i64)>) {
        out.extend([("fields_defaulted", self.fields_defaulted), ("tags_defaulted", self.tags_defaulted)]);
    }
}

kept!(Default { fields_defaulted, tags_defaulted });
