//! HOT: the groupBy node at work.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::batch::Regroup;
use crate::data::{GroupId, Head, Row, Sym, TagsId, World, kept};
use crate::nodes::build::By;
use crate::nodes::{Barrier, Build, Cx, Msg, Node, Step};
use crate::pipeline::{Arg, Fault, NodeDef};

/// `groupBy` at work.
pub struct GroupBy {
    grouping: Grouping,
    batches: Regroup,
}

/// What points are grouped by.
struct Grouping {
    by_name: bool,
    plain: By,
    named: By,
    /// What points of a name and tags were grouped as: worked out at first sight.
    known: HashMap<(Sym, TagsId, bool), GroupId, FixedState>,
}

impl Grouping {
    /// The group of a point that was in a group before.
    fn of(&mut self, before: GroupId, name: Sym, tags: TagsId, world: &mut World) -> GroupId {
        // Grouping by measurement, once asked for, stays.
        let by_name = self.by_name || world.groups.dims(world.groups.get(before).dims).by_name;
        let by = if by_name { &self.named } else { &self.plain };
        *self.known.entry((name, tags, by_name)).or_insert_with(|| {
            let dims = by.dims(tags, world);
            world.group(dims, name, tags)
        })
    }
}

impl GroupBy {
    pub(in crate::nodes) fn build(node: &NodeDef, b: &mut Build<'_>) -> Result<GroupBy, Fault> {
        let by_name = node.prop("byMeasurement").is_some();
        let mut exclude: Vec<String> = Vec::new();
        for call in node.props("exclude") {
            exclude.extend(call.args.iter().filter_map(|a| match a {
                Arg::Str(name) => Some(name.clone()),
                _ => None,
            }));
        }
        let names: Vec<&str> = exclude.iter().map(String::as_str).collect();
        let plain = By::new(&node.args, false, &names, b);
        let named = By::new(&node.args, true, &names, b);
        let known = HashMap::with_hasher(FixedState::default());
        let grouping = Grouping { by_name, plain, named, known };
        Ok(GroupBy { grouping, batches: Regroup::new(b.whole) })
    }
}

impl Node for GroupBy {
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        let group = self.grouping.of(row.group, row.name, row.tags, cx.world);
        Step::Pass(Row { group, ..row })
    }

    fn begin(&mut self, head: Head, _: &mut Cx<'_>) -> Step<Head> {
        if self.batches.begin(head) { Step::More } else { Step::Drop }
    }

    fn item(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        let head = self.batches.head();
        let group = self.grouping.of(head.group, head.name, row.tags, cx.world);
        self.batches.add(Row { group, name: head.name, ..row }, cx);
        Step::Drop
    }

    fn end(&mut self, _: &mut Cx<'_>) -> Step<()> {
        Step::Drop
    }

    fn barrier(&mut self, barrier: Barrier, _: &mut Cx<'_>) -> Step<Barrier> {
        if self.batches.barrier(barrier) { Step::More } else { Step::Pass(barrier) }
    }

    fn forget(&mut self, group: GroupId, _: &mut Cx<'_>) -> Step<GroupId> {
        self.batches.forget(group);
        Step::Pass(group)
    }

    fn next(&mut self, cx: &mut Cx<'_>) -> Option<Msg> {
        self.batches.next(cx)
    }

    fn cardinality(&self) -> usize {
        self.batches.len()
    }

    fn pending(&self) -> usize {
        self.batches.points()
    }
}

kept!(GroupBy { batches });
