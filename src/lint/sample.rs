//! What a sample of the data is like: its measurements with their fields and tags, and what became of its points in
//! the nodes of a script.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::pipeline::NodeDef;

/// The fields and tags of a measurement.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Columns {
    /// Names of fields.
    pub fields: BTreeSet<String>,
    /// Keys of tags.
    pub tags: BTreeSet<String>,
    /// How many series there are.
    pub series: usize,
}

impl Columns {
    /// Takes in what another measurement has.
    pub fn extend(&mut self, other: &Columns) {
        self.fields.extend(other.fields.iter().cloned());
        self.tags.extend(other.tags.iter().cloned());
        self.series += other.series;
    }
}

/// What became of the points of a sample in a node.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// Points that came in.
    pub taken: u64,
    /// Points that went out.
    pub given: u64,
}

/// A sample of the data that a script is to run on.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Sample {
    /// By name.
    pub measurements: BTreeMap<String, Columns>,
    /// By the name of the node: `window2`.
    pub outcomes: HashMap<String, Outcome>,
}

impl Sample {
    /// What a `from` can choose from; none if the sample has no such measurement.
    pub(super) fn columns_of(&self, from: &NodeDef) -> Option<Columns> {
        match from.str("measurement").filter(|name| !name.is_empty()) {
            Some(name) => self.measurements.get(name).cloned(),
            None => {
                let mut all = Columns::default();
                self.measurements.values().for_each(|columns| all.extend(columns));
                Some(all)
            }
        }
    }

    /// How many series a `from` chooses from.
    pub(super) fn series_of(&self, from: &NodeDef) -> usize {
        self.columns_of(from).map_or(0, |columns| columns.series)
    }
}
