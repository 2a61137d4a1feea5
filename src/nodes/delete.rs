//! `delete`: removes fields and tags.

use super::build::Build;
use super::{Cx, Node, Step};
use crate::data::{GroupId, Head, Row, Sym, TagsId, Val, World, kept};
use crate::pipeline::ArgType::Str;
use crate::pipeline::{Arg, Fault, NodeDef, NodeSpec, Param, PropSpec};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "delete",
    desc: "delete",
    go_type: "DeleteNode",
    props: &[
        PropSpec::method("field", &[Param::new("name", Str)], None, "remove this field"),
        PropSpec::method("tag", &[Param::new("name", Str)], None, "remove this tag, also from the grouping"),
    ],
    doc: "removes fields and tags",
    details: "A removed tag leaves the dimensions too, so that formerly separate groups become one.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |delete()\n        .field('usage_guest')\n        \
              .tag('cpu')\n    |log()\n",
    ..NodeSpec::BASE
};

/// `delete` at work.
pub struct Delete {
    fields: Vec<u32>,
    tags: Vec<Sym>,
    fields_deleted: i64,
    tags_deleted: i64,
    /// The group of the batch at hand.
    head: Option<GroupId>,
}

impl Delete {
    pub(super) fn build(node: &NodeDef, b: &mut Build<'_>) -> Result<Delete, Fault> {
        let (mut fields, mut tags) = (Vec::new(), Vec::new());
        for call in node.props("field") {
            if let [Arg::Str(name)] = call.args.as_slice() {
                fields.push(b.slots.slot(name));
            }
        }
        for call in node.props("tag") {
            if let [Arg::Str(key)] = call.args.as_slice() {
                tags.push(b.sym(key));
            }
        }
        Ok(Delete { fields, tags, fields_deleted: 0, tags_deleted: 0, head: None })
    }
}

impl Node for Delete {
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        let mut out = cx.fork(&row);
        for &slot in &self.fields {
            self.fields_deleted += i64::from(cx.slots(&out)[slot as usize].is_present());
            cx.set(&out, slot, Val::Missing);
        }
        for &key in &self.tags {
            let tags = cx.world.tags.without(out.tags, key);
            self.tags_deleted += i64::from(tags != out.tags);
            out.tags = tags;
        }
        out.group = match self.head {
            Some(group) => group,
            None => self.without(row.group, row.name, out.tags, cx.world),
        };
        Step::Pass(out)
    }

    /// Batches that differed in a deleted tag alone share a group from here on. The batch is counted too.
    fn begin(&mut self, head: Head, cx: &mut Cx<'_>) -> Step<Head> {
        let mut tags = cx.world.groups.get(head.group).tags;
        for &key in &self.tags {
            let without = cx.world.tags.without(tags, key);
            self.tags_deleted += i64::from(without != tags);
            tags = without;
        }
        let group = self.without(head.group, head.name, tags, cx.world);
        self.head = Some(group);
        Step::Pass(Head { group, ..head })
    }

    fn counters(&self, out: &mut Vec<(&'static str, i64)>) {
        out.extend([("fields_deleted", self.fields_deleted), ("tags_deleted", self.tags_deleted)]);
    }
}

impl Delete {
    /// A deleted tag is no dimension any more.
    fn without(&self, group: GroupId, name: Sym, tags: TagsId, world: &mut World) -> GroupId {
        let dims = world.groups.dims(world.groups.get(group).dims);
        if !self.tags.iter().any(|tag| dims.names.contains(tag)) {
            return group;
        }
        let mut dims = dims.clone();
        dims.names.retain(|name| !self.tags.contains(name));
        let dims = world.groups.dims_id(dims, &world.symbols);
        world.group(dims, name, tags)
    }
}

kept!(Delete { fields_deleted, tags_deleted });
