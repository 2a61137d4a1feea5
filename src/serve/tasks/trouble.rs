//! Why something could not be done with tasks and templates.

use crate::store::StoreError;

/// Why it was not done, in Kapacitor's words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::serve) enum Trouble {
    /// What was asked for is wrong.
    Bad(String),
    /// What it was asked of is not there.
    Unknown(String),
    /// It could not be done here.
    Failed(String),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Trouble {
        match error {
            StoreError::Exists(words) => Trouble::Bad(words),
            StoreError::Missing(words) => Trouble::Unknown(words),
            other => Trouble::Failed(other.to_string()),
        }
    }
}
