//! When a batch source asks: the properties that `query` and `queryFlux` share.

use crate::pipeline::{Fault, NodeDef};

/// Refuses none, two, and negative schedules.
pub(super) fn check(node: &NodeDef) -> Result<(), Fault> {
    let every = node.duration("every").unwrap_or(0);
    let cron = node.str("cron").unwrap_or("");
    if every != 0 && !cron.is_empty() {
        return Err(Fault::new("must not set both 'every' and 'cron' properties")
            .hint("keep one of them")
            .prop("cron"));
    }
    if every < 0 {
        return Err(Fault::new("'every' duration must must non-negative")
            .message("`every` cannot be negative")
            .prop("every"));
    }
    if every == 0 && cron.is_empty() {
        return Err(Fault::new("must define one of 'every' or 'cron'")
            .message("the query needs a schedule")
            .hint("add `.every(…)` or `.cron('…')`"));
    }
    Ok(())
}
