//! Lists as Kapacitor's API asks for them: a pattern of ids, from where, how many.

use super::error::StoreError;
use super::kind::Record;
use super::view::View;
use crate::value::glob::Glob;

/// What of a kind is listed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listing {
    /// Which ids, as Go's `path.Match` reads it; empty: all. A malformed one matches none.
    pub pattern: String,
    /// How many of those are left out first.
    pub offset: usize,
    /// How many come at most; negative: everything there is, whatever the other two say.
    pub limit: i64,
}

impl Default for Listing {
    /// The first hundred.
    fn default() -> Listing {
        Listing { pattern: String::new(), offset: 0, limit: 100 }
    }
}

impl View<'_> {
    /// Records by the bytes of their ids; recordings and replays by date, the newest first.
    pub fn list<R: Record>(&self, what: &Listing) -> Result<Vec<R>, StoreError> {
        let mut all = self.all::<R>()?;
        all.sort_by(|a, b| match (a.date(), b.date()) {
            (Some(x), Some(y)) => (y, b.key()).cmp(&(x, a.key())),
            _ => a.key().cmp(&b.key()),
        });
        let Ok(limit) = usize::try_from(what.limit) else { return Ok(all) };
        if !what.pattern.is_empty() {
            let Ok(glob) = Glob::new(&what.pattern) else { return Ok(Vec::new()) };
            all.retain(|r| glob.is_match(r.key().1));
        }
        Ok(all.into_iter().skip(what.offset).take(limit).collect())
    }
}
