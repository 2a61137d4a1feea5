//! The field names a script mentions, each with a place in its rows.

/// Names to slots, worked out when a script is compiled.
///
/// A field that the script names anywhere (a lambda's reference, `as`, `keep`, `derivative('f')`)
/// has a slot; what it does not name stays in the raw line until something prints the whole point.
#[derive(Clone, Default, Debug)]
pub struct Slots {
    names: Vec<String>,
}

impl Slots {
    /// The slot of a name, new or known.
    pub fn slot(&mut self, name: &str) -> u32 {
        match self.find(name) {
            Some(slot) => slot,
            None => {
                self.names.push(name.to_owned());
                self.names.len() as u32 - 1
            }
        }
    }

    /// The slot of a name, if it has one.
    pub fn find(&self, name: &str) -> Option<u32> {
        self.names.iter().position(|n| n == name).map(|i| i as u32)
    }

    /// In order of their slots.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}
