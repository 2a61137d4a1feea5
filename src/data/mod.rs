//! What flows: values, tags, groups and the rows made of them.
//!
//! Names, tag sets and groups are interned once ([`World`]); a row holds indices into them and into
//! the [`Tape`], so that it is copied freely and a point allocates nothing.

mod batch;
mod catalog;
mod fields;
mod fifo;
mod group;
mod index;
mod keep;
pub mod line;
mod pool;
mod raw;
mod row;
mod shelf;
mod slots;
pub(crate) mod span;
mod symbol;
mod tags;
mod text;
mod val;
mod wants;

pub use batch::{Batch, BatchPoint};
pub use catalog::{Catalog, Series, SeriesId, SourceId, end_of_key};
pub use fields::{FieldName, Fields};
pub use fifo::Fifo;
pub use group::{Dims, DimsId, Group, GroupId, Groups};
pub(crate) use keep::kept;
pub use keep::{Damaged, Keep, Loader, Saver};
pub use pool::Pool;
pub use raw::{RawFields, RawPoint, end_of_name, end_of_string, end_of_value, field_name, unescape, value};
pub use row::{Head, Mark, Rest, Row, Tape};
pub use shelf::Shelf;
pub use slots::Slots;
pub use symbol::{Sym, Symbols};
pub use tags::{TagSets, TagsId};
pub use text::{StrRef, Text};
pub use val::Val;
pub use wants::{Names, Wants};

/// Everything that is interned for the length of a run.
#[derive(Default)]
pub struct World {
    /// Names and tag values.
    pub symbols: Symbols,
    /// Sets of tags.
    pub tags: TagSets,
    /// Groups.
    pub groups: Groups,
}

impl World {
    /// The group of a batch with these tags, which are all dimensions; by measurement if `like` is.
    pub fn group_by_all(&mut self, like: GroupId, name: Sym, tags: TagsId) -> GroupId {
        let by_name = self.groups.dims(self.groups.get(like).dims).by_name;
        let names = self.tags.pairs(tags).iter().map(|p| p.0).collect();
        let dims = self.groups.dims_id(Dims { by_name, names }, &self.symbols);
        self.group(dims, name, tags)
    }

    /// The set of these tags.
    pub fn tags(&mut self, pairs: &[(String, String)]) -> TagsId {
        let pairs: Vec<(Sym, Sym)> =
            pairs.iter().map(|(k, v)| (self.symbols.intern(k), self.symbols.intern(v))).collect();
        self.tags.intern(&pairs, &self.symbols)
    }

    /// The group of a point with this name and these tags, under these dimensions.
    pub fn group(&mut self, dims: DimsId, name: Sym, tags: TagsId) -> GroupId {
        self.groups.of(dims, name, tags, &mut self.tags, &self.symbols)
    }

    /// A group's id as Kapacitor writes it: `cpu=cpu0,host=a`, led by the name and a newline if grouped
    /// by it. Only events and logs show it, so it is not kept.
    pub fn group_id(&self, group: GroupId) -> String {
        let mut id = String::new();
        self.push_group_id(group, &mut id);
        id
    }

    /// The same, appended.
    pub fn push_group_id(&self, group: GroupId, out: &mut String) {
        self.groups.push_id(group, &self.tags, &self.symbols, out);
    }
}
