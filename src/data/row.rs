//! HOT: a point on its way through the nodes, and the memory its values lie in.

use super::{GroupId, Sym, TagsId, Text, Val};

/// The fields of a row that have no slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rest {
    /// None.
    None,
    /// Those of the raw line at hand that the script does not name.
    Line,
    /// A range of [`Tape::extra`].
    Extra {
        /// First.
        start: u32,
        /// After the last.
        end: u32,
    },
}

/// A point: indices only, so it is copied and changed freely.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Nanoseconds since 1970.
    pub time: i64,
    /// Measurement.
    pub name: Sym,
    /// Database; empty for computed points.
    pub db: Sym,
    /// Retention policy; empty for computed points.
    pub rp: Sym,
    /// All tags.
    pub tags: TagsId,
    /// The group it is in, with the dimensions.
    pub group: GroupId,
    /// Where its slots begin on the tape.
    pub base: u32,
    /// Fields without a slot.
    pub rest: Rest,
}

impl Row {
    /// Without a name, tags or values, at the bottom of the tape.
    pub const EMPTY: Row = Row {
        time: 0,
        name: Sym::EMPTY,
        db: Sym::EMPTY,
        rp: Sym::EMPTY,
        tags: TagsId::EMPTY,
        group: GroupId::NIL,
        base: 0,
        rest: Rest::None,
    };
}

/// What is known of a batch before its points.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Head {
    /// Measurement.
    pub name: Sym,
    /// Its group: the tags of the batch are those of the group.
    pub group: GroupId,
    /// Nanoseconds since 1970: the end of its time range.
    pub tmax: i64,
}

/// How far a tape is filled.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    vals: usize,
    extra: usize,
    text: usize,
}

/// The values of the rows at hand: a stack, emptied with each point, never freed.
#[derive(Default)]
pub struct Tape {
    /// Slots of the rows at hand.
    pub vals: Vec<Val>,
    /// Fields without slots ([`Rest::Extra`]).
    pub extra: Vec<(Sym, Val)>,
    /// The strings of both.
    pub text: Text,
}

impl Tape {
    /// A row's slots.
    pub fn slots(&self, row: &Row, width: usize) -> &[Val] {
        &self.vals[row.base as usize..row.base as usize + width]
    }

    /// Copies a row's slots to the top of the stack, to be changed there.
    pub fn fork(&mut self, row: &Row, width: usize) -> Row {
        let base = self.vals.len() as u32;
        let from = row.base as usize;
        self.vals.extend_from_within(from..from + width);
        Row { base, ..*row }
    }

    /// The same row without any fields, on top of the stack.
    pub fn blank(&mut self, row: &Row, width: usize) -> Row {
        let base = self.vals.len();
        self.vals.resize(base + width, Val::Missing);
        Row { base: base as u32, rest: Rest::None, ..*row }
    }

    /// How far it is filled now.
    pub fn mark(&self) -> Mark {
        Mark { vals: self.vals.len(), extra: self.extra.len(), text: self.text.mark() }
    }

    /// Forgets what came after a mark.
    pub fn rewind(&mut self, mark: Mark) {
        self.vals.truncate(mark.vals);
        self.extra.truncate(mark.extra);
        self.text.truncate(mark.text);
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.vals.clear();
        self.extra.clear();
        self.text.clear();
    }
}
