//! Static tags of outputs: `.tag('name', 'value')`, repeatable.

use super::build::Build;
use crate::data::{Sym, TagsId, World};
use crate::pipeline::{Arg, NodeDef};

/// Tags that are set on every point. What they make of a set of tags is worked out once.
pub(super) struct Tagged {
    tags: Vec<(Sym, Sym)>,
    /// By set of tags.
    known: Vec<Option<TagsId>>,
}

impl Tagged {
    /// Those that a node declares.
    pub(super) fn new(node: &NodeDef, b: &mut Build<'_>) -> Tagged {
        let mut tags = Vec::new();
        for call in node.props("tag") {
            if let [Arg::Str(key), Arg::Str(value)] = call.args.as_slice() {
                tags.push((b.sym(key), b.sym(value)));
            }
        }
        Tagged { tags, known: Vec::new() }
    }

    /// Tags with these set.
    pub(super) fn tags(&mut self, tags: TagsId, world: &mut World) -> TagsId {
        if self.tags.is_empty() {
            return tags;
        }
        if let Some(Some(known)) = self.known.get(tags.index()) {
            return *known;
        }
        let with = |tags, &(key, value): &(Sym, Sym)| world.tags.with(tags, key, value, &world.symbols);
        let all = self.tags.iter().fold(tags, with);
        if self.known.len() <= tags.index() {
            self.known.resize(tags.index() + 1, None);
        }
        self.known[tags.index()] = Some(all);
        all
    }
}
