//! `groupBy`: regroups points and batches.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::build::{Build, By};
use super::dims;
use super::{Cx, Node, Step};
use crate::data::{GroupId, Row, Sym, TagsId};
use crate::pipeline::ArgType::{Any, Str};
use crate::pipeline::{Arg, Fault, NodeDef, NodeSpec, Param, PropSpec};

pub(crate) const SPEC: NodeSpec = NodeSpec {
    name: "groupBy",
    desc: "groupby",
    go_type: "GroupByNode",
    rest: Some(Param::new("tag", Any)),
    props: &[
        PropSpec::list("exclude", Param::new("tag", Str), "tags that `*` leaves out"),
        PropSpec::flag("byMeasurement", "group by measurement too"),
    ],
    doc: "groups by tags",
    details: "What follows keeps its state for each group. Tags stay on the points. Batches are regrouped when \
              one with another time arrives.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |groupBy('host', 'cpu')\n    |log()\n",
    validate,
    ..NodeSpec::BASE
};

fn validate(node: &NodeDef) -> Result<(), Fault> {
    dims::validate(&node.args)?;
    let star = node.args.contains(&Arg::Star);
    let excludes = node.props("exclude").any(|call| !call.args.is_empty());
    if excludes && !star {
        return Err(Fault::new("exclude requires '*'")
            .message("`exclude` takes tags away from `*`, but the grouping has none")
            .hint("write `|groupBy(*)`, or leave out `.exclude()`")
            .prop("exclude"));
    }
    Ok(())
}

/// `groupBy` at work.
pub struct GroupBy {
    by_name: bool,
    plain: By,
    named: By,
    /// What points of a name and tags were grouped as: worked out at first sight.
    known: HashMap<(Sym, TagsId, bool), GroupId, FixedState>,
}

impl GroupBy {
    pub(super) fn build(node: &NodeDef, b: &mut Build<'_>) -> Result<GroupBy, Fault> {
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
        Ok(GroupBy { by_name, plain, named, known })
    }
}

impl Node for GroupBy {
    fn point(&mut self, row: Row, cx: &mut Cx<'_>) -> Step {
        let world = &mut *cx.world;
        // Grouping by measurement, once asked for, stays.
        let by_name = self.by_name || world.groups.dims(world.groups.get(row.group).dims).by_name;
        let by = if by_name { &self.named } else { &self.plain };
        let group = *self.known.entry((row.name, row.tags, by_name)).or_insert_with(|| {
            let dims = by.dims(row.tags, world);
            world.group(dims, row.name, row.tags)
        });
        Step::Pass(Row { group, ..row })
    }
}
