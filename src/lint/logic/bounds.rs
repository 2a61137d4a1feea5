//! Whether facts can hold together: for each value the room that all of them leave.

use std::collections::HashMap;

use super::fact::{Compare, Fact, Test};

/// Whether there is a value for everything that the facts speak of.
pub(super) fn consistent(facts: &[Fact]) -> bool {
    let mut rooms: HashMap<&str, Room<'_>> = HashMap::new();
    for fact in facts {
        rooms.entry(&fact.of).or_default().narrow(&fact.test);
    }
    rooms.values().all(Room::is_open)
}

/// What is left for a value. A value may turn out to be a number, a text or a truth value, so each is apart.
struct Room<'f> {
    /// The smallest number, and whether it is itself allowed.
    low: (f64, bool),
    high: (f64, bool),
    /// Numbers that are excluded.
    not: Vec<f64>,
    is: Vec<&'f str>,
    is_not: Vec<&'f str>,
    flags: [bool; 2],
}

impl Default for Room<'_> {
    fn default() -> Self {
        Room {
            low: (f64::NEG_INFINITY, true),
            high: (f64::INFINITY, true),
            not: Vec::new(),
            is: Vec::new(),
            is_not: Vec::new(),
            flags: [false; 2],
        }
    }
}

impl<'f> Room<'f> {
    fn narrow(&mut self, test: &'f Test) {
        match test {
            Test::Number(compare, value) => self.compare(*compare, *value),
            Test::Text(true, text) => self.is.push(text),
            Test::Text(false, text) => self.is_not.push(text),
            Test::Flag(value) => self.flags[usize::from(*value)] = true,
        }
    }

    fn compare(&mut self, compare: Compare, value: f64) {
        if compare == Compare::Ne {
            self.not.push(value);
        }
        if matches!(compare, Compare::Eq | Compare::Gt | Compare::Ge) {
            let with = compare != Compare::Gt;
            if value > self.low.0 {
                self.low = (value, with);
            } else if value == self.low.0 {
                self.low.1 &= with;
            }
        }
        if matches!(compare, Compare::Eq | Compare::Lt | Compare::Le) {
            let with = compare != Compare::Lt;
            if value < self.high.0 {
                self.high = (value, with);
            } else if value == self.high.0 {
                self.high.1 &= with;
            }
        }
    }

    fn is_open(&self) -> bool {
        let ((low, with_low), (high, with_high)) = (self.low, self.high);
        let single = low == high;
        let numbers = low < high || (single && with_low && with_high && !self.not.contains(&low));
        let same = self.is.windows(2).all(|pair| pair[0] == pair[1]);
        let texts = same && !self.is.iter().any(|text| self.is_not.contains(text));
        numbers && texts && self.flags != [true; 2]
    }
}
