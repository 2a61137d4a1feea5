//! What a query is answered with besides its text.

use std::ops::Range;

/// The surroundings of a query.
#[derive(Clone, Debug, Default)]
pub struct Params<'p> {
    /// What `now()` is, in nanoseconds since 1970.
    pub now: i64,
    /// A further limit of the time, as if `time >= start AND time < end` were added to the condition.
    pub range: Option<Range<i64>>,
    /// The database of sources that name none.
    pub database: &'p str,
    /// The retention policy of sources that name none.
    pub retention_policy: &'p str,
}
