//! HOT: `distinct`: the first of each value.

use std::cmp::Ordering;
use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::order::order;
use crate::data::{Damaged, Keep, Loader, Saver, Text, Val};
use crate::nodes::Cx;

/// The values seen, each once. Texts are copied to a buffer of its own.
pub(super) struct Distinct {
    firsts: Vec<(Val, i64)>,
    index: HashTable<u32>,
    hash: FixedState,
    pub(super) text: Text,
}

impl Default for Distinct {
    fn default() -> Self {
        Distinct {
            firsts: Vec::new(),
            index: HashTable::new(),
            hash: FixedState::with_seed(0xd157),
            text: Text::default(),
        }
    }
}

impl Distinct {
    pub(super) fn clear(&mut self) {
        self.firsts.clear();
        self.index.clear();
        self.text.clear();
    }

    pub(super) fn offer(&mut self, val: Val, time: i64, cx: &Cx<'_>) {
        self.insert(val, cx.text_of(val), time);
    }

    fn insert(&mut self, val: Val, text: Option<&str>, time: i64) {
        let Distinct { firsts, index, hash, text: texts } = self;
        let known = |&at: &u32| match (firsts[at as usize].0, text) {
            (Val::Str(known), Some(text)) => texts.get(known) == text,
            (known, _) => known == val,
        };
        if index.find(hash_of(hash, val, text), known).is_some() {
            return;
        }
        let kept = text.map_or(val, |text| Val::Str(texts.push(text)));
        firsts.push((kept, time));
        let rehash = |&at: &u32| {
            let val = firsts[at as usize].0;
            let text = match val {
                Val::Str(r) => Some(texts.get(r)),
                _ => None,
            };
            hash_of(hash, val, text)
        };
        index.insert_unique(hash_of(hash, val, text), firsts.len() as u32 - 1, rehash);
    }

    /// By time, then by value.
    pub(super) fn sorted(&mut self) -> &[(Val, i64)] {
        let text = &self.text;
        self.firsts.sort_unstable_by(|a, b| a.1.cmp(&b.1).then_with(|| by_value(a.0, b.0, text)));
        &self.firsts
    }
}

fn by_value(a: Val, b: Val, text: &Text) -> Ordering {
    match (a, b) {
        (Val::Str(a), Val::Str(b)) => text.get(a).cmp(text.get(b)),
        _ => order(a, b),
    }
}

fn hash_of(hash: &FixedState, val: Val, text: Option<&str>) -> u64 {
    match val {
        // Both zeros are one value.
        Val::Float(x) => hash.hash_one(if x == 0.0 { 0 } else { x.to_bits() }),
        Val::Int(n) => hash.hash_one(n),
        Val::Bool(b) => hash.hash_one(b),
        _ => hash.hash_one(text.unwrap_or_default()),
    }
}

/// In order of arrival, as long as nobody has asked for another.
impl Keep for Distinct {
    fn save(&self, out: &mut Saver<'_>) {
        out.count(self.firsts.len());
        for &(val, time) in &self.firsts {
            out.bare(val);
            out.time(time);
            if let Val::Str(text) = val {
                out.text(self.text.get(text));
            }
        }
    }

    fn restore(&mut self, from: &mut Loader<'_>) -> Result<(), Damaged> {
        self.clear();
        for _ in 0..from.count()? {
            let (val, time) = (from.bare()?, from.time()?);
            let text = if matches!(val, Val::Sym(_)) { Some(from.text()?) } else { None };
            self.insert(val, text, time);
        }
        Ok(())
    }
}
